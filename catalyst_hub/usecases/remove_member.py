"""A champion takes somebody out of the community."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import HUB, Action, about
from catalyst_hub.core.mail import MailKind
from catalyst_hub.core.notice import Ground, Reason, notice_of
from catalyst_hub.core.notifying import told
from catalyst_hub.core.policy import Policy, is_operator, policy_at
from catalyst_hub.core.roster import RemovingRefusal, removing_refusal
from catalyst_hub.core.session import Session, SessionState
from catalyst_hub.core.unit_of_work import UnitOfWork


def remove_member(
    uow: UnitOfWork,
    policy: Policy,
    community: str,
    user_name: str,
    actor: str,
    now: datetime,
    *,
    by_operator: bool = False,
) -> RemovingRefusal | None:
    """Take back all that let her in, and keep her out whatever the rules and codes say; or say
    why not, and do nothing. Files and past use stay; servers run on until their notice is
    over, so that nobody's work is lost.

    The community stays locked until the transaction ends: whoever is appointed champion at the
    same moment is not both.
    """
    uow.limits.lock(community)
    person = uow.people.by_name(user_name)
    if person is None:
        return RemovingRefusal.NOT_IN
    policy = policy_at(policy, now)
    identities = uow.people.identities(person.person_id)
    no = removing_refusal(
        uow.memberships.of(person.person_id).get(community),
        is_operator=any(is_operator(policy, identity) for identity in identities),
        by_operator=by_operator,
    )
    if no is None:
        uow.memberships.remove(person.person_id, community, actor, now)
        uow.workshops.dismiss_from_all(person.person_id, community)
        uow.audit.add(now, actor, Action.MEMBER_REMOVED, community=community, subject=user_name)
        running = _running(uow, community, user_name)
        stop_at = [_give_notice(uow, policy, session, now) for session in running]
        zones = {"stop_at": stop_at[0], "zone": running[0].zone} if running else {}
        uow.mails.queue(person, MailKind.MEMBER_REMOVED, now, community=community, **zones)
    return no


def _running(uow: UnitOfWork, community: str, user_name: str) -> list[Session]:
    return [
        session
        for session in uow.sessions.all_live(community)
        if session.key.user_name == user_name and session.state is SessionState.RUNNING
    ]


def _give_notice(uow: UnitOfWork, policy: Policy, session: Session, now: datetime) -> str:
    """In the same transaction: the mail about the removal says when the servers stop."""
    notice = notice_of(session, Ground(Reason.REMOVED), policy.removal_notice, now)
    uow.notices.give(notice)
    uow.audit.add(now, HUB, Action.NOTICE_GIVEN, **about(session, **told(notice)))
    return notice.stop_at.isoformat()
