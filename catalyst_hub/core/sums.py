"""The sums that are kept beside the ledger, and by how much they can be off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from catalyst_hub.core.resources import Usage


class SumsOf(StrEnum):
    """The sums, each after what it is made of: the ledger, or sums of more detail."""

    PERSON_DAYS = "person_days"
    WORKSHOP_DAYS = "workshop_days"
    PERSON_MONTHS = "person_months"
    COMMUNITY_DAYS = "community_days"
    PROFILE_DAYS = "profile_days"
    COMMUNITY_MONTHS = "community_months"


#: Sums that are looked at for some people at a time; the others for one community at a time.
BY_PEOPLE = (SumsOf.PERSON_DAYS, SumsOf.WORKSHOP_DAYS, SumsOf.PERSON_MONTHS)
BY_COMMUNITY = (SumsOf.COMMUNITY_DAYS, SumsOf.PROFILE_DAYS, SumsOf.COMMUNITY_MONTHS)


@dataclass(frozen=True, slots=True)
class SomePeople:
    """All persons with ids from ``first_id`` to ``last_id``."""

    first_id: int
    last_id: int


#: What of the sums is looked at in one step: some people, or a community by its slug.
Part = SomePeople | str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a row of the sums lacks; ``keys`` are the columns of its key, as the database has them.

    It is read in one snapshot, in which entries and sums stand together. A session that ends
    meanwhile adds the same to both, so what was missing before is missing still, to the unit.
    """

    keys: Mapping[str, object]
    sessions: int
    usage: Usage


@dataclass(frozen=True, slots=True)
class SumsPlace:
    """Where a repair goes on: with these sums, behind that person id or community."""

    sums: SumsOf = SumsOf.PERSON_DAYS
    after: str = ""


@dataclass(frozen=True, slots=True)
class Wanting:
    """What some sums lack in one part; ``repairs`` says as of which repair. ``next_place`` is where
    to go on when it is repaired (None: that was all)."""

    sums: SumsOf
    differences: tuple[Difference, ...]
    repairs: int
    next_place: SumsPlace | None

    def in_parts(self, rows: int) -> Iterator[Wanting]:
        """The same in parts of so many rows at most, to be repaired one after the other: each is
        right as of the repair of the one before."""
        for number, start in enumerate(range(0, len(self.differences), rows)):
            some = self.differences[start : start + rows]
            yield replace(self, differences=some, repairs=self.repairs + number)


def sums_after(sums: SumsOf) -> SumsOf | None:
    """The sums to look at next, when those that they are made of are right."""
    every = list(SumsOf)
    following = every.index(sums) + 1
    return every[following] if following < len(every) else None
