"""A budget is spent while servers run: a real hub and a real culler, money in seconds."""

from __future__ import annotations

import signal
from contextlib import closing
from datetime import UTC, datetime

import pytest

from catalyst_hub.core.budget import TopUp
from catalyst_hub.core.enforcement import ENFORCER
from catalyst_hub.store import Store
from tests.crash.crashing_hub import CrashingHub, until

A_SECOND = 1_000_000
#: What the file says: the notice, the time between two looks, the stop.
NOTICE_S, EVERY_S, STOP_S = 3, 1, 1
HOLD_S = NOTICE_S + EVERY_S + STOP_S


def pay_in(hub: CrashingHub, seconds: float) -> None:
    url, now = f"sqlite:///{hub.folder / 'catalyst.sqlite'}", datetime.now(UTC)
    with closing(Store.open(url, "crash")) as store, store.unit_of_work(write=True) as uow:
        micros = round(seconds * A_SECOND)
        uow.budgets.top_up(TopUp(0, "spending", micros, "KES", "a test", "root", now))


def spent_s(hub: CrashingHub) -> float:
    rows = hub.rows(
        "SELECT coalesce(sum(micros), 0) FROM community_days WHERE community='spending'"
    )
    return float(rows[0][0]) / A_SECOND


def left_s(hub: CrashingHub) -> float:
    [[paid]] = hub.rows("SELECT coalesce(sum(micros), 0) FROM top_ups")
    return float(paid) / A_SECOND - spent_s(hub)


@pytest.fixture
def credit(hub: CrashingHub) -> int:
    """So much is left, whatever the test before has spent."""
    lasts_s = 2 * HOLD_S + 8
    pay_in(hub, lasts_s - left_s(hub))
    return lasts_s


def test_two_servers_that_run_on_spend_no_more_than_the_interval_and_the_stop_beyond(
    hub: CrashingHub, kofi: str, lucia: str, credit: int
) -> None:
    before = spent_s(hub)
    for name in (kofi, lucia):
        hub.start_server(name, community="spending")
    until(lambda: all(hub.charged(name)[-1].state == "ended" for name in (kofi, lucia)))
    sessions = [hub.charged(name)[-1] for name in (kofi, lucia)]
    assert {session.reason for session in sessions} == {"budget"}
    [[stop_at]] = hub.rows(
        "SELECT min(stop_at) / 1e3 FROM notices WHERE session_id IN (?, ?)",
        *(session.session_id for session in sessions),
    )
    stopped_s = max(session.ended or 0 for session in sessions) - stop_at
    assert spent_s(hub) - before <= credit + 2 * (EVERY_S + stopped_s)
    refused = hub.http.post(f"/api/users/{kofi}/server", json={"community": "spending"})
    assert refused.status_code == 429
    # Each step was told once, however often was looked.
    told = "SELECT count(*), count(DISTINCT facts ->> 'step') FROM audit WHERE action = ?"
    [[lines, steps]] = hub.rows(told, "budget:step-reached")
    assert lines == steps >= 1


def test_credit_that_is_paid_in_during_the_notice_spares_the_server(
    hub: CrashingHub, kofi: str, credit: int
) -> None:
    run = hub.start_server(kofi, community="spending")
    notices = "SELECT count(*) FROM notices WHERE session_id = ?"
    until(lambda: hub.rows(notices, run.session_id) == [(1,)])
    pay_in(hub, 3600)
    until(lambda: hub.rows(notices, run.session_id) == [(0,)])
    assert hub.is_ready(kofi)
    hub.stop_server(kofi)
    pay_in(hub, -3600)


def test_where_nobody_enforces_nothing_that_costs_starts_until_somebody_does(
    hub: CrashingHub, kofi: str, credit: int
) -> None:
    culler = hub.service("culler")
    culler.send_signal(signal.SIGSTOP)
    try:
        silent = "SELECT max(last_at) / 1e3 FROM heartbeats WHERE process IN (?, 'hub')"
        until(
            lambda: datetime.now(UTC).timestamp() - hub.rows(silent, ENFORCER)[0][0] > 3 * EVERY_S
        )
        refused = hub.http.post(f"/api/users/{kofi}/server", json={"community": "spending"})
        assert refused.status_code == 503
        assert refused.json()["denied"]["code"] == "not-enforced"
        free = hub.http.post(f"/api/users/{kofi}/server", json={"community": "nairobi"})
        assert free.is_success
        until(lambda: hub.is_ready(kofi))
        hub.stop_server(kofi)
    finally:
        culler.send_signal(signal.SIGCONT)
    hub.wait_for_a_look()
    hub.start_server(kofi, community="spending")
    hub.stop_server(kofi)
