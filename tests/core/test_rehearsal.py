"""As of which instants a workshop can be rehearsed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.rehearsal import InstantRefusal, instant_of, next_instant
from catalyst_hub.core.workshop import Workshop

NOW = datetime(2026, 8, 20, 12, 0, 30, tzinfo=UTC)
#: There the clocks go forward at midnight of the 6th of September, and back on the 4th of April.
SANTIAGO = "America/Santiago"


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-09-05T09:00", datetime(2026, 9, 5, 13, tzinfo=UTC)),
        ("2026-09-07T09:00", datetime(2026, 9, 7, 12, tzinfo=UTC)),
        ("2026-09-05T09:00-03:00", datetime(2026, 9, 5, 12, tzinfo=UTC)),
        ("2026-09-06T00:30-04:00", datetime(2026, 9, 6, 4, 30, tzinfo=UTC)),
        ("2026-09-05T13:00Z", datetime(2026, 9, 5, 13, tzinfo=UTC)),
        # The first of the two.
        ("2027-04-03T23:30", datetime(2027, 4, 4, 2, 30, tzinfo=UTC)),
        ("2027-04-03T23:30-04:00", datetime(2027, 4, 4, 3, 30, tzinfo=UTC)),
        # This minute is still going on.
        ("2026-08-20T08:00", datetime(2026, 8, 20, 12, tzinfo=UTC)),
    ],
)
def test_an_instant_is_by_the_clock_of_the_community_or_with_its_own_offset(
    written: str, at: datetime
) -> None:
    assert instant_of(written, SANTIAGO, NOW) == at


@pytest.mark.parametrize(
    ("written", "refusal"),
    [
        ("Tuesday", InstantRefusal.NO_TIME),
        ("2026-13-01T09:00", InstantRefusal.NO_TIME),
        ("2026-09-31T09:00", InstantRefusal.NO_TIME),
        ("2026-09-05T25:00", InstantRefusal.NO_TIME),
        # What becomes of "+" in an address where nobody has quoted it.
        ("2026-09-05T09:00 03:00", InstantRefusal.NO_TIME),
        ("\ud800", InstantRefusal.NO_TIME),
        ("9" * 5000, InstantRefusal.NO_TIME),
        ("2026-09-06T00:30", InstantRefusal.SKIPPED),
        ("2026-08-20T07:58", InstantRefusal.OVER),
        ("0001-01-01T00:00", InstantRefusal.OVER),
        ("0001-01-01T00:00+14:00", InstantRefusal.OVER),
        ("2031-01-01T09:00", InstantRefusal.TOO_FAR),
        ("9999-12-31T23:59", InstantRefusal.TOO_FAR),
        ("9999-12-31T23:59-14:00", InstantRefusal.TOO_FAR),
    ],
)
def test_what_is_no_instant_to_come_is_told_apart(written: str, refusal: InstantRefusal) -> None:
    assert instant_of(written, SANTIAGO, NOW) is refusal


def test_the_next_day_of_a_workshop_comes_next_and_after_the_last_one_this_moment() -> None:
    first, last = date(2026, 8, 19), date(2026, 8, 21)
    made = NOW.replace(day=1)
    meetings = tuple(Meeting(day, "09:00", "15:00") for day in (first, last))
    workshop = Workshop(1, "savanna", "Plants", first, last, "amina", made, meetings=meetings)
    assert next_instant(workshop, "UTC", made) == datetime(2026, 8, 19, 9, tzinfo=UTC)
    assert next_instant(workshop, "UTC", NOW) == datetime(2026, 8, 21, 9, tzinfo=UTC)
    # The last one has begun, and goes on.
    assert next_instant(workshop, "UTC", NOW.replace(day=21)) == NOW.replace(day=21)
    assert next_instant(workshop, "UTC", NOW.replace(day=25)) == NOW.replace(day=25)
