"""Starting a server by REST: who may start what, what the answers say, what the ledger learns."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import httpx
import pytest

from catalyst_hub.core.session import SessionState
from catalyst_hub.hub.spawner import CatalystSpawnerMixin
from tests.hub.communities import (
    api,
    catalyst_config,
    latest_session,
    live_session,
    outliving_config,
    sign_in,
)
from tests.hub.spawners import NothingSpawner
from tests.hub.visitor import Visitor


@pytest.fixture
async def hub(start_hub, tmp_path):
    return await start_hub(catalyst_config(tmp_path))


async def start(app: Any, name: str, options: Any = None, server: str = "server") -> httpx.Response:
    async with api(app, name) as client:
        body = {} if options is None else {"json": {"user_options": options}}
        return await client.post(f"users/{name}/{server}", **body)


async def stop(app: Any, name: str) -> None:
    async with api(app, name) as client:
        answer = await client.delete(f"users/{name}/server")
    assert answer.status_code in {202, 204}


def environment(app: Any, name: str) -> dict[str, str]:
    """What the running server was started with."""
    return httpx.get(app.users[name].spawner.server.url).json()


async def test_a_start_is_admitted_runs_and_ends_in_the_ledger(hub):
    await sign_in(hub, "kofi")
    assert (await start(hub, "kofi")).status_code == 201
    running = await live_session(hub, "kofi")
    assert (running.state, running.actor) == (SessionState.RUNNING, "kofi")
    await stop(hub, "kofi")
    assert await live_session(hub, "kofi") is None
    ended = await latest_session(hub, "kofi")
    assert (ended.state, ended.estimate_ms) == (SessionState.ENDED, None)


class _SlowToTell(NothingSpawner):
    """Dies while it is asked whether it lives, after it was looked at; the answer takes an hour."""

    dies_now = False
    hours = 0

    async def poll(self) -> int | None:
        was_up, self.is_up = self.is_up, self.is_up and not self.dies_now
        self.hours += self.dies_now
        return None if was_up else 0


class SlowToTellSpawner(CatalystSpawnerMixin, _SlowToTell):
    """Admission and ledger as ever."""


async def test_nobody_is_charged_for_the_time_that_an_answer_took(start_hub, tmp_path, monkeypatch):
    config = catalyst_config(tmp_path)
    config.JupyterHub.spawner_class = SlowToTellSpawner
    hub = await start_hub(config)
    await sign_in(hub, "kofi")
    await start(hub, "kofi")
    spawner, asked_at = hub.users["kofi"].spawner, hub.authenticator.runtime.now()
    monkeypatch.setattr(
        hub.authenticator.runtime, "now", lambda: asked_at + timedelta(hours=spawner.hours)
    )
    spawner.dies_now = True
    assert await spawner.poll_and_notify() is None
    await spawner.poll_and_notify()
    ended = await latest_session(hub, "kofi")
    assert ended.state is SessionState.ENDED
    assert abs(ended.ended_at - asked_at) < timedelta(milliseconds=1)


async def test_what_was_admitted_reaches_the_server(hub, tmp_path):
    await sign_in(hub, "kofi")
    await start(hub, "kofi", {"size": "small", "interface": "notebook"})
    session, seen = await live_session(hub, "kofi"), environment(hub, "kofi")
    assert seen["CATALYST_SESSION"] == session.session_id
    assert seen["CATALYST_COMMUNITY"] == "nairobi"
    assert seen["GREETING"] == "hello {you}"
    assert (seen["CPU_LIMIT"], seen["MEM_LIMIT"]) == ("0.5", str(1024**3))
    assert (seen["CPU_GUARANTEE"], seen["MEM_GUARANTEE"]) == ("0.1", str(500 * 1024**2))
    assert seen["JUPYTERHUB_DEFAULT_URL"] == "/tree"
    assert seen["HOME"] == seen["WORKING_DIR"] == str(tmp_path / "homes" / "kofi")


async def test_the_hub_shows_the_whole_choice_while_the_server_runs(hub):
    await sign_in(hub, "kofi")
    await start(hub, "kofi", {"size": "large"})
    async with api(hub, "kofi") as client:
        shown = (await client.get("users/kofi/server")).json()["user_options"]
    assert shown == {
        "community": "nairobi", "profile": "python", "size": "large", "interface": "lab",
    }  # fmt: skip


async def test_a_person_of_two_communities_chooses(hub):
    await sign_in(hub, "lucia")
    await start(hub, "lucia", {"community": "cordoba", "profile": "r"})
    assert (await live_session(hub, "lucia")).choice.community == "cordoba"
    await stop(hub, "lucia")
    await start(hub, "lucia", {"community": "nairobi"})
    assert (await live_session(hub, "lucia")).choice.community == "nairobi"


async def test_the_last_choice_is_remembered(hub):
    await sign_in(hub, "lucia")
    await start(hub, "lucia", {"community": "cordoba", "profile": "r", "size": "only"})
    await stop(hub, "lucia")
    await start(hub, "lucia")
    assert (await live_session(hub, "lucia")).choice.profile == "r"


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        ({"community": "cordoba"}, 403, "not-a-member"),
        ({"community": "cordoba", "profile": "r", "size": "only"}, 403, "not-a-member"),
        ({"community": "nowhere"}, 403, "not-a-member"),
        ({"profile": "r"}, 400, "unknown-profile"),
        ({"size": "huge"}, 400, "unknown-size"),
        ({"interface": "rstudio"}, 400, "unknown-interface"),
        ({"image": "evil/image"}, 400, "unfit-image"),
        ({"profile": "python", "mem_limit": "64G"}, 400, "malformed-choice"),
    ],
)
async def test_nobody_starts_by_rest_what_the_picker_does_not_offer(hub, options, status, code):
    await sign_in(hub, "kofi")
    answer = await start(hub, "kofi", options)
    assert (answer.status_code, answer.json()["denied"]["code"]) == (status, code)
    assert answer.reason_phrase == f"catalyst-{code}"
    assert await live_session(hub, "kofi") is None


async def test_nobody_starts_by_a_changed_form_what_the_picker_does_not_offer(hub):
    await sign_in(hub, "kofi")
    async with Visitor(hub) as kofi:
        form = await kofi.submit(
            await kofi.get("/hub/login?next=/hub/spawn"), "form:has([value=kofi])"
        )
        assert "nairobi/python/small" in form.text
        assert "cordoba" not in form.text
        answer = await kofi.submit(form, choice="cordoba/r/only")
    assert answer.status_code == 403
    assert "cordoba" in answer.text
    assert await live_session(hub, "kofi") is None


async def test_an_outsider_starts_nothing(hub):
    await sign_in(hub, "bo")
    answer = await start(hub, "bo")
    assert (answer.status_code, answer.json()["denied"]["code"]) == (403, "no-community")
    assert answer.json()["denied"]["contact"] == "root@example.org"


async def test_a_refused_choice_is_not_the_next_default(hub):
    await sign_in(hub, "kofi")
    assert (await start(hub, "kofi", {"size": "huge"})).status_code == 400
    assert (await start(hub, "kofi")).status_code == 201


async def test_options_set_on_a_stopped_server_are_validated_when_it_starts(hub):
    await sign_in(hub, "kofi")
    async with api(hub, "kofi") as client:
        changed = await client.patch("users/kofi/server", json={"user_options": {"size": "huge"}})
        assert changed.status_code in {200, 404}
        hub.users["kofi"].spawner.orm_spawner.user_options = {"size": "huge"}
        hub.db.commit()
        answer = await client.post("users/kofi/server")
    assert answer.json()["denied"]["code"] == "unknown-size"


async def test_a_quota_answer_says_what_how_much_and_whom_to_ask(hub):
    for name in ("kofi", "lucia", "amina"):
        await sign_in(hub, name)
    await start(hub, "kofi")
    await start(hub, "lucia", {"community": "nairobi"})
    answer = await start(hub, "amina")
    assert answer.status_code == 429
    told = answer.json()
    assert "Nairobi" in told["message"]
    assert "amina@example.org" in told["message"]
    assert told["denied"]["code"] == "quota-at-once"
    assert told["denied"]["limit"] == {
        "scope": "community", "unit": "servers", "window": "at_once", "limit": 2, "used": 2,
        "held": 0, "left": 0, "asked": 1, "resets_at": None, "currency": "KES",
        "days": None, "profile": None, "workshop": None,
    }  # fmt: skip


async def test_a_denial_speaks_the_readers_language(hub):
    await sign_in(hub, "kofi")
    async with api(hub, "kofi") as client:
        client.headers["Accept-Language"] = "es"
        client.cookies.set("catalyst-language", "fr")
        answer = await client.post("users/kofi/server", json={"size": "huge"})
    assert "taille" in answer.json()["message"]


async def test_a_seat_that_was_given_back_is_free(hub):
    for name in ("kofi", "lucia", "amina"):
        await sign_in(hub, name)
    await start(hub, "kofi")
    await start(hub, "lucia", {"community": "nairobi"})
    await stop(hub, "kofi")
    assert (await start(hub, "amina")).status_code == 201


async def test_an_operator_starts_for_somebody_within_the_owners_limits_and_is_named(hub):
    for name in ("kofi", "root"):
        await sign_in(hub, name)
    async with api(hub, "root") as client:
        bad = await client.post("users/kofi/server", json={"community": "cordoba"})
        assert bad.json()["denied"]["code"] == "not-a-member"
        assert (await client.post("users/kofi/server")).status_code == 201
    session = await live_session(hub, "kofi")
    assert (session.key.user_name, session.actor) == ("kofi", "root")


async def test_two_starts_at_once_start_once(hub):
    await sign_in(hub, "kofi")
    answers = await asyncio.gather(*(start(hub, "kofi") for _ in range(8)))
    assert {answer.status_code for answer in answers} <= {201, 202, 400}
    assert 201 in {answer.status_code for answer in answers}
    assert await count_sessions(hub) == 1


async def count_sessions(app: Any) -> int:
    return len(await app.authenticator.runtime.read(lambda uow: uow.sessions.all_live()))


async def until_sessions_are(n: int, app: Any) -> None:
    async with asyncio.timeout(60):
        while await count_sessions(app) != n:
            await asyncio.sleep(0.05)


SEATS = """
version: 1
hub: {name: test}
providers:
  demo: {type: demo, any_name: true, personas: [{name: somebody}]}
