"""Drills and rehearsals for programs, which bring their own token."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from catalyst_hub.core.audit import Action
from catalyst_hub.core.denial import Code, Denied
from catalyst_hub.core.meeting import Oddity
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.warming import WARMER
from catalyst_hub.core.workshop import Plan
from catalyst_hub.usecases.refuse_warming import refuse_warming
from tests.champion.site import PREFIX, Site
from tests.champion.test_drills import steps_of, to_come
from tests.champion.test_invitations import everything_in
from tests.champion.test_workshop_planning import COMMUNITIES, odd_day, tomorrow
from tests.champion.test_workshops_api import program_of
from tests.support.sessions import a_session, running

pytestmark = pytest.mark.asyncio(loop_scope="module")

__all__ = ["COMMUNITIES"]
SPANISH = {"Cookie": "catalyst-language=es"}


def drills(number: int, community: str = "nairobi") -> str:
    return f"{PREFIX}communities/{community}/workshops/{number}/drills.json"


def rehearsal(number: int, community: str = "nairobi") -> str:
    return f"{PREFIX}communities/{community}/workshops/{number}/rehearsal.json"


def refused(answer: httpx.Response) -> tuple[int, str | None]:
    return answer.status_code, answer.json()["code"]


# --- drills ---


async def test_a_program_begins_a_drill_and_reads_how_it_went(site: Site) -> None:
    number = await to_come(site, "Plants", "ann", "ben", "cleo")
    async with program_of(site, "amina") as amina:
        before = (await amina.get(drills(number))).json()
        assert before == {
            "outlook": {
                "code": None,
                "message": None,
                "people": 3,
                "seats": 3,
                "most_seats": 3,
                "cost_micros": 270_000_000,
                "cost_micros_each": 90_000_000,
                "currency": "KES",
                "has_budget": True,
            },
            "drills": [],
        }
        assert await steps_of(site, number) == []
        begun = await amina.post(drills(number), json={"seats": 3})
        assert begun.status_code == 201, begun.text
        assert begun.json() == begun.json() | {"seats": 3, "people": 3, "is_over": False}
        began_at = datetime.fromisoformat(begun.json()["began_at"])
        assert datetime.fromisoformat(begun.json()["ends_at"]) == began_at + timedelta(minutes=15)

        def go_on(uow: UnitOfWork) -> None:
            for name, seconds in (("ann", 12), ("ben", 48)):
                person = uow.people.by_name(name)
                assert person is not None
                session = a_session(person, community="nairobi", reserved_at=began_at)
                running(uow, replace(session, actor=WARMER), began_at + timedelta(seconds=seconds))
            denied = Denied(Code.QUOTA_AT_ONCE, "nairobi")
            refuse_warming(uow, number, "cleo", denied, site.runtime.now())

        await site.runtime.write(go_on)
        after = (await amina.get(drills(number))).json()
        [report] = after["drills"]
        assert after["outlook"]["code"] == "is-on"
        assert after["outlook"]["message"].startswith("Another drill can begin at")
    assert report == begun.json() | {
        "is_over": True,
        "start_s": [12.0, 48.0],
        "start_median_s": 12.0,
        "start_p95_s": 48.0,
        "up": 2,
        "missing": 0,
        "refused": {"quota-at-once": 1},
    }


async def test_the_newest_drill_comes_first(site: Site) -> None:
    number, now = await to_come(site, "Often", "dora"), site.runtime.now().replace(microsecond=0)

    def have_been(uow: UnitOfWork) -> None:
        for hours in (3, 1, 2):
            began = (now - timedelta(hours=hours)).astimezone(UTC)
            uow.workshop_steps.take(number, f"drill:{hours}:{began:%Y-%m-%dT%H:%M:%SZ}", now)

    await site.runtime.write(have_been)
    async with program_of(site, "amina") as amina:
        found = (await amina.get(drills(number))).json()["drills"]
    assert [each["seats"] for each in found] == [1, 2, 3]
    assert {each["is_over"] for each in found} == {True}


async def test_of_two_programs_one_begins_and_the_other_is_told_when_to_come_again(
    site: Site,
) -> None:
    number = await to_come(site, "Twice", "eve", "fay")
    async with program_of(site, "amina") as amina:
        begun = await amina.post(drills(number), json={"seats": 2})
        again = await amina.post(drills(number), json={"seats": 1})
    assert refused(again) == (422, "is-on")
    ends_at = datetime.fromisoformat(begun.json()["ends_at"]).astimezone(ZoneInfo("Africa/Nairobi"))
    assert "Another drill can begin at" in again.json()["message"]
    assert f"{ends_at:%H:%M} (Nairobi time)" in again.json()["message"]
    assert len(await steps_of(site, number)) == 1
    told = await site.runtime.read(
        lambda uow: uow.audit.latest("nairobi", [Action.WORKSHOP_DRILLED], 99)
    )
    assert [x.actor for x in told if x.facts["workshop"] == number] == ["amina"]


async def test_why_there_is_no_drill_is_said_in_the_readers_language(site: Site) -> None:
    empty, on = await to_come(site, "Empty"), await to_come(site, "On", "kim", days=0)
    over = await to_come(site, "Over", "kim", days=-3)
    async with program_of(site, "amina") as amina:
        for number, code, sentence in (
            (empty, "nobody", "Todavía no hay nadie"),
            (on, "is-on", "El taller está en curso"),
            (over, "no-workshop", "Este taller ya terminó"),
        ):
            # Whatever the number: first what keeps it from being at all.
            for seats in (1, 0):
                answer = await amina.post(drills(number), json={"seats": seats}, headers=SPANISH)
                assert refused(answer) == (422, code)
                assert answer.json()["message"].startswith(sentence)
            shown = (await amina.get(drills(number), headers=SPANISH)).json()
            assert (shown["outlook"]["code"], shown["drills"]) == (code, [])
            assert shown["outlook"]["message"].startswith(sentence)


@pytest.mark.parametrize("seats", [0, -1, 31, 10**30])
async def test_a_number_beyond_the_bounds_begins_nothing(site: Site, seats: int) -> None:
    number = await to_come(site, f"Not {seats}", "lea", "max")
    async with program_of(site, "amina") as amina:
        answer = await amina.post(drills(number), json={"seats": seats})
    assert refused(answer) == (422, "no-seats")
    assert answer.json()["message"] == "Please write how many servers, from 1 to 2."
    assert await steps_of(site, number) == []


async def test_whoever_runs_the_hub_has_no_bounds_but_the_most_of_all(site: Site) -> None:
    number = await to_come(site, "Great", "noa")
    async with program_of(site, "root") as root:
        assert refused(await root.post(drills(number), json={"seats": 1001})) == (422, "no-seats")
        assert (await root.post(drills(number), json={"seats": 31})).status_code == 201


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{}", "seats is a whole number"),
        ('{"seats": null}', "seats is a whole number"),
        ('{"seats": "2"}', "seats is a whole number"),
        ('{"seats": 1.5}', "seats is a whole number"),
        ('{"seats": NaN}', "seats is a whole number"),
        ('{"seats": true}', "seats is a whole number"),
        ('{"seats": [2]}', "seats is a whole number"),
        ('{"seats": 1, "servers": 2}', "there is no 'servers' in a drill"),
    ],
)
async def test_an_object_that_is_no_drill_is_told_what_is_wrong(
    site: Site, body: str, message: str
) -> None:
    number = await to_come(site, body, "lea")
    async with program_of(site, "amina") as amina:
        answer = await amina.post(drills(number), content=body.encode())
        assert (refused(answer), answer.json()["message"][: len(message)]) == ((422, None), message)
        for other in (b"", b"seats=1", b"[1]"):
            assert (await amina.post(drills(number), content=other)).status_code == 400
    assert await steps_of(site, number) == []


# --- rehearsals ---


async def one_of_tomorrow(site: Site, **more: Any) -> int:
    """From nine to twelve."""
    async with program_of(site, "amina") as amina:
        meeting = {"day": str(tomorrow(site)), "starts": "09:00", "ends": "12:00"}
        made = await amina.post(
            f"{PREFIX}communities/nairobi/workshops.json",
            json={"title": "Frogs", "meetings": [meeting], "seats": 5, **more},
        )
        assert made.status_code == 201, made.text
        number: int = made.json()["workshop"]
        return number


async def test_a_program_sees_what_learners_will_find_and_changes_nothing(site: Site) -> None:
    number = await one_of_tomorrow(site, title="Seen", profile="python", size="small")
    async with program_of(site, "amina") as amina:
        before = everything_in(site.runtime.settings.database_url)
        found = (await amina.get(rehearsal(number))).json()
        nine = datetime.combine(tomorrow(site), time(9), ZoneInfo("Africa/Nairobi"))
        assert datetime.fromisoformat(found["at"]) == nine
        assert datetime.fromisoformat(found["until"]) == nine.replace(hour=12)
        assert (found["is_on"], found["takes_place"]) == (True, True)
        [python] = [each for each in found["profiles"] if each["profile"] == "python"]
        small = next(each for each in python["sizes"] if each["size"] == "small")
        assert (small["is_marked"], small["can_start"]) == (True, True)
        assert (small["code"], small["message"]) == (None, None)
        seats = next(limit for limit in found["limits"] if limit["unit"] == "servers")
        assert (seats["scope"], seats["used"], seats["left"]) == ("community", 0, seats["limit"])
        written = nine.isoformat(timespec="minutes")
        for at in (written, written[:16], f"{nine.astimezone(UTC):%Y-%m-%dT%H:%MZ}"):
            same = await amina.get(rehearsal(number), params={"at": at})
            assert same.json() == found
        evening = await amina.get(rehearsal(number), params={"at": f"{tomorrow(site)}T20:00"})
        assert (evening.json()["is_on"], evening.json()["until"]) == (False, None)
        assert everything_in(site.runtime.settings.database_url) == before


async def test_what_will_be_in_the_way_is_said_with_its_code_in_the_readers_language(
    site: Site,
) -> None:
    number = await one_of_tomorrow(site, title="Paused")
    async with program_of(site, "amina") as amina, program_of(site, "root") as root:
        pause = {
            "community": "nairobi",
            "message": {"": "New disks"},
            "starts_at": f"{tomorrow(site)}T10:00+03:00",
            "ends_at": f"{tomorrow(site)}T11:00+03:00",
        }
        made = await root.post("/hub/api/catalyst/maintenances", json=pause)
        assert made.status_code in {200, 201}, made.text
        for hour, is_paused in ((9, False), (10, True), (11, False)):
            asked = {"at": f"{tomorrow(site)}T{hour:02}:30"}
            found = (await amina.get(rehearsal(number), params=asked, headers=SPANISH)).json()
            sizes = [size for profile in found["profiles"] for size in profile["sizes"]]
            told = [size["message"] for size in sizes if size["code"] == "maintenance"]
            assert len(told) == (len(sizes) if is_paused else 0)
            assert all("mantenimiento" in message for message in told)
            assert all(size["can_start"] is (size["code"] is None) for size in sizes)


@pytest.mark.parametrize(
    ("at", "code", "sentence"),
    [
        ("yesterday", "no-time", "Escribe un día y una hora"),
        ("2026-02-30T09:00", "no-time", "Escribe un día y una hora"),
        ("9" * 2000, "no-time", "Escribe un día y una hora"),
        ("2020-01-01T09:00", "over", "que estén por venir"),
        ("0001-01-01T00:00", "over", "que estén por venir"),
        ("9999-12-31T23:59", "too-far", "próximos tres años"),
    ],
)
async def test_what_is_no_instant_to_come_is_told_apart(
    site: Site, at: str, code: str, sentence: str
) -> None:
    number = await to_come(site, f"Never {code}")
    async with program_of(site, "amina") as amina:
        answer = await amina.get(rehearsal(number), params={"at": at}, headers=SPANISH)
    assert refused(answer) == (422, code)
    assert sentence in answer.json()["message"]


async def test_an_hour_that_the_clocks_leave_out_is_refused_by_page_and_file(site: Site) -> None:
    day, now = odd_day(site, Oddity.SKIPPED, "00:30"), site.runtime.now()
    made = await site.runtime.write(
        lambda uow: uow.workshops.add(
            "mombasa", Plan("Owls", tomorrow(site), tomorrow(site)), "joao", now
        )
    )
    there, asked = rehearsal(made.workshop_id, "mombasa"), {"at": f"{day}T00:30"}
    async with program_of(site, "joao") as joao:
        answer = await joao.get(there, params=asked)
        assert refused(answer) == (422, "skipped")
        assert "leave this hour out" in answer.json()["message"]
        shown = await joao.get(there.removesuffix(".json"), params=asked)
        assert (shown.status_code, "leave this hour out" in shown.text) == (422, True)
        assert (await joao.get(there, params={"at": f"{day}T01:30"})).status_code == 200


# --- for whom they are ---


async def test_others_find_no_such_addresses_and_begin_nothing(site: Site) -> None:
    number = await to_come(site, "Hidden", "nia")
    for name in ("joao", "kofi", "bo"):
        async with program_of(site, name) as other:
            for community in ("nairobi", "mombasa"):
                for answer in (
                    await other.get(drills(number, community)),
                    await other.post(drills(number, community), json={"seats": 1}),
                    await other.get(rehearsal(number, community)),
                ):
                    assert answer.status_code == 404
    async with program_of(site, "root") as root:
        for answer in (
            await root.post(drills(number, "mombasa"), json={"seats": 1}),
            await root.get(drills(10**17)),
            await root.get(rehearsal(10**17)),
        ):
            assert answer.status_code == 404
    assert await steps_of(site, number) == []
