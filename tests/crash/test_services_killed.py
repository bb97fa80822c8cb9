"""``kill -9`` of the processes beside the hub, and of servers while these are away."""

from __future__ import annotations

import json

import httpx
import psutil

from tests.crash.crashing_hub import CrashingHub, until
from tests.crash.test_hub_killed import LATE


def test_without_the_culler_the_hub_closes_what_it_stops_to_the_second(
    hub: CrashingHub, kofi: str
) -> None:
    hub.start_server(kofi)
    hub.service("culler").kill()
    hub.stop_server(kofi)
    (session,) = hub.charged(kofi)
    (run,) = hub.runs(kofi)
    assert (session.reason, session.bound, session.entries) == ("stopped", None, 1)
    assert abs(session.seconds - run.seconds) < LATE


def test_without_the_culler_the_hub_finds_a_dead_server_itself(hub: CrashingHub, kofi: str) -> None:
    run = hub.start_server(kofi)
    hub.service("culler").kill()
    run = hub.kill_server(run)
    until(lambda: hub.charged(kofi)[0].state == "ended")
    (session,) = hub.charged(kofi)
    assert session.ended is not None
    assert session.bound is not None
    assert abs(session.ended - run.ended) < LATE
    assert session.bound < LATE


def test_a_killed_culler_comes_back_and_looks_again(hub: CrashingHub, kofi: str) -> None:
    hub.start_server(kofi)
    culler = hub.service("culler")
    culler.kill()
    until(lambda: not psutil.pid_exists(culler.pid) or culler.status() == psutil.STATUS_ZOMBIE)
    hub.wait_for_a_look()
    assert [session.state for session in hub.charged(kofi)] == ["running"]


def test_a_killed_champion_service_comes_back_and_changes_nothing(
    hub: CrashingHub, kofi: str
) -> None:
    hub.start_server(kofi)
    before = hub.charged(kofi)
    champion = hub.service("champion")
    champion.kill()
    address = f"http://127.0.0.1:{hub.ports['CHAMPION_PORT']}/services/catalyst/"

    def answers() -> bool:
        try:
            return httpx.get(address).status_code < 500
        except httpx.TransportError:
            return False

    until(lambda: hub.service("champion").pid != champion.pid and answers(), 60)
    assert hub.charged(kofi) == before
    hub.stop_server(kofi)
    assert [session.entries for session in hub.charged(kofi)] == [1]


def test_fifty_malformed_choices_by_rest_do_not_make_a_hub_exit(
    hub: CrashingHub, kofi: str
) -> None:
    shapes: list[object] = [
        *({"user_options": value} for value in ([], "x", 7, True, [[]], {"profile": {}})),
        *({"profile": value} for value in (None, 1, [], {}, "nope", "p" * 9999, "\ud800")),
        *({"community": value} for value in ("accra", " ", "nairobi\n", "../..", ["nairobi"])),
        *({"size": value} for value in ("huge", 0, -1, 1e308, "small ", {"small": 1})),
        *({"interface": value} for value in ("rstudio", "shell", False, [None])),
        *({key: "x"} for key in ("image", "__class__", "", "kubespawner_override", "\ud800")),
    ]
    answers = []
    for number in range(50):
        shape = shapes[number % len(shapes)]
        answer = hub.http.post(f"/api/users/{kofi}/server", content=_json(shape))
        answers.append((answer.status_code, shape))
    assert [answer for answer in answers if not 400 <= answer[0] < 500] == []
    assert hub.is_alive
    assert hub.charged(kofi) == []
    hub.start_server(kofi)


def _json(shape: object) -> bytes:
    return json.dumps(shape).encode()
