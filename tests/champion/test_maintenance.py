"""What champions and members read of a maintenance on the service's pages."""

from __future__ import annotations

import pytest

from catalyst_hub.core.maintenance import Maintenance, Pause
from catalyst_hub.usecases.announce_maintenance import announce_maintenance
from catalyst_hub.usecases.end_maintenance import end_maintenance
from tests.champion.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def announce(site: Site, community: str | None) -> Maintenance:
    runtime = site.runtime
    pause = Pause(community, {"": "New disks", "es": "Discos nuevos"}, runtime.now())
    made = await runtime.write(
        lambda uow: announce_maintenance(uow, runtime.policy, pause, "root", runtime.now())
    )
    assert isinstance(made, Maintenance)
    return made


async def end(site: Site, made: Maintenance) -> None:
    runtime = site.runtime
    await runtime.write(
        lambda uow: end_maintenance(uow, made.maintenance_id, "root", runtime.now())
    )


@pytest.mark.parametrize(
    ("who", "page", "told"),
    [
        ("amina", "communities/nairobi", True),
        ("kofi", "use", True),
        ("root", "communities/nairobi", True),
        ("joao", "communities/cordoba", False),
    ],
)
async def test_one_of_a_community_is_told_to_its_people(
    site: Site, who: str, page: str, told: bool
) -> None:
    made = await announce(site, "nairobi")
    async with site.signed_in(who) as person:
        text = (await person.see(page)).main.get_text(" ", strip=True)
        assert ("Nairobi: maintenance now" in text) is told
        await end(site, made)
        text = (await person.see(page)).main.get_text(" ", strip=True)
        assert "maintenance" not in text


async def test_one_of_the_hub_is_told_to_all_in_their_languages(site: Site) -> None:
    made = await announce(site, None)
    async with site.signed_in("joao", "es") as joao:
        text = (await joao.see("communities/cordoba")).main.get_text(" ", strip=True)
        assert "Discos nuevos" in text
    await end(site, made)
