"""What the ledger could not be told while its store was away: told later, in order, and once."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.observation import HubObservation
from catalyst_hub.core.server_event import Happened, ServerEvent
from catalyst_hub.core.session import ServerKey, SessionState
from catalyst_hub.core.unit_of_work import StoreUnavailableError, UnitOfWork
from catalyst_hub.hub.spawner import CatalystSpawnerMixin
from catalyst_hub.hub.untold import Untold, record
from catalyst_hub.usecases.admit_session import AdmissionRequest, admit_session
from catalyst_hub.usecases.reconcile_sessions import reconcile_sessions
from tests.hub.communities import (
    catalyst_config,
    latest_session,
    live_session,
    outliving_config,
    sign_in,
)
from tests.hub.spawners import NothingSpawner
from tests.hub.test_admission import start, stop

KOFI = ServerKey("kofi")
PATIENCE = timedelta(minutes=1)
MILLISECOND = timedelta(milliseconds=1)
KNOWN_AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
UP = ServerEvent(KOFI, Happened.UP, KNOWN_AT)
GONE = ServerEvent(KOFI, Happened.GONE, KNOWN_AT)


class _Watched(NothingSpawner):
    #: Called when a server has been admitted and begins to start.
    begins: ClassVar[Callable[[], None]]

    async def start(self) -> tuple[str, int]:
        type(self).begins()
        return await super().start()


class WatchedSpawner(CatalystSpawnerMixin, _Watched):
    """Tells when it begins to start."""


@pytest.fixture
async def hub(start_hub, tmp_path):
    config = catalyst_config(tmp_path)
    config.JupyterHub.spawner_class = "tests.hub.test_untold.WatchedSpawner"
    return await start_hub(config)


@pytest.fixture
def away(tmp_path, monkeypatch):
    """A store that is away from a start on until it is called back."""
    with closing(
        sqlite3.connect(tmp_path / "catalyst.sqlite", isolation_level=None, timeout=20)
    ) as other:
        monkeypatch.setattr(
            WatchedSpawner, "begins", lambda: other.execute("BEGIN IMMEDIATE"), raising=False
        )
        yield lambda: other.execute("ROLLBACK")


async def until_told(hub: Any) -> None:
    async with asyncio.timeout(60):
        while hub.authenticator.untold._events:
            await asyncio.sleep(0.05)


async def repair_what_nobody_runs(hub: Any) -> None:
    """As the observer does a while later, for what the Hub does not show any more."""
    runtime, later = hub.authenticator.runtime, datetime.now(UTC) + 10 * PATIENCE
    seen = HubObservation(later, {})
    await runtime.write(lambda uow: reconcile_sessions(uow, runtime.policy, seen, PATIENCE, later))


@pytest.mark.parametrize("is_repaired_first", [False, True])
async def test_a_server_whose_whole_life_falls_into_an_outage_is_charged_to_the_instant(
    hub, away, is_repaired_first, tmp_path
):
    await sign_in(hub, "kofi")
    if is_repaired_first:
        hub._periodic_callbacks["catalyst_untold"].stop()
    before = datetime.now(UTC)
    assert (await start(hub, "kofi")).status_code == 201
    began = datetime.now(UTC)
    await stop(hub, "kofi")
    after = datetime.now(UTC)
    away()
    if is_repaired_first:
        await repair_what_nobody_runs(hub)
        assert (await latest_session(hub, "kofi")).state is SessionState.RELEASED
        await hub.authenticator.untold.retry()
    await until_told(hub)
    session = await latest_session(hub, "kofi")
    assert session.state is SessionState.ENDED
    assert before <= session.running_at <= began <= session.ended_at <= after
    assert session.estimate_ms is None
    assert charged(tmp_path) == [(session.session_id, session.ended_at - session.running_at)]


async def test_who_starts_again_before_it_is_told_has_two_sessions_and_each_its_own_times(
    hub, away, tmp_path
):
    await sign_in(hub, "kofi")
    hub._periodic_callbacks["catalyst_untold"].stop()
    assert (await start(hub, "kofi")).status_code == 201
    await stop(hub, "kofi")
    WatchedSpawner.begins = _nothing
    away()
    first = await live_session(hub, "kofi")
    assert (await start(hub, "kofi")).status_code == 201
    second = await live_session(hub, "kofi")
    assert second.session_id != first.session_id
    assert [session_id for session_id, _ in charged(tmp_path)] == [first.session_id]
    # What was told with the start is not told once more.
    await hub.authenticator.untold.retry()
    assert (await live_session(hub, "kofi")) == second


class Heard(list[str]):
    """What the ledger is told, by the user's name; here it writes nothing down."""

    def record(self, _uow: UnitOfWork, event: ServerEvent) -> None:
        self.append(event.happened)


@pytest.fixture
def heard(monkeypatch):
    heard = Heard()
    monkeypatch.setattr("catalyst_hub.hub.untold.record", heard.record)
    return heard


async def tell(untold: Untold, event: ServerEvent) -> None:
    untold.expect(event)
    await untold.tell(event.key)


