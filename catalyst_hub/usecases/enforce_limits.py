"""Whose limit over time is used up is told when the server will be stopped; or is spared again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from catalyst_hub.core.grounds import limits_judge
from catalyst_hub.core.notice import OF_CULLING, OF_LIMITS, Notice, Reason, Verdict, judge
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
    if reasons := doubted(uow.heartbeats.all(), now):
        verdict = _without(verdict, reasons)
    if not is_rehearsal:
        keep_verdict(uow, verdict, live, now)
    return verdict


def _without(verdict: Verdict, reasons: Collection[Reason]) -> Verdict:
    """Nobody is told of a stop for want of use while what is known of it proves nothing; who has
    been told is looked at again later."""
    given = tuple(notice for notice in verdict.given if notice.reason not in reasons)
    reminded = tuple(notice for notice in verdict.reminded if notice.reason not in reasons)
    changed = tuple(each for each in verdict.changed if _stands(*each, reasons))
    gone = tuple(old for old, new in verdict.changed if _is_gone(old, new, reasons))
    return replace(
        verdict,
        given=given,
        changed=changed,
        withdrawn=(*verdict.withdrawn, *gone),
        reminded=reminded,
    )


def _stands(old: Notice, new: Notice, reasons: Collection[Reason]) -> bool:
    """Whether what has changed can be told: of what is doubted, only that there is more time."""
    is_longer = old.reason is new.reason and new.stop_at >= old.stop_at
    return new.reason not in reasons or is_longer


def _is_gone(old: Notice, new: Notice, reasons: Collection[Reason]) -> bool:
    """Whether there is no ground any more for what was told, but a doubtful one in its place. What
    is too old is so behind it as well."""
    return new.reason in reasons and old.reason not in OF_CULLING | set(reasons)
