"""What somebody writes to plan a workshop, read; and a plan written as the form would have it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from catalyst_hub.champion.workshop_forms import UnplannedError, Written, plan_in, written_of
from catalyst_hub.core.community import Community
from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.workshop import Nights, Plan
from catalyst_hub.i18n import translator

TODAY = date(2026, 11, 21)
HERE = Community("nairobi", {"": "Nairobi"}, "KE", ("en",), "Africa/Nairobi", "KES")
TUESDAYS = {"first_on": "2026-12-01", "last_on": "2026-12-15", "starts": "09:00", "ends": "11:00"}


def read(weekdays: tuple[int, ...] = (), /, **words: str) -> Plan:
    written = Written({"title": "Plants", **words}, frozenset(weekdays))
    return plan_in(written, HERE, translator("en"), TODAY)


def test_days_of_the_week_between_two_days_become_times_without_the_holidays() -> None:
    plan = read((1,), **TUESDAYS, not_on="2026-12-08")
    days = date(2026, 12, 1), date(2026, 12, 15)
    assert plan.meetings == tuple(Meeting(day, "09:00", "11:00") for day in days)


def test_a_day_with_lunch_has_two_times_and_midnight_is_its_end() -> None:
    plan = read(
        first_on="2026-12-01",
        starts="09:00",
        ends="12:00",
        starts_again="13:00",
        ends_again="00:00",
    )
    day = date(2026, 12, 1)
    assert plan.meetings == (Meeting(day, "09:00", "12:00"), Meeting(day, "13:00", "24:00"))


def test_times_line_by_line_count_instead_of_days() -> None:
    plan = read(
        **TUESDAYS, times="2026-12-03 10:00-11:30\n\n2026-12-02 9:00".replace("9:00", "09:00 10:00")
    )
    assert plan.first_on == date(2026, 12, 2)
    assert len(plan.meetings) == 2


def test_without_hours_it_takes_all_of_its_days() -> None:
    plan = read(first_on="2026-12-01", last_on="2026-12-02")
    assert (plan.meetings, plan.last_on) == ((), date(2026, 12, 2))


def test_what_it_needs_is_read() -> None:
    plan = read(
        **TUESDAYS,
        seats="40",
        server="python/small",
        material="https://example.org/x.git",
        budget="12,50",
        warm="0",
        nights="kept",
        clean="30",
    )
    assert (plan.seats, plan.profile, plan.size) == (40, "python", "small")
    assert plan.budget_micros == 12_500_000
    assert (plan.warm_minutes, plan.nights, plan.clean_after_days) == (0, Nights.KEPT, 30)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"first_on": "soon"}, "Please give the first and the last day, each like 2026-11-21."),
        ({"first_on": "2026-12-01", "starts": "09:00"}, "both when it begins and when it ends"),
        ({**TUESDAYS, "last_on": "2026-11-30"}, "The last day comes before the first."),
        ({**TUESDAYS, "last_on": "9999-12-31"}, "A workshop lasts at most 366 days."),
        ({**TUESDAYS, "not_on": "Christmas"}, "Please write the days that are left out"),
        ({"times": "2026-12-01 09:00-10:00\ntomorrow"}, "Line 2: please write a time like"),
        ({"times": "2026-13-01 09:00-10:00"}, "Line 1: please write a time like"),
        ({"times": "2026-12-01 09:00-10:00\n" * 10_000}, "A workshop has at most 500 times."),
        ({**TUESDAYS, "seats": "many"}, "Please write “many” as a number."),
        ({**TUESDAYS, "seats": "9" * 5000}, "as a number."),
        ({**TUESDAYS, "budget": "a lot"}, "Please give the budget as a number"),
        ({**TUESDAYS, "budget": "-5"}, "Please give the budget as a number"),
    ],
)
def test_what_cannot_be_read_is_said(words: dict[str, str], sentence: str) -> None:
    with pytest.raises(UnplannedError, match=re.escape(sentence)):
        read(**words)


@pytest.mark.parametrize(
    "plan",
    [
        read((1,), **TUESDAYS),
        read(**TUESDAYS),
        read(**TUESDAYS, starts_again="12:00", ends_again="00:00"),
        read((1,), **TUESDAYS, not_on="2026-12-08"),
        read(times="2026-12-01 09:00-10:00\n2026-12-02 09:30-10:00"),
        read(first_on="2026-12-01", last_on="2026-12-05"),
        read(**TUESDAYS, seats="40", server="python/small", budget="12.5", warm="0", clean="7"),
    ],
)
def test_a_plan_that_is_written_and_read_again_is_the_same(plan: Plan) -> None:
    again = plan_in(written_of(plan), HERE, translator("en"), TODAY)
    assert again == plan


def test_a_rule_is_written_as_a_rule_and_odd_times_as_lines() -> None:
    weekly = written_of(read((1,), **TUESDAYS))
    assert (weekly.weekdays, weekly["starts"], weekly["times"]) == (frozenset({1}), "09:00", "")
    odd = written_of(read((1,), **TUESDAYS, not_on="2026-12-08"))
    assert odd["times"] == "2026-12-01 09:00-11:00\n2026-12-15 09:00-11:00"


def test_days_before_the_first_meeting_and_after_the_last_are_not_written() -> None:
    plan = read((1, 2), **{**TUESDAYS, "first_on": "2026-11-30", "last_on": "2026-12-06"})
    written = written_of(plan)
    assert (written["first_on"], written["last_on"]) == ("2026-12-01", "2026-12-02")
    assert plan_in(written, HERE, translator("en"), TODAY).meetings == plan.meetings
