"""Servers that are stopped together, by one request.

Asked for one by one, the requests take the Hub a quarter of what the stops themselves do.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from jupyterhub import orm
from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.handlers.base import BaseHandler
from jupyterhub.scopes import needs_scope
from sqlalchemy.orm import joinedload, selectinload
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError

from catalyst_hub.core.session import ServerKey
from catalyst_hub.hub.servers_api import asked_servers, owners
from catalyst_hub.hub.stopped_together import StopsTogether
from catalyst_hub.hub.stopping import stop_server

#: What the Hub's database session looks at when a server's row and its OAuth client go.
_READ_BY_A_STOP = (
    joinedload(orm.Spawner.server).options(
        joinedload(orm.Server.service), joinedload(orm.Server.spawner)
    ),
    joinedload(orm.Spawner.oauth_client).options(
        joinedload(orm.OAuthClient.service),
        joinedload(orm.OAuthClient.spawner),
        selectinload(orm.OAuthClient.access_tokens),
        selectinload(orm.OAuthClient.codes),
    ),
)


def handlers() -> list[tuple[str, type[BaseHandler]]]:
    """Routes below ``/hub``."""
    return [(r"/api/catalyst/stops", StopsHandler)]


class StopsHandler(APIHandler):
    """``POST /hub/api/catalyst/stops`` with ``servers``, pairs of a user's name and a server's:
    they are stopped side by side.

    A line of JSON for each as soon as it is over, with ``user``, ``name`` and ``status``, which is
    that of the Hub's answer to a DELETE of this server alone: 204 it does not run any more; 202 it
    takes longer than the Hub waits; 404 there is none of that name; 500 it failed. But 409: it is
    starting, and nothing was done; a DELETE would call that off.
    """

    @needs_scope("delete:servers")
    async def post(self) -> None:
        """400: no such list; 403: whoever asks may not stop every server."""
        # Named twice it would be stopped while it is being stopped.
        wanted = dict.fromkeys(asked_servers(self))
        users = owners(self, wanted)
        self._read_ahead(wanted, users)
        self.set_header("Content-Type", "application/x-ndjson")
        keys = [ServerKey(*names) for names in wanted]
        together = StopsTogether(self.db, self.log, keys)
        stops = [
            asyncio.create_task(self._stopped(key, users.get(key.user_name), together))
            for key in keys
        ]
        for stop in asyncio.as_completed(stops):
            self.write(json.dumps(await stop) + "\n")
            # Whoever has asked may be gone; what has begun goes on, and its faults are read here.
            with suppress(StreamClosedError):
                await self.flush()

    def _read_ahead(self, wanted: Iterable[tuple[str, str]], users: Mapping[str, Any]) -> None:
        """By one question for all, in place of five for each while it stops: what is in the
        session already it does not ask for again. Nothing is decided by it."""
        active = [
            users[user_name].spawners[server_name].orm_spawner.id
            for user_name, server_name in wanted
            if user_name in users and server_name in users[user_name].spawners
        ]
        found = self.db.query(orm.Spawner).filter(orm.Spawner.id.in_(active))
        found.options(*_READ_BY_A_STOP).all()

    async def _stopped(self, key: ServerKey, user: Any, together: StopsTogether) -> dict[str, Any]:
        """What is said of it; whatever goes wrong with one server is no matter of the others."""
        try:
            with together.one(key):
                status = await self._stop(user, key.server_name)
        except HTTPError as error:
            status = error.status_code
        except Exception:
            self.log.exception("could not stop %s/%s", key.user_name, key.server_name)
            status = 500
        return {"user": key.user_name, "name": key.server_name, "status": status}

    async def _stop(self, user: Any, server_name: str) -> int:
        if user is None or (server_name and server_name not in user.orm_spawners):
            return 404
        spawner = user.spawners[server_name]
        if spawner.pending not in (None, "stop"):
            return 409
        await stop_server(self, user, server_name)
        return 202 if spawner._stop_pending else 204
