"""A start was refused: whoever teaches has to see it, if it was a learner's in a workshop."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.denial import Denied
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.standing import attended
from catalyst_hub.core.unit_of_work import UnitOfWork


def note_denial(
    uow: UnitOfWork, policy: Policy, key: ServerKey, denied: Denied, now: datetime
) -> bool:
    """Whether she takes part in a workshop that runs now; the refusal is noted for it then."""
    community = policy_at(policy, now).community(denied.community or "")
    person = uow.people.by_name(key.user_name)
    if community is None or person is None:
        return False
    workshop = attended(uow, community, person.person_id, now)
    if workshop is None:
        return False
    uow.attendance.deny(workshop.workshop_id, person.person_id, denied.code, now)
    return True
