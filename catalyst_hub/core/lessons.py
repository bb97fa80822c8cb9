"""The workshops of a community as somebody finds them, and the room that they add."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from catalyst_hub.core.choice import Choice
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Allowance, LimitScope
from catalyst_hub.core.during import choice_during, is_on, limits_during, needed
from catalyst_hub.core.live import LiveGroup
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import Window, local_day
from catalyst_hub.core.workshop import Workshop, WorkshopState

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lessons:
    """The workshops of a community as somebody finds them at an instant.

    ``on`` are those that are on. ``mine`` is the one in which she takes part on this day, and to
    which a session of hers belongs: if there are several, one that is on.

    Each that is on has room for its people at once, on top of the limits that everybody shares:
    nobody else gets a seat of it, and none is taken from them.
    """

    on: tuple[Workshop, ...] = ()
    mine: Workshop | None = None

    @property
    def mine_on(self) -> Workshop | None:
        """Hers, if it is on."""
        return self.mine if self.mine in self.on else None

    def limited(self, community: Community) -> Community:
        """The community with the limits that hold for her."""
        if self.mine is None:
            return community
        limits = limits_during(community, self.mine, is_on=self.mine in self.on)
        return community if limits == community.limits else replace(community, limits=limits)

    def with_rooms(
        self, community: Community, allowances: Iterable[Allowance], live: Sequence[LiveGroup]
    ) -> tuple[Allowance, ...]:
        """The limits on what all have at once, larger by the rooms of the workshops."""
        if not self.on:
            return tuple(allowances)
        return tuple(self._with_rooms(community, allowance, live) for allowance in allowances)

    def _with_rooms(
        self, community: Community, allowance: Allowance, live: Sequence[LiveGroup]
    ) -> Allowance:
        if allowance.window is not Window.AT_ONCE or allowance.scope is not LimitScope.COMMUNITY:
            return allowance
        more = 0
        for workshop in self.on:
            room = _room(community, workshop, allowance)
            # Others see only what its people have taken of it: to them it makes no difference.
            more += room if workshop == self.mine else min(room, _taken(workshop, allowance, live))
        return replace(allowance, limit=allowance.limit + more)


def _room(community: Community, workshop: Workshop, allowance: Allowance) -> int:
    server = needed(community, workshop)
    if server is None or not workshop.seats or not allowance.concerns(server[0].slug):
        return 0
    return workshop.seats * server[1].limits.at_once(allowance.unit)


def _taken(workshop: Workshop, allowance: Allowance, live: Iterable[LiveGroup]) -> int:
    return sum(
        group.number * group.resources.at_once(allowance.unit)
        for group in live
        if group.workshop_id == workshop.workshop_id and allowance.concerns(group.profile)
    )


@dataclass(frozen=True, slots=True)
class Timetable:
    """The workshops of a community that count at an instant, whoever takes part in them.

    ``on`` are those that are on, ``others`` those of this day that are not. Somebody who takes part
    in several starts for the first of :attr:`all`.
    """

    on: tuple[Workshop, ...] = ()
    others: tuple[Workshop, ...] = ()

    @property
    def all(self) -> tuple[Workshop, ...]:
        """Those that are on first."""
        return (*self.on, *self.others)

    def people(self, uow: UnitOfWork, community: Community) -> Mapping[int, Sequence[Workshop]]:
        """Those in which each takes part, by person id, in the same order."""
        numbers = [workshop.workshop_id for workshop in self.all]
        found = uow.workshops.taking_part(community.slug, numbers) if numbers else {}
        return {
            person_id: [workshop for workshop in self.all if workshop.workshop_id in hers]
            for person_id, hers in found.items()
        }


def timetable(uow: UnitOfWork, community: Community, now: datetime) -> Timetable:
    """Of the workshops of whichever hub."""
    return _counting((workshop for workshop, _ in _around(uow, community, 0, now)), community, now)


def lessons(uow: UnitOfWork, community: Community, person_id: int, now: datetime) -> Lessons:
    """Read in one statement, and in most communities on most days there is nothing to find."""
    found = _around(uow, community, person_id, now)
    counting = _counting((workshop for workshop, _ in found), community, now)
    hers = [workshop for workshop, is_hers in found if is_hers]
    return Lessons(counting.on, next((w for w in counting.all if w in hers), None))


def _around(
    uow: UnitOfWork, community: Community, person_id: int, now: datetime
) -> Sequence[tuple[Workshop, bool]]:
    """Days are looked at up to tomorrow: what begins at midnight is warmed before."""
    today = local_day(now, community.zone)
    return uow.workshops.around(community.slug, person_id, today, today + _A_DAY)


def _counting(found: Iterable[Workshop], community: Community, now: datetime) -> Timetable:
    zone, today = community.zone, local_day(now, community.zone)
    on, others = [], []
    for workshop in found:
        if is_on(workshop, zone, now):
            on.append(workshop)
        elif is_of_day(workshop, today):
            others.append(workshop)
    return Timetable(tuple(on), tuple(others))


def mine_on(
    uow: UnitOfWork, communities: Iterable[Community], person_id: int, now: datetime
) -> list[Workshop]:
    """Hers that are on, one of each community at most, in the order of the communities."""
    found = (lessons(uow, community, person_id, now).mine_on for community in communities)
    return [workshop for workshop in found if workshop is not None]


def filling_in(
    uow: UnitOfWork,
    policy: Policy,
    memberships: Container[str],
    person_id: int,
    last: Choice | None,
    now: datetime,
) -> Choice | None:
    """What fills in the words of a choice that are missing: what is marked for her while a workshop
    of hers is on, else what she started ``last``."""
    mine = (community for community in policy.communities if community.slug in memberships)
    return choice_during(mine_on(uow, mine, person_id, now), last)


def is_of_day(workshop: Workshop, day: date) -> bool:
    """Whether a workshop that takes place does so on this day."""
    return workshop.state_on(day) is WorkshopState.RUNNING
