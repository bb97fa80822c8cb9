"""Who may not run a server any more is told when it will be stopped; who may again, is spared."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.grounds import belonging_judge
from catalyst_hub.core.notice import OF_BELONGING, Verdict, judge
from catalyst_hub.core.notifying import keep_verdict
from catalyst_hub.core.policy import Policy, policy_at
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
    ground_of = belonging_judge(uow, policy)
    notices = uow.notices.of_live(OF_BELONGING)
    verdict = judge(live.values(), notices, ground_of, policy.removal_notice, now)
    if not is_rehearsal:
        keep_verdict(uow, verdict, live, now)
    return verdict
