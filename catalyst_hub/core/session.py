"""One run of a server: reserved -> running -> ended, or reserved -> released."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.choice import Choice
from catalyst_hub.core.resources import Resources, Usage, usage_after
from catalyst_hub.core.window import milliseconds


class SessionState(StrEnum):
    """Where a session is in its life. ``reserved`` and ``running`` are live."""

    RESERVED = "reserved"
    RUNNING = "running"
    ENDED = "ended"
    RELEASED = "released"


class EndReason(StrEnum):
    """Why a session is over. ``NEVER_STARTED`` and ``LOST``: nobody knows more."""

    STOPPED = "stopped"
    NEVER_STARTED = "never-started"
    CALLED_OFF = "called-off"
    START_TIMEOUT = "start-timeout"
    NO_ANSWER = "no-answer"
    NO_ROOM = "no-room"
    NO_IMAGE = "no-image"
    EXITED = "exited"
    CLUSTER_AWAY = "cluster-away"
    OUT_OF_MEMORY = "out-of-memory"
    LOST = "lost"
    SUPERSEDED = "superseded"
    REMOVED = "removed"
    MAINTENANCE = "maintenance"
    BUDGET = "budget"
    QUOTA = "quota"
    IDLE = "idle"
    OVER_AGE = "over-age"
    WORKSHOP = "workshop"
    UNUSED = "unused"


LIVE = (SessionState.RESERVED, SessionState.RUNNING)

#: Why starts fail. A server that never answered, or ended before it did, ran all the same.
FAILED_STARTS = frozenset(
    {
        EndReason.NEVER_STARTED,
        EndReason.CALLED_OFF,
        EndReason.START_TIMEOUT,
        EndReason.NO_ANSWER,
        EndReason.NO_ROOM,
        EndReason.NO_IMAGE,
        EndReason.EXITED,
        EndReason.CLUSTER_AWAY,
    }
)
#: Why servers end by themselves; memory may run out during the start, too.
DEATHS = frozenset({EndReason.LOST, EndReason.OUT_OF_MEMORY})

#: An observer that runs sees every server at least this often.
HEARTBEAT = timedelta(seconds=60)
#: After such a silence nobody observes any more.
SILENCE = 3 * HEARTBEAT

#: Stands for "never seen alive" where an instant is asked for.
UNSEEN = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ServerKey:
    """Which server of the hub: its user's name and its own ("" is the default server)."""

    user_name: str
    server_name: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A row of the store. ``rate_micros`` is per hour, frozen at admission.

    ``estimate_ms`` is set when the end had to be estimated: the true end is at most that much
    later than ``ended_at``.
    """

    session_id: str
    person_id: int
    key: ServerKey
    choice: Choice
    resources: Resources
    rate_micros: int
    currency: str
    zone: str
    state: SessionState
    reserved_at: datetime
    running_at: datetime | None = None
    seen_at: datetime | None = None
    activity_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: EndReason | None = None
    estimate_ms: int | None = None
    actor: str | None = None
    workshop_id: int | None = None

    @property
    def is_live(self) -> bool:
        """Whether it counts against limits."""
        return self.state in LIVE


@dataclass(frozen=True, slots=True)
class Ending:
    """When a session ended, why, and how far off that may be (None: known exactly)."""

    ended_at: datetime
    reason: EndReason
    estimate_ms: int | None = None


def ended(session: Session, ending: Ending) -> Session:
    """The session once it is over: ended if it ever ran, else released."""
    return replace(
        session,
        state=SessionState.ENDED if session.running_at else SessionState.RELEASED,
        ended_at=ending.ended_at,
        end_reason=ending.reason,
        estimate_ms=ending.estimate_ms,
    )


def did_not_start(session: Session) -> bool:
    """Whether it is over and nobody could open its server; what died could be."""
    return session.state is SessionState.RELEASED or session.end_reason in FAILED_STARTS


def used_between(session: Session, start: datetime, end: datetime) -> Usage:
    """What a session used within ``[start, end)``; nothing before it was running."""
    began = session.running_at
    if began is None:
        return Usage()
    size = session.resources, session.rate_micros
    whole = usage_after(*size, milliseconds(began, max(start, end)))
    return whole if start <= began else whole - usage_after(*size, milliseconds(began, start))


def best_evidence(
    session: Session,
    now: datetime,
    alive_at: datetime = UNSEEN,
    reason: EndReason = EndReason.LOST,
) -> Ending:
    """The end of a running session that nobody saw stop, and that is known to be over ``now``.

    It ran at least until the last sign of life; the bound says how much longer it may have run.
    ``alive_at`` is when the server itself was last found alive. It outweighs the heartbeat,
    which is when an observer last heard the Hub say so.
    """
    heard_at = alive_at if alive_at > UNSEEN else session.seen_at
    signs = (session.running_at, heard_at, session.activity_at)
    latest = min(now, max((at for at in signs if at), default=session.reserved_at))
    # A clock that was set back must not end a session before it began.
    ended_at = max(latest, session.running_at or latest)
    return Ending(ended_at, reason, estimate_ms=milliseconds(ended_at, now))


def known_over_at(session: Session) -> datetime | None:
    """When the store learned that a session is over: its end, plus how late that was noticed."""
    if session.ended_at is None:
        return None
    return session.ended_at + timedelta(milliseconds=session.estimate_ms or 0)


def last_learned_at(session: Session) -> datetime:
    """The newest instant at which the store learned that a live session is there."""
    signs = (session.reserved_at, session.running_at, session.seen_at)
    return max(at for at in signs if at)
