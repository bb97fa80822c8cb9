"""By how much the sums beside the ledger are off, one bounded step at a time."""

from __future__ import annotations

from catalyst_hub.core.sums import BY_PEOPLE, Part, SomePeople, SumsPlace, Wanting, sums_after
from catalyst_hub.core.unit_of_work import UnitOfWork

#: People whose entries are added up in one step: some thousands of rows.
_PEOPLE_AT_ONCE = 20
#: Rows that are held in memory; of a part that lacks more, the rest is found at the next look.
_ROWS_AT_ONCE = 20_000


def find_differences(uow: UnitOfWork, place: SumsPlace) -> Wanting:
    """What the sums lack there, in one snapshot. Only reads."""
    uow.inspection.take_snapshot()
    part, sums = _part(uow, place), place.sums
    if part is None:
        following = sums_after(sums)
        return Wanting(sums, (), 0, SumsPlace(following) if following else None)
    repairs = uow.sums.repairs()
    differences = tuple(uow.sums.differences(sums, part, _ROWS_AT_ONCE))
    after = str(part.last_id) if isinstance(part, SomePeople) else part
    is_all = len(differences) < _ROWS_AT_ONCE
    return Wanting(sums, differences, repairs, SumsPlace(sums, after) if is_all else place)


def _part(uow: UnitOfWork, place: SumsPlace) -> Part | None:
    if place.sums in BY_PEOPLE:
        return uow.inspection.people_after(int(place.after or 0), _PEOPLE_AT_ONCE)
    return uow.inspection.community_after(place.after)
