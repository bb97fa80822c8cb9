"""A server is found again by what stands in the Hub's database, however its spawner told of it."""

from __future__ import annotations

from typing import Any

import pytest

from catalyst_hub.core.session import ServerKey
from catalyst_hub.hub.spawner import CatalystSpawnerMixin
from catalyst_hub.hub.start_record import parts_of
from tests.hub.communities import catalyst_config, sign_in, until_ready
from tests.hub.spawners import NothingSpawner
from tests.hub.test_admission import start


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        (("127.0.0.1", 8888), ("https", "127.0.0.1", 8888)),
        (("::1", "8888"), ("https", "::1", 8888)),
        (("[::1]", 8888), ("https", "::1", 8888)),
        ("http://10.2.3.4:8888", ("http", "10.2.3.4", 8888)),
        ("http://[::1]:8888", ("http", "::1", 8888)),
        ("https://jupyter-kofi.hub", ("https", "jupyter-kofi.hub", 443)),
    ],
)
def test_an_address_is_a_url_or_host_and_port(address: Any, parts: tuple[str, str, int]) -> None:
    assert parts_of(address, "https") == parts


class UrlSpawner(NothingSpawner):
    async def start(self) -> str:
        host, port = await super().start()
        return f"http://{host}:{port}"


@pytest.mark.parametrize("spawner", [NothingSpawner, UrlSpawner])
async def test_it_stands_there_before_the_ledger_hears_of_it(start_hub, tmp_path, spawner):
    class AdmittedSpawner(CatalystSpawnerMixin, spawner):  # type: ignore[misc]
        pass

    config = catalyst_config(tmp_path)
    config.JupyterHub.spawner_class = AdmittedSpawner
    hub = await start_hub(config)
    await sign_in(hub, "kofi")
    seen: list[Any] = []
    untold = hub.authenticator.untold
    tell = untold.tell

    async def look_and_tell(key: ServerKey) -> None:
        # In the database, not what this process remembers.
        hub.db.expire_all()
        server = hub.users[key.user_name].spawner.orm_spawner.server
        seen.append((server.ip, server.port))
        await tell(key)

    untold.tell = look_and_tell
    await start(hub, "kofi")
    await until_ready(hub, "kofi")
    server = hub.users["kofi"].spawner.server
    assert seen == [(server.ip, server.port)]
