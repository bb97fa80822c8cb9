"""Whether a hub can be reached from another machine, as far as its own settings say."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit


def exposed_setting(app: Any) -> str | None:
    """The first setting that opens the hub to other machines, as an operator would write it.

    ``c.JupyterHub.bind_url = 'http://:8000'``, for instance: no host means every interface.
    None when everything stays on this machine.
    """
    for name, value, host in _addresses(app):
        if not is_loopback(host):
            return f"c.JupyterHub.{name} = {value!r}"
    return None


def is_loopback(host: str) -> bool:
    """Whether nobody else can reach an address. Names other than localhost are not trusted:
    what they mean is decided elsewhere, and may change while the hub runs."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _addresses(app: Any) -> Iterator[tuple[str, str, str]]:
    """Every address the hub listens on or is known by: setting, value, host."""
    yield ("ip", app.ip, app.ip) if app.ip else ("bind_url", app.bind_url, _host(app.bind_url))
    if app.hub_bind_url:
        yield "hub_bind_url", app.hub_bind_url, _host(app.hub_bind_url)
    else:
        yield "hub_ip", app.hub_ip, app.hub_ip
    # Behind another proxy the hub may listen on loopback and yet be open to the world.
    for name in ("subdomain_host", "public_url"):
        if value := getattr(app, name):
            yield name, value, _host(value)


def _host(url: str) -> str:
    parts = urlsplit(url)
    # A socket in the file system: the kernel asks the file's permissions.
    if "unix" in parts.scheme:
        return "localhost"
    return parts.hostname or ""
