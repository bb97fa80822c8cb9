"""The last look before a server is started ahead: whether it may be, and what it is."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from catalyst_hub.core.drill import drill_at
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.warming import warming_at
from catalyst_hub.core.workshop import Workshop, takes_place


class WarmRefusal(StrEnum):
    """Why nothing is started."""

    NOT_NOW = "not-now"
    NOT_REGISTERED = "not-registered"
    LEFT_ALONE = "left-alone"


def prepare_warming(
    uow: UnitOfWork, policy: Policy, workshop_id: int, user_name: str, now: datetime
) -> dict[str, str] | WarmRefusal:
    """The Hub's ``user_options`` of the server that this user is going to need; or why none.

    The process that asks holds a token and nothing more: whether the workshop begins soon, and
    whether she takes part, is looked up here, once more.
    """
    workshop = uow.workshops.get(workshop_id)
    community = policy_at(policy, now).community(workshop.community) if workshop else None
    if workshop is None or community is None:
        return WarmRefusal.NOT_NOW
    since = _since(uow, workshop, community.zone, now)
    if since is None:
        return WarmRefusal.NOT_NOW
    learners = {a.person.name: a.person for a in uow.attendance.learners(workshop_id)}
    if user_name not in learners:
        return WarmRefusal.NOT_REGISTERED
    person_id = learners[user_name].person_id
    has_had = uow.attendance.latest_sessions(workshop_id, workshop.community, since)
    if person_id in has_had or person_id in uow.attendance.refused_since(workshop_id, since):
        return WarmRefusal.LEFT_ALONE
    return _options(workshop)


def _since(uow: UnitOfWork, workshop: Workshop, zone: str, now: datetime) -> datetime | None:
    """When the warming, or the drill, that goes on now began; None: neither does."""
    warming = warming_at(workshop, zone, now)
    if warming is not None:
        return warming.opens_at
    if not takes_place(workshop):
        return None
    drill = drill_at(uow.workshop_steps.done(workshop.workshop_id), now)
    return drill.began_at if drill else None


def _options(workshop: Workshop) -> dict[str, str]:
    """What is not said is filled in from what she started last."""
    words = {"profile": workshop.profile, "size": workshop.size}
    return {"community": workshop.community} | {key: word for key, word in words.items() if word}
