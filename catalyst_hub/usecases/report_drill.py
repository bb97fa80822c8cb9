"""How far a drill has come, and how long its servers took to start."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from catalyst_hub.core.drill import Drill, DrillReport
from catalyst_hub.core.session import Session, SessionState
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.unit_of_work.attending import Attendee
from catalyst_hub.core.warming import WARMER
from catalyst_hub.core.window import milliseconds
from catalyst_hub.core.workshop import Workshop


def report_drill(uow: UnitOfWork, workshop_id: int, drill: Drill) -> DrillReport | None:
    """None: there is no such workshop (any more)."""
    workshop = uow.workshops.get(workshop_id)
    if workshop is None:
        return None
    people = _asked(uow, workshop_id, drill)
    ids = {attendee.person.person_id for attendee in people}
    there = uow.attendance.meanwhile(workshop_id, (drill.began_at, drill.ends_at))
    sessions = _by_person(there, drill, workshop)
    refused = uow.attendance.refused_since(workshop_id, drill.began_at, drill.ends_at)
    mine = [session for person_id, session in sessions.items() if person_id in ids]
    its = [session for session in mine if _is_of(session, drill, workshop)]
    started = [s for s in its if s.running_at is not None]
    return DrillReport(
        drill,
        len(people),
        tuple(sorted(milliseconds(s.reserved_at, s.running_at) for s in started if s.running_at)),
        up=sum(s.is_live for s in started),
        starting=sum(s.state is SessionState.RESERVED for s in its),
        failed=sum(s.state is SessionState.RELEASED for s in its),
        left_alone=len(mine) - len(its),
        refused=Counter(
            each.code.value
            for person_id, each in refused.items()
            if person_id in ids and person_id not in sessions
        ),
    )


def _asked(uow: UnitOfWork, workshop_id: int, drill: Drill) -> list[Attendee]:
    """Whose servers it starts: those who came first. Who registered after it was not meant."""
    came = (a for a in uow.attendance.learners(workshop_id) if a.registered_at < drill.ends_at)
    return sorted(came, key=lambda each: each.registered_at)[: drill.seats]


def _by_person(sessions: Iterable[Session], drill: Drill, workshop: Workshop) -> dict[int, Session]:
    """One of each person: what the drill started, whatever she has started herself since."""
    ordered = sorted(sessions, key=lambda each: _is_of(each, drill, workshop))
    return {session.person_id: session for session in ordered}


def _is_of(session: Session, drill: Drill, workshop: Workshop) -> bool:
    """Those of another community may be warmed at the same time, for a workshop of theirs."""
    is_warmed = session.actor == WARMER and session.choice.community == workshop.community
    return is_warmed and session.reserved_at >= drill.began_at
