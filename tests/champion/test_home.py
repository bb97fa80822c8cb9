from __future__ import annotations

import pytest

from tests.champion.site import PREFIX, Site
from tests.hub.visitor import page

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_champion_of_one_community_is_led_there(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        answer = await amina.get()
        assert answer.status_code == 200
        assert answer.url.path == f"{PREFIX}communities/nairobi"


async def test_the_champion_of_two_communities_chooses(site: Site) -> None:
    async with site.signed_in("joao") as joao:
        links = (await joao.see()).select("main a")
        assert [link["href"] for link in links] == [
            f"{PREFIX}communities/cordoba",
            f"{PREFIX}communities/mombasa",
        ]


async def test_a_learner_sees_her_own_use(site: Site) -> None:
    async with site.signed_in("lucia") as lucia:
        titles = [heading.text for heading in (await lucia.see()).select("main h2")]
        assert titles == ["Nairobi", "Córdoba"]


async def test_an_operator_may_look_into_every_community(site: Site) -> None:
    async with site.signed_in("root") as root:
        assert len((await root.see()).select("main a")) == 3


@pytest.mark.parametrize(
    ("who", "shown"),
    [("amina", "My communities"), ("root", "My communities"), ("kofi", "My use"), ("bo", None)],
)
async def test_the_hubs_own_menu_leads_here_whoever_finds_something_here(
    site: Site, who: str, shown: str | None
) -> None:
    async with site.signed_in(who) as person:
        home = page(await person.client.get("/hub/home"))
    link = home.select_one(f'header a[href="{PREFIX}"]')
    assert (link.text if link else None) == shown
