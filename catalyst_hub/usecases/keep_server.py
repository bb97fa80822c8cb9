"""A person keeps a server of hers for a while longer than she was told."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action, about
from catalyst_hub.core.bounds import Keeping
from catalyst_hub.core.grounds import limits_judge
from catalyst_hub.core.keeping import KeepRefusal, keep_refusal, kept_since
from catalyst_hub.core.notice import OF_LIMITS, Notice, judge, without
from catalyst_hub.core.notifying import keep_verdict
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.session import Session
from catalyst_hub.core.trust import doubted
from catalyst_hub.core.unit_of_work import UnitOfWork


def keep_server(
    uow: UnitOfWork,
    policy: Policy,
    user_name: str,
    session_id: str,
    reason: str,
    now: datetime,
) -> KeepRefusal | None:
    """Put off the stop that was announced for this reason; or say why not, and do nothing.

    What counts is where limits stand now, and not what was said a minute ago: a server that may
    stop for want of hours is not kept when its community's budget has been spent meanwhile.
    """
    policy, session = policy_at(policy, now), uow.sessions.get(session_id)
    if session is None or session.key.user_name != user_name:
        return KeepRefusal.NO_NOTICE
    # Two tabs must not count as one.
    uow.limits.lock(session.choice.community)
    notice = _current(uow, policy, session, now)
    if notice is None or notice.reason.value != reason:
        return KeepRefusal.NOT_FOR_THIS if notice else KeepRefusal.NO_NOTICE
    community = policy.community(session.choice.community)
    keeping = community.keeping if community else Keeping(times=0)
    kept = uow.notices.times_kept(notice, kept_since(notice))
    refusal = keep_refusal(notice, keeping, kept, now)
    if refusal is None:
        stop_at = notice.stop_at + keeping.each
        uow.notices.put_off(notice, stop_at, user_name, now)
        facts = about(session, reason=notice.reason, stop_at=stop_at.isoformat())
        uow.audit.add(now, user_name, Action.SERVER_KEPT, **facts)
    return refusal


def _current(uow: UnitOfWork, policy: Policy, session: Session, now: datetime) -> Notice | None:
    """The notice that is due first, after the limits were looked at once more."""
    notices = uow.notices.of_live(OF_LIMITS, session.key.user_name)
    told = {key: notice for key, notice in notices.items() if key == session.session_id}
    if told:
        ground_of = limits_judge(uow, policy, (session,), now)
        verdict = judge((session,), told, ground_of, policy.enforcement.notice, now)
        verdict = without(verdict, doubted(uow.heartbeats.all(), now))
        keep_verdict(uow, verdict, {session.session_id: session}, now)
    return uow.notices.of_live(user_name=session.key.user_name).get(session.session_id)
