"""Whether everything in the store is as it must be, one bounded step at a time."""

from __future__ import annotations

from collections.abc import Iterator

from catalyst_hub.core.inspection import (
    Breach,
    Inspected,
    Invariant,
    Place,
    Stage,
    breaches_of,
    overlaps,
)
from catalyst_hub.core.sums import BY_COMMUNITY, BY_PEOPLE, Difference, Part, SumsOf
from catalyst_hub.core.unit_of_work import UnitOfWork

#: People whose sessions are read in one step: some thousands of rows.
_PEOPLE_AT_ONCE = 5
#: Of a part whose sums are all wrong, so many rows are named.
_ROWS = 20


def check_store(uow: UnitOfWork, place: Place) -> Inspected:
    """One step of the inspection, which only reads; go on at ``next_place``, in another
    transaction, until that is None."""
    uow.inspection.take_snapshot()
    match place.stage:
        case Stage.SCHEMA:
            return Inspected(tuple(uow.inspection.schema()), 0, Place(Stage.TABLES))
        case Stage.TABLES:
            return _table(uow, place.after)
        case Stage.PEOPLE:
            return _people(uow, int(place.after or 0))
        case Stage.COMMUNITIES:
            return _community(uow, place.after)


def _table(uow: UnitOfWork, after: str) -> Inspected:
    name = uow.inspection.table_after(after)
    if name is None:
        return Inspected((), 0, Place(Stage.PEOPLE))
    return Inspected(tuple(uow.inspection.table(name)), 0, Place(Stage.TABLES, name))


def _people(uow: UnitOfWork, after: int) -> Inspected:
    some = uow.inspection.people_after(after, _PEOPLE_AT_ONCE)
    if some is None:
        return Inspected((), 0, Place(Stage.COMMUNITIES))
    sessions = uow.inspection.sessions(some)
    breaches = [
        *(breach for session, charged in sessions for breach in breaches_of(session, charged)),
        *overlaps(session for session, _ in sessions),
        *(breach for sums in BY_PEOPLE for breach in _wrong_sums(uow, sums, some)),
    ]
    return Inspected(tuple(breaches), len(sessions), Place(Stage.PEOPLE, str(some.last_id)))


def _community(uow: UnitOfWork, after: str) -> Inspected:
    slug = uow.inspection.community_after(after)
    if slug is None:
        return Inspected((), 0, None)
    breaches = (breach for sums in BY_COMMUNITY for breach in _wrong_sums(uow, sums, slug))
    return Inspected(tuple(breaches), 0, Place(Stage.COMMUNITIES, slug))


def _wrong_sums(uow: UnitOfWork, sums: SumsOf, part: Part) -> Iterator[Breach]:
    for difference in uow.sums.differences(sums, part, _ROWS):
        yield Breach(Invariant.SUMS, f"{sums} {_key(difference)}", _missing(difference))


def _key(difference: Difference) -> str:
    return ", ".join(f"{name}={value}" for name, value in difference.keys.items())


def _missing(difference: Difference) -> str:
    usage = difference.usage
    return (
        f"lacks {difference.sessions} sessions, {usage.server_ms} server_ms, {usage.micros} micros"
    )
