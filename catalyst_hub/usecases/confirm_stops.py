"""The last look before servers are stopped because there is a ground to end their sessions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from catalyst_hub.core.audit import CULLER, HUB, Action, about
from catalyst_hub.core.grounds import belonging_judge, limits_judge
from catalyst_hub.core.notice import OF_BELONGING, Ground, Judge, Notice, Reason
from catalyst_hub.core.observation import HubObservation, ObservedServer
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.session import Session
from catalyst_hub.core.trust import LONGEST_WORD, doubted, is_hub_starting
from catalyst_hub.core.unit_of_work import UnitOfWork


def confirm_stops(
    uow: UnitOfWork,
    policy: Policy,
    session_ids: Collection[str],
    observation: HubObservation,
    now: datetime,
) -> Mapping[str, Notice]:
    """The notices by which servers are to be stopped now, by session, which are written down.

    Whoever was let in again meanwhile, has something left again, or has used the server since, is
    spared, and the notice withdrawn. What cannot be told now waits: while the Hub starts, or when
    its word in ``observation`` (of these servers alone, a moment ago) is old, nothing is stopped;
    and nobody for being idle while activity proves nothing.
    """
    signs = uow.heartbeats.all()
    if is_hub_starting(signs, now) or not _is_fresh(observation, now):
        return {}
    sessions = _stoppable(uow, session_ids, observation, now)
    reasons = doubted(signs, now)
    due = [each for each in _due(uow, sessions, now) if each[1].reason not in reasons]
    ground_of = _judge(uow, policy_at(policy, now), due, now)
    return {
        session.session_id: notice
        for session, notice in due
        if _confirm(uow, session, notice, ground_of(session), reasons, now)
    }


def _is_fresh(observation: HubObservation, now: datetime) -> bool:
    # One that is newer than now: the clock was set back, and nobody knows how old it is.
    return observation.taken_at <= now <= observation.taken_at + LONGEST_WORD


def _stoppable(
    uow: UnitOfWork, session_ids: Collection[str], observation: HubObservation, now: datetime
) -> Sequence[Session]:
    """Those that the Hub would stop, with what it says now of their use."""
    found = filter(None, (uow.sessions.get(session_id) for session_id in session_ids))
    sessions = [
        _as_seen(session, observation.servers[session.key], now)
        for session in found
        if _can_stop(observation.servers.get(session.key))
    ]
    heard = {session.session_id: session.activity_at for session in sessions}
    uow.sessions.seen(heard, observation.taken_at)
    return sessions


def _can_stop(server: ObservedServer | None) -> bool:
    """The Hub stops nothing that is starting, stopping, or not yet looked at since it began."""
    return server is not None and server.is_ready and not server.is_pending


def _as_seen(session: Session, server: ObservedServer, now: datetime) -> Session:
    heard_at = server.activity_at or session.activity_at
    return replace(session, activity_at=min(heard_at, now) if heard_at else None)


def _due(
    uow: UnitOfWork, sessions: Sequence[Session], now: datetime
) -> Iterator[tuple[Session, Notice]]:
    notices = uow.notices.of_live()
    for session in sessions:
        notice = notices.get(session.session_id)
        if notice is not None and notice.is_due(now):
            yield session, notice


def _judge(
    uow: UnitOfWork, policy: Policy, due: Sequence[tuple[Session, Notice]], now: datetime
) -> Judge:
    """Each by the kind of ground that its notice has; what is read for all is read once."""
    of_limits = [session for session, notice in due if notice.reason not in OF_BELONGING]
    belonging_of = belonging_judge(uow, policy)
    limits_of = limits_judge(uow, policy, of_limits, now)
    limited = frozenset(session.session_id for session in of_limits)

    def ground_of(session: Session) -> Ground | None:
        return (limits_of if session.session_id in limited else belonging_of)(session)

    return ground_of


def _confirm(
    uow: UnitOfWork,
    session: Session,
    notice: Notice,
    ground: Ground | None,
    reasons: Collection[Reason],
    now: datetime,
) -> bool:
    if ground is None:
        uow.notices.withdraw(notice)
        facts = about(session, reason=notice.reason.value)
        uow.audit.add(now, HUB, Action.NOTICE_WITHDRAWN, **facts)
        return False
    if ground.reason in reasons:
        # In place of the one that she was told of, which is gone; the enforcer says so next.
        return False
    if ground.stop_at is not None and ground.stop_at > now:
        # What has happened since leaves more time; the enforcer says so next.
        return False
    uow.notices.carry_out(notice, now)
    if notice.asked_at is None:
        # Once for each decision, however often a stop has to be tried.
        uow.audit.add(now, CULLER, Action.SERVER_STOP_ASKED, **about(session, reason=notice.reason))
    return True
