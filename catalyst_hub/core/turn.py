"""Whose turn it is: seats go to the line in its order, and nobody takes one past it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from catalyst_hub.core.admission import decide, resolve
from catalyst_hub.core.community import Community, Role
from catalyst_hub.core.denial import Allowance, Code, Denied, LimitScope
from catalyst_hub.core.lessons import Lessons, Timetable, timetable
from catalyst_hub.core.pause import pause_refusal
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.profile import Profile, Size
from catalyst_hub.core.quota import asked_of
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.standing import Standing, standing
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.waiting import WaitingPlace, before, in_line
from catalyst_hub.core.window import Window

#: A profile and a size of it, as the catalogue has them now.
Wanted = tuple[Profile, Size]


def wanted(community: Community, place: WaitingPlace) -> Wanted | None:
    """What she waits for; None: the catalogue has it no longer."""
    profile = community.profile(place.options.get("profile", ""))
    size = profile.size(place.options.get("size", "")) if profile else None
    return (profile, size) if profile and size else None


def may_wait(denied: Denied) -> bool:
    """Whether waiting helps: others use now what all share, or the people of her workshop, and some
    of it will be free again.

    Whoever has reached a limit of her own has to stop something herself.
    """
    limit = denied.allowance
    if denied.code is not Code.QUOTA_AT_ONCE or limit is None:
        return False
    return _is_waited_for(limit) and denied.asked <= limit.limit


@dataclass(frozen=True, slots=True)
class Rooms:
    """Where limits stand in whose eyes while workshops have room for their people alone, or limits
    that these share: ``standings`` by the number of the workshop (None: for everybody else); and
    who of those that wait takes part in which, by person id. Empty: there is no such workshop."""

    standings: Mapping[int | None, Standing] = field(default_factory=dict)
    people: Mapping[int, int] = field(default_factory=dict)


NO_ROOMS = Rooms()


class Claims:
    """What those wait for who come before somebody: it counts as taken.

    A workshop's people take the room that it has for them first, and of what everybody shares only
    what goes beyond it; nobody else takes anything of that room. Whom a limit of the workshop's
    keeps from starting takes nothing that others share either: it would be of no use to her.
    """

    def __init__(self, community: Community, rooms: Rooms) -> None:
        self._community = community
        self._rooms = rooms
        # A line of hundreds waits for a few sizes, and each needs to be looked at only once.
        self._numbers: dict[int | None, Counter[tuple[str, str]]] = {}
        self._within: dict[int | None, Counter[tuple[str, str]]] = {}
        # Whoever comes later finds no more room than this one.
        self._full: set[tuple[int | None, tuple[str, str]]] = set()
        self._found: dict[tuple[str, str], Wanted] = {}

    def add(self, place: WaitingPlace) -> None:
        """One more."""
        if one := wanted(self._community, place):
            words = (one[0].slug, one[1].slug)
            self._found[words] = one
            workshop_id = self._rooms.people.get(place.person_id)
            if (workshop_id, words) not in self._full and self._has_room_within(workshop_id, one):
                self._numbers.setdefault(workshop_id, Counter())[words] += 1
            else:
                self._full.add((workshop_id, words))
            self._within.setdefault(workshop_id, Counter())[words] += 1

    def behind(self, current: Standing, workshop_id: int | None) -> Standing:
        """Where limits stand for whoever comes after these, and takes part in that workshop."""
        allowances = (
            self._less(limit, workshop_id, current.hold_ms) for limit in current.allowances
        )
        return replace(current, allowances=tuple(allowances))

    def add_seen_by(self, place: WaitingPlace, workshop_id: int | None) -> bool:
        """One more; whether that takes anything from whoever takes part in that workshop, of what
        all share or of the room that it has for its people."""
        own = self._rooms.people.get(place.person_id)
        before = self._taken(own, workshop_id)
        self.add(place)
        return self._taken(own, workshop_id) != before

    def _taken(self, by: int | None, workshop_id: int | None) -> Sequence[int]:
        """Of each limit that all share: what one workshop's people want of it that those of another
        could have."""
        current = self._rooms.standings[workshop_id]
        shared = (a for a in current.allowances if a.scope is not LimitScope.WORKSHOP)
        claimed, is_hers = self._numbers.get(by, Counter()), by == workshop_id
        return [
            max(0, asked - (0 if is_hers else self._room(limit, by)))
            for limit in filter(_is_waited_for, shared)
            for asked in [self._asked(limit, claimed, current.hold_ms)]
        ]

    def _has_room_within(self, workshop_id: int | None, found: Wanted) -> bool:
        """Whether the limits that the people of a workshop share leave room for one more."""
        current = self._rooms.standings.get(workshop_id)
        if current is None or not (own := current.of(LimitScope.WORKSHOP)):
            return True
        return _has_room(self.behind(replace(current, allowances=own), workshop_id), found)

    def _less(self, limit: Allowance, workshop_id: int | None, hold_ms: int) -> Allowance:
        if not _is_waited_for(limit):
            return limit
        if limit.scope is LimitScope.WORKSHOP:
            claimed = self._within.get(workshop_id, Counter())
            left = max(0, limit.left - self._asked(limit, claimed, hold_ms))
        else:
            left = self._left_of_all(limit, workshop_id, hold_ms)
        # People are told what is in use, not what is wished for.
        return replace(limit, used=limit.used + limit.left - left)

    def _left_of_all(self, limit: Allowance, workshop_id: int | None, hold_ms: int) -> int:
        shared = self._left(limit, None)
        own, beyond = max(0, limit.left - shared), 0
        for number, claimed in self._numbers.items():
            asked = self._asked(limit, claimed, hold_ms)
            room = own if number == workshop_id else self._room(limit, number)
            beyond += max(0, asked - room)
            own -= min(own, asked) if number == workshop_id else 0
        return min(limit.left, own + max(0, shared - beyond))

    def _room(self, limit: Allowance, workshop_id: int | None) -> int:
        """What is left of it for that workshop's people alone."""
        return max(0, self._left(limit, workshop_id) - self._left(limit, None))

    def _left(self, limit: Allowance, workshop_id: int | None) -> int:
        """What is left of the same limit in the eyes of that workshop's people."""
        current = self._rooms.standings.get(workshop_id)
        seen = (a for a in current.allowances if _is_same(a, limit)) if current else ()
        return next(iter(seen), limit).left

    def _asked(self, limit: Allowance, claimed: Counter[tuple[str, str]], hold_ms: int) -> int:
        found = ((self._found[words], number) for words, number in claimed.items())
        return sum(number * _asked(limit, one, hold_ms) for one, number in found)


