"""Signing in and out."""

from __future__ import annotations

from typing import Any

from jupyterhub.handlers.login import LoginHandler, LogoutHandler
from tornado.httputil import url_concat

from catalyst_hub.hub.pages.hub_messages import known_message
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.hub.pages.maintenances import maintenances_on


class SignInPage(Localized, LoginHandler):
    """Every way to sign in, as links and plain forms."""

    is_strict = True
    # After signing in a person may be on the way to an application on another site.
    form_targets = ""

    def _render(
        self, login_error: str | None = None, username: str | None = None, **ns: Any
    ) -> Any:
        if login_error:
            login_error = known_message(login_error, self.translator) or login_error
        return self.render_template(
            "login.html",
            entries=self._entries(),
            login_error=login_error,
            username=username,
            authenticator=self.authenticator,
            maintenances=maintenances_on(self),
            **ns,
        )

    def _entries(self) -> list[dict[str, Any]]:
        goal = {"next": self.get_argument("next", "")}
        entries = self._providers()
        for entry in entries:
            entry["url"] = url_concat(entry.get("login_url") or self._own_address(entry), goal)
        return entries

    def _own_address(self, entry: dict[str, Any]) -> str:
        """Ways to other sites begin at an address for each; forms are posted to this page."""
        if entry["kind"] == "oauth":
            return self.hub_url("oauth_login", entry["id"])
        if entry["kind"] == "workshop":
            return self.hub_url("come-back", entry["id"])
        return str(self.settings["login_url"])

    def _providers(self) -> list[dict[str, Any]]:
        entries = getattr(self.authenticator, "sign_in_entries", None)
        if entries is not None:
            return [dict(entry) for entry in entries(self.translator.language)]
        service = self.authenticator.login_service
        url = self.authenticator.login_url(self.hub.base_url)
        kind = "oauth" if service else "password"
        return [{"id": "", "kind": kind, "title": service, "login_url": url}]

    def _validate_next_url(self, next_url: str) -> str:
        """The hub's front page only leads on to where a sign-in leads anyway: spare the visit."""
        url: str = super()._validate_next_url(next_url)
        return "" if url in {self.base_url, self.hub.base_url} else url

    async def post(self) -> None:
        """Sign in. A form without ``username`` is refused like any other wrong one."""
        for arguments in (self.request.arguments, self.request.body_arguments):
            arguments.setdefault("username", [b""])
        await super().post()


class SignOutPage(Localized, LogoutHandler):
    """Signs out and says so, so that nobody wonders."""

    is_strict = True

    async def render_logout_page(self) -> None:
        """The page after signing out."""
        self.finish(await self.render_template("logout.html"))
