"""Stops by one request: what the Hub writes of them is written together, and nobody is held."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import pytest
from jupyterhub import orm
from sqlalchemy import event

from catalyst_hub.core.session import ServerKey
from catalyst_hub.hub import stopped_together
from catalyst_hub.hub.spawner import CatalystSpawnerMixin
from catalyst_hub.hub_client import HubClient
from tests.hub.communities import (
    COMMUNITIES,
    api,
    catalyst_config,
    latest_session,
    sign_in,
    until,
)
from tests.hub.spawners import NothingSpawner
from tests.hub.test_leftovers import started

PEOPLE = ("amina", "kofi", "lucia")
ROOM_FOR_ALL = COMMUNITIES.replace("{servers: 2}", "{servers: 3}")
#: Longer than any test may take.
FOR_EVER_S = 3600


class _Held(NothingSpawner):
    #: Whose server takes until the event, whose stop fails, and whose has ended by itself; of
    #: those, what the Hub says when the look has tidied up.
    slow: ClassVar[dict[str, asyncio.Event]] = {}
    failing: ClassVar[set[str]] = set()
    ended: ClassVar[dict[str, bool | None]] = {}

    async def stop(self, now: bool = False) -> None:
        if self.user.name in self.failing:
            raise RuntimeError("the machine says no")
        if over := self.slow.get(self.user.name):
            await over.wait()
        await super().stop(now)

    async def poll(self) -> int | None:
        if self.is_up and self.user.name in self.ended:
            await self.stop()
            self.ended[self.user.name] = self.active
        return await super().poll()

    def get_state(self) -> dict[str, Any]:
        return {"is_up": True} if self.is_up else {}


class HeldSpawner(CatalystSpawnerMixin, _Held):
    """Stops when the test says so."""


@pytest.fixture
async def hub(start_hub, tmp_path, monkeypatch):
    """Where three run servers."""
    config = catalyst_config(tmp_path, ROOM_FOR_ALL)
    config.JupyterHub.spawner_class = "tests.hub.test_stopped_together.HeldSpawner"
    monkeypatch.setattr(_Held, "slow", {})
    monkeypatch.setattr(_Held, "failing", set())
    monkeypatch.setattr(_Held, "ended", {})
    hub = await start_hub(config)
    for name in PEOPLE:
        await sign_in(hub, name)
        await started(hub, name)
    return hub


class Stopping:
    """One request for some servers; ``told`` is what has been heard so far."""

    def __init__(self, hub: Any, *names: str) -> None:
        self.told: dict[str, int] = {}
        token = hub._service_map["catalyst-culler"].api_token
        client = HubClient(hub.hub.url + "api", token)
        keys = [ServerKey(name) for name in names]
        self._asked = asyncio.create_task(client.stop_some(keys, self._hear))

    def _hear(self, key: ServerKey, status: int) -> None:
        self.told[key.user_name] = status

    async def over(self) -> dict[str, int]:
        async with asyncio.timeout(60):
            await self._asked
        return self.told


@contextmanager
def transactions(hub: Any) -> Iterator[list[Counter[str]]]:
    """Those in which something changes in the Hub's database: how many rows by each statement."""
    engine, changed, done = hub.db.get_bind(), Counter[str](), list[Counter[str]]()

    def note(_connection, cursor, statement, *_others) -> None:
        if not statement.startswith("SELECT"):
            changed[statement] += cursor.rowcount

    def end(_connection) -> None:
        if changed:
            done.append(changed.copy())
            changed.clear()

    event.listen(engine, "after_cursor_execute", note)
    event.listen(engine, "commit", end)
    try:
        yield done
    finally:
        event.remove(engine, "after_cursor_execute", note)
        event.remove(engine, "commit", end)


def rows(done: list[Counter[str]], words: str) -> list[int]:
    """How many rows each transaction has changed by statements with these words."""
    found = (sum(n for text, n in each.items() if words in text) for each in done)
    return [count for count in found if count]


