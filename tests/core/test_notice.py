"""Who is told that a server will be stopped, who is spared, whose start is called off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from catalyst_hub.core.belonging import Belonging
from catalyst_hub.core.choice import Choice
from catalyst_hub.core.notice import Ground, Notice, Reason, Verdict, judge, must_leave, notice_of
from catalyst_hub.core.resources import Resources
from catalyst_hub.core.session import ServerKey, Session, SessionState
from tests.usecases.world import NOON, POLICY

PERIOD = timedelta(minutes=10)
OUT = Ground(Reason.REMOVED)
TODAY = Ground(Reason.QUOTA, {"scope": "person", "unit": "cpu_hours", "window": "day"})
SPENT = Ground(Reason.BUDGET, {"scope": "community", "unit": "money", "window": "month"})


def session(session_id: str = "a", community: str = "nairobi") -> Session:
    return Session(
        session_id,
        1,
        ServerKey("kofi"),
        Choice(community, "python", "small", "lab"),
        Resources(1000, 2**30),
        0,
        "KES",
        "Africa/Nairobi",
        SessionState.RUNNING,
        reserved_at=NOON,
        running_at=NOON,
    )


@pytest.mark.parametrize(
    ("community", "removed", "belongs", "leaves"),
    [
        ("nairobi", (), Belonging({}), False),
        ("nairobi", ("cordoba",), Belonging({}, frozenset({"cordoba"})), False),
        ("nairobi", ("nairobi",), Belonging({}), True),
        ("nairobi", (), Belonging({}, frozenset({"nairobi"})), True),
        ("nairobi", (), Belonging({}, is_blocked=True), True),
        ("accra", (), Belonging({}), True),
    ],
)
def test_who_was_taken_out_or_blocked_leaves_and_all_of_a_community_that_is_gone(
    community: str, removed: tuple[str, ...], belongs: Belonging, leaves: bool
) -> None:
    assert must_leave(session(community=community), POLICY, removed, belongs) is leaves


def test_who_has_to_leave_is_told_once_and_gets_the_whole_time() -> None:
    first = judge([session()], {}, lambda _: OUT, PERIOD, NOON)
    assert first.given == (Notice("a", Reason.REMOVED, NOON, NOON + PERIOD),)
    told = {notice.session_id: notice for notice in first.given}
    later = judge([session()], told, lambda _: OUT, PERIOD, NOON + timedelta(minutes=9))
    assert later.given == later.withdrawn == ()


def test_who_may_stay_after_all_is_spared() -> None:
    told = {"a": notice_of(session(), OUT, PERIOD, NOON)}
    verdict = judge([session(), session("b")], told, lambda _: None, PERIOD, NOON)
    assert verdict.withdrawn == (told["a"],)
    assert verdict.given == ()


def test_a_start_is_called_off_without_notice_for_there_is_nothing_to_save() -> None:
    starting = replace(session(), state=SessionState.RESERVED, running_at=None)
    verdict = judge([starting], {}, lambda _: OUT, PERIOD, NOON)
    assert verdict.called_off == (starting,)
    assert verdict.given == ()


def test_a_notice_is_due_when_its_time_is_over_and_not_before() -> None:
    notice = notice_of(session(), OUT, PERIOD, NOON)
    assert not notice.is_due(NOON + PERIOD - timedelta(seconds=1))
    assert notice.is_due(NOON + PERIOD)


def test_a_start_that_was_admitted_is_called_off_by_no_limit() -> None:
    starting = replace(session(), state=SessionState.RESERVED, running_at=None)
    assert judge([starting], {}, lambda _: TODAY, PERIOD, NOON) == Verdict()


def test_another_ground_takes_the_place_of_the_first_and_leaves_no_more_time() -> None:
    told = {"a": notice_of(session(), TODAY, PERIOD, NOON)}
    later = NOON + timedelta(minutes=4)
    [(old, new)] = judge([session()], told, lambda _: SPENT, PERIOD, later).changed
    assert old == told["a"]
    assert (new.reason, new.facts, new.stop_at) == (Reason.BUDGET, SPENT.facts, NOON + PERIOD)


def test_a_server_that_was_kept_gets_the_usual_notice_when_the_budget_is_spent() -> None:
    kept = replace(notice_of(session(), TODAY, PERIOD, NOON), stop_at=NOON + 4 * PERIOD)
    later = NOON + timedelta(minutes=4)
    [(_, new)] = judge([session()], {"a": kept}, lambda _: SPENT, PERIOD, later).changed
    assert new.stop_at == later + PERIOD


def test_a_clock_that_is_set_back_gives_nobody_more_time_than_they_were_told() -> None:
    told = {"a": notice_of(session(), TODAY, PERIOD, NOON)}
    before = NOON - timedelta(hours=3)
    [(_, new)] = judge([session()], told, lambda _: TODAY, PERIOD, before).changed
    assert (new.given_at, new.stop_at) == (before, before + PERIOD)
    assert judge([session()], {"a": new}, lambda _: TODAY, PERIOD, before) == Verdict()


def test_who_announced_a_stop_for_later_may_move_it() -> None:
    at = NOON + timedelta(hours=2)
    told = notice_of(session(), Ground(Reason.MAINTENANCE, {}, at), PERIOD, NOON)
    assert told.stop_at == at
    sooner = Ground(Reason.MAINTENANCE, {}, NOON + timedelta(hours=1))
    [(_, new)] = judge([session()], {"a": told}, lambda _: sooner, PERIOD, NOON).changed
    assert new.stop_at == sooner.stop_at
