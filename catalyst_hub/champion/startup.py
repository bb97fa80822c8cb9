"""What is heavy: the application, then the store, for as long as it takes."""

from __future__ import annotations

import asyncio
import logging

from jupyterhub.services.auth import HubOAuth
from tornado.web import Application

from catalyst_hub.bootstrap import OPENING_ERRORS, Runtime, open_runtime
from catalyst_hub.champion.app import make_application
from catalyst_hub.champion.front import Front
from catalyst_hub.config import CatalystHub

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 15.0
_log = logging.getLogger(__name__)


async def get_ready(front: Front) -> None:
    """Put the application behind the port, then the store behind the application.

    Runs until cancelled, and closes the store then.
    """
    application = make_application(HubOAuth())
    front.application = application.find_handler
    runtime = await _open_patiently()
    application.settings["catalyst"] = runtime
    _log.info("Ready for the communities of %s", runtime.policy.hub)
    await _until_cancelled(application, runtime)


async def _open_patiently() -> Runtime:
    """A database that is away, or a Hub that has not put its file into force yet, is waited for."""
    config, pause, told = CatalystHub(log=_log), _FIRST_PAUSE_S, ""
    while True:
        try:
            return await asyncio.to_thread(open_runtime, config, accept_policy=False)
        except OPENING_ERRORS as error:
            if str(error) != told:
                told = str(error)
                _log.warning("Not ready yet, trying again: %s", told)
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_S)


async def _until_cancelled(application: Application, runtime: Runtime) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        application.settings["catalyst"] = None
        runtime.close()
