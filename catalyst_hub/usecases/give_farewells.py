"""Tell those who came for a workshop alone that they and their files go."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from catalyst_hub.core.audit import CULLER, Action
from catalyst_hub.core.farewell import Leaving, Step
from catalyst_hub.core.farewelling import all_leaving
from catalyst_hub.core.mail import MailKind
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.unit_of_work import UnitOfWork

#: So few that a transaction is done before anybody minds; the others come next.
_AT_ONCE = 50


def give_farewells(
    uow: UnitOfWork, policy: Policy, now: datetime, *, is_rehearsal: bool = False
) -> int:
    """Give the notices that are due, some of them, and say how many; a rehearsal gives none."""
    due = (each for each in all_leaving(uow, policy, now) if each.step is Step.TELL)
    some = list(islice(due, _AT_ONCE))
    for each in () if is_rehearsal else some:
        _tell(uow, each, now)
    return len(some)


def _tell(uow: UnitOfWork, leaving: Leaving, now: datetime) -> None:
    person, workshop = leaving.guest.person, leaving.workshop
    uow.farewells.tell(workshop.workshop_id, person.person_id, now)
    goes_at = leaving.goes_at.isoformat()
    uow.mails.queue(
        person,
        MailKind.FAREWELL,
        now,
        community=workshop.community,
        workshop=workshop.title,
        goes_at=goes_at,
        became=leaving.became.value,
    )
    before = leaving.guest.farewell.notices if leaving.guest.farewell else 0
    uow.audit.add(
        now,
        CULLER,
        Action.FAREWELL_GIVEN,
        community=workshop.community,
        subject=person.name,
        facts={"workshop": workshop.workshop_id, "notice": before + 1, "goes_at": goes_at},
    )
