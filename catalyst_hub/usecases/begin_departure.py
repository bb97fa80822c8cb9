"""The last look before somebody who came for a workshop alone is removed with her files."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import CULLER, Action
from catalyst_hub.core.erasure import erasing_refusal
from catalyst_hub.core.farewell import Leaving, Step
from catalyst_hub.core.farewelling import all_leaving
from catalyst_hub.core.policy import Policy, is_operator, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork


def begin_departure(
    uow: UnitOfWork, policy: Policy, workshop_id: int, user_name: str, now: datetime
) -> bool:
    """Whether she goes now. It is noted before anything is done, so that it goes on after a crash.

    Not while a server of hers runs or is about to: whoever works has time until it stops. From
    here on admission refuses her, so none starts while her files are deleted.
    """
    read = _due(uow, policy, workshop_id, user_name, now)
    if read is None:
        return False
    # Admission takes one, too: a start is seen here, or sees there what begins here. So does
    # whoever lets her in, into whichever; in this order, or two could wait for each other.
    for slug in sorted({read.workshop.community, *policy.by_slug}):
        uow.limits.lock(slug)
    # Whoever came to belong here otherwise while this waited does not go.
    leaving = _due(uow, policy, workshop_id, user_name, now)
    if leaving is None or not _may_be_forgotten(uow, policy, leaving.guest.person.person_id, now):
        return False
    if leaving.guest.farewell is not None and leaving.guest.farewell.begun_at is not None:
        return True
    return _begin(uow, leaving, now)


def _due(
    uow: UnitOfWork, policy: Policy, workshop_id: int, user_name: str, now: datetime
) -> Leaving | None:
    for leaving in all_leaving(uow, policy, now, user_name):
        if leaving.workshop.workshop_id == workshop_id and leaving.step is Step.REMOVE:
            return leaving
    return None


def _may_be_forgotten(uow: UnitOfWork, policy: Policy, person_id: int, now: datetime) -> bool:
    """Nobody's files go whom the store would then not let go."""
    policy, ways = policy_at(policy, now), uow.people.identities(person_id)
    no = erasing_refusal(
        is_operator=any(is_operator(policy, way) for way in ways),
        servers=sum(s.person_id == person_id for s in uow.sessions.all_live()),
    )
    return no is None


def _begin(uow: UnitOfWork, leaving: Leaving, now: datetime) -> bool:
    person, workshop = leaving.guest.person, leaving.workshop
    if not uow.farewells.begin(workshop.workshop_id, person.person_id, now):
        # She has chosen to stay in this very instant.
        return False
    uow.audit.add(
        now,
        CULLER,
        Action.FAREWELL_BEGUN,
        community=workshop.community,
        subject=person.name,
        facts={"workshop": workshop.workshop_id},
    )
    return True
