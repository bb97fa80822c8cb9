"""Warming, with a Hub that is away, and then one that cannot start a server."""

from __future__ import annotations

from datetime import date

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


class Warm(RequestHandler):
    """Knows of nobody's server why it does not start."""

    def initialize(self, asked: list[str]) -> None:
        self.asked = asked

    def post(self, path: str) -> None:
        self.asked.append(path)
        raise HTTPError(500)


async def begins_soon(runtime: Runtime) -> None:
    """A workshop that begins in a minute, in which bo is registered."""
    runtime.now = lambda: at("2026-06-02T08:59+03:00")
    kept, terms = digest("test", CODE), Terms(seats=9, days=9, workshop_id=1)
    plan, who = Plan("Plants", DAY, DAY, (Meeting(DAY, "09:00", "10:00"),)), Identity("demo", "bo")
    for work in (
        lambda uow: uow.workshops.add("nairobi", plan, "amina", runtime.now()),
        lambda uow: create_invitation(
            uow, runtime.policy, "nairobi", kept, terms, "amina", runtime.now()
        ),
        lambda uow: sign_in(uow, runtime.policy, who, Claims("bo"), runtime.now()),
        lambda uow: redeem_invitation(uow, runtime.policy, kept, "bo", runtime.now()),
    ):
        await runtime.write(work)


async def test_a_hub_that_was_away_costs_nobody_a_try_and_one_that_fails_is_asked_three_times(
    runtime: Runtime,
) -> None:
    await begins_soon(runtime)
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
