"""Which page answers where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jupyterhub.apihandlers import auth
from jupyterhub.apihandlers.auth import OAuthAuthorizeHandler
from jupyterhub.handlers import default_handlers
from jupyterhub.handlers.base import (
    AddSlashHandler,
    BaseHandler,
    CSPReportHandler,
    UserUrlHandler,
)
from jupyterhub.handlers.login import LoginHandler, LogoutHandler
from jupyterhub.handlers.metrics import MetricsHandler
from jupyterhub.handlers.pages import (
    HealthCheckHandler,
    HomeHandler,
    ProxyErrorHandler,
    SpawnHandler,
    SpawnPendingHandler,
)

from catalyst_hub.hub.pages import (
    account,
    appeals,
    asking,
    assets,
    come_back,
    consents,
    culling,
    farewell,
    join,
    line,
    maintenance,
    notices,
    operator,
    phrases,
    sign_up,
    terms,
    waiting,
)
from catalyst_hub.hub.pages.consent import ConsentPage
from catalyst_hub.hub.pages.errors import NotFoundPage, NotRunningPage, ProxyErrorPage
from catalyst_hub.hub.pages.home import HomePage, NewServerPage, StopPage
from catalyst_hub.hub.pages.language import LanguagePage
from catalyst_hub.hub.pages.localized import localized
from catalyst_hub.hub.pages.oauth import BackFromProviderPage, ToProviderPage
from catalyst_hub.hub.pages.sign_in import SignInPage, SignOutPage
from catalyst_hub.hub.pages.spawn import SpawnPage, SpawnPendingPage

Route = tuple[str, type[BaseHandler]]

_REPLACED: dict[type[BaseHandler], type[BaseHandler]] = {
    LoginHandler: SignInPage,
    LogoutHandler: SignOutPage,
    HomeHandler: HomePage,
    SpawnHandler: SpawnPage,
    SpawnPendingHandler: SpawnPendingPage,
    UserUrlHandler: NotRunningPage,
    ProxyErrorHandler: ProxyErrorPage,
    OAuthAuthorizeHandler: ConsentPage,
}
#: These show nothing to people.
_NOT_PAGES = (AddSlashHandler, CSPReportHandler, HealthCheckHandler, MetricsHandler)
#: What the hub itself serves after the operator's own routes.
_NOT_FOUND = r"/(?!api/|logo$).*"


def handlers(app: Any) -> list[tuple[Any, ...]]:
    """The routes of all pages, below ``/hub``, for ``Authenticator.get_handlers``."""
    # Last of all that can be configured: it catches what nobody else serves.
    app.extra_handlers.append((_NOT_FOUND, NotFoundPage))
    return [*_own(), *_replacements()]


def _own() -> Iterator[tuple[Any, ...]]:
    yield assets.route()
    yield r"/language", LanguagePage
    yield r"/stop", StopPage
    yield r"/stop/([^/]*)", StopPage
    yield r"/new-server", NewServerPage
    yield from join.routes()
    yield from asking.routes()
    yield from notices.routes()
    yield from culling.routes()
    yield from farewell.routes()
    yield from appeals.routes()
    yield from sign_up.routes()
    yield from come_back.routes()
    yield from phrases.routes()
    yield from consents.routes()
    yield from account.routes()
    yield from terms.routes()
    yield from waiting.routes()
    yield from line.routes()
    yield from operator.routes()
    yield from maintenance.routes()
    yield r"/oauth_login/([a-z0-9-]+)", ToProviderPage
    yield r"/oauth_callback/([a-z0-9-]+)", BackFromProviderPage


def _replacements() -> Iterator[Route]:
    """Each stock page under its stock address, in ours or at least in the reader's language."""
    for route, handler, *_ in [*default_handlers, *auth.default_handlers]:
        if handler in _REPLACED:
            yield route, _REPLACED[handler]
        elif handler.__module__.startswith("jupyterhub.handlers") and handler not in _NOT_PAGES:
            yield route, localized(handler)
