from __future__ import annotations

from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

from catalyst_hub.champion.front import Front


class Loaded(RequestHandler):
    def get(self) -> None:
        self.write("the page")


async def test_the_port_answers_before_the_pages_are_loaded_and_then_with_them() -> None:
    front = Front()
    server = HTTPServer(front)
    listener, port = bind_unused_port()
    server.add_socket(listener)
    url = f"http://127.0.0.1:{port}/services/catalyst/"
    waiting = await AsyncHTTPClient().fetch(url)
    assert (waiting.code, waiting.headers["Refresh"]) == (202, "1")
    assert "Un momento" in waiting.body.decode()
    front.application = Application([(".*", Loaded)]).find_handler
    assert (await AsyncHTTPClient().fetch(url)).body == b"the page"
    server.stop()
