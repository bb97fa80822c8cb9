"""The demo behind the Jupyter server of a Binder."""

from __future__ import annotations

from typing import Any

c: Any = get_config()  # type: ignore[name-defined]  # noqa: F821

_ONE_MOMENT = (
    b'<!DOCTYPE html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    b"<title>catalyst-hub</title>"
    b'<p lang="en">One moment, please: the hub is starting.</p>'
    b'<p lang="es">Un momento, por favor: el hub est\xc3\xa1 arrancando.</p>'
    b'<p lang="pt">Um momento, por favor: o hub est\xc3\xa1 iniciando.</p>'
    b'<p lang="fr">Un instant, s\xe2\x80\x99il vous pla\xc3\xaet\xc2\xa0: '
    b"le hub d\xc3\xa9marre.</p>"
)


def one_moment(response: Any) -> None:
    """The demo's proxy answers a little before it knows where the hub is, and this server takes
    any answer for a sign that all is there: let the browser ask again."""
    if response.code == 404 and response.body.strip() == b"404 page not found":
        response.code = 503
        response.headers["Content-Type"] = "text/html; charset=utf-8"
        response.headers["Refresh"] = "1"
        response.body = _ONE_MOMENT


c.ServerProxy.servers = {
    "catalyst": {
        "command": [
            "catalyst-hub",
            "demo",
            "--port",
            "{port}",
            "--base-url",
            "{base_url}catalyst/",
        ],
        "absolute_url": True,
        "timeout": 120,
        "launcher_entry": {"title": "catalyst-hub"},
        "rewrite_response": one_moment,
    }
}
