"""Pages for what is not there: unknown addresses, servers that do not answer or do not run."""

from __future__ import annotations

from http.client import responses

from jupyterhub.handlers.base import UserUrlHandler
from jupyterhub.handlers.pages import ProxyErrorHandler
from tornado.web import HTTPError

from catalyst_hub.hub.pages.localized import Localized


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
    """``/user/...`` of a server that does not run."""

    is_strict = True
