"""Pages for what is not there: unknown addresses, servers that do not answer or do not run."""

from __future__ import annotations

from http.client import responses
from typing import Any

from jupyterhub.handlers.base import UserUrlHandler
from jupyterhub.handlers.pages import ProxyErrorHandler
from tornado.web import HTTPError

from catalyst_hub.hub.pages.failures import failure_words
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.hub.pages.notices import notices_on


class NotFoundPage(Localized):
    """Any address below ``/hub/`` that nobody serves."""

    is_strict = True

    async def prepare(self) -> None:
        """Whatever the method, there is nothing here."""
        await super().prepare()
        raise HTTPError(404)


class ProxyErrorPage(Localized, ProxyErrorHandler):
    """What the proxy shows when a server behind it does not answer."""

    is_strict = True

    async def get(self, status_code_s: str) -> None:
        """The page only; the proxy sets the status."""
        status = int(status_code_s)
        if status not in responses:
            status = 500
        self.finish(await self.render_template("error.html", status_code=status))


class NotRunningPage(Localized, UserUrlHandler):
    """``/user/...`` of a server that does not run, with the reason where it was stopped for one, or
    failed: whoever comes here had it open a moment ago."""

    is_strict = True

    def render_template(self, name: str, sync: bool = False, **ns: Any) -> Any:
        """Add the reason."""
        if name == "not_running.html" and not sync:
            return self._with_reason(name, ns)
        return super().render_template(name, sync=sync, **ns)

    async def _with_reason(self, name: str, ns: dict[str, Any]) -> str:
        is_own = ns["user"] is self.current_user
        stopped = (await notices_on(self))["stopped"] if is_own else {}
        row = stopped.get(ns["server_name"])
        if row is not None:
            ns["why"] = row.sentence
        elif is_own:
            ns |= await failure_words(self, ns["user"].name, ns["server_name"])
        page: str = await super().render_template(name, **ns)
        return page
