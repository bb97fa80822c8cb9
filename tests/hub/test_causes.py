"""Why starts fail and servers die, as the ledger learns it from real servers of a real hub."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config

from catalyst_hub.core.session import EndReason, Session, SessionState
from catalyst_hub.hub.spawner import CatalystSpawnerMixin
from tests.hub.communities import (
    COMMUNITIES,
    LIGHT_SERVER,
    api,
    catalyst_config,
    latest_session,
    sign_in,
    until,
)
from tests.hub.spawners import NeverUpSpawner, NothingSpawner
from tests.hub.visitor import Visitor

SECRET = "the-password-of-kofi"


class _Fails(NothingSpawner):
    async def start(self) -> Any:
        raise RuntimeError(SECRET)


class Fails(CatalystSpawnerMixin, _Fails):
    """Says something that nobody should read in a report."""


class _GivesUp(NothingSpawner):
    async def start(self) -> Any:
        raise TimeoutError(SECRET)


class GivesUp(CatalystSpawnerMixin, _GivesUp):
    """Has a clock of its own."""


class _Silent(NothingSpawner):
    async def start(self) -> Any:
        await super().start()
        return "127.0.0.1", 1


class Silent(CatalystSpawnerMixin, _Silent):
    """Up, and does not answer."""


class CanTell(CatalystSpawnerMixin, NothingSpawner):
    """Can tell what keeps a server from running."""

    seen: EndReason | None = None

    def trouble(self) -> EndReason | None:
        return self.seen


async def hub_of(start_hub: Any, folder: Path, communities: str = COMMUNITIES, **more: Any) -> Any:
    config = catalyst_config(folder, communities)
    config.JupyterHub.tornado_settings = {"slow_spawn_timeout": 0}
    config.merge(Config(more))
    app = await start_hub(config)
    await sign_in(app, "kofi")
    return app


async def begin(app: Any) -> Any:
    async with api(app, "kofi") as client:
        await client.post("users/kofi/server")
    return app.users["kofi"].spawner


async def became(app: Any) -> Session:
    """The session, once nothing is pending any more."""
    await until(lambda: not app.users["kofi"].spawner.pending)
    session = await latest_session(app, "kofi")
    assert session is not None
    return session


async def test_a_command_that_exits_at_once_ended_during_its_start(start_hub, tmp_path):
    exits = COMMUNITIES.replace(str(LIGHT_SERVER), "-c, 'raise SystemExit(3)'")
    app = await hub_of(start_hub, tmp_path, exits, Spawner={"http_timeout": 2})
    await begin(app)
    assert (await became(app)).end_reason is EndReason.EXITED


async def test_a_command_that_never_listens_did_not_answer(start_hub, tmp_path):
    sleeps = COMMUNITIES.replace(str(LIGHT_SERVER), "-c, 'import time; time.sleep(60)'")
    app = await hub_of(start_hub, tmp_path, sleeps, Spawner={"http_timeout": 1})
    await begin(app)
    session = await became(app)
    # It ran, and what ran is charged as ever.
    assert (session.state, session.estimate_ms) == (SessionState.ENDED, None)
    assert session.end_reason is EndReason.NO_ANSWER


@pytest.mark.parametrize(
    ("spawner", "reason"),
    [
        (NeverUpSpawner, EndReason.START_TIMEOUT),
        (GivesUp, EndReason.START_TIMEOUT),
        (Fails, EndReason.NEVER_STARTED),
    ],
)
async def test_a_start_that_fails_says_of_what_where_that_is_known(
    start_hub, tmp_path, spawner, reason
):
    hub = {"spawner_class": spawner}
    app = await hub_of(start_hub, tmp_path, JupyterHub=hub, Spawner={"start_timeout": 1})
    await begin(app)
    session = await became(app)
    assert (session.state, session.end_reason) == (SessionState.RELEASED, reason)
    assert SECRET.encode() not in (tmp_path / "catalyst.sqlite").read_bytes()


@pytest.mark.parametrize("way", ["rest", "page"])
async def test_a_start_that_a_person_calls_off_was_called_off(start_hub, tmp_path, way):
    app = await hub_of(start_hub, tmp_path, JupyterHub={"spawner_class": NeverUpSpawner})
    spawner = await begin(app)
    await until(lambda: spawner.is_up)
    if way == "rest":
        async with api(app, "kofi") as client:
            await client.delete("users/kofi/server")
    else:
        async with Visitor(app) as kofi:
            await kofi.enter("kofi")
            await kofi.submit(await kofi.get("/hub/home"), "form[action$='/stop']")
    assert (await became(app)).end_reason is EndReason.CALLED_OFF


async def test_one_that_is_called_off_before_it_answers_was_called_off(start_hub, tmp_path):
    sleeps = COMMUNITIES.replace(str(LIGHT_SERVER), "-c, 'import time; time.sleep(60)'")
    app = await hub_of(start_hub, tmp_path, sleeps)
    spawner = await begin(app)
    await until(lambda: spawner._waiting_for_response)
    async with api(app, "kofi") as client:
        await client.delete("users/kofi/server")
    assert (await became(app)).end_reason is EndReason.CALLED_OFF


async def test_what_the_hub_stops_as_it_ends_has_not_failed_of_anything(start_hub, tmp_path):
    app = await hub_of(start_hub, tmp_path, JupyterHub={"spawner_class": Silent})
    spawner = await begin(app)
    await until(lambda: spawner._waiting_for_response)
    # As the Hub does with every server when it ends: it stops them, and cancels nothing.
    await app.users["kofi"].stop("")
    session = await latest_session(app, "kofi")
    assert session.end_reason is EndReason.STOPPED
    spawner._spawn_future.cancel()


@pytest.mark.parametrize(
    ("seen", "reason"),
    [(EndReason.OUT_OF_MEMORY, EndReason.OUT_OF_MEMORY), (EndReason.EXITED, EndReason.LOST)],
)
async def test_a_running_server_that_dies_says_of_what_if_the_spawner_can_tell(
    start_hub, tmp_path, seen, reason
):
    app = await hub_of(start_hub, tmp_path, JupyterHub={"spawner_class": CanTell})
    spawner = await begin(app)
    await until(lambda: spawner.ready)
    spawner.is_up, spawner.seen = False, seen
    await spawner.poll_and_notify()
    session = await became(app)
    assert (session.end_reason, session.estimate_ms is None) == (reason, False)


async def test_a_server_that_is_stopped_is_stopped_whatever_ailed_it(start_hub, tmp_path):
    app = await hub_of(start_hub, tmp_path, JupyterHub={"spawner_class": CanTell})
    spawner = await begin(app)
    await until(lambda: spawner.ready)
    spawner.seen = EndReason.OUT_OF_MEMORY
    async with api(app, "kofi") as client:
        await client.delete("users/kofi/server")
    assert (await became(app)).end_reason is EndReason.STOPPED
