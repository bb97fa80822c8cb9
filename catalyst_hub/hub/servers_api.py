"""What the Hub knows of several servers, asked for at once just before they are stopped.

The stock addresses tell of one server, or of all: asked one by one, the questions before the stops
would take the Hub a third as long as the stops themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jupyterhub import orm
from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.handlers.base import BaseHandler
from jupyterhub.scopes import needs_scope
from jupyterhub.utils import isoformat
from tornado.web import HTTPError

_MOST = 1000


def handlers() -> list[tuple[str, type[BaseHandler]]]:
    """Routes below ``/hub``."""
    return [(r"/api/catalyst/servers", ServersHandler)]


class ServersHandler(APIHandler):
    """``POST /hub/api/catalyst/servers`` with ``servers``, pairs of a user's name and a server's:
    ``items`` has those that there are, as the Hub's own models of servers, with ``user``."""

    @needs_scope("read:servers")
    async def post(self) -> None:
        """400: no such list; 403: whoever asks may not read every server."""
        wanted = asked_servers(self)
        users = owners(self, wanted)
        items = [
            model
            for user_name, server_name in wanted
            if (user := users.get(user_name))
            for model in _models(user, server_name)
        ]
        self.write(json.dumps({"items": items}))


def asked_servers(handler: APIHandler) -> list[tuple[str, str]]:
    """``servers`` of the body: names of users, each with that of a server. Raises HTTPError."""
    body = handler.get_json_body()
    pairs = body.get("servers") if isinstance(body, dict) else None
    if not isinstance(pairs, list) or len(pairs) > _MOST or not all(map(_is_pair, pairs)):
        raise HTTPError(400, f"servers must be a list of at most {_MOST} pairs of names")
    return [(user_name, server_name) for user_name, server_name in pairs]


def owners(handler: APIHandler, servers: Iterable[tuple[str, str]]) -> Mapping[str, Any]:
    """The Hub's users of these names, as far as there are any, by one question."""
    names = {user_name for user_name, _ in servers}
    found = handler.db.query(orm.User).filter(orm.User.name.in_(names))
    return {user.name: handler._user_from_orm(user) for user in found}


def _is_pair(pair: object) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(isinstance(n, str) for n in pair)


def _models(user: Any, server_name: str) -> Iterator[dict[str, Any]]:
    """Of a server that is active; only those have a spawner in memory."""
    spawner = user.spawners.get(server_name) if server_name in user.spawners else None
    if spawner is None or not spawner.active:
        return
    yield {
        "user": user.name,
        "name": server_name,
        "ready": spawner.ready,
        "pending": spawner.pending,
        "started": isoformat(spawner.orm_spawner.started),
        "last_activity": isoformat(spawner.orm_spawner.last_activity),
        "user_options": spawner.user_options,
    }
