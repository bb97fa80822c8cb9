"""``kill -9`` of the hub at every instant of a session's life, held against the servers' word."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.crash.crashing_hub import CrashingHub, until
from tests.support.chaos import moments

#: How late, in seconds, a busy test machine may be with anything; a heartbeat is 60.
LATE = 10


def test_a_reservation_that_the_hub_took_with_it_gives_its_seat_back(
    hub: CrashingHub, kofi: str
) -> None:
    hub.die_at("reserved")
    hub.ask_to_start(kofi)
    hub.restart()
    (session,) = hub.charged(kofi)
    assert (session.state, session.reason, session.entries) == ("released", "never-started", 0)
    hub.start_server(kofi)
    assert [session.state for session in hub.charged(kofi)] == ["released", "running"]


def test_a_start_that_the_hub_did_not_survive_leaks_no_seat(hub: CrashingHub, kofi: str) -> None:
    hub.die_at("started")
    hub.ask_to_start(kofi)
    hub.restart()
    (session,) = hub.charged(kofi)
    assert (session.state, session.entries) == ("released", 0)
    hub.start_server(kofi)


@pytest.mark.parametrize("instant", ["unwritten", "untold", "opened"])
def test_a_server_that_had_just_come_up_is_found_again_and_charged_for_all_of_its_time(
    hub: CrashingHub, kofi: str, instant: str
) -> None:
    hub.die_at(instant)
    hub.ask_to_start(kofi)
    hub.wait_until_dead()
    until(lambda: hub.runs(kofi))
    hub.start()
    assert [session.state for session in hub.charged(kofi)] == ["running"]
    hub.stop_server(kofi)
    (run,) = hub.runs(kofi)
    (session,) = hub.charged(kofi)
    assert (session.state, session.reason, session.bound) == ("ended", "stopped", None)
    assert abs(session.seconds - run.seconds) < LATE


def test_a_server_that_outlives_the_hub_is_charged_for_all_of_its_time(
    hub: CrashingHub, kofi: str
) -> None:
    hub.start_server(kofi)
    hub.kill()
    hub.start()
    assert [session.state for session in hub.charged(kofi)] == ["running"]
    hub.stop_server(kofi)
    (run,) = hub.runs(kofi)
    (session,) = hub.charged(kofi)
    assert (session.state, session.reason, session.bound) == ("ended", "stopped", None)
    assert abs(session.seconds - run.seconds) < LATE
    assert session.entries == 1


def test_a_server_that_dies_while_nobody_looks_is_estimated_within_its_bound(
    hub: CrashingHub, kofi: str
) -> None:
    run = hub.start_server(kofi)
    hub.wait_for_a_look()
    hub.kill()
    killed_at = time.time()
    until(lambda: time.time() > killed_at + 3)
    run = hub.kill_server(run)
    hub.start()
    (session,) = hub.charged(kofi)
    assert (session.state, session.reason, session.entries) == ("ended", "lost", 1)
    assert session.ended is not None
    assert session.bound is not None
    assert killed_at - LATE < session.ended <= killed_at
    assert session.ended <= run.ended <= session.ended + session.bound
    hub.start_server(kofi)


def test_a_stop_whose_end_the_hub_did_not_write_is_repaired(hub: CrashingHub, kofi: str) -> None:
    hub.start_server(kofi)
    hub.wait_for_a_look()
    hub.die_at("stopped")
    hub.ask_to_stop(kofi)
    hub.restart()
    (session,) = hub.charged(kofi)
    (run,) = hub.runs(kofi)
    assert (session.state, session.reason, session.entries) == ("ended", "lost", 1)
    assert session.ended is not None
    assert abs(session.ended - run.ended) < LATE
    assert session.bound is not None
    hub.start_server(kofi)


def test_a_whole_life_while_the_store_was_away_is_told_by_the_next_hub(
    hub: CrashingHub, kofi: str
) -> None:
    hub.hold_at("reserved")
    with ThreadPoolExecutor(1) as browser:
        browser.submit(hub.ask_to_start, kofi)
        until(lambda: hub.is_held)
        with hub.store_away():
            hub.go_on()
            until(lambda: hub.is_ready(kofi))
            hub.stop_server(kofi)
            hub.kill()
    hub.start()
    (run,) = hub.runs(kofi)
    (session,) = hub.charged(kofi)
    assert (session.state, session.reason, session.bound) == ("ended", "stopped", None)
    assert session.entries == 1
    assert run.seconds - 1 < session.seconds < run.seconds + LATE


def test_stops_by_one_request_whose_ends_the_hub_did_not_write_are_repaired(
    hub: CrashingHub, kofi: str, lucia: str
) -> None:
    for name in (kofi, lucia):
        hub.start_server(name)
    hub.wait_for_a_look()
    # Both are gone from the Hub's database by then, together.
    hub.die_at("stopped")
    hub.ask_to_stop_together(kofi, lucia)
    hub.restart()
    for name in (kofi, lucia):
        (session,) = hub.charged(name)
        (run,) = hub.runs(name)
        assert (session.state, session.reason, session.entries) == ("ended", "lost", 1)
        assert session.ended is not None
        assert abs(session.ended - run.ended) < LATE
        hub.start_server(name)


@pytest.mark.parametrize("instant", ["untold", "closed"])
def test_an_end_is_told_by_the_next_hub_if_it_was_not_and_charged_once(
    hub: CrashingHub, kofi: str, instant: str
) -> None:
    hub.start_server(kofi)
    hub.die_at(instant)
    hub.ask_to_stop(kofi)
    hub.restart()
    (session,) = hub.charged(kofi)
    (run,) = hub.runs(kofi)
    assert (session.state, session.reason, session.bound) == ("ended", "stopped", None)
    assert session.entries == 1
    assert abs(session.seconds - run.seconds) < LATE


def test_services_of_a_killed_hub_make_room_for_those_of_the_next(hub: CrashingHub) -> None:
    orphans = [hub.service("culler"), hub.service("champion")]
    hub.kill()
    hub.start()
    for orphan in orphans:
        orphan.wait(60)
    assert hub.service("culler").pid != orphans[0].pid
    assert hub.service("champion").pid != orphans[1].pid


def test_whenever_the_hub_is_killed_no_session_is_lost_and_none_is_charged_twice(
    hub: CrashingHub, kofi: str, lucia: str
) -> None:
    people = (kofi, lucia)
    for delay_s in moments((0.0, 0.7), longest_s=3):
        for name in people:
            hub.ask_to_start(name)
        began = time.time()
        until(lambda began=began, delay_s=delay_s: time.time() > began + delay_s)  # type: ignore[misc]
        hub.ask_to_stop(lucia)
        hub.kill()
        hub.start()
    for name in people:
        if name in hub.servers():
            hub.stop_server(name)
        runs = {run.session_id: run for run in hub.runs(name)}
        for session in hub.charged(name):
            assert session.state in {"ended", "released"}
            ran = runs[session.session_id].seconds if session.session_id in runs else 0.0
            assert session.entries <= 1
            assert session.seconds <= ran + LATE
            if session.state == "ended" and session.bound is None:
                assert session.seconds >= ran - LATE
        hub.start_server(name)
