"""A limit is used up while a server runs: a real hub and a real culler, which may be killed."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psutil

from catalyst_hub.core.exemption import Asked
from catalyst_hub.core.resources import HOUR_MS, Unit
from catalyst_hub.core.window import Window
from catalyst_hub.store import Store
from tests.crash.crashing_hub import CrashingHub, Run, until

#: What the file says of the community.
LIMIT_S, NOTICE_S, KEPT_S = 9, 3, 3
#: A look, a stop, and a machine that does much else at the same time.
LATE_S = 6


def start(hub: CrashingHub, name: str) -> Run:
    return hub.start_server(name, community="rationed")


def notices(hub: CrashingHub, run: Run, reason: str = "") -> httpx.Response:
    """What the server itself asks with its own token; with a reason, that it is to be kept."""
    token = psutil.Process(run.pid).environ()["JUPYTERHUB_API_TOKEN"]
    address = f"{hub.url}/api/catalyst/notices"
    headers = {"Authorization": f"token {token}"}
    if reason:
        return httpx.post(f"{address}/{run.session_id}/{reason}/keep", headers=headers)
    return httpx.get(address, headers=headers)


def notice(hub: CrashingHub, run: Run) -> dict[str, Any]:
    """The one that is there, as soon as it is."""
    until(lambda: notices(hub, run).json()["notices"])
    [found] = notices(hub, run).json()["notices"]
    return dict(found)


def stop_at(told: dict[str, Any]) -> float:
    return datetime.fromisoformat(told["stop_at"]).timestamp()


def wait_for_the_end(hub: CrashingHub, name: str) -> None:
    until(lambda: hub.charged(name)[-1].state == "ended")


def test_a_used_up_limit_means_notice_stop_and_a_reason(hub: CrashingHub, kofi: str) -> None:
    run = start(hub, kofi)
    told = notice(hub, run)
    assert (told["id"], told["reason"]) == (f"{run.session_id}/quota", "quota")
    assert told["sentence"].startswith("This server will be stopped at ")
    assert "today (server-hours)" in told["sentence"]
    assert told["ask"]["url"] == "/hub/ask-champion/rationed?limit=person.server_hours.day"
    wait_for_the_end(hub, kofi)
    [session] = hub.charged(kofi)
    assert (session.reason, session.bound, session.entries) == ("quota", None, 1)
    assert session.ended is not None
    assert session.ended >= stop_at(told)
    assert session.seconds <= LIMIT_S + LATE_S
    refused = hub.http.post(f"/api/users/{kofi}/server", json={"community": "rationed"})
    assert refused.status_code == 429


def test_a_server_is_kept_once_and_no_second_time(hub: CrashingHub, kofi: str) -> None:
    run = start(hub, kofi)
    told = notice(hub, run)
    assert told["keep"]["left"] == 1
    kept = notices(hub, run, "quota")
    assert kept.status_code == 200, kept.text
    [now] = kept.json()["notices"]
    assert stop_at(now) == stop_at(told) + KEPT_S
    assert now["keep"] is None
    again = notices(hub, run, "quota")
    assert again.status_code == 409
    assert again.json()["message"] == "The stop was put off as often as it can be."
    wait_for_the_end(hub, kofi)
    ended = hub.charged(kofi)[-1].ended
    assert ended is not None
    assert ended >= stop_at(now)
    assert hub.rows("SELECT count(*) FROM keeps WHERE session_id = ?", run.session_id) == [(1,)]


def test_a_server_hears_and_keeps_nothing_of_anybody_else(
    hub: CrashingHub, kofi: str, lucia: str
) -> None:
    mine, hers = start(hub, kofi), hub.start_server(lucia)
    notice(hub, mine)
    assert notices(hub, hers).json() == {"language": "en", "notices": []}
    pretended = Run(lucia, mine.session_id, hers.pid, 0, 0)
    assert notices(hub, pretended, "quota").status_code == 404
    no_token = httpx.get(f"{hub.url}/api/catalyst/notices")
    assert no_token.status_code == 403
    hub.stop_server(kofi)
    hub.stop_server(lucia)


def test_more_that_is_allowed_in_time_spares_the_server(hub: CrashingHub, kofi: str) -> None:
    run = start(hub, kofi)
    told = notice(hub, run)
    now = datetime.now(UTC)
    asked = Asked(kofi, Unit.SERVER_HOURS, Window.DAY, HOUR_MS, now.date(), "an exam")
    url = f"sqlite:///{hub.folder / 'catalyst.sqlite'}"
    with closing(Store.open(url, "crash")) as store, store.unit_of_work(write=True) as uow:
        person = uow.people.by_name(kofi)
        assert person is not None
        later = now + timedelta(days=1)
        uow.exemptions.add("rationed", person.person_id, asked, "amina", now, later)
    until(lambda: not notices(hub, run).json()["notices"])
    over_at = stop_at(told) + 1
    until(lambda: time.time() > over_at)
    assert hub.is_ready(kofi)
    hub.stop_server(kofi)
    assert hub.charged(kofi)[-1].reason == "stopped"


def test_a_culler_killed_between_notice_and_stop_stops_it_once_when_it_is_back(
    hub: CrashingHub, kofi: str
) -> None:
    run = start(hub, kofi)
    notice(hub, run)
    culler = hub.service("culler")
    culler.kill()
    until(lambda: hub.service("culler").pid != culler.pid)
    wait_for_the_end(hub, kofi)
    [session] = hub.charged(kofi)
    assert (session.reason, session.entries) == ("quota", 1)
    asked = "SELECT count(*) FROM audit WHERE action = ? AND facts LIKE ?"
    number = f"%{run.session_id}%"
    assert hub.rows(asked, "notice:given", number) == [(1,)]
    assert hub.rows(asked, "server:stop-asked", number) == [(1,)]
