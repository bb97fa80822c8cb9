"""The last look before a server is stopped because there is a ground to end its session."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import CULLER, HUB, Action, about
from catalyst_hub.core.grounds import belonging_judge, limits_judge
from catalyst_hub.core.notice import OF_BELONGING, Ground, Notice
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.session import Session
from catalyst_hub.core.unit_of_work import UnitOfWork


def confirm_stop(uow: UnitOfWork, policy: Policy, session_id: str, now: datetime) -> Notice | None:
    """The notice by which it is to be stopped now, which is written down; None: not, or not any
    more.

    Whoever was let in again meanwhile, or has something left again, is spared, and the notice
    withdrawn.
    """
    session, notice = uow.sessions.get(session_id), uow.notices.of_live().get(session_id)
    if session is None or notice is None or not notice.is_due(now):
        return None
    if _ground(uow, policy_at(policy, now), session, notice, now) is None:
        uow.notices.withdraw(notice)
        facts = about(session, reason=notice.reason.value)
        uow.audit.add(now, HUB, Action.NOTICE_WITHDRAWN, **facts)
        return None
    uow.notices.carry_out(notice, now)
    uow.audit.add(now, CULLER, Action.SERVER_STOP_ASKED, **about(session, reason=notice.reason))
    return notice


def _ground(
    uow: UnitOfWork, policy: Policy, session: Session, notice: Notice, now: datetime
) -> Ground | None:
    if notice.reason in OF_BELONGING:
        return belonging_judge(uow, policy)(session)
    return limits_judge(uow, policy, (session,), now)(session)
