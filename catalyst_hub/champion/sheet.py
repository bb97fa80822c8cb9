"""The sheet with an invitation: its link, and the link as a picture for telephones."""

from __future__ import annotations

import os
from types import ModuleType

from tornado.httputil import HTTPServerRequest

from catalyst_hub.core.invitation import join_link

try:
    import segno
except ImportError:  # the extra qr
    segno = None  # type: ignore[assignment]

_qr: ModuleType | None = segno


def join_address(request: HTTPServerRequest, hub_url: str, code: str) -> str:
    """The whole address that lets people in, as browsers reach this hub."""
    return join_link(_hub(request, hub_url), code)


def hub_address(request: HTTPServerRequest, hub_url: str) -> str:
    """Where people find this hub: its shortest whole address."""
    return _hub(request, hub_url).removesuffix("hub")


def _hub(request: HTTPServerRequest, hub_url: str) -> str:
    """The Hub's public address where it has been told one; else the one this page was asked at."""
    hub = os.environ.get("JUPYTERHUB_PUBLIC_HUB_URL", "")
    if not hub:
        hub = hub_url if "://" in hub_url else f"{request.protocol}://{request.host}{hub_url}"
    return hub.rstrip("/")


def qr_code(address: str) -> str:
    """An SVG to put into the page as it is; nothing without the extra ``qr``."""
    if _qr is None:
        return ""
    made = _qr.make(address, error="m", micro=False)
    svg: str = made.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr")
    return svg
