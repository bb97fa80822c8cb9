"""The observer on a real store, with a Hub that answers what the test says."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, RequestHandler

from catalyst_hub.bootstrap import Runtime, open_runtime
from catalyst_hub.config import CatalystHub
from catalyst_hub.core.community import Claims, Identity
from catalyst_hub.core.observation import OBSERVER
from catalyst_hub.core.session import ServerKey, SessionState
from catalyst_hub.culler.observer import Observer
from catalyst_hub.hub_client import HubClient, HubUnavailableError
from catalyst_hub.usecases.admit_session import AdmissionRequest, admit_session
from catalyst_hub.usecases.open_session import open_session
from catalyst_hub.usecases.sign_in import sign_in
from tests.hub.communities import COMMUNITIES
from tests.hub.conftest import free_port

KOFI, LUCIA = ServerKey("kofi"), ServerKey("lucia")


class SmallHub:
    """Users with their servers; ``unlisted`` ones fell off the edge of a page."""

    def __init__(self) -> None:
        self.users: dict[str, dict[str, Any]] = {}
        self.unlisted: set[str] = set()
        self.questions: list[str] = []
        self.is_broken = False
        self.url = f"http://127.0.0.1:{free_port()}"

    def has(self, key: ServerKey, **changes: object) -> None:
        now = datetime.now(UTC).isoformat()
        server = {
            "ready": True,
            "pending": None,
            "started": now,
            "last_activity": now,
            "user_options": {},
        }
        user = self.users.setdefault(key.user_name, {"name": key.user_name, "servers": {}})
        user["servers"][key.server_name] = server | changes

    def answer(self, name: str) -> object:
        if self.is_broken:
            raise HTTPError(502)
        if name:
            self.questions.append(name)
            return self.users.get(name, {"name": name, "servers": {}})
        items = [user for name, user in self.users.items() if name not in self.unlisted]
        return {"items": items, "_pagination": {"next": None}}


class Answer(RequestHandler):
    def initialize(self, hub: SmallHub) -> None:
        self.hub = hub

    def get(self, name: str = "") -> None:
        self.write(json.dumps(self.hub.answer(name)))


@pytest.fixture
async def hub() -> AsyncIterator[SmallHub]:
    hub = SmallHub()
    server = HTTPServer(Application([(r"/users/?(.*)", Answer, {"hub": hub})]))
    server.listen(int(hub.url.rpartition(":")[2]), "127.0.0.1")
    yield hub
    server.stop()
    await server.close_all_connections()


@pytest.fixture
def runtime(tmp_path: Path) -> Any:
    file = tmp_path / "communities.yaml"
    file.write_text(COMMUNITIES)
    url = f"sqlite:///{tmp_path / 'catalyst.sqlite'}"
    config = CatalystHub(communities_file=str(file), database_url=url)
    runtime = open_runtime(config, accept_policy=True)
    yield runtime
    runtime.close()


@pytest.fixture
def look(runtime: Runtime, hub: SmallHub) -> Callable[[], Any]:
    return Observer(runtime, HubClient(hub.url, "x"), timedelta(seconds=150)).look


async def start(runtime: Runtime, key: ServerKey, **choice: str) -> None:
    who = Identity("demo", key.user_name)
    request = AdmissionRequest(key, choice, key.user_name)
    for work in (
        lambda uow: sign_in(uow, runtime.policy, who, Claims(key.user_name), runtime.now()),
        lambda uow: admit_session(uow, runtime.policy, request, runtime.now()),
        lambda uow: open_session(uow, key, runtime.now()),
    ):
        await runtime.write(work)


async def states(runtime: Runtime, *keys: ServerKey) -> list[SessionState | None]:
    latest = await runtime.read(lambda uow: [uow.sessions.latest(key) for key in keys])
    return [session.state if session else None for session in latest]


async def test_what_runs_is_noted_and_what_is_gone_is_closed(
    runtime: Runtime, hub: SmallHub, look: Callable[[], Any]
) -> None:
    await start(runtime, KOFI)
    await start(runtime, LUCIA)
    hub.has(KOFI)
    await look()
    assert await states(runtime, KOFI, LUCIA) == [SessionState.RUNNING, SessionState.ENDED]
    session = await runtime.read(lambda uow: uow.sessions.live(KOFI))
    assert session is not None
    assert session.seen_at is not None
    assert await runtime.read(lambda uow: uow.heartbeats.last(OBSERVER)) is not None


async def test_who_fell_off_the_edge_of_a_page_is_asked_about_and_not_closed(
    runtime: Runtime, hub: SmallHub, look: Callable[[], Any]
) -> None:
    await start(runtime, KOFI)
    await start(runtime, LUCIA)
    hub.has(KOFI)
    hub.has(LUCIA)
    hub.unlisted = {"lucia"}
    await look()
    assert hub.questions == ["lucia"]
    assert await states(runtime, KOFI, LUCIA) == [SessionState.RUNNING] * 2


async def test_while_the_hub_is_away_nothing_is_closed(
    runtime: Runtime, hub: SmallHub, look: Callable[[], Any]
) -> None:
    await start(runtime, KOFI)
    hub.is_broken = True
    with pytest.raises(HubUnavailableError):
        await look()
    assert await states(runtime, KOFI) == [SessionState.RUNNING]


async def test_a_server_without_a_session_is_adopted_and_told_about(
    runtime: Runtime,
    hub: SmallHub,
    look: Callable[[], Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    hub.has(KOFI, user_options={"community": "nairobi"})
    await look()
    assert await states(runtime, KOFI) == [SessionState.RUNNING]
    assert "adopted kofi/" in caplog.text


async def test_options_of_a_shape_nobody_expected_do_not_stop_the_observer(
    runtime: Runtime, hub: SmallHub, look: Callable[[], Any]
) -> None:
    await start(runtime, LUCIA)
    hub.has(LUCIA, user_options={"community": ["nairobi"]})
    hub.has(ServerKey("lucia", "lab"), user_options=["nairobi"])
    await look()
    assert await states(runtime, LUCIA, ServerKey("lucia", "lab")) == [SessionState.RUNNING] * 2


async def test_a_server_of_no_community_is_told_about_once(
    runtime: Runtime,
    hub: SmallHub,
    look: Callable[[], Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    hub.has(ServerKey("stranger"))
    for _ in range(3):
        await look()
    assert caplog.text.count("runs uncharged") == 1
