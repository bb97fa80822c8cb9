"""How far a drill has come, and how long its servers took to start."""

from __future__ import annotations

from collections import Counter

from catalyst_hub.core.drill import Drill, DrillReport
from catalyst_hub.core.session import Session, SessionState
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.unit_of_work.attending import Attendee
from catalyst_hub.core.warming import WARMER
from catalyst_hub.core.window import milliseconds


def report_drill(uow: UnitOfWork, workshop_id: int, drill: Drill) -> DrillReport | None:
    """None: there is no such workshop (any more)."""
    workshop = uow.workshops.get(workshop_id)
    if workshop is None:
        return None
    people = in_order(uow, workshop_id)[: drill.seats]
    ids = {attendee.person.person_id for attendee in people}
    sessions = uow.attendance.latest_sessions(workshop_id, workshop.community, drill.began_at)
    refused = uow.attendance.refused_since(workshop_id, drill.began_at)
    mine = [session for person_id, session in sessions.items() if person_id in ids]
    its = [session for session in mine if _is_of(session, drill)]
    started = [s for s in its if s.running_at is not None]
    return DrillReport(
        drill,
        len(people),
        tuple(sorted(milliseconds(s.reserved_at, s.running_at) for s in started if s.running_at)),
        starting=sum(s.state is SessionState.RESERVED for s in its),
        failed=sum(s.state is SessionState.RELEASED for s in its),
        left_alone=len(mine) - len(its),
        refused=Counter(
            each.code.value
            for person_id, each in refused.items()
            if person_id in ids and person_id not in sessions
        ),
    )


def in_order(uow: UnitOfWork, workshop_id: int) -> list[Attendee]:
    """Who is registered, those who came first coming first."""
    return sorted(uow.attendance.learners(workshop_id), key=lambda each: each.registered_at)


def _is_of(session: Session, drill: Drill) -> bool:
    return session.actor == WARMER and session.reserved_at >= drill.began_at
