"""Several hundred people who come at once are asked about in turn, and nobody is given up on."""

from __future__ import annotations

import asyncio
import logging

from oauthenticator.generic import GenericOAuthenticator
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

from catalyst_hub.hub.providers.isolated import isolated

#: Seconds that a connection may take, which is from a turn on: time enough to look up an address in
#: one of the loop's few threads even on a machine that is busy with other tests.
_PATIENCE_S = 2.0
_AT_ONCE, _PEOPLE = 50, 120


class _Holding(RequestHandler):
    """Answers nobody as long as those who have a turn are not all there, and then some more."""

    at_once = most = 0
    may_answer: asyncio.Event

    async def get(self) -> None:
        kind = type(self)
        kind.at_once += 1
        kind.most = max(kind.most, kind.at_once)
        if kind.at_once == _AT_ONCE:
            asyncio.get_running_loop().call_later(1.2 * _PATIENCE_S, kind.may_answer.set)
        await kind.may_answer.wait()
        kind.at_once -= 1
        self.finish({})


async def test_waiting_for_a_turn_is_not_the_providers_silence() -> None:
    _Holding.may_answer = asyncio.Event()
    socket, port = bind_unused_port()
    server = HTTPServer(Application([("/", _Holding)]))
    server.add_socket(socket)
    oauth = isolated(GenericOAuthenticator, logging.getLogger(__name__))
    oauth.http_request_kwargs = {**oauth.http_request_kwargs, "connect_timeout": _PATIENCE_S}
    url = f"http://127.0.0.1:{port}/"
    answers = await asyncio.gather(*(oauth.httpfetch(url, "asking") for _ in range(_PEOPLE)))
    server.stop()
    assert answers == [{}] * _PEOPLE
    assert _Holding.most == _AT_ONCE
