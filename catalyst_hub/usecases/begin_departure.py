"""The last look before somebody who came for a workshop alone is removed with her files."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import CULLER, Action
from catalyst_hub.core.farewell import Step
from catalyst_hub.core.farewelling import all_leaving
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.unit_of_work import UnitOfWork


def begin_departure(
    uow: UnitOfWork, policy: Policy, workshop_id: int, user_name: str, now: datetime
) -> bool:
    """Whether she goes now. It is noted before anything is done, so that it goes on after a crash.

    Not while a server of hers runs: whoever works has time until it stops.
    """
    for leaving in all_leaving(uow, policy, now, user_name):
        person, workshop = leaving.guest.person, leaving.workshop
        if workshop.workshop_id != workshop_id or leaving.step is not Step.REMOVE:
            continue
        if any(s.person_id == person.person_id for s in uow.sessions.all_live()):
            return False
        if leaving.guest.farewell is not None and leaving.guest.farewell.begun_at is None:
            uow.farewells.begin(workshop_id, person.person_id, now)
            where, facts = workshop.community, {"workshop": workshop_id}
            uow.audit.add(
                now,
                CULLER,
                Action.FAREWELL_BEGUN,
                community=where,
                subject=person.name,
                facts=facts,
            )
        return True
    return False