def behind(
    current: Standing, community: Community, line: Iterable[WaitingPlace], rooms: Rooms = NO_ROOMS
) -> Standing:
    """Where limits stand for whoever comes after these: what they wait for counts as taken."""
    claims = Claims(community, rooms)
    for place in line:
        claims.add(place)
    return claims.behind(current, current.workshop_id)


def _is_same(one: Allowance, other: Allowance) -> bool:
    of = (other.scope, other.window, other.unit, other.profile)
    return (one.scope, one.window, one.unit, one.profile) == of


def _is_waited_for(limit: Allowance) -> bool:
    """Only what is in use at once, and only by those who share it."""
    return limit.window is Window.AT_ONCE and limit.scope is not LimitScope.PERSON


def _asked(limit: Allowance, found: Wanted, hold_ms: int) -> int:
    """What a start of hers takes of a limit; nothing of one for other profiles."""
    profile, size = found
    if not limit.concerns(profile.slug):
        return 0
    return asked_of(limit, size.limits, size.rate_micros, hold_ms)


def _has_room(current: Standing, found: Wanted) -> bool:
    """Whether nothing that is waited for is in the way. What else may be is hers to be told."""
    return all(
        (asked := _asked(limit, found, current.hold_ms)) == 0 or asked <= limit.left
        for limit in current.allowances
        if _is_waited_for(limit)
    )


def behind_the_line(
    uow: UnitOfWork,
    policy: Policy,
    community: Community,
    current: Standing,
    key: ServerKey,
    now: datetime,
) -> tuple[Standing, WaitingPlace | None]:
    """Where limits stand for a server of this hub, given who comes before it: the whole line
    where it does not wait. And its own place, in whichever community it waits.

    To decide by it, hold the community's lock."""
    places = uow.waiting.around(community.slug, key)
    own = next((place for place in places if (place.hub, place.key) == (uow.hub, key)), None)
    there = (place for place in places if place.community == community.slug)
    line = in_line(there, policy.waiting_room, now)
    if not line:
        return current, own
    ahead = before(line, uow.hub, key)
    return behind(current, community, ahead, rooms_of(uow, policy, community, ahead, now)), own


