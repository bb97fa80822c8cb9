"""Who may not run a server any more is told when it will be stopped; who may again, is spared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from catalyst_hub.core.audit import HUB, Action, about
from catalyst_hub.core.belonging import belonging
from catalyst_hub.core.mail import MailKind
from catalyst_hub.core.notice import Notice, Verdict, judge, must_leave
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.session import Session
from catalyst_hub.core.unit_of_work import UnitOfWork


def give_notices(
    uow: UnitOfWork,
    policy: Policy,
    now: datetime,
    user_name: str | None = None,
    *,
    is_rehearsal: bool = False,
) -> Verdict:
    """Look at the live sessions of one person, or of everybody, and keep what follows.

    Starts that are to be called off are told to the caller; nothing is written of them. A
    rehearsal gives the same answer and changes nothing.
    """
    policy = policy_at(policy, now)
    live = {
        session.session_id: session
        for session in uow.sessions.all_live()
        if user_name in (None, session.key.user_name)
    }
    notices, has_to_leave = uow.notices.of_live(), _has_to_leave(uow, policy)
    verdict = judge(live.values(), notices, has_to_leave, policy.removal_notice, now)
    if is_rehearsal:
        return verdict
    for notice in verdict.given:
        _give(uow, notice, live[notice.session_id], now)
    for notice in verdict.withdrawn:
        uow.notices.withdraw(notice)
        uow.audit.add(now, HUB, Action.NOTICE_WITHDRAWN, **about(live[notice.session_id]))
    return verdict


def _has_to_leave(uow: UnitOfWork, policy: Policy) -> Callable[[Session], bool]:
    def has_to_leave(session: Session) -> bool:
        removed = uow.memberships.closed_to(session.person_id)
        belongs = belonging(policy, uow.identities.of(session.person_id))
        return must_leave(session, policy, removed, belongs)

    return has_to_leave


def _give(uow: UnitOfWork, notice: Notice, session: Session, now: datetime) -> None:
    uow.notices.give(notice)
    stop_at = notice.stop_at.isoformat()
    uow.audit.add(now, HUB, Action.NOTICE_GIVEN, **about(session, stop_at=stop_at))
    person = uow.people.by_name(session.key.user_name)
    if person is not None:
        facts = {"community": session.choice.community, "stop_at": stop_at, "zone": session.zone}
        uow.mails.queue(person, MailKind.SERVER_NOTICE, now, **facts)
