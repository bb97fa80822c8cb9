"""Whose limit over time is used up is told when the server will be stopped; or is spared again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from catalyst_hub.core.grounds import limits_judge
from catalyst_hub.core.notice import OF_LIMITS, Reason, Verdict, judge
from catalyst_hub.core.notifying import keep_verdict
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.trust import Doubt, doubt
from catalyst_hub.core.unit_of_work import UnitOfWork

#: Whoever came while nobody looked, the Hub has told of at the first look: of what was started
#: ahead and never opened, no more is asked.
_DOUBTFUL = {Doubt.OBSERVER_NEW: frozenset({Reason.IDLE})}


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
    why = doubt(uow.heartbeats.all(), now)
    if why is not None:
        verdict = _without(verdict, _DOUBTFUL.get(why, frozenset({Reason.IDLE, Reason.UNUSED})))
    if not is_rehearsal:
        keep_verdict(uow, verdict, live, now)
    return verdict


def _without(verdict: Verdict, reasons: Collection[Reason]) -> Verdict:
    """Nobody is told of a stop for want of use while what is known of it proves nothing; who has
    been told is looked at again later."""
    given = tuple(notice for notice in verdict.given if notice.reason not in reasons)
    reminded = tuple(notice for notice in verdict.reminded if notice.reason not in reasons)
    return replace(verdict, given=given, reminded=reminded)
