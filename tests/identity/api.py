"""A server that answers as the providers' documented APIs do, in the test's own event loop."""

from __future__ import annotations

import json
from typing import Any, Self
from urllib.parse import parse_qs, urlencode

import jwt
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders, HTTPServerRequest, ResponseStartLine
from tornado.netutil import bind_sockets

TOKEN = "gho_16C7e42F292c6912E7710c838347Ae178B4a"
REVOKED = {"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest"}


class Api:
    """Paths and what they answer: a value, or ``(status, headers, value)``; a list of more than
    ``page`` entries in pages, each with a link to the next as GitHub writes them."""

    def __init__(self, page: int = 100) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[str] = []
        self.is_revoked = False
        self.token: dict[str, Any] = {"access_token": TOKEN, "token_type": "bearer"}
        self._page = page

    async def __aenter__(self) -> Self:
        self._server = HTTPServer(self._answer)
        sockets = bind_sockets(0, "127.0.0.1")
        self._server.add_sockets(sockets)
        self.url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.stop()
        await self._server.close_all_connections()

    def _answer(self, request: HTTPServerRequest) -> None:
        self.asked.append(request.path)
        status, headers, value = self._found(request)
        body = json.dumps(value).encode()
        headers = {"Content-Type": "application/json", **headers, "Content-Length": str(len(body))}
        request.connection.write_headers(
            ResponseStartLine("HTTP/1.1", status, ""), HTTPHeaders(headers), body
        )
        request.connection.finish()

    def _found(self, request: HTTPServerRequest) -> tuple[int, dict[str, str], Any]:
        if request.path.endswith("/authorize"):
            return self._send_back(request)
        if request.path.endswith("token"):
            return 200, {}, self.token
        if self.is_revoked or not self._is_let_in(request):
            return 401, {}, REVOKED
        value = self.answers.get(request.path, (404, {}, {"message": "Not Found"}))
        if isinstance(value, tuple):
            return value
        return self._paged(request, value) if isinstance(value, list) else (200, {}, value)

    def _send_back(self, request: HTTPServerRequest) -> tuple[int, dict[str, str], Any]:
        """Everybody agrees at once."""
        sent = {key: values[0] for key, values in parse_qs(request.query).items()}
        self.authorized = sent
        answer = urlencode({"code": "1", "state": sent["state"]})
        return 302, {"Location": f"{sent['redirect_uri']}?{answer}"}, None

    def _is_let_in(self, request: HTTPServerRequest) -> bool:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        return kind == "Bearer" and token in (TOKEN, "groups-token")

    def _paged(self, request: HTTPServerRequest, found: list[Any]) -> tuple[int, dict, Any]:
        arguments = parse_qs(request.query)
        page = int(arguments.get("page", ["1"])[0])
        start, end = (page - 1) * self._page, page * self._page
        here = f"{self.url}{request.path}?per_page=100&page="
        links = [f'<{here}1>; rel="first"']
        if end < len(found):
            links.insert(0, f'<{here}{page + 1}>; rel="next"')
        return 200, {"Link": ", ".join(links)}, found[start:end]

    def id_token(self, **claims: Any) -> None:
        """Make the token of the sign-in tell these."""
        signed = jwt.encode({"aud": "hub", **claims}, "a key of the tests, 32 bytes long at least")
        self.token = {**self.token, "id_token": signed}
