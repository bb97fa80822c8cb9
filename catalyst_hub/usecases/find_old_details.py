"""Old rows that still name people, one bounded step at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from catalyst_hub.core.retention import Kept, KeptPlace, OldDetails, kept_after
from catalyst_hub.core.unit_of_work import UnitOfWork

_PEOPLE_AT_ONCE = 5
_LINES_AT_ONCE = 2000


def find_old_details(
    uow: UnitOfWork, keep_for: timedelta, place: KeptPlace, now: datetime
) -> OldDetails:
    """What is older than ``keep_for``, there. Only reads."""
    before = now - keep_for
    match place.kept:
        case Kept.SESSIONS:
            return _sessions(uow, place.after, before)
        case Kept.AUDIT:
            return _lines(uow, place.after or uow.details.lines_done(), before)
        case kept:
            keys = tuple(uow.details.old_rows(kept, before))
            return OldDetails(kept, keys, before, kept_after(kept))


def _sessions(uow: UnitOfWork, after: int, before: datetime) -> OldDetails:
    some = uow.inspection.people_after(after, _PEOPLE_AT_ONCE)
    if some is None:
        return OldDetails(Kept.SESSIONS, (), before, kept_after(Kept.SESSIONS))
    keys = tuple(uow.details.old_sessions(some, before))
    return OldDetails(Kept.SESSIONS, keys, before, KeptPlace(Kept.SESSIONS, some.last_id))


def _lines(uow: UnitOfWork, after: int, before: datetime) -> OldDetails:
    ids, through = uow.details.old_lines(after, before, _LINES_AT_ONCE)
    is_over = through == after
    place = kept_after(Kept.AUDIT) if is_over else KeptPlace(Kept.AUDIT, through)
    return OldDetails(Kept.AUDIT, tuple((key,) for key in ids), before, place)
