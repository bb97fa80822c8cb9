"""Whose limit over time is used up is told when the server will be stopped; or is spared again."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.grounds import limits_judge
from catalyst_hub.core.notice import OF_LIMITS, Verdict, judge, without
from catalyst_hub.core.notifying import keep_verdict
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.trust import doubted
from catalyst_hub.core.unit_of_work import UnitOfWork


def enforce_limits(
    uow: UnitOfWork, policy: Policy, now: datetime, *, is_rehearsal: bool = False
) -> Verdict:
    """Look at the live sessions of this hub, and keep what follows from where limits stand now.

    Doing it twice changes nothing more. A rehearsal gives the same answer and changes nothing.
    """
    policy = policy_at(policy, now)
    live = {session.session_id: session for session in uow.sessions.all_live()}
    ground_of = limits_judge(uow, policy, live.values(), now)
    notices = uow.notices.of_live(OF_LIMITS)
    verdict = judge(live.values(), notices, ground_of, policy.enforcement.notice, now)
    verdict = without(verdict, doubted(uow.heartbeats.all(), now))
    if not is_rehearsal:
        keep_verdict(uow, verdict, live, now)
    return verdict
