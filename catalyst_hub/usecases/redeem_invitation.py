"""A person comes with a code: she is let in and a seat is taken, both or neither."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.invitation import Caller, Invitation, Refusal, redeem
from catalyst_hub.core.policy import Policy, policy_at
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

    A rehearsal gives the same answer and changes nothing. The invitation stays locked until the
    transaction ends, so that the last seat is given once.
    """
    person = uow.people.by_name(user_name)
    invitation = uow.invitations.lock(digest)
    if person is None or invitation is None:
        return Refusal.UNKNOWN
    if policy_at(policy, now).community(invitation.community) is None:
        return Refusal.UNKNOWN
    answer = redeem(invitation, _caller(uow, person, invitation), now)
    if isinstance(answer, Refusal):
        return answer
    if answer and not is_rehearsal:
        _let_in(uow, person, invitation, now)
    return invitation.community


def _caller(uow: UnitOfWork, person: Person, invitation: Invitation) -> Caller:
    person_id, community = person.person_id, invitation.community
    return Caller(
        is_removed=community in uow.memberships.closed_to(person_id),
        has_redeemed=uow.invitations.has_redeemed(invitation.invitation_id, person_id),
        role=uow.memberships.of(person_id).get(community),
    )


def _let_in(uow: UnitOfWork, person: Person, invitation: Invitation, now: datetime) -> None:
    uow.invitations.take_seat(invitation.invitation_id, person.person_id, now)
    grounds = {"invitation": invitation.invitation_id, "by": invitation.created_by}
    grant = Grant(Source.INVITATION, invitation.role, now, grounds)
    uow.memberships.grant(person.person_id, invitation.community, grant)
    uow.audit.add(
        now,
        person.name,
        Action.INVITATION_REDEEMED,
        community=invitation.community,
        subject=person.name,
        facts={**grounds, "role": invitation.role, "note": invitation.note},
    )
