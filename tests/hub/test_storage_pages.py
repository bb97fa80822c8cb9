"""What people read of the space for their files, where the hub knows how full it is."""

from __future__ import annotations

import pytest

from catalyst_hub.core.storage import HomeSize
from catalyst_hub.usecases.record_storage import record_storage
from tests.hub.communities import COMMUNITIES, catalyst_config
from tests.hub.visitor import Visitor, text

GIB = 1024**3
LIMITED = COMMUNITIES.replace(
    "    title: Nairobi\n", "    title: Nairobi\n    storage: {limit: 10G, warn_at: 80}\n"
)


@pytest.fixture
async def hub(start_hub, tmp_path):
    config = catalyst_config(tmp_path, LIMITED)
    config.CatalystHub.storage_source = "jupyterhub-home-nfs"
    config.CatalystHub.storage_place = "http://127.0.0.1:1/metrics"
    return await start_hub(config)


async def measured(hub, name: str, gib: float) -> None:
    runtime = hub.authenticator.runtime
    sizes = {name: HomeSize(int(gib * GIB))}
    await runtime.write(lambda uow: record_storage(uow, runtime.policy, sizes, runtime.now()))


async def seen(visitor: Visitor) -> list[str]:
    return [text(await visitor.get(path)) for path in ("/hub/home", "/hub/spawn")]


async def test_home_and_picker_say_how_full_it_is_and_what_to_do(hub):
    async with Visitor(hub) as kofi:
        await kofi.enter("kofi")
        for page in await seen(kofi):
            assert "Files:" not in page, "not measured yet"
        await measured(hub, "kofi", 5)
        for page in await seen(kofi):
            assert "Files: 5 GB of 10 GB (50%)" in page
            assert "out of space" not in page
        await measured(hub, "kofi", 8.5)
        for page in await seen(kofi):
            assert "Files: 8.5 GB of 10 GB (85%)" in page
            assert "You are nearly out of space." in page
        await measured(hub, "kofi", 10)
        for page in await seen(kofi):
            assert "There is no space left: nothing more can be saved." in page


async def test_in_the_readers_language(hub):
    async with Visitor(hub) as lucia:
        await lucia.enter("lucia", "es")
        await measured(hub, "lucia", 9)
        for page in await seen(lucia):
            assert "Archivos: 9 GB de 10 GB (90%)" in page
            assert "Casi no te queda espacio." in page


async def test_nobody_sees_the_home_of_another(hub):
    async with Visitor(hub) as kofi, Visitor(hub) as amina:
        await kofi.enter("kofi")
        await amina.enter("amina")
        await measured(hub, "kofi", 9)
        for page in await seen(amina):
            assert "Files:" not in page


async def test_a_full_home_keeps_nobody_from_starting(hub):
    async with Visitor(hub) as kofi:
        await kofi.enter("kofi")
        await measured(hub, "kofi", 11)
        picker = await kofi.get("/hub/spawn")
        kofi.client.follow_redirects = False
        assert (await kofi.submit(picker)).status_code == 303
    assert hub.users["kofi"].spawner.active
