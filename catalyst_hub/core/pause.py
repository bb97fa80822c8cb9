"""Whether a maintenance stands in the way of a start."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Code, Denied
from catalyst_hub.core.maintenance import on_in, stop_of
from catalyst_hub.core.policy import Policy, operates
from catalyst_hub.core.session import Session
from catalyst_hub.core.unit_of_work import UnitOfWork


def pause_refusal(
    uow: UnitOfWork, policy: Policy, community: Community, actor: str, now: datetime
) -> Denied | None:
    """Why nothing of a community starts now; None: nothing is paused, or the one who starts runs
    the hub, and has to see whether it works again."""
    maintenance = on_in(uow.maintenances.current(now), community.slug, now)
    if maintenance is None or _runs_the_hub(uow, policy, actor):
        return None
    return Denied(
        Code.MAINTENANCE,
        community.slug,
        community.contact or policy.contact,
        community.zone,
        until=maintenance.pause.ends_at,
    )


def _runs_the_hub(uow: UnitOfWork, policy: Policy, name: str) -> bool:
    person = uow.people.by_name(name)
    return person is not None and operates(policy, uow.people.identities(person.person_id))


def draining(uow: UnitOfWork, now: datetime) -> Callable[[Session], datetime | None]:
    """Says of live sessions when they have to be stopped for a maintenance; None: they may run,
    or it is too early to tell."""
    current = uow.maintenances.current(now)
    return lambda session: stop_of(session, current, now)
