"""Charges: the parts of a session are exactly the whole."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.ledger import EntryKind, charges
from catalyst_hub.core.resources import Resources, Usage, usage_after
from catalyst_hub.core.session import Session, used_between
from catalyst_hub.core.view import total
from catalyst_hub.core.window import milliseconds
from tests.core.strategies import durations, session_from, sessions

ONE_CPU = Resources(1000, 1024**3)


@given(sessions, durations)
def test_the_charges_of_a_session_add_up_to_the_whole(session: Session, length: timedelta) -> None:
    assert session.running_at is not None
    end = session.running_at + length
    whole = usage_after(
        session.resources, session.rate_micros, milliseconds(session.running_at, end)
    )
    assert total(entry.usage for entry in charges(session, end)) == whole


@given(sessions, st.lists(durations, max_size=5))
def test_however_a_session_is_cut_its_parts_are_the_whole(
    session: Session, cuts: list[timedelta]
) -> None:
    assert session.running_at is not None
    edges = [session.running_at, *sorted(session.running_at + cut for cut in cuts)]
    parts = [used_between(session, a, b) for a, b in pairwise(edges)]
    assert total(parts) == used_between(session, edges[0], edges[-1])


@given(sessions, durations)
def test_no_charge_is_negative(session: Session, length: timedelta) -> None:
    assert session.running_at is not None
    for entry in charges(session, session.running_at + length):
        usage = entry.usage
        assert min(usage.server_ms, usage.cpu_ms, usage.mib_ms, usage.gpu_ms, usage.micros) >= 0


def test_a_session_over_midnight_is_charged_to_both_days_of_its_zone() -> None:
    session = session_from(
        datetime(2026, 11, 20, 20, tzinfo=UTC), ONE_CPU, 6_000_000, "Africa/Nairobi"
    )
    first, second = charges(session, datetime(2026, 11, 20, 23, tzinfo=UTC))
    assert (first.day_on, first.usage.micros) == (date(2026, 11, 20), 6_000_000)
    assert (second.day_on, second.usage.micros) == (date(2026, 11, 21), 12_000_000)
    assert {entry.kind for entry in (first, second)} == {EntryKind.CHARGE}


def test_the_hour_that_comes_twice_is_charged_twice() -> None:
    start = datetime(2026, 10, 24, 23, tzinfo=UTC)
    session = session_from(start, ONE_CPU, 1_000_000, "Europe/Lisbon")
    (entry,) = charges(session, start + timedelta(hours=25))
    assert entry.day_on == date(2026, 10, 25)
    assert entry.usage.server_ms == 25 * 3_600_000


def test_what_never_ran_costs_nothing() -> None:
    session = session_from(datetime(2026, 1, 1, tzinfo=UTC), ONE_CPU, 1)
    assert charges(session, datetime(2025, 12, 31, tzinfo=UTC)) == ()
    assert used_between(session, session.reserved_at, session.reserved_at) == Usage()
