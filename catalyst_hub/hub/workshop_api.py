"""Servers of a workshop's people, started ahead inside the Hub.

The process that runs workshops holds a scope of our own for it and none to start servers with: it
says whose turn it is, and here the store is asked whether that is so. Nothing else can be started
this way, nothing at another time, and nothing but what the workshop needs.
"""

from __future__ import annotations

from typing import Any

from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.handlers.base import BaseHandler
from tornado.web import HTTPError

from catalyst_hub.hub.denied import StartDeniedError
from catalyst_hub.hub.roles import WORKSHOP_SCOPE
from catalyst_hub.hub.server_api import StartsServers
from catalyst_hub.hub.unavailable import store_needed
from catalyst_hub.usecases.prepare_warming import WarmRefusal, prepare_warming
from catalyst_hub.usecases.refuse_warming import refuse_warming

_STATUS = {
    WarmRefusal.NOT_NOW: 409,
    WarmRefusal.NOT_REGISTERED: 404,
    WarmRefusal.LEFT_ALONE: 409,
}


def handlers() -> list[tuple[str, type[BaseHandler]]]:
    """Routes below ``/hub``."""
    return [(r"/api/catalyst/workshops/(\d{1,18})/warm/([^/]+)", WarmHandler)]


class WarmHandler(StartsServers, APIHandler):
    """``POST /hub/api/catalyst/workshops/ID/warm/NAME``: the default server of somebody who is
    registered, with what the workshop needs."""

    async def post(self, number: str, name: str) -> None:
        """201 or 202; 404: nobody of that name is registered; 409: not now, or it runs already, or
        did; 4xx with the denial, as for one's own server."""
        if WORKSHOP_SCOPE not in self.expanded_scopes:
            raise HTTPError(403, "Action is not authorized with current scopes")
        user = self.find_user(name)
        # Whoever runs the hub is left alone, whatever was redeemed.
        if user is None or user.admin:
            raise HTTPError(404)
        options = await self._prepared(int(number), user.name)
        spawner = user.get_or_create_spawner("", "", replace_failed=True)
        if spawner.active:
            raise HTTPError(409, "The server runs, or is starting or stopping")
        try:
            await self.spawn_single_user(user, "", options=options)
        except StartDeniedError as error:
            await self._note(int(number), user.name, error)
            raise
        self.set_status(202 if spawner.pending == "spawn" else 201)

    async def _prepared(self, number: int, name: str) -> dict[str, Any]:
        runtime = self.settings["catalyst"]
        with store_needed():
            answer = await runtime.read(
                lambda uow: prepare_warming(uow, runtime.policy, number, name, runtime.now())
            )
        if isinstance(answer, WarmRefusal):
            raise HTTPError(_STATUS[answer], f"Not warmed: {answer}")
        return dict(answer)

    async def _note(self, number: int, name: str, error: StartDeniedError) -> None:
        runtime = self.settings["catalyst"]
        with store_needed():
            await runtime.write(
                lambda uow: refuse_warming(uow, number, name, error.denied, runtime.now())
            )
