"""A real hub and the real service, seen as one site; one for all the tests of a module."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio
from jupyterhub.app import JupyterHub
from jupyterhub.services.auth import HubOAuth
from tornado.httpserver import HTTPServer
from traitlets.config import Config

from catalyst_hub.bootstrap import open_runtime, utc_now
from catalyst_hub.champion.app import make_application
from catalyst_hub.champion.front import Front
from catalyst_hub.config import CatalystHub
from catalyst_hub.hub.roles import SCOPES_OF_PAGES
from tests.champion.site import COMMUNITIES, Site
from tests.hub.communities import catalyst_config
from tests.hub.conftest import TestHub, free_port, hub_config, stop


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Site]:
    """Nobody has signed in, nothing runs, the ledger is empty: what tests leave, others find.

    In a module with a ``NOW`` it is always that time for the service; one may have its own
    ``COMMUNITIES``.
    """
    fixed: datetime | None = getattr(request.module, "NOW", None)
    clock = (lambda: fixed) if fixed else utc_now
    communities: str = getattr(request.module, "COMMUNITIES", COMMUNITIES)
    async with opened_site(tmp_path_factory.mktemp("site"), clock, communities) as opened:
        yield opened


@asynccontextmanager
async def opened_site(
    folder: Path, clock: Callable[[], datetime], communities: str = COMMUNITIES
) -> AsyncIterator[Site]:
    """The port answers first, then the hub starts, then the service gets its store."""
    port, front = free_port(), Front()
    server = HTTPServer(front, xheaders=True)
    server.listen(port, "127.0.0.1")
    app = await _started_hub(folder, port, communities)
    service = make_application(_hub_auth(app))
    front.application = service.find_handler
    service.settings["catalyst"] = open_runtime(
        CatalystHub(config=app.config), accept_policy=False, now=clock
    )
    try:
        yield Site(app, service, port)
    finally:
        await stop(app)
        server.stop()
        service.settings["catalyst"].close()


async def _started_hub(folder: Path, port: int, communities: str) -> JupyterHub:
    settings = hub_config(folder)
    settings.merge(_with_service(catalyst_config(folder, communities), port))
    app: JupyterHub = TestHub.instance(config=settings)
    await app.initialize([])
    await app.start()
    return app


def _with_service(config: Config, port: int) -> Config:
    """The champion service as one that somebody else starts: here, the test."""
    for service in config.JupyterHub.services:
        if service["name"] == "catalyst":
            service |= {
                "url": f"http://127.0.0.1:{port}",
                "oauth_no_confirm": True,
                "oauth_client_allowed_scopes": list(SCOPES_OF_PAGES),
            }
    return config


def _hub_auth(app: JupyterHub) -> HubOAuth:
    service = app._service_map["catalyst"]
    return HubOAuth(
        api_url=app.hub.api_url,
        api_token=service.api_token,
        base_url="/services/catalyst/",
        hub_prefix=app.hub.base_url,
        oauth_client_id=service.oauth_client_id,
        oauth_redirect_uri="/services/catalyst/oauth_callback",
        access_scopes={"access:services!service=catalyst"},
    )
