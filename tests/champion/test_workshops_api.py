"""Workshops for programs, which bring their own token."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.champion.site import PREFIX, Site
from tests.champion.test_calendars import calendar
from tests.champion.test_workshop_planning import COMMUNITIES, tomorrow

pytestmark = pytest.mark.asyncio(loop_scope="module")

__all__ = ["COMMUNITIES"]
ALL = f"{PREFIX}communities/nairobi/workshops.json"
PLAN = f"{PREFIX}communities/nairobi/workshops/plan.json"


@asynccontextmanager
async def program_of(site: Site, name: str) -> AsyncIterator[httpx.AsyncClient]:
    async with site.signed_in(name), site.stranger() as program:
        token = site.app.users[name].new_api_token()
        program.client.headers["Authorization"] = f"token {token}"
        yield program.client


def about(site: Site, **more: Any) -> dict[str, Any]:
    meeting = {"day": tomorrow(site).isoformat(), "starts": "09:00", "ends": "12:00"}
    return {"title": "Plants", "meetings": [meeting], "seats": 20, **more}


def one(made: httpx.Response) -> str:
    return f"{PREFIX}communities/nairobi/workshops/{made.json()['workshop']}.json"


async def test_a_program_plans_makes_changes_and_calls_off(site: Site) -> None:
    async with program_of(site, "amina") as amina:
        plan = (await amina.post(PLAN, json=about(site))).json()
        assert plan["seats"] == 20
        assert plan["cost_micros"]["low"] <= plan["cost_micros"]["high"]
        assert {"opens", "meets", "drains"} <= {event["what"] for event in plan["programme"]}
        assert (await amina.get(ALL)).json() == {"workshops": []}
        made = await amina.post(ALL, json=about(site))
        assert made.status_code == 201, made.text
        assert (await amina.get(ALL)).json()["workshops"] == [made.json()]
        assert made.json()["idle_minutes"] is None
        changed = await amina.patch(one(made), json={"seats": 12, "idle_minutes": 20})
        assert (changed.json()["seats"], changed.json()["title"]) == (12, "Plants")
        assert changed.json()["idle_minutes"] == 20
        limits = {"max_age_minutes": 480, "grace_minutes": 0, "ceiling_minutes": 120}
        assert limits.keys() <= made.json().keys()
        changed = await amina.patch(one(made), json={**limits, "idle_minutes": None})
        assert changed.json() == {**changed.json(), **limits, "idle_minutes": None, "seats": 12}
        assert (await amina.get(one(made))).json() == changed.json()
        assert (await amina.delete(one(made))).status_code == 204
        assert (await amina.get(one(made))).json()["state"] == "cancelled"


async def test_a_program_makes_a_workshop_of_a_calendar_file(site: Site) -> None:
    address = ALL.replace(".json", "/calendar.json")
    day = tomorrow(site)
    nine = f"DTSTART:{day:%Y%m%d}T090000", f"DTEND:{day:%Y%m%d}T120000"
    async with program_of(site, "amina") as amina:
        amina.headers["Content-Type"] = "text/calendar"
        found = await amina.post(address, content=calendar(*nine).encode())
        assert found.json() == {
            "title": "Plants",
            "first_on": day.isoformat(),
            "last_on": day.isoformat(),
            "meetings": [{"day": day.isoformat(), "starts": "09:00", "ends": "12:00"}],
        }
        made = await amina.post(ALL, json=found.json())
        assert made.json()["meetings"] == found.json()["meetings"]
        assert (await amina.delete(one(made))).status_code == 204
        rare = calendar(*nine, "RRULE:FREQ=DAILY;INTERVAL=1000").encode()
        cut = await amina.post(address, content=rare)
        beyond = (day + timedelta(days=1000)).isoformat()
        assert cut.json() == {**found.json(), "left_out_from": beyond}
        assert (await amina.post(ALL, json=cut.json())).status_code == 422
        broken = await amina.post(address, content=calendar("DTSTART:soon").encode())
        assert broken.status_code == 422
        assert "DTSTART:soon" in broken.json()["message"]


async def test_calling_off_says_when_people_go_who_came_for_it_alone(site: Site) -> None:
    async with program_of(site, "amina") as amina, site.signed_in("amina") as browser:
        for days, sentence in (
            (None, "stays in the community"),
            (30, "in 30 days at the earliest"),
        ):
            made = await amina.post(ALL, json=about(site, clean_after_days=days))
            question = await browser.client.get(one(made).removesuffix(".json") + "/cancel")
            assert sentence in question.text
            assert (await amina.delete(one(made))).status_code == 204


async def test_programs_that_change_a_workshop_at_once_lose_nothing_of_each_other(
    site: Site,
) -> None:
    said = {"title": "Maps", "seats": 12, "language": "fr", "warm_minutes": 5, "nights": "kept"}
    async with program_of(site, "amina") as amina:
        made = one(await amina.post(ALL, json=about(site)))
        answers = await asyncio.gather(
            *(amina.patch(made, json={name: value}) for name, value in said.items())
        )
        assert {answer.status_code for answer in answers} == {200}
        after = (await amina.get(made)).json()
        assert {name: after[name] for name in said} == said
        assert (await amina.delete(made)).status_code == 204


async def test_what_is_beyond_the_bounds_needs_a_reason_and_waits(site: Site) -> None:
    async with program_of(site, "amina") as amina:
        refused = await amina.post(ALL, json=about(site, title="Crowd", seats=31))
        assert (refused.status_code, refused.json()["code"]) == (422, "beyond")
        asked = await amina.post(ALL, json=about(site, title="Crowd", seats=31, reason="Many"))
        assert asked.json()["state"] == "asked"
        assert asked.json()["request"]["reason"] == "Many"


@pytest.mark.parametrize("answer", ["granted", "declined"])
async def test_a_program_of_the_operators_answers_once(site: Site, answer: str) -> None:
    said = about(site, title=f"Crowd {answer}", seats=31, reason="Many")
    other = {"granted": "declined", "declined": "granted"}[answer]
    async with program_of(site, "amina") as amina, program_of(site, "root") as root:
        made = one(await amina.post(ALL, json=said))
        address = made.replace(".json", "/answer.json")
        assert (await amina.post(address, json={"answer": answer})).status_code == 404
        for wrong in ({}, {"answer": "perhaps"}, {"answer": answer, "reply": 7}, {"word": 1}):
            assert (await root.post(address, json=wrong)).status_code == 400
        given = await root.post(address, json={"answer": answer, "reply": "Seen"})
        assert given.json()["request"] == {"reason": "Many", "answer": answer, "reply": "Seen"}
        again = await root.post(address, json={"answer": other})
        assert (again.status_code, again.json()["code"]) == (409, "not-there")
        state = {"granted": "coming", "declined": "declined"}[answer]
        assert (await amina.get(made)).json()["state"] == state
        await amina.delete(made)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"seats": 0}, "no-seats"),
        ({"seats": 100_000}, "most-seats"),
        ({"idle_minutes": 0}, "idle"),
        ({"max_age_minutes": 59}, "max-age"),
        ({"grace_minutes": -1}, "grace"),
        ({"ceiling_minutes": 0}, "ceiling"),
        ({"ceiling_minutes": "2h"}, None),
        ({"seats": "many"}, None),
        ({"seats": True}, None),
        ({"title": "\0"}, None),
        ({"title": None}, None),
        ({"nights": "sometimes"}, None),
        ({"zone": "Mars/Olympus"}, None),
        ({"meetings": "weekly"}, None),
        ({"meetings": [{"day": "2026-13-01"}]}, None),
        ({"meetings": []}, None),
        ({"profile": "none"}, "no-profile"),
    ],
)
async def test_what_cannot_be_is_answered_with_a_message(
    site: Site, more: dict[str, Any], code: str | None
) -> None:
    async with program_of(site, "amina") as amina:
        before = (await amina.get(ALL)).json()
        for address in (PLAN, ALL):
            refused = await amina.post(address, json=about(site, **more))
            assert refused.status_code == 422, refused.text
            assert refused.json()["code"] == code
            assert refused.json()["message"]
        assert (await amina.get(ALL)).json() == before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"seats": "many"}, "seats"),
        ({"first_on": "soon"}, "first_on"),
        ({"nights": "sometimes"}, "nights"),
        ({"meetings": [{"day": "soon"}]}, "meetings.day"),
        ({"meetings": [7]}, "meetings"),
    ],
)
async def test_what_is_no_plan_is_said_of_its_field(
    site: Site, wrong: dict[str, Any], field: str
) -> None:
    async with program_of(site, "amina") as amina:
        refused = await amina.post(PLAN, json=about(site, **wrong))
    assert refused.json()["message"].startswith(f"{field} is ")


@pytest.mark.parametrize(
    ("starts", "ends", "code"),
    [("12:00", "09:00", "ends-first"), ("9", "10", "no-hour"), ("24:00", "24:00", "ends-first")],
)
async def test_odd_hours_are_answered_with_their_day(
    site: Site, starts: str, ends: str, code: str
) -> None:
    meeting = {"day": tomorrow(site).isoformat(), "starts": starts, "ends": ends}
    async with program_of(site, "amina") as amina:
        refused = await amina.post(PLAN, json=about(site, meetings=[meeting]))
    assert refused.json()["code"] == code
    assert str(tomorrow(site).year) in refused.json()["message"]


async def test_a_rule_makes_the_meetings_as_the_form_does(site: Site) -> None:
    day = tomorrow(site)
    week = timedelta(days=7)
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    rule: dict[str, Any] = {
        "first_on": str(day),
        "weekdays": [names[day.weekday()]],
        "hours": [{"starts": "09:00", "ends": "11:00"}, {"starts": "13:00", "ends": "14:00"}],
        "times": 6,
        "holidays": [str(day + week)],
    }
    said = {"title": "By rule", "seats": 5, "recurrence": rule}
    async with program_of(site, "amina") as amina:
        made = await amina.post(ALL, json=said)
        assert made.status_code == 201, made.text
        assert [(m["day"], m["starts"]) for m in made.json()["meetings"]] == [
            (str(day + n * week), starts) for n in (0, 2, 3) for starts in ("09:00", "13:00")
        ]
        assert made.json()["last_on"] == str(day + 3 * week)
        until = {"first_on": str(day), "last_on": str(day + 2 * week), "every_weeks": 2}
        changed = await amina.patch(
            one(made),
            json={"recurrence": {**rule, **until, "times": None, "holidays": []}},
        )
        assert changed.status_code == 200, changed.text
        days = {m["day"] for m in changed.json()["meetings"]}
        assert days == {str(day), str(day + 2 * week)}
        assert (await amina.delete(one(made))).status_code == 204


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"weekdays": ["friday"]}, "recurrence.weekdays"),
        ({"weekdays": []}, "recurrence.weekdays"),
        ({"weekdays": [["mon"]]}, "recurrence.weekdays"),
        ({"hours": []}, "recurrence.hours"),
        ({"hours": [{"starts": "09:00"}]}, "recurrence.hours.ends"),
        ({"hours": ["09:00-10:00"]}, "recurrence.hours"),
        ({"first_on": "soon"}, "recurrence.first_on"),
        ({"first_on": None}, "recurrence.first_on"),
        ({"last_on": 7}, "recurrence.last_on"),
        ({"times": "ten"}, "recurrence.times"),
        ({"times": None}, "last_on or times"),
        ({"every_weeks": 0}, "recurrence.every_weeks"),
        ({"holidays": "easter"}, "recurrence.holidays"),
        ({"holidays": ["easter"]}, "recurrence.holidays"),
        ({"freq": "weekly"}, "'freq'"),
    ],
)
async def test_what_is_wrong_with_a_rule_is_said_of_its_field(
    site: Site, wrong: dict[str, Any], field: str
) -> None:
    rule = {
        "first_on": str(tomorrow(site)),
        "hours": [{"starts": "09:00", "ends": "10:00"}],
        "times": 3,
    }
    async with program_of(site, "amina") as amina:
        said = {"title": "Wrong", "recurrence": {**rule, **wrong}}
        refused = await amina.post(PLAN, json=said)
        assert (refused.status_code, refused.json()["code"]) == (422, None)
        assert field in refused.json()["message"]


@pytest.mark.parametrize(
    ("rule", "code"),
    [({"times": 10_000}, "too-many"), ({"times": 0}, "no-meetings"), ({}, "ends-first")],
)
async def test_a_rule_of_which_nothing_can_be_made_is_refused_by_its_code(
    site: Site, rule: dict[str, Any], code: str
) -> None:
    ends = "08:00" if code == "ends-first" else "10:00"
    usual = {"first_on": str(tomorrow(site)), "hours": [{"starts": "09:00", "ends": ends}]}
    async with program_of(site, "amina") as amina:
        said = {"title": "None", "recurrence": {**usual, "times": 2, **rule}}
        made = await amina.post(ALL, json=said)
        assert (made.status_code, made.json()["code"]) == (422, code)
        both = {**about(site), "recurrence": {**usual, "times": 2}}
        assert "not both" in (await amina.post(PLAN, json=both)).json()["message"]


async def test_ten_thousand_times_are_refused(site: Site) -> None:
    day = tomorrow(site)
    meetings = [
        {"day": str(day + timedelta(days=n)), "starts": "09:00", "ends": "10:00"}
        for n in range(10_000)
    ]
    async with program_of(site, "amina") as amina:
        refused = await amina.post(PLAN, json=about(site, meetings=meetings))
    assert refused.json()["code"] == "too-many"


async def test_what_is_no_object_is_not_understood(site: Site) -> None:
    async with program_of(site, "amina") as amina:
        for body in ("[]", "{", "[" * 100_000, '{"reason": 1}'):
            assert (await amina.post(ALL, content=body)).status_code == 400


async def test_a_page_elsewhere_cannot_use_the_address_for_programs(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        await amina.see("communities/nairobi/workshops")
        assert (await amina.client.post(ALL, json=about(site))).status_code == 403


async def test_strangers_to_the_community_find_nothing(site: Site) -> None:
    async with program_of(site, "joao") as joao:
        assert (await joao.get(ALL)).status_code == 404
        assert (await joao.post(ALL, json=about(site))).status_code == 404


def meets(day: str, starts: str, ends: str) -> dict[str, Any]:
    return {"meetings": [{"day": day, "starts": starts, "ends": ends}]}


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        (meets("9999-12-31", "09:00", "24:00"), "too-far", "more than two years ahead"),
        (meets("0001-01-01", "00:00", "01:00"), "over", "over already"),
        (
            {"meetings": [], "first_on": "9999-12-31", "last_on": "9999-12-31"},
            "too-far",
            "two years",
        ),
        ({"meetings": [], "first_on": "0001-01-01", "last_on": "0001-01-01"}, "over", "already"),
        ({"meetings": [], "first_on": "0001-01-02", "last_on": "0001-01-02"}, "over", "already"),
        ({"meetings": [], "first_on": "0001-01-02", "last_on": "9999-12-31"}, "too-long", "366"),
        (meets("2026-12-01", "9 am", "noon"), "no-hour", "hours like 09:00"),
    ],
)
async def test_no_workshop_is_at_the_ends_of_the_calendar_or_at_no_hour(
    site: Site, more: dict[str, Any], code: str, words: str
) -> None:
    async with program_of(site, "amina") as amina:
        made = await amina.post(ALL, json=about(site))
        for refused in (
            await amina.post(PLAN, json=about(site, **more)),
            await amina.post(ALL, json=about(site, **more)),
            await amina.patch(one(made), json=more),
        ):
            assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text
            assert words in refused.json()["message"]
        await amina.delete(one(made))


async def test_an_hour_that_cannot_be_is_told_with_its_day(site: Site) -> None:
    day = tomorrow(site).isoformat()
    both = meets(day, "09:00", "12:00")["meetings"] + meets(day, "11:00", "13:00")["meetings"]
    async with program_of(site, "amina") as amina:
        refused = await amina.post(PLAN, json=about(site, meetings=both))
    assert "11:00–13:00: This begins before the time before it" in refused.json()["message"]
