"""Where servers say what they are doing, each about itself and with its own token.

Whoever owns a server can say with its token whatever she likes about it: kernels hold the token,
too. What is said can keep a server running up to the limits of its own, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from jupyterhub.handlers.base import BaseHandler
from tornado.web import HTTPError

from catalyst_hub.core.server_report import KINDS, Said
from catalyst_hub.core.session import ServerKey
from catalyst_hub.hub.notices_api import OwnerHandler
from catalyst_hub.hub.unavailable import store_needed
from catalyst_hub.usecases.record_report import record_report

_MOST_BYTES = 2048
_MOST_SECONDS = 10 * 366 * 24 * 3600


def handlers() -> list[tuple[str, type[BaseHandler]]]:
    """Routes below ``/hub``."""
    return [(r"/api/catalyst/report", ReportHandler)]


class ReportHandler(OwnerHandler):
    """``POST /hub/api/catalyst/report``: ``server`` is the name of one of the owner's servers."""

    async def post(self) -> None:
        """204; 400: no report; 403: a token of another kind; 404: no such server that this token
        may open, or that runs; 429: another of the owner's is just being written; 503: the store
        is away."""
        name = self.owner().name
        body = self._body()
        key, said = ServerKey(name, _server_name(body)), _said(body)
        if not self.may_hear_of(name, key.server_name):
            raise HTTPError(404)
        with self._turn_of(name), store_needed():
            is_known = await self._record(key, said)
        if not is_known:
            raise HTTPError(404)
        self.set_status(204)

    async def _record(self, key: ServerKey, said: Said) -> bool:
        runtime = self.settings["catalyst"]
        is_known: bool = await runtime.write(
            lambda uow: record_report(uow, key, said, runtime.now())
        )
        return is_known

    @contextmanager
    def _turn_of(self, name: str) -> Iterator[None]:
        """One report of each person in the line of those who write: whoever sends thousands at once
        holds nobody's start up."""
        writing: set[str] = self.settings.setdefault("catalyst_reporting", set())
        if name in writing:
            raise HTTPError(429, "One report at a time")
        writing.add(name)
        try:
            yield
        finally:
            writing.discard(name)

    def _body(self) -> dict[str, Any]:
        if len(self.request.body) > _MOST_BYTES:
            raise HTTPError(413)
        body = self.get_json_body()
        if not isinstance(body, dict):
            raise HTTPError(400, "Body must be a JSON object")
        return body


def _server_name(body: dict[str, Any]) -> str:
    name = body.get("server", "")
    if not isinstance(name, str) or not name.isprintable():
        raise HTTPError(400, "server must be the name of a server")
    return name


def _said(body: dict[str, Any]) -> Said:
    worked, touched, is_open = (_age(body, word) for word in ("worked", "touched", "open"))
    return Said(worked, touched, is_open, _kinds(body, "kinds"), _kinds(body, "unknown"))


def _age(body: dict[str, Any], word: str) -> timedelta | None:
    seconds = body.get(word)
    if seconds is None:
        return None
    if type(seconds) is not int or not 0 <= seconds <= _MOST_SECONDS:
        raise HTTPError(400, f"{word} must be whole seconds")
    return timedelta(seconds=seconds)


def _kinds(body: dict[str, Any], word: str) -> tuple[str, ...]:
    """Those that are known here, in their own order."""
    said = body.get(word, [])
    if not isinstance(said, list):
        raise HTTPError(400, f"{word} must be a list")
    return tuple(kind for kind in KINDS if kind in said)
