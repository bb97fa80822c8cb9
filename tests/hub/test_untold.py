"""What the ledger could not be told while its store was away: told later, in order, and once."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.observation import HubObservation
from catalyst_hub.core.session import ServerKey, SessionState
from catalyst_hub.core.unit_of_work import StoreUnavailableError, UnitOfWork
from catalyst_hub.hub.spawner import CatalystSpawnerMixin
from catalyst_hub.hub.start_record import started_at
from catalyst_hub.usecases.admit_session import AdmissionRequest, admit_session
from catalyst_hub.usecases.close_session import close_session
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
KNOWN_AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


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
    async with asyncio.timeout(20):
        while hub.authenticator.untold._notes:
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


async def test_an_end_does_not_overtake_a_beginning_that_could_not_be_told(hub):
    untold, runtime = hub.authenticator.untold, hub.authenticator.runtime
    heard: list[str] = []
    with store_away(runtime):
        await untold.tell(KOFI, lambda _uow: heard.append("began"))
    await untold.tell(KOFI, lambda _uow: heard.append("ended"))
    assert heard == ["began", "ended"]
    await untold.retry()
    assert heard == ["began", "ended"]


async def test_nothing_is_forgotten_that_came_while_another_was_told(hub):
    untold = hub.authenticator.untold
    heard: list[str] = []
    await asyncio.gather(
        *(untold.tell(KOFI, lambda _uow, each=each: heard.append(each)) for each in "abc")
    )
    assert heard == list("abc")
    await untold.write(KOFI, lambda _uow: heard.clear())
    assert heard == []


async def test_a_fault_of_ours_keeps_nobody_from_starting(hub):
    untold, runtime = hub.authenticator.untold, hub.authenticator.runtime

    def fails(_uow: UnitOfWork) -> None:
        raise RuntimeError("a fault of ours")

    with store_away(runtime):
        await untold.tell(KOFI, fails)
    await untold.retry()
    assert await untold.write(KOFI, lambda _uow: "done") == "done"


async def test_who_gives_up_waiting_has_told_all_the_same(hub):
    untold = hub.authenticator.untold
    heard: list[str] = []
    telling = asyncio.ensure_future(untold.tell(KOFI, lambda _uow: heard.append("began")))
    await asyncio.sleep(0)
    telling.cancel()
    await asyncio.wait([telling])
    await until_told(hub)
    assert set(heard) == {"began"}


async def test_what_is_told_with_a_start_is_not_told_again_about_the_session_it_begins(hub):
    """The next look at what is late comes while the start's own decision is being made."""
    await sign_in(hub, "kofi")
    untold, runtime = hub.authenticator.untold, hub.authenticator.runtime
    with store_away(runtime):
        await untold.tell(KOFI, lambda uow: close_session(uow, KOFI, runtime.now()))
    request = AdmissionRequest(KOFI, {}, "kofi")
    admitted, _ = await asyncio.gather(
        untold.write(
            KOFI, lambda uow: admit_session(uow, runtime.policy, request, datetime.now(UTC))
        ),
        untold.retry(),
    )
    assert (await live_session(hub, "kofi")).session_id == admitted.session_id


async def test_a_start_that_fails_takes_nothing_with_it_that_is_untold(hub):
    untold, runtime, ended_at = hub.authenticator.untold, hub.authenticator.runtime, KNOWN_AT

    def fails(_uow: UnitOfWork) -> None:
        raise RuntimeError("a fault of ours")

    with store_away(runtime):
        await untold.tell(KOFI, lambda uow: uow.heartbeats.beat("ended", ended_at))
    with pytest.raises(RuntimeError):
        await untold.write(KOFI, fails)
    assert (await runtime.read(lambda uow: uow.heartbeats.all()))["ended"] == ended_at


async def test_each_note_has_a_transaction_of_its_own_and_so_has_the_start(hub):
    """Each holds the community of another session: together they could wait for each other."""
    untold, runtime = hub.authenticator.untold, hub.authenticator.runtime
    seen: list[UnitOfWork] = []
    with store_away(runtime):
        await untold.tell(KOFI, seen.append)
        await untold.tell(KOFI, seen.append)
    await untold.write(KOFI, seen.append)
    assert len(set(map(id, seen))) == len(seen) == 3


@pytest.mark.parametrize("is_late", [False, True])
async def test_what_a_start_had_reserved_that_was_given_up_is_released_after_it(hub, is_late):
    untold, runtime = hub.authenticator.untold, hub.authenticator.runtime
    hub._periodic_callbacks["catalyst_untold"].stop()
    heard: list[str] = []
    if is_late:
        with store_away(runtime):
            await untold.tell(KOFI, lambda _uow: heard.append("ended"))
    start = asyncio.ensure_future(untold.write(KOFI, lambda _uow: heard.append("reserved")))
    await asyncio.sleep(0)
    start.cancel()
    await untold.tell(KOFI, lambda _uow: heard.append("released"))
    await asyncio.wait([start])
    assert heard == (["ended", "ended", "released"] if is_late else ["reserved", "released"])
    assert not untold._notes


async def test_a_server_of_which_a_killed_hub_told_nobody_is_charged_though_it_stops_unseen(
    start_hub, tmp_path
):
    hub = await start_hub(outliving_config(tmp_path))
    await sign_in(hub, "kofi")
    hub.authenticator.untold.tell = _killed
    await start(hub, "kofi")
    reserved = await live_session(hub, "kofi")
    assert reserved.state is SessionState.RESERVED
    up_at = started_at(hub.users["kofi"].spawner)
    assert reserved.reserved_at < up_at
    hub = await start_hub(outliving_config(tmp_path))
    await stop(hub, "kofi")
    session = await latest_session(hub, "kofi")
    assert (session.state, session.estimate_ms) == (SessionState.ENDED, None)
    # The ledger counts milliseconds.
    assert timedelta() <= up_at - session.running_at < timedelta(milliseconds=1)
    assert charged(tmp_path) == [(session.session_id, session.ended_at - session.running_at)]


async def _killed(_key: ServerKey, _note: object) -> None:
    """The Hub is gone before it can tell."""


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
