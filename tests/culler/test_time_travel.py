"""Whole workshops of every shape, on a real hub whose clock is set, beside the culler's process:
it is killed between two steps and within one, and the Hub starts another, which goes on.

Here at some instants of each; with ``CATALYST_CHAOS_ROUNDS`` (``make chaos``) at every one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import pytest

from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.workshop import Nights, Plan
from tests.culler.clockwork import LEARNERS
from tests.culler.clockwork import at as moment
from tests.culler.time_travel import TimeTravel

Start = Callable[[str], Awaitable[TimeTravel]]


@pytest.fixture
async def start(start_hub, tmp_path, monkeypatch):
    made = []

    async def at(now: str) -> TimeTravel:
        made.append(await TimeTravel.start(start_hub, tmp_path, monkeypatch, now))
        return made[-1]

    yield at
    for clockwork in made:
        for name in await clockwork.running():
            await clockwork.stop(name)


def plan(*meetings: Meeting, **needs: object) -> Plan:
    return Plan("Plants", meetings[0].day_on, meetings[-1].day_on, meetings, **needs)


async def test_one_hour_and_the_same_while_the_process_is_killed_again_and_again(
    start: Start,
) -> None:
    """Whatever it was doing, the next one finds what is left to do, and does nothing twice."""
    clock = await start("2040-05-31T12:00+03:00")
    undisturbed = await one_hour(clock, date(2040, 6, 5), "K7MP4QRX")
    clock.culler.die_at(
        "begun take_workshop_step warm:*",
        "written take_workshop_step *",
        "asked POST */warm/dayo",
        "answered POST */warm/efua",
        "written enforce_limits",
        "written confirm_stops",
        "answered POST */catalyst/stops",
        "written give_farewells",
        "asked POST */farewells/*",
    )
    killed = await one_hour(clock, date(2040, 7, 17), "K7MP4QRY")
    assert clock.culler.has_died_everywhere()
    assert killed == undisturbed


async def one_hour(clock: TimeTravel, day: date, code: str) -> dict[str, Any]:
    began = clock.now = moment(f"{day}T00:00+03:00") - timedelta(days=4)
    made = plan(Meeting(day, "09:00", "10:00"), seats=3, clean_after_days=16)
    workshop = await clock.schedule(made)
    await clock.register(workshop, ["dayo", "efua", "kofi"], code)
    guest = await clock.sign_up(code)
    assert await clock.round() == ["open"]
    assert await clock.round(f"{day}T08:39+03:00") == []
    assert await clock.running() == set()
    # Two at first, for there are twenty minutes; all are up five minutes before it begins.
    assert await clock.round(f"{day}T08:40+03:00") == [f"warm:{day}"]
    assert await clock.round(f"{day}T08:43+03:00") == []
    assert len(await clock.running()) == 1
    await clock.round(f"{day}T08:54+03:00")
    assert await clock.running() == {"dayo", "efua", "kofi", guest}
    assert await clock.round(f"{day}T09:15+03:00") == [f"warmed:{day}"]
    await clock.use(guest, "kofi")
    # Nobody has come to two of them: a minute's notice, and they are given back.
    assert await clock.round(f"{day}T09:30+03:00") == []
    await clock.round(f"{day}T09:32+03:00")
    assert await clock.running() == {guest, "kofi"}
    assert await clock.ended("efua") == "unused"
    assert await clock.round(f"{day}T10:00+03:00") == [f"end:{day}"]
    await clock.use(guest, "kofi")
    assert await clock.round(f"{day}T10:29+03:00") == []
    assert await clock.running() == {guest, "kofi"}
    # Kofi belongs to the community anyway.
    assert await clock.round(f"{day}T10:30+03:00") == [f"close:{day}"]
    assert await clock.running() == {"kofi"}
    assert await clock.ended(guest) == "workshop"
    await clock.stop("kofi")
    await says_farewell(clock, guest, day + timedelta(days=16))
    told = await clock.became_of(began)
    return {kind: sorted(tuple(map(one_of, each)) for each in told[kind]) for kind in told}


def one_of(found: Any) -> Any:
    """Whoever is forgotten is another one each time; and nothing that is about nobody sorts."""
    forgotten = str(found).startswith("erased:")
    return "erased" if forgotten else "" if found is None else found


async def says_farewell(clock: TimeTravel, guest: str, goes_on: date) -> None:
    """Three notices, and then she is gone with her files."""
    for days in (15, 14, 10, 7, 2, 1):
        await clock.round(f"{goes_on - timedelta(days=days)}T10:01+03:00")
    assert clock.home_of(guest).exists()
    assert await clock.round(f"{goes_on}T10:05+03:00") == []
    assert not clock.home_of(guest).exists()
    assert guest not in {user.name for user in clock.hub.users.values()}


async def test_a_week_with_lunch(start: Start) -> None:
    clock = await start("2040-06-03T12:00+03:00")
    days = [date(2040, 6, 4) + timedelta(days=number) for number in range(5)]
    hours = [Meeting(day, *h) for day in days for h in (("09:00", "12:00"), ("14:00", "17:00"))]
    await clock.register(await clock.schedule(plan(*hours)), LEARNERS, "K7MP4QRX")
    clock.culler.die_at(
        "written take_workshop_step warmed:2040-06-06", "asked POST */catalyst/stops"
    )
    assert await clock.round() == ["open"]
    await clock.round("2040-06-04T08:55+03:00")
    clock.now += timedelta(minutes=10)
    await clock.use("dayo", "efua")
    assert await clock.round("2040-06-04T09:30+03:00") == ["warmed:2040-06-04"]
    await clock.round("2040-06-04T09:31+03:00")
    assert await clock.running() == {"dayo", "efua"}
    # A long lunch: nobody has touched anything for three hours, and nothing is stopped.
    clock.now = moment("2040-06-04T12:00+03:00")
    clock.culler.kill()
    assert await clock.travel("2040-06-04T12:30+03:00") == []
    assert await clock.running() == {"dayo", "efua"}
    # In the evening it is a day like any other: who works goes on, who does not is told, and gone.
    clock.now = moment("2040-06-04T16:46+03:00")
    await clock.travel("2040-06-04T17:08+03:00", using=["efua"])
    assert await clock.running() == {"dayo", "efua"}
    await clock.travel("2040-06-04T17:14+03:00", using=["efua"])
    assert await clock.running() == {"efua"}
    assert await clock.ended("dayo") == "idle"
    await clock.stop("efua")
    for day in days[1:]:
        assert await clock.round(f"{day}T08:50+03:00") == [f"warm:{day}"]
        assert await clock.round(f"{day}T08:56+03:00") == []
        assert await clock.running() == set(LEARNERS)
        clock.now += timedelta(minutes=10)
        await clock.use(*LEARNERS)
        assert await clock.round(f"{day}T13:00+03:00") == [f"warmed:{day}"]
        assert await clock.running() == set(LEARNERS)
        if day != days[-1]:
            for name in LEARNERS:
                await clock.stop(name)
    assert await clock.round("2040-06-08T17:00+03:00") == ["end:2040-06-08"]
    assert await clock.round("2040-06-08T17:30+03:00") == ["close:2040-06-08"]
    assert await clock.running() == set()
    assert clock.culler.has_died_everywhere()


async def test_nights_that_are_kept(start: Start) -> None:
    clock = await start("2040-06-03T12:00+03:00")
    days = [date(2040, 6, 4), date(2040, 6, 5)]
    made = plan(*(Meeting(day, "09:00", "17:00") for day in days), nights=Nights.KEPT)
    await clock.register(await clock.schedule(made), ["dayo"], "K7MP4QRX")
    await clock.round("2040-06-04T08:55+03:00")
    clock.now += timedelta(minutes=10)
    await clock.use("dayo")
    clock.now = moment("2040-06-04T18:30+03:00")
    await clock.travel("2040-06-04T19:00+03:00")
    assert await clock.running() == {"dayo"}
    # In the morning nobody starts what runs.
    assert "warm:2040-06-05" in await clock.round("2040-06-05T08:55+03:00")
    assert len(await clock.audited("nairobi", "session:reserved")) == 1
    await clock.round("2040-06-05T17:00+03:00")
    await clock.round("2040-06-05T17:30+03:00")
    assert await clock.running() == set()


async def test_twelve_tuesdays_while_the_clocks_change(start: Start) -> None:
    clock = await start("2040-02-20T12:00-03:00")
    zone = clock.runtime.policy.by_slug["santiago"].zone
    days = [date(2040, 2, 21) + timedelta(weeks=number) for number in range(12)]
    made = plan(*(Meeting(day, "18:00", "20:00") for day in days))
    workshop = await clock.schedule(made, "santiago")
    await clock.register(workshop, LEARNERS, "K7MP4QRX")
    # The first after the change.
    clock.culler.die_at("written take_workshop_step warm:2040-04-10")
    assert await clock.round() == ["open"]
    hours = set()
    for day in days:
        starts_at = Meeting(day, "18:00", "20:00").span(zone)[0]
        hours.add(starts_at.hour)
        if day in days[5:8]:
            clock.now = starts_at - timedelta(minutes=21)
            assert await clock.round() == []
        clock.now = starts_at - timedelta(minutes=5)
        assert await clock.round() == [f"warm:{day}"]
        assert await clock.running() == set(LEARNERS)
        clock.now = starts_at + timedelta(minutes=30)
        await clock.use("dayo")
        assert await clock.round() == [f"warmed:{day}"]
        clock.now = starts_at + timedelta(minutes=32)
        await clock.round()
        assert await clock.running() == {"dayo"}
        if day != days[-1]:
            await clock.stop("dayo")
    assert clock.culler.has_died_everywhere()
    # Six in the evening is another hour of the world after the change.
    assert hours == {21, 22}
    clock.now = made_end = Meeting(days[-1], "18:00", "20:00").span(zone)[1]
    assert await clock.round() == [f"end:{days[-1]}"]
    clock.now = made_end + timedelta(minutes=30)
    assert await clock.round() == [f"close:{days[-1]}"]
    assert await clock.running() == set()


async def test_two_that_overlap_in_two_zones(start: Start) -> None:
    clock = await start("2040-06-01T12:00+00:00")
    day = date(2040, 6, 5)
    # 14:00 in Nairobi is 07:00 in Santiago.
    here = await clock.schedule(plan(Meeting(day, "14:00", "17:00")))
    there = await clock.schedule(plan(Meeting(day, "08:00", "09:00")), "santiago")
    await clock.register(here, ["dayo", "efua"], "K7MP4QRX")
    # Efua takes part in both, and has one server.
    await clock.register(there, ["efua", "femi"], "K7MP4QRY")
    # Between the beginning of one and of the other, and between the end and the end.
    clock.culler.die_at("written take_workshop_step open", "written take_workshop_step end:*")
    assert await clock.round() == ["open", "open"]
    assert await clock.round("2040-06-05T10:55+00:00") == [f"warm:{day}"]
    assert await clock.running() == {"dayo", "efua"}
    clock.now += timedelta(minutes=10)
    await clock.use("dayo", "efua")
    assert await clock.round("2040-06-05T11:55+00:00") == [f"warmed:{day}", f"warm:{day}"]
    assert await clock.running() == {"dayo", "efua", "femi"}
    clock.now += timedelta(minutes=10)
    await clock.use("dayo", "efua", "femi")
    # The one in Santiago is over first; Efua's server is of the other.
    assert await clock.round("2040-06-05T13:00+00:00") == [f"warmed:{day}", f"end:{day}"]
    assert await clock.round("2040-06-05T13:30+00:00") == [f"close:{day}"]
    assert await clock.running() == {"dayo", "efua"}
    assert await clock.round("2040-06-05T14:00+00:00") == [f"end:{day}"]
    assert await clock.round("2040-06-05T14:30+00:00") == [f"close:{day}"]
    assert await clock.running() == set()
    assert {await clock.ended(name) for name in LEARNERS} == {"workshop"}
    assert clock.culler.has_died_everywhere()
