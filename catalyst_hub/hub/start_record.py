"""What the Hub has to know of a server to find it again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from jupyterhub.spawner import Spawner

_USUAL_PORTS = {"http": 80, "https": 443}


def write_down(spawner: Spawner, address: str | tuple[str, int] | None, up_at: datetime) -> None:
    """Write down now what the Hub writes down when a start returns with this address: killed while
    the ledger hears of it, it would come back to a process that nobody knows of. And that it is up
    since then; the Hub itself knows when the start began, which nobody is charged for."""
    if address is not None:
        server = spawner.server
        usual = "https" if spawner.internal_ssl else "http"
        server.proto, server.ip, server.port = parts_of(address, usual)
    spawner.orm_spawner.state = spawner.get_state()
    spawner.orm_spawner.started = up_at.astimezone(UTC).replace(tzinfo=None)
    db: Any = spawner.user.db
    db.commit()


def parts_of(address: str | tuple[str, int], usual: str) -> tuple[str, str, int]:
    """Protocol, host and port of a URL, or of host and port, of the ``usual`` protocol."""
    if not isinstance(address, str):
        host, port = address
        return usual, host.strip("[]"), int(port)
    url = urlsplit(address)
    return url.scheme, url.hostname or "", url.port or _USUAL_PORTS[url.scheme]