communities:
  all:
    title: All
    members: [{provider: demo, everyone: true}]
    profiles:
      python:
        title: Python
        environment: {command: [nothing]}
        sizes: {s: {cpu: 1, memory: 1G}}
    quotas: {community: {at_once: {servers: 7}}}
"""


async def test_of_twenty_that_start_at_once_exactly_the_seats_are_admitted(start_hub, tmp_path):
    config = catalyst_config(tmp_path, SEATS)
    config.JupyterHub.spawner_class = "tests.hub.spawners.AdmittedNothingSpawner"
    hub = await start_hub(config)
    names = [f"learner-{n}" for n in range(20)]
    for name in names:
        await sign_in(hub, name)
    answers = await asyncio.gather(*(start(hub, name) for name in names))
    assert sorted(a.status_code for a in answers) == [201] * 7 + [429] * 13
    assert await count_sessions(hub) == 7


async def test_a_start_that_is_interrupted_gives_its_seat_back(start_hub, tmp_path):
    config = catalyst_config(tmp_path, SEATS)
    config.JupyterHub.spawner_class = "tests.hub.spawners.NeverUpSpawner"
    config.JupyterHub.tornado_settings = {"slow_spawn_timeout": 0.1}
    hub = await start_hub(config)
    await sign_in(hub, "learner-1")
    assert (await start(hub, "learner-1")).status_code == 202
    await until_sessions_are(1, hub)
    await stop(hub, "learner-1")
    assert await count_sessions(hub) == 0
    assert (await latest_session(hub, "learner-1")).state is SessionState.RELEASED


async def test_a_start_that_fails_gives_its_seat_back(start_hub, tmp_path):
    hub = await start_hub(catalyst_config(tmp_path, SEATS))
    await sign_in(hub, "learner-1")
    assert (await start(hub, "learner-1")).status_code == 500
    assert await count_sessions(hub) == 0


async def test_while_the_store_is_locked_a_start_is_refused_and_says_so(hub, tmp_path):
    await sign_in(hub, "kofi")
    with closing(sqlite3.connect(tmp_path / "catalyst.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = await start(hub, "kofi")
    assert (answer.status_code, answer.json()["denied"]["code"]) == (503, "store-unavailable")
    assert (await start(hub, "kofi")).status_code == 201


async def test_an_operator_may_prefer_starts_that_are_not_counted(start_hub, tmp_path):
    config = catalyst_config(tmp_path)
    config.CatalystHub.admit_when_store_is_unavailable = True
    hub = await start_hub(config)
    await sign_in(hub, "kofi")
    with closing(sqlite3.connect(tmp_path / "catalyst.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = await start(hub, "kofi", {"community": "cordoba"})
        assert refused.json()["denied"]["code"] == "not-a-member"
        assert (await start(hub, "kofi", {"size": "large"})).status_code == 201
    assert hub.users["kofi"].spawner.user_options["size"] == "large"


async def test_the_operators_hooks_run_first_and_ours_last(start_hub, tmp_path):
    seen: list[str] = []

    async def before(spawner: Any) -> None:
        seen.append("before")
        spawner.mem_limit = "64G"

    def after(spawner: Any) -> None:
        seen.append("after")
        raise RuntimeError("their mistake")

    config = catalyst_config(tmp_path)
    config.Spawner.pre_spawn_hook = before
    config.Spawner.post_stop_hook = after
    hub = await start_hub(config)
    await sign_in(hub, "kofi")
    await start(hub, "kofi")
    assert environment(hub, "kofi")["MEM_LIMIT"] == str(1024**3)
    await stop(hub, "kofi")
    assert seen == ["before", "after"]
    assert await live_session(hub, "kofi") is None


async def test_a_server_that_dies_ends_when_it_was_last_found_alive(hub):
    await sign_in(hub, "kofi")
    await start(hub, "kofi")
    spawner = hub.users["kofi"].spawner
    await spawner.poll()
    spawner.proc.kill()
    spawner.proc.wait()
    await spawner.poll_and_notify()
    ended = await latest_session(hub, "kofi")
    assert ended.state is SessionState.ENDED
    assert ended.estimate_ms is not None


async def test_a_server_that_dies_while_its_route_is_made_is_found_dead(start_hub, tmp_path):
    config = catalyst_config(tmp_path)
    config.Spawner.poll_interval = 1
    hub = await start_hub(config)
    await sign_in(hub, "kofi")
    has_died, add_user = asyncio.Event(), hub.proxy.add_user

    async def slowly(*arguments: Any) -> None:
        spawner = hub.users["kofi"].spawner
        spawner.proc.kill()
        spawner.proc.wait()
        # As the Hub's own clock does it, before anybody listens.
        await spawner.poll_and_notify()
        has_died.set()
        await add_user(*arguments)

    hub.proxy.add_user = slowly
    await start(hub, "kofi")
    await has_died.wait()
    async with asyncio.timeout(60):
        while await live_session(hub, "kofi") is not None:
            await asyncio.sleep(0.1)
    ended = await latest_session(hub, "kofi")
    assert ended.ended_at - ended.running_at < timedelta(seconds=5)


async def test_a_dead_server_whose_start_is_called_off_is_never_ready(start_hub, tmp_path):
    hub = await start_hub(catalyst_config(tmp_path))
    await sign_in(hub, "kofi")
    has_died = asyncio.Event()

    async def for_ever(*arguments: Any) -> None:
        spawner = hub.users["kofi"].spawner
        spawner.proc.kill()
        spawner.proc.wait()
        await spawner.poll_and_notify()
        has_died.set()
        await asyncio.Event().wait()

    hub.proxy.add_user = for_ever
    async with api(hub, "kofi") as client:
        starting = asyncio.create_task(client.post("users/kofi/server", timeout=60))
        await has_died.wait()
        stopping = asyncio.create_task(client.delete("users/kofi/server"))
        listed = []
        while not stopping.done():
            listed.append((await client.get("users/kofi")).json()["servers"].get(""))
            await asyncio.sleep(0.05)
        await asyncio.gather(starting, stopping)
    # The Hub waits for a second, in which nothing is pending.
    assert None in listed
    assert not any(server and server["ready"] for server in listed)
    assert await live_session(hub, "kofi") is None
    ended = await latest_session(hub, "kofi")
    assert ended.estimate_ms is not None


async def test_a_hub_that_ends_in_order_closes_every_session(start_hub, tmp_path):
    hub = await start_hub(catalyst_config(tmp_path))
    await sign_in(hub, "kofi")
    await start(hub, "kofi")
    hub = await start_hub(catalyst_config(tmp_path))
    assert await live_session(hub, "kofi") is None
    assert (await latest_session(hub, "kofi")).estimate_ms is None


async def test_a_server_that_ended_while_the_hub_was_away_is_charged_by_evidence(
    start_hub, tmp_path
):
    hub = await start_hub(outliving_config(tmp_path))
    await sign_in(hub, "kofi")
    await start(hub, "kofi")
    hub.users["kofi"].spawner.proc.kill()
    hub.users["kofi"].spawner.proc.wait()
    hub = await start_hub(catalyst_config(tmp_path))
    ended = await latest_session(hub, "kofi")
    assert ended.state is SessionState.ENDED
    assert ended.estimate_ms is not None


async def test_a_server_outlives_the_hub_and_its_session_with_it(start_hub, tmp_path):
    hub = await start_hub(outliving_config(tmp_path))
    await sign_in(hub, "kofi")
    await start(hub, "kofi")
    before = await live_session(hub, "kofi")
    hub = await start_hub(outliving_config(tmp_path))
    assert (await live_session(hub, "kofi")).session_id == before.session_id
    await stop(hub, "kofi")
    assert (await latest_session(hub, "kofi")).estimate_ms is None
