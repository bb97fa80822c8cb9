"""Whoever comes while enough servers are starting waits, in order; no way to end keeps a slot."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from traitlets.config import Config

from catalyst_hub.hub.spawner import CatalystSpawnerMixin
from catalyst_hub.hub.start_slots import StartSlots
from tests.hub.communities import api, catalyst_config, latest_session, live_session, sign_in, until
from tests.hub.spawners import NeverUpSpawner, NothingSpawner
from tests.hub.visitor import Visitor, text

PEOPLE = ("kofi", "lucia")


# --- the slots by themselves ---


@given(st.integers(1, 4), st.lists(st.sampled_from(["come", "end", "cancel", "fail"]), max_size=40))
def test_slots_go_to_whoever_waits_longest_and_are_never_too_many(number, steps):
    asyncio.run(_play(StartSlots(number), steps))


async def _play(slots: StartSlots, steps: list[str]) -> None:
    alive: list[tuple[asyncio.Future[None], asyncio.Task[None]]] = []
    for step in steps:
        if step == "come":
            start = asyncio.get_running_loop().create_future()
            alive.append((start, asyncio.ensure_future(slots.take(start))))
        elif alive:
            # The newest is the one that waits, if any does.
            start, _ = alive.pop(0 if step == "end" else -1)
            _end(start, step)
        await _settle()
        has_slot = [turn.done() for _, turn in alive]
        busy = min(slots.number, len(alive))
        assert has_slot == [True] * busy + [False] * (len(alive) - busy)
    for start, turn in alive:
        start.cancel()
        turn.cancel()


def _end(start: asyncio.Future[None], step: str) -> None:
    if step == "end":
        start.set_result(None)
    elif step == "cancel":
        start.cancel()
    else:
        start.set_exception(RuntimeError("it did not start"))
        start.exception()


async def _settle() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_without_a_number_nobody_waits():
    slots = StartSlots(0)
    for _ in range(500):
        await slots.take(asyncio.get_running_loop().create_future())


# --- on a hub ---


class Fails(CatalystSpawnerMixin, NothingSpawner):
    async def start(self) -> Any:
        raise RuntimeError("nothing works today")


class TakesTooLong(NeverUpSpawner):
    start_timeout = 1


class NeverAnswers(CatalystSpawnerMixin, NothingSpawner):
    http_timeout = 1

    async def start(self) -> Any:
        await super().start()
        return "127.0.0.1", 1


async def hub_with_one_slot(start_hub: Any, folder: Any, spawner: type) -> Any:
    config = catalyst_config(folder)
    config.merge(Config({"JupyterHub": {"concurrent_spawn_limit": 1}}))
    config.JupyterHub.spawner_class = spawner
    config.JupyterHub.tornado_settings = {"slow_spawn_timeout": 0}
    app = await start_hub(config)
    for name in PEOPLE:
        await sign_in(app, name)
    return app


async def ask(app: Any, name: str) -> int:
    async with api(app, name) as client:
        options = {"user_options": {"community": "nairobi"}}
        return (await client.post(f"users/{name}/server", json=options)).status_code


def slots(app: Any) -> StartSlots:
    return app.authenticator.start_slots


def before(app: Any, name: str) -> int | None:
    return slots(app).before(app.users[name].spawner._spawn_future)


async def test_who_comes_second_waits_holding_a_seat_and_is_told_so(start_hub, tmp_path):
    app = await hub_with_one_slot(start_hub, tmp_path, NeverUpSpawner)
    assert await ask(app, "kofi") == 202
    await until(lambda: app.users["kofi"].spawner.is_up)
    assert await ask(app, "lucia") == 202
    await until(lambda: before(app, "lucia") == 0)
    assert await live_session(app, "lucia") is not None
    async with Visitor(app) as lucia:
        await lucia.enter("lucia")
        page = await lucia.get("/hub/spawn-pending/lucia")
        assert "Yours is next" in text(page)
        assert page.headers["Refresh"].startswith("1;")
    # In the language of her provider's choice: a program says of none.
    assert "El tuyo es el siguiente" in await told_by_progress(app, "lucia")


async def told_by_progress(app: Any, name: str) -> str:
    """The first that the spawner itself tells, after the Hub's own words."""
    url = f"users/{name}/server/progress"
    async with api(app, name) as client, client.stream("GET", url) as events:
        lines = (line async for line in events.aiter_lines() if line.startswith("data:"))
        await anext(lines)
        return await anext(lines)


