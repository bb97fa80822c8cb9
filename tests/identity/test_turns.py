"""Several hundred people who come at once are asked about in turn, and nobody is given up on."""

from __future__ import annotations

import asyncio
import logging

from oauthenticator.generic import GenericOAuthenticator
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

from catalyst_hub.hub.providers.isolated import isolated

#: Longer than a connection may take, for those who are last in line.
_ANSWER_S, _PATIENCE_S = 0.1, 0.3


class _Slow(RequestHandler):
    at_once = most = 0

    async def get(self) -> None:
        kind = type(self)
        kind.at_once += 1
        kind.most = max(kind.most, kind.at_once)
        await asyncio.sleep(_ANSWER_S)
        kind.at_once -= 1
        self.finish({})


async def test_waiting_for_a_turn_is_not_the_providers_silence() -> None:
    socket, port = bind_unused_port()
    server = HTTPServer(Application([("/", _Slow)]))
    server.add_socket(socket)
    oauth = isolated(GenericOAuthenticator, logging.getLogger(__name__))
    oauth.http_request_kwargs = {**oauth.http_request_kwargs, "connect_timeout": _PATIENCE_S}
    url = f"http://127.0.0.1:{port}/"
    answers = await asyncio.gather(*(oauth.httpfetch(url, "asking") for _ in range(300)))
    server.stop()
    assert answers == [{}] * 300
    assert 1 < _Slow.most <= 50
