"""One person starts many servers at the same moment, through the Hub's REST API."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import httpx

from benchmarks.usage_quotas.history import RACER

_SETTLE_S = 120


@dataclass(frozen=True, slots=True)
class Race:
    """How many servers were asked for, how many run in the end, and how long it took."""

    asked: int
    admitted: int
    took_s: float


def race(url: str, admin_token: str, servers: int) -> Race:
    """The same requests for both hubs, with the person's own token."""
    return asyncio.run(_race(f"{url}/hub/api", admin_token, servers))


async def _race(api: str, admin_token: str, servers: int) -> Race:
    admin = {"Authorization": f"token {admin_token}"}
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=_SETTLE_S, limits=limits) as client:
        await client.post(f"{api}/users/{RACER}", headers=admin)
        given = await client.post(f"{api}/users/{RACER}/tokens", headers=admin, json={})
        given.raise_for_status()
        own = {"Authorization": f"token {given.json()['token']}"}
        addresses = [f"{api}/users/{RACER}/servers/race-{n}" for n in range(servers)]
        began = time.perf_counter()
        await asyncio.gather(*(client.post(address, headers=own) for address in addresses))
        running = await _settled(client, f"{api}/users/{RACER}?include_stopped_servers", admin)
    return Race(servers, running, time.perf_counter() - began)


async def _settled(client: httpx.AsyncClient, address: str, admin: dict[str, str]) -> int:
    """How many are ready once none is pending any more."""
    deadline = time.monotonic() + _SETTLE_S
    while time.monotonic() < deadline:
        answer = await client.get(address, headers=admin)
        servers = answer.raise_for_status().json()["servers"].values()
        if not any(server["pending"] for server in servers):
            return sum(server["ready"] for server in servers)
        await asyncio.sleep(0.1)
    raise RuntimeError(f"servers are still pending after {_SETTLE_S} s")
