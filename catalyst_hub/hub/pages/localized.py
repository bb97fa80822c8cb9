"""What every page of the hub gets: a language, our templates' words, and errors people can read."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from jupyterhub import orm
from jupyterhub.handlers.base import BaseHandler, reasons
from jupyterhub.utils import url_path_join
from tornado.httputil import url_concat
from tornado.web import HTTPError

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.community import CHAMPIONS_SUFFIX, INSTRUCTORS_SUFFIX, Community
from catalyst_hub.core.denial import Denied
from catalyst_hub.core.language import choose_language
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.hub.membership import follow_store
from catalyst_hub.hub.pages.assets import asset_url
from catalyst_hub.hub.pages.explanation import Explanation, explain, explain_denial
from catalyst_hub.hub.pages.hub_messages import known_message
from catalyst_hub.hub.unavailable import store_needed
from catalyst_hub.i18n import LANGUAGE_NAMES, Translator, translator

T = TypeVar("T")

LANGUAGE_COOKIE = "catalyst-language"
_ERROR_PAGE = re.compile(r"error\.html|[0-9]{3}\.html")
_STRICT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Localized(BaseHandler):
    """A mixin for handlers of pages: goes before the stock handler it changes."""

    #: Pages made wholly of our templates forbid scripts; the stock admin page needs them.
    is_strict = False
    #: Where forms may lead. Empty: anywhere, for pages whose forms lead on to other sites.
    form_targets = "'self'"
    # The Hub asks for it wherever somebody has to sign in again, and gives it to its API only: a
    # page would log an error, and know nobody.
    _token_authenticated = False

    @property
    def runtime(self) -> Runtime:
        """The store and the policy of this hub."""
        runtime: Runtime = self.settings["catalyst"]
        return runtime

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Look something up; 503 while the store cannot answer."""
        with store_needed():
            return await self.runtime.read(work)

    async def change(self, work: Callable[[UnitOfWork], T]) -> T:
        """Change something; 503 while the store cannot answer, and nothing is changed then."""
        with store_needed():
            return await self.runtime.write(work)

    async def follow_own_change(self) -> None:
        """Let the Hub know at once where the signed-in person belongs now."""
        with store_needed():
            await follow_store(self, self.current_user)

    @property
    def policy(self) -> Policy | None:
        """The communities file in force; None only in a hub without our settings."""
        runtime = self.settings.get("catalyst")
        return runtime.policy if runtime else None

    @property
    def communities(self) -> list[Community]:
        """The signed-in person's communities, in the order of the file."""
        user = getattr(self, "_jupyterhub_user", None)
        groups = {group.name for group in getattr(user, "groups", ())}
        return [c for c in self.policy.communities if c.slug in groups] if self.policy else []

    @property
    def translator(self) -> Translator:
        """Speaks the language of this request; chosen once."""
        if not hasattr(self, "_translator"):
            self._translator = self._choose_translator()
        return self._translator

    def _choose_translator(self) -> Translator:
        first = next(iter(self.communities), None)
        language = choose_language(
            self.get_cookie(LANGUAGE_COOKIE) or self._own_language(),
            first.languages if first else (),
            self.request.headers.get("Accept-Language", ""),
        )
        return translator(language, first.country if first else None)

    def _own_language(self) -> str | None:
        """What the signed-in person chose on another device, if our authenticator knows."""
        user = getattr(self, "_jupyterhub_user", None)
        languages: dict[str, str] = getattr(self.authenticator, "languages", {})
        return languages.get(user.name) if user is not None else None

    @property
    def content_security_policy(self) -> str:
        """No scripts, nothing from elsewhere, where the page is ours."""
        stock: str = super().content_security_policy
        if not self.is_strict:
            return stock
        targets = f"; form-action {self.form_targets}{self._servers_origin()}"
        return (
            f"{_STRICT_POLICY}{targets if self.form_targets else ''}"
            f"; report-uri {self.csp_report_uri}"
        )

    def _servers_origin(self) -> str:
        """Where each server has a host of its own, forms lead there, too."""
        scheme, _, host = self.subdomain_host.partition("://")
        return f" {scheme}://*.{host}" if host else ""

    @property
    def template_namespace(self) -> dict[str, Any]:
        """The stock names, and what our templates speak with."""
        speak = self.translator
        return super().template_namespace | {
            "_": speak.gettext,
            "gettext": speak.gettext,
            "ngettext": speak.ngettext,
            "translator": speak,
            "language": speak.language,
            "languages": self._language_links(),
            "hub_title": self._hub_title(),
            "use_url": self._use_url(),
            "looks_after": self._looks_after(),
            "asset": self._asset,
            "hub_text": lambda text: known_message(text, speak) or text,
        }

    def _asset(self, name: str) -> str:
        return asset_url(self.hub.base_url, name)

    def _hub_title(self) -> str:
        title = text_in(self.policy.title, self.translator.language) if self.policy else ""
        return title or "JupyterHub"

    def _looks_after(self) -> bool:
        """Whether the champion service has more for this person than her own use."""
        user = getattr(self, "_jupyterhub_user", None)
        if user is None:
            return False
        places = (CHAMPIONS_SUFFIX, INSTRUCTORS_SUFFIX)
        return bool(user.admin) or any(group.name.endswith(places) for group in user.groups)

    def _use_url(self) -> str | None:
        if not (self.communities or self._looks_after()):
            return None
        services = self.get_accessible_services(self._jupyterhub_user)
        return next((s.href for s in services if s.name == "catalyst"), None)

    def _language_links(self) -> list[dict[str, str]]:
        switch = self.hub_url("language")
        back = self.request.uri
        return [
            {"code": code, "name": name, "url": url_concat(switch, {"to": code, "next": back})}
            for code, name in LANGUAGE_NAMES.items()
        ]

    def find_user(self, name: str) -> Any:
        """The user of that name. Whoever asks for herself is at hand already."""
        me = self._jupyterhub_user
        return me if me is not None and me.name == name else self._user_with(orm.User.name == name)

    def _user_for_cookie(self, cookie_name: str, cookie_value: str | None = None) -> Any:
        """Whose cookie it is: a known user's, else whatever the Hub makes of it."""
        cookie = self.get_secure_cookie(
            cookie_name, cookie_value, max_age_days=self.cookie_max_age_days
        )
        user = (
            self._user_with(orm.User.cookie_id == cookie.decode("utf8", "replace"))
            if cookie
            else None
        )
        if user is None:
            return super()._user_for_cookie(cookie_name, cookie_value)
        if self._record_activity(user):
            self.db.commit()
        return user

    def _user_with(self, condition: Any) -> Any:
        """The user of whom this is true, as the Hub remembers them.

        The Hub itself loads roles, groups, these groups' roles and two kinds of shares again in
        every request, by six statements, though nothing but the Hub changes them.
        """
        user_id = self.db.query(orm.User.id).filter(condition).scalar()
        return None if user_id is None else self.users[user_id]

    def user_from_username(self, username: str) -> Any:
        """The user of that name, who is made if there is none.

        The Hub asks for it only after it has not found any.
        """
        newcomers = getattr(self.authenticator, "newcomers", None)
        made = newcomers.make(self.db, username) if newcomers else None
        return self._user_from_orm(made) if made else super().user_from_username(username)

    def hub_url(self, *parts: str) -> str:
        """A path below ``/hub/``."""
        return url_path_join(self.hub.base_url, *parts)

    def render_template(self, name: str, sync: bool = False, **ns: Any) -> Any:
        """The text, or an awaitable of it; errors become explanations on the way."""
        if "status_code" in ns and _ERROR_PAGE.fullmatch(name):
            name, ns = "error.html", self._with_explanation(ns)
        return super().render_template(name, sync=sync, **ns)

    def _with_explanation(self, ns: dict[str, Any]) -> dict[str, Any]:
        explanation = self.explain(ns["status_code"], ns.get("message") or "", ns.get("exception"))
        # The stock sign-in page shows ``message`` by its form.
        message = " ".join(filter(None, (explanation.what, explanation.ask)))
        return ns | {"explanation": explanation, "message": message}

    def explain(self, status: int, message: str, error: BaseException | None) -> Explanation:
        """What to tell the reader of an error."""
        return explain(status, message, error, self.translator, self.policy)

    def explain_denial(self, denied: Denied) -> Explanation:
        """What to tell the reader of a refused start."""
        return explain_denial(denied, self.translator, self.policy)

    def explain_error(self, error: BaseException) -> Explanation:
        """What to tell the reader of an exception that ended a start."""
        if not isinstance(error, HTTPError):
            # The Hub marks what it ran into while starting a server by a word.
            return self.explain(500, reasons.get(getattr(error, "reason", ""), ""), error)
        message = getattr(error, "jupyterhub_message", None) or getattr(error, "message", None)
        return self.explain(error.status_code, message or error.get_message() or "", error)


@cache
def localized(handler: type[BaseHandler]) -> type[BaseHandler]:
    """The same handler, with our language and errors. For page handlers, not for the REST API."""
    return type(f"Localized{handler.__name__}", (Localized, handler), {})