async def test_an_end_does_not_overtake_a_beginning_that_could_not_be_told(hub, heard):
    untold, runtime = hub.authenticator.untold, hub.authenticator.runtime
    with store_away(runtime):
        await tell(untold, UP)
    await tell(untold, GONE)
    assert heard == ["up", "gone"]
    await untold.retry()
    assert heard == ["up", "gone"]


async def test_nothing_is_forgotten_that_came_while_another_was_told(hub, heard):
    untold, events = hub.authenticator.untold, (UP, GONE, UP)
    await asyncio.gather(*(tell(untold, event) for event in events))
    assert heard == ["up", "gone", "up"]
    await untold.write(KOFI, lambda _uow: heard.clear())
    assert heard == []


async def test_a_fault_of_ours_keeps_nobody_from_starting(hub, monkeypatch):
    untold, runtime = hub.authenticator.untold, hub.authenticator.runtime

    def fails(_uow: UnitOfWork, event: ServerEvent) -> None:
        raise RuntimeError(f"a fault of ours: {event}")

    monkeypatch.setattr("catalyst_hub.hub.untold.record", fails)
    with store_away(runtime):
        await tell(untold, UP)
    await untold.retry()
    assert await untold.write(KOFI, lambda _uow: "done") == "done"
    assert written_down(hub) == []


async def test_who_gives_up_waiting_has_told_all_the_same(hub, heard):
    untold = hub.authenticator.untold
    telling = asyncio.ensure_future(tell(untold, UP))
    await asyncio.sleep(0)
    telling.cancel()
    await asyncio.wait([telling])
    await until_told(hub)
    assert set(heard) == {"up"}


async def test_what_is_told_with_a_start_is_not_told_again_about_the_session_it_begins(hub):
    """The next look at what is late comes while the start's own decision is being made."""
    await sign_in(hub, "kofi")
    untold, runtime = hub.authenticator.untold, hub.authenticator.runtime
    with store_away(runtime):
        await tell(untold, replace(GONE, at=runtime.now()))
    request = AdmissionRequest(KOFI, {}, "kofi")
    admitted, _ = await asyncio.gather(
        untold.write(
            KOFI, lambda uow: admit_session(uow, runtime.policy, request, datetime.now(UTC))
        ),
        untold.retry(),
    )
    assert (await live_session(hub, "kofi")).session_id == admitted.session_id


async def test_a_start_that_fails_takes_nothing_with_it_that_is_untold(hub, monkeypatch):
    untold, runtime = hub.authenticator.untold, hub.authenticator.runtime

    def fails(_uow: UnitOfWork) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(
        "catalyst_hub.hub.untold.record",
        lambda uow, event: uow.heartbeats.beat(event.happened, event.at),
    )
    with store_away(runtime):
        await tell(untold, GONE)
    with pytest.raises(RuntimeError):
        await untold.write(KOFI, fails)
    assert (await runtime.read(lambda uow: uow.heartbeats.all()))["gone"] == GONE.at


async def test_each_event_has_a_transaction_of_its_own_and_so_has_the_start(hub, monkeypatch):
    """Each holds the community of another session: together they could wait for each other."""
    untold, runtime = hub.authenticator.untold, hub.authenticator.runtime
    seen: list[UnitOfWork] = []
    monkeypatch.setattr("catalyst_hub.hub.untold.record", lambda uow, event: seen.append(uow))
    with store_away(runtime):
        await tell(untold, UP)
        await tell(untold, GONE)
    await untold.write(KOFI, seen.append)
    assert len(set(map(id, seen))) == len(seen) == 3


@pytest.mark.parametrize("is_late", [False, True])
async def test_what_a_start_had_reserved_that_was_given_up_is_released_after_it(
    hub, heard, is_late
):
    untold, runtime = hub.authenticator.untold, hub.authenticator.runtime
    hub._periodic_callbacks["catalyst_untold"].stop()
    if is_late:
        with store_away(runtime):
            await tell(untold, UP)
    start = asyncio.ensure_future(untold.write(KOFI, lambda _uow: heard.append("reserved")))
    await asyncio.sleep(0)
    start.cancel()
    await tell(untold, GONE)
    await asyncio.wait([start])
    assert heard == (["up", "up", "gone"] if is_late else ["reserved", "gone"])
    assert not untold._events


# --- a hub that is killed before it could tell ---------------------------------------------


@pytest.fixture
def deaf(monkeypatch):
    """A store that hears of no server until it is called back; else it answers."""

    def hear_nothing(_uow: UnitOfWork, event: ServerEvent) -> None:
        raise StoreUnavailableError(f"{event} reaches nobody")

    monkeypatch.setattr("catalyst_hub.hub.untold.record", hear_nothing)
    return lambda: monkeypatch.setattr("catalyst_hub.hub.untold.record", record)


async def killed(hub: Any, start_hub: Any, folder: Path) -> Any:
    """The hub after one that was killed: that tells nothing more, and removes nothing."""
    for callback in hub._periodic_callbacks.values():
        callback.stop()
    hub.authenticator.untold._events.clear()
    return await start_hub(outliving_config(folder))


