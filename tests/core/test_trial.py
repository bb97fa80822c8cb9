"""Trials beside a brute-force replay: unit by unit, and start by start."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import Resources, Unit, Usage
from catalyst_hub.core.trial import (
    DayOfUse,
    Run,
    at_once,
    can_be_tried,
    over_time,
    reads_from,
    trial,
)
from catalyst_hub.core.window import Window

FIRST = date(2026, 10, 1)
PEOPLE = ("amina", "kofi", "lucia")

_uses = st.lists(
    st.builds(
        lambda who, day, profile, amount: DayOfUse(
            who, FIRST + timedelta(days=day), profile, Usage(server_ms=amount)
        ),
        st.sampled_from(PEOPLE),
        st.integers(0, 40),
        st.sampled_from(["python", "r"]),
        st.integers(0, 6),
    ),
    max_size=25,
)
_over_time = st.builds(
    lambda scope, window, amount, profile, days: Limit(
        scope,
        Unit.SERVER_HOURS,
        window,
        amount,
        profile=profile,
        days=days if window is Window.ROLLING else 0,
        since_on=FIRST + timedelta(days=days) if window is Window.TOTAL else None,
    ),
    st.sampled_from([LimitScope.PERSON, LimitScope.COMMUNITY]),
    st.sampled_from([Window.DAY, Window.WEEK, Window.MONTH, Window.ROLLING, Window.TOTAL]),
    st.integers(0, 15),
    st.sampled_from([None, "python"]),
    st.integers(1, 9),
)


def _is_same_window(limit: Limit, day: date, other: date) -> bool:
    """Whether what was used on the other day counts on this one, by the words of the docs."""
    match limit.window:
        case Window.DAY:
            return day == other
        case Window.WEEK:
            return day.isocalendar()[:2] == other.isocalendar()[:2]
        case Window.MONTH:
            return (day.year, day.month) == (other.year, other.month)
        case Window.ROLLING:
            return (day - other).days < limit.days
        case _:
            return limit.since_on is None or other >= limit.since_on


def _by_units(limit: Limit, uses: Sequence[DayOfUse]) -> set[tuple[str, date]]:
    """Every millisecond asks whether it may still be used."""
    taken: list[tuple[str, date]] = []
    stopped: set[tuple[str, date]] = set()
    asked: Counter[tuple[str, date]] = Counter()
    for use in uses:
        if limit.profile in (None, use.profile):
            asked[use.who, use.day] += use.usage.server_ms
    for day in sorted({day for _, day in asked}):
        if limit.since_on is not None and day < limit.since_on:
            continue
        today = {who: n for (who, on), n in asked.items() if on == day and n}
        for who, n in today.items():
            for _ in range(n):
                is_mine = limit.scope is LimitScope.PERSON
                spent = sum(
                    (not is_mine or owner == who) and _is_same_window(limit, day, on)
                    for owner, on in taken
                )
                if spent < limit.amount:
                    taken.append((who, day))
                else:
                    stopped |= {(who, day)} if is_mine else {(each, day) for each in today}
    return stopped


@given(_over_time, _uses)
def test_a_limit_over_time_stops_whom_the_replay_stops(limit: Limit, uses: list[DayOfUse]) -> None:
    found = {(who, day) for who, days in over_time(limit, uses).items() for day in days}
    assert found == _by_units(limit, uses)


_runs = st.lists(
    st.builds(
        lambda who, profile, cpu, start, length: Run(
            who,
            profile,
            Resources(cpu * 1000, 1024**3, cpu % 2),
            datetime(2026, 10, 1, tzinfo=UTC) + timedelta(hours=start),
            datetime(2026, 10, 1, tzinfo=UTC) + timedelta(hours=start + length),
        ),
        st.sampled_from(PEOPLE),
        st.sampled_from(["python", "r"]),
        st.integers(1, 4),
        st.integers(0, 60),
        st.integers(1, 30),
    ),
    max_size=20,
    unique_by=lambda run: run.starts_at,
)
_at_once = st.builds(
    lambda scope, unit, amount, profile: Limit(
        scope, unit, Window.AT_ONCE, amount * (1000 if unit is Unit.CPU else 1), profile=profile
    ),
    st.sampled_from([LimitScope.PERSON, LimitScope.COMMUNITY]),
    st.sampled_from([Unit.SERVERS, Unit.CPU, Unit.GPU]),
    st.integers(0, 6),
    st.sampled_from([None, "python"]),
)


def _by_starts(limit: Limit, runs: Sequence[Run]) -> set[tuple[str, date]]:
    """Every start looks at all that were admitted before it."""
    admitted: list[Run] = []
    stopped = set()
    for run in sorted(runs, key=lambda run: run.starts_at):
        size = run.resources.at_once(limit.unit)
        if limit.profile not in (None, run.profile) or not size:
            continue
        beside = [
            other.resources.at_once(limit.unit)
            for other in admitted
            if other.starts_at <= run.starts_at < other.ends_at
            and (limit.scope is LimitScope.COMMUNITY or other.who == run.who)
        ]
        if sum(beside) + size > limit.amount:
            stopped.add((run.who, run.starts_at.date()))
        else:
            admitted.append(run)
    return stopped


@given(_at_once, _runs)
def test_a_limit_at_once_refuses_what_the_replay_refuses(limit: Limit, runs: list[Run]) -> None:
    found = {(who, day) for who, days in at_once(limit, runs, "UTC").items() for day in days}
    assert found == _by_starts(limit, runs)


def test_whoever_was_stopped_uses_nothing_more_that_would_count_later() -> None:
    """Ten on the first day fill a window of three days only with the five that were allowed."""
    limit = Limit(LimitScope.PERSON, Unit.SERVER_HOURS, Window.ROLLING, 5, days=3)
    days = [DayOfUse("kofi", FIRST + timedelta(days=n), "r", Usage(10)) for n in (0, 3)]
    lighter = DayOfUse("kofi", FIRST + timedelta(days=6), "r", Usage(5))
    stopped = over_time(limit, [*days, lighter])
    assert stopped == {"kofi": {FIRST, FIRST + timedelta(days=3)}}


def test_what_was_used_before_a_total_begins_does_not_count() -> None:
    began = FIRST + timedelta(days=1)
    limit = Limit(LimitScope.PERSON, Unit.SERVER_HOURS, Window.TOTAL, 5, since_on=began)
    uses = [DayOfUse("kofi", day, "r", Usage(6)) for day in (FIRST, began)]
    assert over_time(limit, uses) == {"kofi": {began}}


def test_a_start_is_of_the_day_where_the_community_is() -> None:
    limit = Limit(LimitScope.PERSON, Unit.SERVERS, Window.AT_ONCE, 0)
    late = datetime(2026, 10, 1, 22, tzinfo=UTC)
    run = Run("kofi", "r", Resources(1000, 1), late, late + timedelta(hours=1))
    assert at_once(limit, [run], "Africa/Nairobi") == {"kofi": {date(2026, 10, 2)}}


@pytest.mark.parametrize(
    ("window", "first"),
    [
        (Window.DAY, date(2026, 11, 21)),
        (Window.WEEK, date(2026, 11, 16)),
        (Window.MONTH, date(2026, 11, 1)),
        (Window.ROLLING, date(2026, 11, 15)),
        (Window.TOTAL, None),
        (Window.AT_ONCE, date(2026, 11, 21)),
    ],
)
def test_it_reads_from_the_beginning_of_the_window(window: Window, first: date | None) -> None:
    limit = Limit(LimitScope.PERSON, Unit.SERVER_HOURS, window, 1, days=7)
    assert reads_from(limit, date(2026, 11, 21)) == first


def test_days_outside_of_the_question_are_left_out() -> None:
    limit = Limit(LimitScope.PERSON, Unit.SERVER_HOURS, Window.DAY, 1)
    day: Callable[[int], date] = lambda n: FIRST + timedelta(days=n)  # noqa: E731
    stopped = {"kofi": {day(0), day(3), day(2)}, "lucia": {day(9)}}
    found = trial(limit, (day(1), day(9)), {"kofi", "lucia", "amina"}, stopped)
    assert (found.people, found.stopped) == (3, {"kofi": (day(2), day(3))})


def test_limits_of_workshops_cannot_be_tried() -> None:
    assert not can_be_tried(Limit(LimitScope.WORKSHOP, Unit.SERVERS, Window.AT_ONCE, 1))
    assert not can_be_tried(Limit(LimitScope.PERSON, Unit.MONEY, Window.WORKSHOP, 1))
    assert can_be_tried(Limit(LimitScope.PERSON, Unit.MONEY, Window.TOTAL, 1))