def left_of(hub: Any, name: str) -> list[object]:
    """What the Hub's database still knows of a server."""
    hub.db.expire_all()
    row = hub.users[name].orm_user.orm_spawners[""]
    client = hub.db.query(orm.OAuthClient).filter_by(identifier=f"jupyterhub-user-{name}").first()
    tokens = hub.db.query(orm.APIToken).filter(orm.APIToken.note.startswith("Server at"))
    mine = [token for token in tokens if token.user.name == name]
    known = (row.server, row.started, row.oauth_client, client, row.user_options, row.state, mine)
    return [each for each in known if each]


async def ends(hub: Any) -> list[str | None]:
    sessions = [await latest_session(hub, name) for name in PEOPLE]
    return [session and session.end_reason for session in sessions]


async def test_what_the_hub_knows_of_them_goes_in_one_transaction_and_all_of_it(hub):
    assert all(left_of(hub, name) for name in PEOPLE)
    with transactions(hub) as done:
        assert await Stopping(hub, *PEOPLE).over() == dict.fromkeys(PEOPLE, 204)
    assert rows(done, "DELETE FROM servers") == [3]
    assert rows(done, "DELETE FROM oauth_clients") == [3]
    assert rows(done, "started=") == [3]
    assert rows(done, "state=?, user_options=?") == [3]
    assert [left_of(hub, name) for name in PEOPLE] == [[], [], []]
    assert await ends(hub) == ["stopped"] * 3
    await started(hub, "kofi")


async def test_one_that_takes_long_holds_none_of_the_others(hub):
    over = _Held.slow["kofi"] = asyncio.Event()
    stopping = Stopping(hub, *PEOPLE)
    await until(lambda: stopping.told == {"amina": 204, "lucia": 204})
    assert [left_of(hub, name) for name in ("amina", "lucia")] == [[], []]
    over.set()
    assert await stopping.over() == dict.fromkeys(PEOPLE, 204)
    assert left_of(hub, "kofi") == []


async def test_nobody_waits_for_one_that_does_not_come_so_far(hub, monkeypatch):
    monkeypatch.setattr(stopped_together, "_GATHERING_S", FOR_EVER_S)
    _Held.failing.add("amina")
    told = await Stopping(hub, *PEOPLE, "nobody").over()
    assert told["nobody"] == 404
    assert [left_of(hub, name) for name in ("kofi", "lucia")] == [[], []]


async def test_one_that_a_look_finds_ended_is_there_until_the_hub_stops_it(hub):
    _Held.ended["kofi"] = None
    assert await Stopping(hub, *PEOPLE).over() == dict.fromkeys(PEOPLE, 204)
    assert _Held.ended["kofi"] is True
    assert [left_of(hub, name) for name in PEOPLE] == [[], [], []]


async def test_one_that_is_stopped_alone_waits_for_nobody(hub, monkeypatch):
    monkeypatch.setattr(stopped_together, "_GATHERING_S", FOR_EVER_S)
    async with api(hub, "kofi") as own, asyncio.timeout(60):
        assert (await own.delete("users/kofi/server")).status_code == 204
    assert left_of(hub, "kofi") == []


@pytest.mark.parametrize("step", ["_write_end", "_write_state"])
async def test_what_cannot_be_written_together_the_hub_writes_itself(hub, monkeypatch, step):
    write = getattr(stopped_together, step)

    def fail_of_lucia(db, spawner) -> None:
        write(db, spawner)
        if spawner.user.name == "lucia":
            raise RuntimeError("a spawner of somebody else's")

    monkeypatch.setattr(stopped_together, step, fail_of_lucia)
    with transactions(hub) as done:
        assert await Stopping(hub, *PEOPLE).over() == dict.fromkeys(PEOPLE, 204)
    assert [left_of(hub, name) for name in PEOPLE] == [[], [], []]
    assert await ends(hub) == ["stopped"] * 3
    assert rows(done, "DELETE FROM servers" if step == "_write_end" else "state=") == [1, 1, 1]
