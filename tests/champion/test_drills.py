"""A champion tries, days before a workshop, how its servers start, and reads what came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from catalyst_hub.core.audit import Action
from catalyst_hub.core.denial import Code, Denied
from catalyst_hub.core.drill import Drill, drills_of
from catalyst_hub.core.invitation import Terms
from catalyst_hub.core.session import Ending, EndReason
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.warming import WARMER
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Plan
from catalyst_hub.usecases.refuse_warming import refuse_warming
from tests.champion.site import Site
from tests.champion.test_live_workshop import enrol
from tests.champion.test_people import texts
from tests.champion.test_workshops import send
from tests.hub.visitor import page
from tests.support.sessions import a_session, running, stopped

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORKSHOPS = "communities/nairobi/workshops"


async def to_come(site: Site, title: str, *names: str, days: int = 3) -> int:
    """The number of a workshop in some days, in which these people are registered."""

    def plan(uow: UnitOfWork) -> int:
        now = site.runtime.now()
        day = local_day(now, "Africa/Nairobi") + timedelta(days=days)
        made = uow.workshops.add("nairobi", Plan(title, day, day, seats=20), "amina", now)
        terms = Terms(500, 7, workshop_id=made.workshop_id)
        uow.invitations.add("nairobi", f"{made.workshop_id:064}", terms, "amina", now)
        enrol(uow, site, made.workshop_id, *names)
        return made.workshop_id

    return await site.runtime.write(plan)


async def steps_of(site: Site, number: int) -> list[str]:
    steps = await site.runtime.read(lambda uow: uow.workshop_steps.done(number))
    return [step for step in steps if step.startswith("drill:")]


async def the_drill(site: Site, number: int) -> Drill:
    return drills_of(await steps_of(site, number))[0]


def tiles(shown: httpx.Response) -> dict[str, str]:
    pairs = page(shown).select(".tiles > div")
    return {p.dt.text.strip(): " ".join(p.dd.text.split()) for p in pairs}


async def test_the_page_of_a_workshop_leads_there_and_says_what_it_costs_first(site: Site) -> None:
    number = await to_come(site, "Plants", "ann", "ben", "cleo")
    async with site.signed_in("amina") as amina:
        workshop = await amina.get(f"{WORKSHOPS}/{number}")
        link = page(workshop).select_one("main a[href$='/drill']")
        assert link is not None
        shown = await amina.client.get(str(link["href"]))
    seats = page(shown).select_one("#seats")
    assert seats["value"] == "3"
    assert "at most 3 · 3 people are registered" in shown.text
    assert texts(shown, "main form strong") == [
        "It costs about Ksh270.00 for 3 servers, Ksh90.00 each."
    ]
    assert "Refresh" not in shown.headers
    assert await steps_of(site, number) == []


async def test_two_presses_make_one_drill_and_the_page_looks_again_by_itself(site: Site) -> None:
    number = await to_come(site, "Twice", "dora", "eve", "fay")
    async with site.signed_in("amina") as amina:
        form = await amina.get(f"{WORKSHOPS}/{number}/drill")
        begun = await send(amina, form, "/drill", seats="2")
        again = await send(amina, form, "/drill", seats="3")
        for shown in (begun, again):
            assert shown.status_code == 200
            assert shown.headers["Refresh"] == f"10; url={shown.url.path}"
            assert tiles(shown) == {"Servers came up": "0 of 2"}
            assert "Another drill can begin at" in shown.text
            assert not page(shown).select("main form")
            assert not page(shown).select("script")
    assert len(await steps_of(site, number)) == 1
    told = await site.runtime.read(
        lambda uow: uow.audit.latest("nairobi", [Action.WORKSHOP_DRILLED], 9)
    )
    assert [(x.actor, x.facts["seats"]) for x in told if x.facts["workshop"] == number] == [
        ("amina", 2)
    ]


async def test_it_tells_how_long_starts_took_what_failed_and_what_was_given_back(
    site: Site,
) -> None:
    names = ("gil", "hana", "ike", "jon")
    number = await to_come(site, "Measured", *names)
    async with site.signed_in("amina") as amina:
        form = await amina.get(f"{WORKSHOPS}/{number}/drill")
        await send(amina, form, "/drill")
        drill = await the_drill(site, number)

        def start(uow: UnitOfWork) -> None:
            for name, seconds in (("gil", 12), ("hana", 48)):
                running(uow, by_drill(uow, name), drill.began_at + timedelta(seconds=seconds))
            never = by_drill(uow, "ike")
            uow.sessions.add(never)
            uow.sessions.release(never.session_id, Ending(drill.began_at, EndReason.NEVER_STARTED))
            denied = Denied(Code.QUOTA_AT_ONCE, "nairobi")
            refuse_warming(uow, number, "jon", denied, site.runtime.now())

        def by_drill(uow: UnitOfWork, name: str):
            person = uow.people.by_name(name)
            assert person is not None
            session = a_session(person, community="nairobi", reserved_at=drill.began_at)
            return replace(session, actor=WARMER)

        await site.runtime.write(start)
        shown = await amina.get(f"{WORKSHOPS}/{number}/drill")
        assert tiles(shown) == {
            "Servers came up": "2 of 4",
            "Half of them within": "12 s",
            "95 of 100 within": "48 s",
        }
        assert texts(shown, "tbody th") == [
            "The start did not work, or was called off",
            "All seats were taken",
        ]
        assert "2 servers run still." in shown.text
        assert "Refresh" in shown.headers

        def give_back(uow: UnitOfWork) -> None:
            for session in uow.sessions.all_live("nairobi"):
                stopped(uow, session, site.runtime.now())

        await site.runtime.write(give_back)
        over = await amina.get(f"{WORKSHOPS}/{number}/drill")
    assert "All of its servers have stopped again." in over.text
    assert "Refresh" not in over.headers
    assert tiles(over) == tiles(shown)


async def test_without_people_or_while_it_is_on_it_says_why_there_is_none(site: Site) -> None:
    empty, on = await to_come(site, "Empty"), await to_come(site, "On", "kim", days=0)
    async with site.signed_in("amina") as amina:
        nobody = await amina.get(f"{WORKSHOPS}/{empty}/drill")
        assert "Nobody is registered yet" in nobody.text
        assert page(nobody).select_one(f"main a[href$='?for=learners-{empty}']")
        assert (
            "its servers are started for real now"
            in (await amina.get(f"{WORKSHOPS}/{on}/drill")).text
        )


@pytest.mark.parametrize("seats", ["0", "-1", "101", "many", "9" * 30, ""])
async def test_a_number_beyond_the_bounds_begins_nothing(site: Site, seats: str) -> None:
    number = await to_come(site, f"Not {seats[:3]}", "lea", "max")
    async with site.signed_in("amina") as amina:
        form = await amina.get(f"{WORKSHOPS}/{number}/drill")
        refused = await send(amina, form, "/drill", seats=seats)
    assert refused.status_code == 422
    assert texts(refused, "[role=alert]") == ["Please write how many servers, from 1 to 2."]
    assert await steps_of(site, number) == []


async def test_champions_of_others_learners_and_outsiders_find_no_such_page(site: Site) -> None:
    number = await to_come(site, "Hidden", "nia")
    async with site.signed_in("amina") as amina:
        form = await amina.get(f"{WORKSHOPS}/{number}/drill")
        elsewhere = f"communities/mombasa/workshops/{number}/drill"
        assert (await amina.get(elsewhere)).status_code == 404
    for name in ("joao", "kofi", "bo"):
        async with site.signed_in(name) as other:
            assert (await other.get(f"{WORKSHOPS}/{number}/drill")).status_code == 404
            assert (await send(other, form, "/drill")).status_code in {403, 404}
    async with site.signed_in("joao") as joao:
        # A champion, of another community, at an address of hers.
        assert (await joao.get(elsewhere)).status_code == 404
        token = {"Authorization": f"token {site.app.users['joao'].new_api_token()}"}
        for address in (elsewhere, f"{WORKSHOPS}/{number}/drill"):
            answer = await joao.client.post(
                f"/services/catalyst/{address}", data={"seats": "1"}, headers=token
            )
            assert answer.status_code in {403, 404}
    assert await steps_of(site, number) == []
