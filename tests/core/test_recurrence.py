"""From "every Tuesday" to meetings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.recurrence import EVERY_DAY, Pattern, meetings_of, pattern_of
from catalyst_hub.core.workshop_plan import MOST_DAYS, MOST_MEETINGS, PlanRefusal

TUESDAY = date(2026, 2, 17)
MORNING = ("09:00", "11:00")
LUNCH = (MORNING, ("13:00", "16:00"))


def test_twelve_tuesdays() -> None:
    pattern = Pattern(TUESDAY, (MORNING,), times=12, weekdays=frozenset({1}))
    expected = [Meeting(TUESDAY + timedelta(weeks=n), *MORNING) for n in range(12)]
    assert meetings_of(pattern) == tuple(expected)
    until = Pattern(TUESDAY, (MORNING,), date(2026, 5, 5), weekdays=frozenset({1}))
    assert meetings_of(until) == tuple(expected)


def test_a_week_with_lunch() -> None:
    monday = date(2026, 11, 23)
    found = meetings_of(
        Pattern(monday, LUNCH, monday + timedelta(days=6), weekdays=frozenset(range(5)))
    )
    assert isinstance(found, tuple)
    assert len(found) == 10
    assert found[:2] == (Meeting(monday, *LUNCH[0]), Meeting(monday, *LUNCH[1]))


def test_holidays_are_left_out_and_do_not_count() -> None:
    holiday = TUESDAY + timedelta(weeks=1)
    pattern = Pattern(
        TUESDAY, (MORNING,), times=3, weekdays=frozenset({1}), holidays=frozenset({holiday})
    )
    found = meetings_of(pattern)
    assert isinstance(found, tuple)
    assert [meeting.day_on for meeting in found] == [
        TUESDAY + timedelta(weeks=n) for n in (0, 2, 3)
    ]


def test_of_every_second_week_all_days_count_from_the_week_of_the_first() -> None:
    thursday = date(2026, 2, 19)
    pattern = Pattern(thursday, (MORNING,), times=4, weekdays=frozenset({1, 3}), every_weeks=2)
    found = meetings_of(pattern)
    assert isinstance(found, tuple)
    days = [(meeting.day_on - thursday).days for meeting in found]
    assert days == [0, 12, 14, 26]


@pytest.mark.parametrize(
    ("pattern", "refusal"),
    [
        (Pattern(TUESDAY, (MORNING,), times=10_000), PlanRefusal.TOO_MANY),
        (Pattern(TUESDAY, (MORNING,), times=10**30), PlanRefusal.TOO_MANY),
        (Pattern(TUESDAY, (MORNING,) * 10_000, TUESDAY), PlanRefusal.TOO_MANY),
        (Pattern(TUESDAY, LUNCH, TUESDAY + timedelta(days=300)), PlanRefusal.TOO_MANY),
        (Pattern(TUESDAY, (MORNING,), date.max), PlanRefusal.TOO_LONG),
        (Pattern(TUESDAY, (MORNING,), times=400), PlanRefusal.TOO_LONG),
        (Pattern(date.max, (MORNING,), times=2), PlanRefusal.TOO_LONG),
        (Pattern(TUESDAY, (MORNING,), date.min), PlanRefusal.BACKWARDS),
        (Pattern(TUESDAY, (MORNING,), times=0), PlanRefusal.NO_MEETINGS),
        (Pattern(TUESDAY, (), TUESDAY), PlanRefusal.NO_MEETINGS),
        (Pattern(TUESDAY, (MORNING,), TUESDAY, weekdays=frozenset({2})), PlanRefusal.NO_MEETINGS),
        (Pattern(TUESDAY, (MORNING,), times=3, weekdays=frozenset()), PlanRefusal.TOO_LONG),
        (
            Pattern(TUESDAY, (MORNING,), TUESDAY, holidays=frozenset({TUESDAY})),
            PlanRefusal.NO_MEETINGS,
        ),
    ],
)
def test_what_nobody_means_is_refused(pattern: Pattern, refusal: PlanRefusal) -> None:
    assert meetings_of(pattern) is refusal


def test_ten_thousand_are_refused_before_one_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(*_: object) -> Meeting:
        raise AssertionError("a meeting was made")

    monkeypatch.setattr("catalyst_hub.core.recurrence.Meeting", made)
    for pattern in (
        Pattern(TUESDAY, (MORNING,), times=10_000),
        Pattern(TUESDAY, (MORNING,), TUESDAY + timedelta(days=10_000)),
        Pattern(TUESDAY, (MORNING,) * 10_000, TUESDAY),
    ):
        assert isinstance(meetings_of(pattern), PlanRefusal)


@pytest.mark.parametrize(
    "wrong", [{"every_weeks": 0}, {"weekdays": frozenset({7})}, {"last_on": None}]
)
def test_what_cannot_be_is_no_pattern(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"weeks|end"):
        Pattern(**{"first_on": TUESDAY, "hours": (MORNING,), "last_on": TUESDAY, **wrong})


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, MOST_DAYS - 1),
    st.frozensets(st.sampled_from(sorted(EVERY_DAY)), min_size=1),
    st.integers(1, 60),
    st.data(),
)
def test_every_day_that_fits_is_there_once_and_no_other(
    first: date, length: int, weekdays: frozenset[int], every: int, data: st.DataObject
) -> None:
    days = [first + timedelta(days=n) for n in range(length + 1)]
    holidays = data.draw(st.frozensets(st.sampled_from(days), max_size=5))
    pattern = Pattern(first, (MORNING,), days[-1], None, weekdays, every, holidays)
    monday = first - timedelta(days=first.weekday())
    expected = tuple(
        Meeting(day, *MORNING)
        for day in days
        if day.weekday() in weekdays
        and day not in holidays
        and (day - monday).days // 7 % every == 0
    )
    assert len(expected) <= MOST_MEETINGS
    assert meetings_of(pattern) == (expected or PlanRefusal.NO_MEETINGS)
    rule = pattern_of(expected)
    assert (rule is None) is (not expected)
    assert rule is None or meetings_of(rule) == expected


def test_meetings_tell_the_rule_that_makes_them() -> None:
    weekdays, holiday = frozenset({1, 3}), TUESDAY + timedelta(weeks=1)
    pattern = Pattern(
        TUESDAY, LUNCH, TUESDAY + timedelta(days=16), None, weekdays, 1, frozenset({holiday})
    )
    found = meetings_of(pattern)
    assert isinstance(found, tuple)
    assert pattern_of(found) == pattern
    assert pattern_of(found[:1]) == Pattern(TUESDAY, (LUNCH[0],), TUESDAY)
    assert pattern_of(found[:3]) is None
    assert pattern_of(()) is None


def test_the_rule_of_meetings_leaves_out_as_many_weeks_as_they_do() -> None:
    pattern = Pattern(
        TUESDAY, (MORNING,), TUESDAY + timedelta(weeks=8), None, frozenset({0, 1}), every_weeks=2
    )
    found = meetings_of(pattern)
    assert isinstance(found, tuple)
    assert pattern_of(found) == pattern
    # The same without one of its days.
    holiday = found[2].day_on
    assert pattern_of((*found[:2], *found[3:])) == replace(pattern, holidays=frozenset({holiday}))


def test_meetings_of_one_week_leave_out_none() -> None:
    twice = Meeting(TUESDAY, *MORNING), Meeting(TUESDAY + timedelta(days=2), *MORNING)
    rule = pattern_of(twice)
    assert rule is not None
    assert (rule.weekdays, rule.every_weeks) == (frozenset({1, 3}), 1)