def rooms_of(
    uow: UnitOfWork,
    policy: Policy,
    community: Community,
    line: Sequence[WaitingPlace],
    now: datetime,
) -> Rooms:
    """How those in line find the limits, given the workshops of now; mostly there is none."""
    current = timetable(uow, community, now) if line else Timetable()
    if not _are_seen_apart(community, current):
        return NO_ROOMS
    attended = current.people(uow, community)
    people = {
        place.person_id: attended[place.person_id][0].workshop_id
        for place in line
        if place.person_id in attended
    }
    workshops = {None: None} | {each.workshop_id: each for each in current.all}
    found = {
        number: standing(uow, policy, community, None, now, Lessons(current.on, workshops[number]))
        for number in {None, *people.values()}
    }
    return Rooms(found, people)


def _are_seen_apart(community: Community, current: Timetable) -> bool:
    """Whether the people of some workshop find what is waited for in another way than others."""
    if any(workshop.seats for workshop in current.on):
        return True
    are_limited = any(
        limit.scope is LimitScope.WORKSHOP and limit.window is Window.AT_ONCE
        for limit in community.limits
    )
    return are_limited and bool(current.all)


def in_the_way(
    uow: UnitOfWork,
    policy: Policy,
    community: Community,
    ahead: Sequence[WaitingPlace],
    place: WaitingPlace,
    now: datetime,
) -> tuple[WaitingPlace, ...]:
    """Of those ahead, the ones for whom something is left alone that she could have: not who waits
    for a limit of another workshop, nor whose seat is of the room that it has for its people."""
    rooms = rooms_of(uow, policy, community, (*ahead, place), now) if ahead else NO_ROOMS
    if not rooms.standings:
        return tuple(ahead)
    claims, workshop_id = Claims(community, rooms), rooms.people.get(place.person_id)
    return tuple(each for each in ahead if claims.add_seen_by(each, workshop_id))


def before_in_workshop(
    uow: UnitOfWork,
    community: Community,
    ahead: Iterable[WaitingPlace],
    place: WaitingPlace,
    now: datetime,
) -> tuple[WaitingPlace, ...]:
    """Of those ahead, the ones who take part in the same workshop: nobody else comes before who
    waits for a seat of it."""
    attended = timetable(uow, community, now).people(uow, community)
    hers = attended.get(place.person_id, ())[:1]
    return tuple(each for each in ahead if attended.get(each.person_id, ())[:1] == hers)


def obstacle(uow: UnitOfWork, policy: Policy, place: WaitingPlace, now: datetime) -> Denied | None:
    """What would keep her from starting even if a seat were free; None: nothing."""
    refused = refusal(uow, policy, place, now)
    return None if refused is None or may_wait(refused) else refused


def refusal(uow: UnitOfWork, policy: Policy, place: WaitingPlace, now: datetime) -> Denied | None:
    """What keeps her from starting now, if nobody came before her; None: nothing."""
    resolved = resolve(policy, _memberships(uow, place), place.options)
    if isinstance(resolved, Denied):
        return resolved
    community = resolved.community
    paused = pause_refusal(uow, policy, community, place.key.user_name, now)
    if paused is not None:
        return paused
    current = standing(uow, policy, community, place.person_id, now)
    return decide(community, resolved.profile, resolved.size, current)


def _memberships(uow: UnitOfWork, place: WaitingPlace) -> Mapping[str, Role]:
    """Who belongs here only her own hub knows, which takes her out of the line when she leaves."""
    if place.hub != uow.hub:
        return {place.community: Role.MEMBER}
    return uow.memberships.of(place.person_id)


def turns(
    current: Standing,
    community: Community,
    line: Iterable[WaitingPlace],
    may_start: Callable[[WaitingPlace], bool],
    now: datetime,
    rooms: Rooms = NO_ROOMS,
) -> Iterator[WaitingPlace]:
    """Those of the line whose turn it is: there is a free seat that nobody before them waits for.

    ``current`` is where the limits stand that all share, for who is in none of the ``rooms``. Who
    has a seat already is left out; who ``may_start`` nothing whatever is free holds nobody up.
    """
    claims = Claims(community, rooms)
    for place in line:
        found = wanted(community, place)
        if found is None:
            continue
        workshop_id = rooms.people.get(place.person_id)
        seen = claims.behind(rooms.standings.get(workshop_id, current), workshop_id)
        if not place.has_seat(now) and _has_room(seen, found):
            if not may_start(place):
                continue
            yield place
        claims.add(place)
