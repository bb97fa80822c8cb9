"""A person comes with a code: she is let in and a seat is taken, both or neither."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.belonging import belonging
from catalyst_hub.core.invitation import Caller, Invitation, Refusal, redeem
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.redemption import let_in, locked_invitation
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


def redeem_invitation(
    uow: UnitOfWork,
    policy: Policy,
    digest: str,
    user_name: str,
    now: datetime,
    *,
    is_rehearsal: bool = False,
) -> str | Refusal:
    """The community she belongs to now, by slug; or why the code lets her in nowhere.

    A rehearsal gives the same answer and changes nothing. Until the transaction ends the community
    stays locked, so that whoever takes her out of it, or removes her with her files after a
    workshop, is seen here or sees that she was let in; and the invitation, so that the last seat
    is given once. In this order, as where a workshop and its invitations are changed.
    """
    community = uow.invitations.community_of(digest)
    if community is None:
        return Refusal.UNKNOWN
    uow.limits.lock(community)
    person = uow.people.by_name(user_name)
    invitation = locked_invitation(uow, policy, digest, now)
    if person is None or invitation is None:
        return Refusal.UNKNOWN
    ways = uow.identities.of(person.person_id)
    if belonging(policy_at(policy, now), ways).is_blocked_from(invitation.community):
        return Refusal.REMOVED
    answer = redeem(invitation, _caller(uow, person, invitation), now)
    if isinstance(answer, Refusal):
        return answer
    if answer and not is_rehearsal:
        let_in(uow, person, invitation, now)
    return invitation.community


def _caller(uow: UnitOfWork, person: Person, invitation: Invitation) -> Caller:
    person_id, community = person.person_id, invitation.community
    return Caller(
        # Whoever has left by herself may change her mind.
        is_removed=uow.memberships.removers(person_id).get(community, person.name) != person.name,
        has_redeemed=uow.invitations.has_redeemed(invitation.invitation_id, person_id),
        role=uow.memberships.of(person_id).get(community),
        is_instructor=invitation.workshop_id
        in {workshop.workshop_id for workshop in uow.workshops.taught_by(person_id)},
    )
