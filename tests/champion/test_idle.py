"""What becomes of each server, and whose are spared: the page, and the addresses for programs."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
import pytest_asyncio

from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day
from catalyst_hub.usecases.revoke_spare import revoke_spare
from tests.champion.site import PREFIX, Site, SitePerson
from tests.hub.visitor import page
from tests.support.sessions import a_session, running

pytestmark = pytest.mark.asyncio(loop_scope="module")

IDLE = "communities/nairobi/idle"


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def as_at_first(site: Site) -> None:
    """Everybody has been here, nobody is spared, and Kofi's server has run idle for 50 minutes."""
    for name in ("amina", "kofi", "lucia", "bo"):
        if not await site.runtime.read(lambda uow, name=name: uow.people.by_name(name)):
            async with site.signed_in(name):
                pass
    now = site.runtime.now()

    def begin_anew(uow: UnitOfWork) -> None:
        for made in uow.spares.in_force(now):
            revoke_spare(uow, "nairobi", made.spare_id, "root", now)
        if uow.sessions.live(ServerKey("kofi")) is None:
            began = now - timedelta(minutes=50)
            kofi = uow.people.by_name("kofi")
            running(uow, a_session(kofi, community="nairobi", reserved_at=began), began)

    await site.runtime.write(begin_anew)


def today(site: Site) -> str:
    return local_day(site.runtime.now(), "Africa/Nairobi").isoformat()


def in_days(site: Site, days: int) -> str:
    on = local_day(site.runtime.now(), "Africa/Nairobi") + timedelta(days=days)
    return on.isoformat()


async def make(champion: SitePerson, **terms: str) -> httpx.Response:
    form = await champion.get(IDLE)
    return await champion.press(form, **{"person": "kofi", "reason": "A long run"} | terms)


def problem(response: httpx.Response) -> str:
    assert response.status_code == 422, response.text
    found = page(response).select_one("#problem")
    assert found is not None
    return found.text


async def test_the_page_says_what_becomes_of_each_server_and_that_the_hub_knows_little(
    site: Site,
) -> None:
    async with site.signed_in("amina") as amina:
        row = " ".join((await amina.see(IDLE)).select_one("tbody tr").text.split())
    assert "Kofi" in row
    assert "Stops:" in row
    assert "The hub has heard of no use of it" in row
    assert "It has not been used since it was started" in row
    assert "silent*" in row


async def test_a_champion_spares_somebody_and_ends_it(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        made = await make(amina)
        assert made.status_code == 200, made.text
        assert "Their servers are not stopped as unused from now on." in made.text
        assert "A champion keeps it from being stopped as unused until" in made.text
        assert "A long run" in made.text
        form = page(made).select_one("form[action$=revoke]")
        assert form is not None
        data = {"_xsrf": str(form.select_one("input")["value"])}
        ended = await amina.client.post(str(form["action"]), data=data)
        assert "Ended by Amina" in ended.text
        assert "A champion keeps it" not in ended.text
        audit = (await amina.see("communities/nairobi/audit")).text
    assert "Amina spared the servers of Kofi" in audit
    assert "Amina spares the servers of Kofi no longer." in audit


@pytest.mark.parametrize(
    ("terms", "days", "said"),
    [
        ({"person": "bo"}, 1, "Nobody in this community is called bo."),
        ({"person": "amina"}, 1, "Please ask another champion to do this for you."),
        ({"reason": " "}, 1, "Please say why."),
        ({}, -1, "This day is over already."),
        ({}, 15, "This holds for at most 14 days."),
        ({"until": "soon"}, 0, "Please say the last day like this: 20"),
        ({"until": "9999-12-31"}, 0, "This holds for at most 14 days."),
        ({"until": "0001-01-01"}, 0, "This day is over already."),
    ],
)
async def test_what_is_beyond_the_bounds_is_refused_with_the_reason(
    site: Site, terms: dict[str, str], days: int, said: str
) -> None:
    async with site.signed_in("amina") as amina:
        assert said in problem(await make(amina, **{"until": in_days(site, days)} | terms))


async def test_the_last_day_within_the_bounds_is_allowed(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        assert (await make(amina, until=in_days(site, 14))).status_code == 200


async def test_programs_list_make_and_end_them(site: Site) -> None:
    address = PREFIX + "communities/nairobi/spares"
    async with site.signed_in("amina") as amina:
        token = page(await amina.get(IDLE)).select_one("input[name=_xsrf]")["value"]
        headers = {"X-XSRFToken": str(token)}
        asked = {"person": "Kofi", "until": today(site), "reason": "A long run"}
        made = await amina.client.post(f"{address}.json", json=asked, headers=headers)
        assert made.status_code == 201, made.text
        number = made.json()["spare"]
        again = await amina.client.post(f"{address}.json", json=asked, headers=headers)
        assert again.json()["spare"] == number, "sent twice"
        listed = (await amina.client.get(f"{address}.json")).json()["spares"]
        assert (listed[0]["spare"], listed[0]["person"]) == (number, "kofi")
        refused = await amina.client.post(
            f"{address}.json", json=asked | {"reason": ""}, headers=headers
        )
        assert (refused.status_code, refused.json()["message"]) == (422, "Please say why.")
        gone = await amina.client.delete(f"{address}/{number}.json", headers=headers)
        assert gone.status_code == 204
        none = await amina.client.delete(f"{address}/999.json", headers=headers)
        assert none.status_code == 404
        listed = (await amina.client.get(f"{address}.json")).json()["spares"]
        assert listed[0]["revoked_by"] == "amina"


@pytest.mark.parametrize("name", ["kofi", "lucia", "bo"])
@pytest.mark.parametrize("below", ["idle", "spares.json"])
async def test_for_everybody_else_it_is_not_there(site: Site, name: str, below: str) -> None:
    async with site.signed_in(name) as person:
        assert (await person.get(f"communities/nairobi/{below}")).status_code == 404
