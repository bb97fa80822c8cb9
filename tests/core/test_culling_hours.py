"""Which limits follow on those of now, and that whoever is stopped by them hears of it before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.culling import Shelter, culling_ground, outlook
from catalyst_hub.core.culling_hours import spells
from catalyst_hub.core.culling_rules import (
    Culling,
    CullingPart,
    CullingRules,
    SaidBy,
    Schedule,
    Span,
    Tighter,
    rules_at,
)
from catalyst_hub.core.notice import Ground, Reason
from tests.core.test_culling import NOTHING, SESSION

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = frozenset(range(7))
SANTIAGO = "America/Santiago"
BY_DAY = CullingRules(idle=Span(None), max_age=Span(None))
NIGHTS = Schedule("nights", WEEK, 22 * 60, 6 * 60, {"idle": 20 * MINUTE})


def _at(day: int, hour: int, minute: int = 0, month: int = 11, fold: int = 0) -> datetime:
    """What the clock shows in Santiago."""
    local = datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(SANTIAGO), fold=fold)
    return local.astimezone(UTC)


def _told(
    schedule: Schedule,
    used_at: datetime,
    now: datetime,
    rules: CullingRules = BY_DAY,
    shelter: Shelter = NOTHING,
) -> Ground | None:
    """What the owner hears of a server that she started, and used last, at some instant."""
    session = replace(SESSION, reserved_at=used_at, running_at=used_at, activity_at=used_at)
    ahead = spells(Culling(CullingPart(rules, (schedule,))), "python", SANTIAGO, now)
    return culling_ground(session, None, ahead, shelter, now)


def _first_told(schedule: Schedule, used_at: datetime, until: datetime) -> tuple[datetime, Ground]:
    """When she hears of it first, minute by minute, and what."""
    now = used_at
    while now < until:
        if (ground := _told(schedule, used_at, now)) is not None:
            return now, ground
        now += MINUTE
    raise AssertionError("she is never told")


def test_who_is_stopped_by_the_night_is_told_half_an_hour_before_it() -> None:
    at, ground = _first_told(NIGHTS, _at(24, 20), _at(25, 6))
    assert (at, ground.stop_at) == (_at(24, 21, 30), _at(24, 22))
    assert ground.reason is Reason.IDLE
    assert ground.reminders == (5 * MINUTE,)
    assert (ground.facts["by"], ground.facts["name"]) == (SaidBy.SCHEDULE, "nights")


def test_what_was_told_before_the_night_stays_the_same_in_it() -> None:
    before = _told(NIGHTS, _at(24, 20), _at(24, 21, 59))
    assert before == _told(NIGHTS, _at(24, 20), _at(24, 22))
    assert before == _told(NIGHTS, _at(24, 20), _at(24, 23, 30))


def test_who_works_just_before_the_night_is_not_told_that_nobody_does() -> None:
    assert _told(NIGHTS, _at(24, 21, 35), _at(24, 21, 40)) is None
    at, ground = _first_told(NIGHTS, _at(24, 21, 35), _at(25, 6))
    assert (at, ground.stop_at) == (_at(24, 21, 45), _at(24, 22))
    at, ground = _first_told(NIGHTS, _at(24, 21, 55), _at(25, 6))
    assert (at, ground.stop_at) == (_at(24, 22, 5), _at(24, 22, 15))


def test_who_is_stopped_when_a_weekend_without_limits_ends_is_told_before() -> None:
    weekend = Schedule("weekend", frozenset({5, 6}), 0, 24 * 60, {"idle": None})
    usual = replace(BY_DAY, idle=Span(HOUR))
    assert _told(weekend, _at(21, 3), _at(22, 23, 29), usual) is None
    ground = _told(weekend, _at(21, 3), _at(22, 23, 30), usual)
    assert ground is not None
    assert (ground.stop_at, ground.facts["by"]) == (_at(23, 0), SaidBy.HUB)


def test_nobody_is_told_of_a_stop_that_the_night_takes_back() -> None:
    quiet = Schedule("quiet", WEEK, 22 * 60, 6 * 60, {"idle": None})
    usual = replace(BY_DAY, idle=Span(HOUR))
    # By the limit of the day it would stop at 22:10.
    assert _told(quiet, _at(24, 21, 10), _at(24, 21, 50), usual) is None
    ground = _told(quiet, _at(24, 20, 50), _at(24, 21, 20), usual)
    assert ground is not None
    assert ground.stop_at == _at(24, 21, 50)


def test_servers_too_old_for_the_night_are_told_before_it() -> None:
    young = Schedule("young", WEEK, 22 * 60, 6 * 60, {"max_age": 4 * HOUR})
    assert _told(young, _at(24, 9), _at(24, 21, 29)) is None
    ground = _told(young, _at(24, 9), _at(24, 21, 30))
    assert ground is not None
    assert (ground.reason, ground.stop_at) == (Reason.OVER_AGE, _at(24, 22))
    # What is not too old yet when the night begins stops in the course of it.
    ground = _told(young, _at(24, 20), _at(24, 23, 45))
    assert ground is not None
    assert ground.stop_at == _at(25, 0)


def test_who_starts_just_before_a_night_without_grace_has_that_of_the_night() -> None:
    usual = replace(BY_DAY, idle=Span(10 * MINUTE), grace=HOUR)
    quick = Schedule("quick", WEEK, 22 * 60, 6 * 60, {"grace": None})
    ground = _told(quick, _at(24, 21, 55), _at(24, 22), usual)
    assert ground is not None
    assert ground.stop_at == _at(24, 22, 5)
    assert _told(quick, _at(24, 20, 30), _at(24, 20, 55), usual) is None


def test_what_was_put_off_into_the_night_stops_then() -> None:
    shelter = Shelter(kept={Reason.IDLE: _at(24, 22, 30)})
    ground = _told(NIGHTS, _at(24, 20), _at(24, 21, 40), shelter=shelter)
    assert ground is not None
    assert ground.stop_at == _at(24, 22, 30)


def test_of_notices_an_hour_before_the_first_comes_an_hour_before_the_night() -> None:
    rules = replace(BY_DAY, notices=(HOUR, 10 * MINUTE))
    assert _told(NIGHTS, _at(24, 20), _at(24, 20, 59), rules) is None
    ground = _told(NIGHTS, _at(24, 20), _at(24, 21), rules)
    assert ground is not None
    assert ground.reminders == (10 * MINUTE,)


@pytest.mark.parametrize(
    ("starts", "used_at", "told_at", "stop_at"),
    [
        # Midnight of 2026-09-06 is skipped: after 23:59 comes 01:00, and the hours of 00:30 begin.
        (30, _at(5, 20, month=9), _at(5, 23, 30, month=9), _at(5, 23, 59, month=9) + MINUTE),
        (90, _at(5, 20, month=9), _at(6, 1, month=9), _at(6, 1, 30, month=9)),
        # 23:00 to 23:59 of 2026-04-04 comes twice: 23:30 has been when it comes again.
        (23 * 60 + 30, _at(4, 20, month=4), _at(4, 23, month=4), _at(4, 23, 30, month=4)),
        # An hour that is shown twice lies between ten o'clock and midnight: it is two hours more.
        (0, _at(4, 20, month=4), _at(4, 23, 30, month=4, fold=1), _at(5, 0, month=4)),
    ],
)
def test_the_half_hour_is_one_of_real_time_when_clocks_change(
    starts: int, used_at: datetime, told_at: datetime, stop_at: datetime
) -> None:
    early = Schedule("early", WEEK, starts, (starts + 360) % 1440, {"idle": 20 * MINUTE})
    at, ground = _first_told(early, used_at, used_at + DAY)
    assert (at, ground.stop_at) == (told_at, stop_at)


def test_hours_that_end_when_the_clock_goes_back_over_them_begin_a_second_time() -> None:
    # On from 22:00 to 23:30, off for half an hour, and on again from 23:00 shown again.
    late = Schedule("late", WEEK, 22 * 60, 23 * 60 + 30, {"idle": 20 * MINUTE})
    culling = Culling(CullingPart(BY_DAY, (late,)))
    ahead = spells(culling, "python", SANTIAGO, _at(4, 21, month=4))
    hours = [(spell.begins_at, spell.ends_at) for spell in ahead if spell.rules.idle.lasts]
    assert hours[:2] == [
        (_at(4, 22, month=4), _at(4, 23, 30, month=4)),
        (_at(4, 23, month=4, fold=1), _at(4, 23, 30, month=4, fold=1)),
    ]


def test_without_schedules_there_is_one_spell_without_an_end() -> None:
    [spell] = spells(Culling(), "python", SANTIAGO, _at(24, 12))
    assert spell.rules == CullingRules()


def test_the_outlook_names_the_limits_of_now() -> None:
    ahead = spells(Culling(CullingPart(BY_DAY, (NIGHTS,))), "python", SANTIAGO, _at(24, 12))
    session = replace(SESSION, reserved_at=_at(24, 9), running_at=_at(24, 9), activity_at=None)
    found = outlook(session, None, ahead, NOTHING, _at(24, 12))
    assert found.rules == BY_DAY
    assert [stop.stop_at for stop in found.stops] == [_at(24, 22)]


_minutes = st.integers(0, 1439)
_spans = st.sampled_from([{"idle": None}, {"idle": MINUTE}, {"max_age": HOUR}])
_schedules = st.builds(
    Schedule, st.just("hours"), st.frozensets(st.integers(0, 6)), _minutes, _minutes, _spans
)
#: Of zones whose clocks change, the days of it: at midnight, by half an hour, on another day.
_DAYS = st.sampled_from(
    [
        (SANTIAGO, datetime(2026, 4, 5, tzinfo=UTC)),
        (SANTIAGO, datetime(2026, 9, 6, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 10, 3, tzinfo=UTC)),
        ("Europe/Paris", datetime(2026, 10, 25, tzinfo=UTC)),
        ("Africa/Nairobi", datetime(2026, 11, 24, tzinfo=UTC)),
    ]
)


@given(st.lists(_schedules, max_size=3), _DAYS, st.integers(-2000, 2000), st.booleans())
def test_the_spells_of_a_day_say_at_every_minute_what_holds_then(
    schedules: list[Schedule], day: tuple[str, datetime], offset: int, has_gpu: bool
) -> None:
    zone, now = day[0], day[1] + offset * MINUTE
    culling = Culling(CullingPart(CullingRules(), tuple(schedules), gpu=Tighter(idle=30 * MINUTE)))
    ahead = spells(culling, "python", zone, now, has_gpu=has_gpu)
    assert ahead[0].begins_at <= now
    for minute in range(0, 1440, 7):
        at = now + minute * MINUTE
        [spell] = [spell for spell in ahead if spell.begins_at <= at < spell.ends_at]
        assert spell.rules == rules_at(culling, "python", zone, at, has_gpu=has_gpu)
