"""Whose limit over time is used up is told when the server will be stopped; or is spared again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from catalyst_hub.core.grounds import limits_judge
from catalyst_hub.core.notice import OF_LIMITS, Reason, Verdict, judge
from catalyst_hub.core.notifying import keep_verdict
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.trust import doubt
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
    if doubt(uow.heartbeats.all(), now) is not None:
        verdict = _without_idle(verdict)
    if not is_rehearsal:
        keep_verdict(uow, verdict, live, now)
    return verdict


def _without_idle(verdict: Verdict) -> Verdict:
    """Nobody is told of a stop as idle while what is known of activity proves nothing; who has
    been told is looked at again later."""
    given = tuple(notice for notice in verdict.given if notice.reason is not Reason.IDLE)
    reminded = tuple(notice for notice in verdict.reminded if notice.reason is not Reason.IDLE)
    return replace(verdict, given=given, reminded=reminded)
