"""When a maintenance holds, for whom, and what it stops."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from catalyst_hub.core.maintenance import (
    LONGEST_MESSAGE,
    Maintenance,
    Objection,
    Pause,
    is_same,
    moment,
    objection,
    on_in,
    shown,
    stop_of,
)
from catalyst_hub.core.resources import Resources
from catalyst_hub.core.session import Session
from tests.core.strategies import session_from

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PAUSE = Pause(None, {"": "New disks"}, NOON, NOON + 3 * HOUR, NOON + HOUR)


def reserved(at: datetime) -> Session:
    return replace(session_from(at, Resources(1000, 1024**3), 0), reserved_at=at)


def announced(pause: Pause = PAUSE, number: int = 1) -> Maintenance:
    return Maintenance(number, pause, "root", NOON - 24 * HOUR)


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, None),
        ({"message": {"": " "}}, Objection.NO_MESSAGE),
        ({"message": {}}, Objection.NO_MESSAGE),
        ({"message": {"es": "x" * (LONGEST_MESSAGE + 1)}}, Objection.TOO_LONG),
        ({"community": "nairobi"}, None),
        ({"community": "elsewhere"}, Objection.UNKNOWN_COMMUNITY),
        ({"ends_at": NOON}, Objection.ENDS_BEFORE_START),
        ({"ends_at": None}, None),
        ({"starts_at": NOON - 9 * HOUR, "ends_at": NOON - HOUR}, Objection.ENDS_IN_THE_PAST),
        ({"drain_at": None}, None),
        ({"drain_at": NOON - HOUR}, Objection.DRAINS_OUTSIDE),
        ({"drain_at": NOON + 3 * HOUR}, Objection.DRAINS_OUTSIDE),
        # As browsers send a year that was half typed: no page could say when that is in Nairobi.
        (
            {"starts_at": datetime(9999, 12, 31, tzinfo=UTC), "ends_at": None, "drain_at": None},
            Objection.TOO_FAR,
        ),
        ({"ends_at": datetime(2926, 11, 21, tzinfo=UTC)}, Objection.TOO_FAR),
        ({"starts_at": datetime(1, 1, 1, tzinfo=UTC)}, Objection.TOO_FAR),
    ],
)
def test_what_makes_no_sense_cannot_be_announced(changed, wrong):
    assert objection(replace(PAUSE, **changed), {"nairobi"}, NOON) is wrong


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("0001-01-01T00:00", "Africa/Nairobi"),
        ("0001-01-01T00:00+14:00", "UTC"),
        ("9999-12-31T23:59", "America/Bogota"),
        ("9999-12-31T23:59-14:00", "UTC"),
    ],
)
def test_the_ends_of_the_calendar_are_times_too_and_too_far(written, zone):
    pause = replace(PAUSE, starts_at=moment(written, zone), ends_at=None, drain_at=None)
    assert objection(pause, {"nairobi"}, NOON) is Objection.TOO_FAR


def test_it_holds_from_its_start_to_its_end_and_undoes_itself():
    it = announced()
    assert [it.is_on(NOON + n * HOUR) for n in (-1, 0, 2, 3)] == [False, True, True, False]
    assert [it.is_over(NOON + n * HOUR) for n in (-1, 2, 3)] == [False, False, True]


def test_one_that_was_ended_is_over_at_once():
    assert not replace(announced(), ended_at=NOON).is_on(NOON)


def test_one_without_an_end_lasts_until_somebody_ends_it():
    assert announced(replace(PAUSE, ends_at=None)).is_on(NOON + 10_000 * HOUR)


def test_one_of_a_community_leaves_the_others_alone():
    it = announced(replace(PAUSE, community="nairobi"))
    assert on_in([it], "nairobi", NOON) is it
    assert on_in([it], "cordoba", NOON) is None


def test_of_two_the_one_counts_that_lasts_longer():
    short, long = announced(), announced(replace(PAUSE, ends_at=NOON + 9 * HOUR), 2)
    assert on_in([short, long], "nairobi", NOON) is long
    endless = announced(replace(PAUSE, ends_at=None), 3)
    assert on_in([endless, long], "nairobi", NOON) is endless


def test_servers_are_told_an_hour_before_or_when_it_begins():
    session = reserved(NOON - 5 * HOUR)
    late = [announced(replace(PAUSE, drain_at=NOON + 2 * HOUR))]
    assert stop_of(session, late, NOON - timedelta(seconds=1)) is None
    assert stop_of(session, late, NOON) == NOON + 2 * HOUR
    at_once = [announced(replace(PAUSE, drain_at=NOON))]
    assert stop_of(session, at_once, NOON - 2 * HOUR) is None
    assert stop_of(session, at_once, NOON - HOUR) == NOON


def test_what_operators_start_meanwhile_runs_on():
    assert stop_of(reserved(NOON), [announced()], NOON) is None
    assert stop_of(reserved(NOON - HOUR), [announced()], NOON) == NOON + HOUR


def test_nothing_is_stopped_that_was_not_announced_to_be():
    session = reserved(NOON - HOUR)
    assert stop_of(session, [announced(replace(PAUSE, drain_at=None))], NOON) is None
    assert stop_of(session, [announced(replace(PAUSE, community="elsewhere"))], NOON) is None
    assert stop_of(session, [announced()], NOON + 3 * HOUR) is None


def test_strangers_hear_of_the_hub_and_members_of_their_communities():
    hub, nairobi = announced(), announced(replace(PAUSE, community="nairobi"), 2)
    over = replace(announced(number=3), ended_at=NOON)
    assert shown([nairobi, over, hub], (), NOON) == (hub,)
    assert shown([nairobi, over, hub], ("nairobi",), NOON) == (hub, nairobi)


def test_pressing_twice_is_known_by_what_was_said():
    begun = announced(replace(PAUSE, starts_at=NOON - HOUR))
    assert is_same(PAUSE, begun, NOON)
    assert not is_same(PAUSE, begun, NOON - HOUR)
    assert not is_same(replace(PAUSE, message={"": "Other disks"}), begun, NOON)