@pytest.mark.parametrize("spawner", [Fails, TakesTooLong, NeverAnswers, NothingSpawner])
async def test_a_start_that_is_over_gives_its_slot_back(start_hub, tmp_path, spawner):
    is_ours = issubclass(spawner, CatalystSpawnerMixin)
    chosen = spawner if is_ours else type("Admitted", (CatalystSpawnerMixin, spawner), {})
    app = await hub_with_one_slot(start_hub, tmp_path, chosen)
    for _ in range(2):
        for name in PEOPLE:
            await ask(app, name)
        # A slot that was kept would keep the second round from ever being over.
        await until(lambda: not any(app.users[name].spawner.pending for name in PEOPLE))
        assert all(before(app, name) is None for name in PEOPLE)


async def test_a_start_that_is_cancelled_gives_its_slot_to_the_next(start_hub, tmp_path):
    app = await hub_with_one_slot(start_hub, tmp_path, NeverUpSpawner)
    await ask(app, "kofi")
    await until(lambda: app.users["kofi"].spawner.is_up)
    await ask(app, "lucia")
    await until(lambda: before(app, "lucia") == 0)
    async with api(app, "kofi") as client:
        assert (await client.delete("users/kofi/server")).status_code in {202, 204}
    await until(lambda: app.users["lucia"].spawner.is_up)
    assert await live_session(app, "kofi") is None


async def test_a_wait_that_is_cancelled_never_starts_and_gives_its_seat_back(start_hub, tmp_path):
    app = await hub_with_one_slot(start_hub, tmp_path, NeverUpSpawner)
    await ask(app, "kofi")
    await until(lambda: app.users["kofi"].spawner.is_up)
    await ask(app, "lucia")
    await until(lambda: before(app, "lucia") == 0)
    async with api(app, "lucia") as client:
        await client.delete("users/lucia/server")
    assert await live_session(app, "lucia") is None
    async with api(app, "kofi") as client:
        await client.delete("users/kofi/server")
    await until(lambda: not app.users["kofi"].spawner.pending)
    assert (await latest_session(app, "lucia")).running_at is None


async def test_what_the_hub_stops_while_it_waits_does_not_start_afterwards(start_hub, tmp_path):
    app = await hub_with_one_slot(start_hub, tmp_path, NeverUpSpawner)
    await ask(app, "kofi")
    await until(lambda: app.users["kofi"].spawner.is_up)
    await ask(app, "lucia")
    await until(lambda: before(app, "lucia") == 0)
    waited = app.users["lucia"].spawner
    start = waited._spawn_future
    # As the Hub does with every server when it ends: it stops them, and cancels nothing.
    await app.users["lucia"].stop("")
    await app.users["kofi"].stop("")
    await until(start.done)
    assert start.cancelled()
    assert not waited.is_up


async def test_the_wait_counts_towards_no_timeout(start_hub, tmp_path):
    class Slow(CatalystSpawnerMixin, NothingSpawner):
        start_timeout = 5

        async def start(self) -> Any:
            await asyncio.sleep(3)
            return await super().start()

    app = await hub_with_one_slot(start_hub, tmp_path, Slow)
    await asyncio.gather(*(ask(app, name) for name in PEOPLE))
    await until(lambda: all(app.users[name].spawner.ready for name in PEOPLE))


async def test_the_hub_says_that_its_other_limit_still_refuses(start_hub, tmp_path, capfd):
    config = catalyst_config(tmp_path)
    config.JupyterHub.active_server_limit = 7
    await start_hub(config)
    assert "active_server_limit = 7 answers with an error" in capfd.readouterr().err


async def test_nobody_is_refused_for_coming_while_others_start(start_hub, tmp_path):
    app = await hub_with_one_slot(start_hub, tmp_path, NeverUpSpawner)
    assert [await ask(app, name) for name in PEOPLE] == [202, 202]