@pytest.mark.parametrize("kills", [1, 3])
async def test_a_life_that_fell_into_an_outage_outlives_the_hubs_that_saw_it(
    start_hub, deaf, kills, tmp_path
):
    hub = await start_hub(outliving_config(tmp_path))
    await sign_in(hub, "kofi")
    before = datetime.now(UTC)
    assert (await start(hub, "kofi")).status_code == 201
    began = datetime.now(UTC)
    await stop(hub, "kofi")
    after = datetime.now(UTC)
    for left in reversed(range(kills)):
        if not left:
            deaf()
        hub = await killed(hub, start_hub, tmp_path)
    await until_told(hub)
    session = await latest_session(hub, "kofi")
    assert (session.state, session.estimate_ms) == (SessionState.ENDED, None)
    # The ledger counts milliseconds.
    assert before - MILLISECOND < session.running_at <= began
    assert began - MILLISECOND < session.ended_at <= after
    assert charged(tmp_path) == [(session.session_id, session.ended_at - session.running_at)]
    assert written_down(hub) == []


async def test_a_server_of_which_killed_hubs_told_nobody_is_charged_from_when_it_was_up(
    start_hub, deaf, tmp_path
):
    hub = await start_hub(outliving_config(tmp_path))
    await sign_in(hub, "kofi")
    before = datetime.now(UTC)
    assert (await start(hub, "kofi")).status_code == 201
    began = datetime.now(UTC)
    hub = await killed(hub, start_hub, tmp_path)
    deaf()
    hub = await killed(hub, start_hub, tmp_path)
    await stop(hub, "kofi")
    session = await latest_session(hub, "kofi")
    assert (session.state, session.estimate_ms) == (SessionState.ENDED, None)
    assert before - MILLISECOND < session.running_at <= began
    assert charged(tmp_path) == [(session.session_id, session.ended_at - session.running_at)]


async def test_the_next_hub_tells_nothing_that_the_one_before_had_told(start_hub, tmp_path):
    config = outliving_config(tmp_path)
    hub = await start_hub(config)
    await sign_in(hub, "kofi")
    await start(hub, "kofi")
    running = await live_session(hub, "kofi")
    assert written_down(hub) == []
    await stop(hub, "kofi")
    assert written_down(hub) == []
    hub = await start_hub(config)
    assert not hub.authenticator.untold._events
    assert (await latest_session(hub, "kofi")).session_id == running.session_id


@pytest.mark.parametrize("state", ["a folder", "no database", "not ours", "read-only"])
async def test_a_hub_goes_on_without_its_journal_and_says_so(start_hub, tmp_path, capfd, state):
    config, path = catalyst_config(tmp_path), tmp_path / "events.sqlite"
    config.CatalystHub.untold_file = str(path)
    if state == "a folder":
        path.mkdir()
    elif state == "no database":
        path.write_text("It was a dark and stormy night. " * 200)
    elif state == "not ours":
        with closing(sqlite3.connect(path)) as other:
            other.execute("CREATE TABLE events (number INTEGER PRIMARY KEY, answer INTEGER)")
    hub = await start_hub(config)
    if state == "read-only":
        hub.authenticator.untold._journal._file.execute("PRAGMA query_only = 1")
    await sign_in(hub, "kofi")
    await start(hub, "kofi")
    await stop(hub, "kofi")
    assert (await latest_session(hub, "kofi")).state is SessionState.ENDED
    assert "A hub that is killed while the database is away may lose" in capfd.readouterr().err


async def test_an_operator_may_do_without_a_journal(start_hub, tmp_path, capfd):
    config = catalyst_config(tmp_path)
    config.CatalystHub.untold_file = ""
    hub = await start_hub(config)
    await sign_in(hub, "kofi")
    await start(hub, "kofi")
    await stop(hub, "kofi")
    assert (await latest_session(hub, "kofi")).state is SessionState.ENDED
    assert "may lose" not in capfd.readouterr().err
    assert not [*tmp_path.glob("*untold*")]


def written_down(hub: Any) -> list[ServerEvent]:
    """What stands in the Hub's journal."""
    return [event for _, event in hub.authenticator.untold._journal.events()]


def charged(folder: Path) -> list[tuple[str, timedelta]]:
    """Every charge for the time of a server."""
    query = "SELECT session_id, sum(server_ms) FROM ledger_entries GROUP BY session_id"
    with closing(sqlite3.connect(folder / "catalyst.sqlite")) as store:
        return [(session_id, timedelta(milliseconds=ms)) for session_id, ms in store.execute(query)]


def _nothing() -> None:
    """The store stays."""


@contextmanager
def store_away(runtime: Runtime) -> Iterator[None]:
    """Nothing can be written, and it does not take long to find out."""
    usual = runtime._transaction

    def away(_work: object, _write: bool) -> Any:
        raise StoreUnavailableError("the database is away")

    runtime._transaction = away
    yield
    runtime._transaction = usual
