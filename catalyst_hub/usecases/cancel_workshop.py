"""A champion calls off a workshop; whoever came with its invitations stays, or goes as after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


def cancel_workshop(
    uow: UnitOfWork, community: str, workshop_id: int, actor: str, now: datetime
) -> Sequence[Person] | None:
    """Call it off, and end its invitations. Who were its instructors, for the Hub to hear of;
    None, and nothing done: this community has no such workshop that stands."""
    workshop = uow.workshops.get(workshop_id)
    if workshop is None or workshop.community != community:
        return None
    taught = uow.workshops.taught_in(community)
    instructors = [person_id for person_id, theirs in taught.items() if workshop in theirs]
    if not uow.workshops.cancel(workshop_id, now):
        return None
    for invitation in uow.invitations.of(community):
        if invitation.workshop_id == workshop_id:
            uow.invitations.revoke(invitation.invitation_id, actor, now)
    facts = {"workshop": workshop_id, "title": workshop.title}
    uow.audit.add(now, actor, Action.WORKSHOP_CANCELLED, community=community, facts=facts)
    return list(uow.people.named(instructors).values())
