"""The last look before a server is stopped because its owner may not run it any more."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import CULLER, HUB, Action, about
from catalyst_hub.core.belonging import belonging
from catalyst_hub.core.notice import must_leave
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork


def confirm_stop(uow: UnitOfWork, policy: Policy, session_id: str, now: datetime) -> bool:
    """Whether it is to be stopped now, which is written down; False: not, or not any more.

    Whoever was let in again meanwhile is spared, and the notice withdrawn.
    """
    session, notice = uow.sessions.get(session_id), uow.notices.of_live().get(session_id)
    if session is None or notice is None or not notice.is_due(now):
        return False
    policy, person_id = policy_at(policy, now), session.person_id
    belongs = belonging(policy, uow.identities.of(person_id))
    if must_leave(session, policy, uow.memberships.closed_to(person_id), belongs):
        facts = about(session, reason=notice.reason)
        uow.audit.add(now, CULLER, Action.SERVER_STOP_ASKED, **facts)
        return True
    uow.notices.withdraw(notice)
    uow.audit.add(now, HUB, Action.NOTICE_WITHDRAWN, **about(session))
    return False
