"""What follows when a code lets somebody in, whether the hub has known her before or not."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.invitation import Invitation
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


def locked_invitation(
    uow: UnitOfWork, policy: Policy, digest: str, now: datetime
) -> Invitation | None:
    """The invitation with this code, held until the transaction ends; None: there is none, or its
    community is not in the file any more."""
    invitation = uow.invitations.lock(digest)
    if invitation is None or policy_at(policy, now).community(invitation.community) is None:
        return None
    return invitation


def let_in(uow: UnitOfWork, person: Person, invitation: Invitation, now: datetime) -> None:
    """She belongs to the community, and has a seat of the invitation."""
    uow.memberships.readmit(person.person_id, invitation.community)
    uow.invitations.take_seat(invitation.invitation_id, person.person_id, now)
    grounds = {"invitation": invitation.invitation_id, "by": invitation.created_by}
    if uow.memberships.of(person.person_id).get(invitation.community) is not Role.CHAMPION:
        # A champion who comes to instruct stays one.
        grant = Grant(Source.INVITATION, invitation.role, now, grounds)
        uow.memberships.grant(person.person_id, invitation.community, grant)
    if invitation.is_for_instructors and invitation.workshop_id is not None:
        _appoint(uow, person, invitation, invitation.workshop_id, now)
    uow.audit.add(
        now,
        person.name,
        Action.INVITATION_REDEEMED,
        community=invitation.community,
        subject=person.name,
        facts={**grounds, "role": invitation.role, "note": invitation.note},
    )


def _appoint(
    uow: UnitOfWork, person: Person, invitation: Invitation, workshop_id: int, now: datetime
) -> None:
    workshop, by = uow.workshops.get(workshop_id), invitation.created_by
    uow.workshops.appoint(workshop_id, person.person_id, by, now)
    facts = {"workshop": workshop_id, "title": workshop.title if workshop else "", "by": by}
    uow.audit.add(
        now,
        person.name,
        Action.INSTRUCTOR_APPOINTED,
        community=invitation.community,
        subject=person.name,
        facts=facts,
    )
