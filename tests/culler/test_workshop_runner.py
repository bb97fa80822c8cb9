"""Warming, with a Hub that is away, and then one that cannot start a server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import date

import pytest
from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, RequestHandler

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.community import Claims, Identity
from catalyst_hub.core.invitation import Terms, digest
from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.workshop import Plan
from catalyst_hub.culler.workshops import WorkshopRunner
from catalyst_hub.hub_client import HubClient
from catalyst_hub.usecases.create_invitation import create_invitation
from catalyst_hub.usecases.redeem_invitation import redeem_invitation
from catalyst_hub.usecases.sign_in import sign_in
from tests.culler.test_observer import runtime
from tests.hub.conftest import free_port
from tests.usecases.workshops import CODE, at

__all__ = ["runtime"]

DAY = date(2026, 6, 2)
#: Servers that are asked for side by side.
_AT_ONCE = 8


class Warm(RequestHandler):
    """Knows of nobody's server why it does not start."""

    def initialize(self, asked: list[str]) -> None:
        self.asked = asked

    def post(self, path: str) -> None:
        self.asked.append(path)
        raise HTTPError(500)


async def begins_soon(runtime: Runtime, *names: str) -> None:
    """A workshop that begins in a minute, in which they are registered."""
    runtime.now = lambda: at("2026-06-02T08:59+03:00")
    kept, terms = digest("test", CODE), Terms(seats=50, days=9, workshop_id=1)
    plan = Plan("Plants", DAY, DAY, (Meeting(DAY, "09:00", "10:00"),))
    for work in (
        lambda uow: uow.workshops.add("nairobi", plan, "amina", runtime.now()),
        lambda uow: create_invitation(
            uow, runtime.policy, "nairobi", kept, terms, "amina", runtime.now()
        ),
    ):
        await runtime.write(work)
    for name in names:
        who = Identity("demo", name)
        await runtime.write(
            lambda uow, who=who, name=name: sign_in(
                uow, runtime.policy, who, Claims(name), runtime.now()
            )
        )
        await runtime.write(
            lambda uow, name=name: redeem_invitation(uow, runtime.policy, kept, name, runtime.now())
        )


async def test_a_hub_that_was_away_costs_nobody_a_try_and_one_that_fails_is_asked_three_times(
    runtime: Runtime,
) -> None:
    await begins_soon(runtime, "bo")
    port = free_port()
    runner = WorkshopRunner(runtime, HubClient(f"http://127.0.0.1:{port}", "x"))
    for _ in range(4):
        await runner.warm()
    asked: list[str] = []
    server = HTTPServer(Application([(r"/(.*)", Warm, {"asked": asked})]))
    server.listen(port, "127.0.0.1")
    for _ in range(5):
        await runner.warm()
    server.stop()
    await server.close_all_connections()
    assert asked == ["catalyst/workshops/1/warm/bo"] * 3


class _Hub:
    """A Hub that takes calls, and answers those whose number it is given."""

    def __init__(self, answered: Iterable[int]) -> None:
        self.calls = 0
        self._answered = frozenset(answered)
        self._may_hang_up = asyncio.Event()

    async def call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.calls += 1
        is_answered, is_late = self.calls in self._answered, self.calls > _AT_ONCE
        # Whoever is hung up on is so after some were answered, and before all have been asked for.
        if self.calls == _AT_ONCE + bool(self._answered):
            self._may_hang_up.set()
        if is_late:
            await asyncio.sleep(0.1)
        if is_answered:
            writer.write(b"HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
        else:
            await self._may_hang_up.wait()
        writer.close()


@pytest.mark.parametrize(
    ("answered", "calls"), [((), _AT_ONCE), (range(2, 31), 30)], ids=["nobody", "all but one"]
)
async def test_a_hub_that_answers_nobody_is_not_asked_for_everybody_in_a_round(
    runtime: Runtime, answered: Iterable[int], calls: int
) -> None:
    """But one server that hangs holds no other."""
    await begins_soon(runtime, *(f"learner-{number}" for number in range(30)))
    hub, port = _Hub(answered), free_port()
    async with await asyncio.start_server(hub.call, "127.0.0.1", port):
        runner = WorkshopRunner(runtime, HubClient(f"http://127.0.0.1:{port}", "x"))
        await runner.warm()
    assert hub.calls == calls
