"""The port's first answer, while everything else is still being loaded.

The Hub starts its services one after another and opens its own door only when all of them
answer: any answer below 500 will do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerRequest,
    ResponseStartLine,
)
from tornado.routing import Router

_SENTENCES = {
    "en": "One moment, please: this page is starting.",
    "es": "Un momento, por favor: esta página está arrancando.",
    "pt": "Um momento, por favor: esta página está iniciando.",
    "fr": "Un instant, s’il vous plaît\xa0: cette page démarre.",
}
#: In all our languages, because the catalogues are not loaded yet either.
_PAGE = (
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width">'
    "<title>catalyst-hub</title>"
    + "".join(f'<p lang="{code}">{text}</p>' for code, text in _SENTENCES.items())
    + "</html>"
).encode()


class _OneMoment(HTTPMessageDelegate):
    def __init__(self, connection: HTTPConnection) -> None:
        self._connection = connection

    def finish(self) -> None:
        headers = HTTPHeaders(
            {
                "Content-Type": "text/html; charset=utf-8",
                "Content-Length": str(len(_PAGE)),
                "Cache-Control": "no-store",
                "Refresh": "1",
            }
        )
        start = ResponseStartLine("HTTP/1.1", 202, "Accepted")
        self._connection.write_headers(start, headers, _PAGE)
        self._connection.finish()

    def on_connection_close(self) -> None:
        """Whoever asked has gone; there is nothing to undo."""


class Front(Router):
    """Hands every request to ``application`` once there is one; asks to wait until then."""

    application: Callable[..., HTTPMessageDelegate | None] | None = None

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> HTTPMessageDelegate | None:
        """What answers this request."""
        if self.application is not None:
            return self.application(request, **kwargs)
        # The server that took the request has always given it the connection it came by.
        assert request.connection is not None  # noqa: S101
        return _OneMoment(request.connection)
