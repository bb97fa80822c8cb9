"""Who takes part in a workshop, and how each of them fares while it takes place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.audit import is_service
from catalyst_hub.core.denial import Code
from catalyst_hub.core.server_report import ServerReport
from catalyst_hub.core.session import (
    DEATHS,
    EndReason,
    Session,
    did_not_start,
)
from catalyst_hub.core.unit_of_work.attending import Attendee, Refused
from catalyst_hub.core.waiting import WaitingPlace

#: The Hub takes the start of a server for its first sign of use; what comes later is somebody.
_STARTING_UP = timedelta(minutes=2)
#: A start that takes longer needs somebody: most are done or given up by then.
_SLOW_START = timedelta(minutes=3)


class Stage(StrEnum):
    """How somebody fares, in the order in which an instructor looks after them."""

    DENIED = "denied"
    FAILED = "failed"
    DIED = "died"
    SLOW = "slow"
    WAITING = "waiting"
    ABSENT = "absent"
    SIGNED_IN = "signed-in"
    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    STARTED = "started"


#: Whoever cannot work although they want to.
STUCK = frozenset({Stage.DENIED, Stage.FAILED, Stage.DIED, Stage.SLOW, Stage.WAITING})
#: Whose server runs.
RUNNING = frozenset({Stage.READY, Stage.STARTED})


@dataclass(frozen=True, slots=True)
class Learner:
    """One person of a workshop as it goes on.

    ``at`` is since when, or when that was; None: nothing is known of her. ``session`` is her live
    one, or else the last; ``place`` her place in line (1: the next), ``code`` why she was refused,
    ``reason`` why her server is not running (any more).
    """

    attendee: Attendee
    stage: Stage
    at: datetime | None = None
    session: Session | None = None
    place: int | None = None
    code: Code | None = None
    reason: EndReason | None = None

    @property
    def is_stuck(self) -> bool:
        """Whether she wants to work and cannot."""
        return self.stage in STUCK

    @property
    def urgency(self) -> tuple[int, str]:
        """Sorts those first who need somebody; then by name."""
        return tuple(Stage).index(self.stage), self.attendee.person.shown_as.casefold()


@dataclass(frozen=True, slots=True)
class Happened:
    """What is known ``now`` of the people of a workshop since ``since``, by person id.

    ``sessions`` have each person's latest, or the live one; ``line`` is the community's, the next
    first.
    """

    since: datetime
    now: datetime
    sessions: Mapping[int, Session]
    refused: Mapping[int, Refused]
    line: Sequence[WaitingPlace]


def learner_of(attendee: Attendee, happened: Happened) -> Learner:
    """How she fares: by her live server, else by her place in line, else by what was last."""
    person_id = attendee.person.person_id
    session, refused = happened.sessions.get(person_id), happened.refused.get(person_id)
    if session is not None and session.is_live:
        return _with_server(attendee, session, happened.now)
    for number, place in enumerate(happened.line, start=1):
        if place.person_id == person_id:
            return Learner(attendee, Stage.WAITING, place.asked_at, session, place=number)
    if refused is not None and (session is None or refused.denied_at >= session.reserved_at):
        return Learner(attendee, Stage.DENIED, refused.denied_at, session, code=refused.code)
    if session is not None:
        reason = session.end_reason
        return Learner(attendee, _end_of(session), session.ended_at, session, reason=reason)
    if attendee.signed_in_at >= happened.since:
        return Learner(attendee, Stage.SIGNED_IN, attendee.signed_in_at)
    return Learner(attendee, Stage.ABSENT)


def _end_of(session: Session) -> Stage:
    if did_not_start(session):
        return Stage.FAILED
    return Stage.DIED if session.end_reason in DEATHS else Stage.STOPPED


def _with_server(attendee: Attendee, session: Session, now: datetime) -> Learner:
    if session.running_at is None:
        began = session.reserved_at
        stage = Stage.SLOW if now - began > _SLOW_START else Stage.STARTING
        return Learner(attendee, stage, began, session)
    stage = Stage.STARTED if is_used(session) else Stage.READY
    return Learner(attendee, stage, session.running_at, session)


def is_used(session: Session, report: ServerReport | None = None) -> bool:
    """Whether it ran and its owner was in it; one that a service has started ahead may only have
    stood ready. The Hub hears of somebody minutes later than the server itself."""
    if session.running_at is None:
        return False
    if not is_service(session.actor):
        return True
    if report is not None and (report.touched_at or report.open_at):
        return True
    used_at = session.activity_at
    return used_at is not None and used_at > session.running_at + _STARTING_UP
