"""A workshop with its people in a world, and what the culler's loop and the Hub do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from catalyst_hub.core.invitation import Terms, digest
from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.notice import Verdict
from catalyst_hub.core.observation import OBSERVER, HubObservation, ObservedServer
from catalyst_hub.core.session import ServerKey, Session
from catalyst_hub.core.warming import WARMER
from catalyst_hub.core.workshop import Plan, Workshop
from catalyst_hub.usecases.admit_session import AdmissionRequest, admit_session
from catalyst_hub.usecases.create_invitation import create_invitation
from catalyst_hub.usecases.enforce_limits import enforce_limits
from catalyst_hub.usecases.find_unwarmed import Unwarmed, find_unwarmed
from catalyst_hub.usecases.prepare_warming import WarmRefusal, prepare_warming
from catalyst_hub.usecases.redeem_invitation import redeem_invitation
from catalyst_hub.usecases.take_workshop_step import take_workshop_step
from tests.usecases.world import World

CODE = "K7MP4QRX"


def a_workshop(
    world: World, *meetings: tuple[str, str, str], community: str = "nairobi", **plan: object
) -> Workshop:
    """One with these meetings (day, from, to); put straight into the store."""
    hours = tuple(Meeting(date.fromisoformat(day), start, end) for day, start, end in meetings)
    made = Plan("Plants", hours[0].day_on, hours[-1].day_on, hours)
    made = replace(made, **plan)  # type: ignore[arg-type]
    return world.do(lambda uow: uow.workshops.add(community, made, "amina", world.now))


def register(world: World, workshop: Workshop, names: Iterable[str], code: str = CODE) -> None:
    """These people come with an invitation for its learners."""
    kept, slug = digest("test", code), workshop.community
    terms = Terms(seats=50, days=90, workshop_id=workshop.workshop_id)
    world.do(
        lambda uow: create_invitation(uow, world.policy, slug, kept, terms, "amina", world.now)
    )
    for name in names:
        world.sign_in(name)
        assert _come(world, name, kept) == slug


def _come(world: World, name: str, kept: str) -> object:
    return world.do(lambda uow: redeem_invitation(uow, world.policy, kept, name, world.now))


def steps(world: World) -> list[str]:
    """Every step that is due, taken one by one."""
    found = []
    while taken := world.do(lambda uow: take_workshop_step(uow, world.policy, world.now)):
        found.append(taken.step.name)
    return found


def unwarmed(world: World) -> Unwarmed:
    return world.do(lambda uow: find_unwarmed(uow, world.policy, world.now))


def due(world: World) -> list[str]:
    return [one.user_name for one in unwarmed(world).due]


def prepared(world: World, workshop: Workshop, name: str) -> dict[str, str] | WarmRefusal:
    number = workshop.workshop_id
    return world.do(lambda uow: prepare_warming(uow, world.policy, number, name, world.now))


def warm(world: World, workshop: Workshop, name: str) -> Session:
    """As the Hub does it."""
    options = prepared(world, workshop, name)
    assert isinstance(options, dict), options
    request = AdmissionRequest(ServerKey(name), options, WARMER)
    session = world.do(lambda uow: admit_session(uow, world.policy, request, world.now))
    assert isinstance(session, Session), session
    world.open(name)
    return session


def use(world: World, name: str) -> None:
    """She works in her server now, and the Hub has heard of it."""
    key = ServerKey(name)
    server = ObservedServer(key, True, False, world.now, world.now, {})
    world.observe(HubObservation(world.now, {key: server}))


def enforce(world: World, seen_at: datetime | None = None) -> Verdict:
    """What the Hub said has been looked at just now, unless said otherwise."""
    world.do(lambda uow: uow.heartbeats.beat(OBSERVER, seen_at or world.now))
    return world.do(lambda uow: enforce_limits(uow, world.policy, world.now))


def at(written: str) -> datetime:
    return datetime.fromisoformat(written)
