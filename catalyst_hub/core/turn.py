"""Whose turn it is: seats go to the line in its order, and nobody takes one past it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from catalyst_hub.core.admission import decide, resolve
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Allowance, Code, Denied, LimitScope
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
    """Whether waiting helps: others use now what all share, and some of it will be free again.

    Whoever has reached a limit of her own has to stop something herself.
    """
    limit = denied.allowance
    if denied.code is not Code.QUOTA_AT_ONCE or limit is None:
        return False
    return limit.scope is LimitScope.COMMUNITY and denied.asked <= limit.limit


def behind(current: Standing, community: Community, line: Iterable[WaitingPlace]) -> Standing:
    """Where limits stand for whoever comes after these: what they wait for counts as taken."""
    # A line of hundreds waits for a few sizes, and each needs to be looked at only once.
    numbers: Counter[tuple[str, str]] = Counter()
    found: dict[tuple[str, str], Wanted] = {}
    for place in line:
        if one := wanted(community, place):
            words = (one[0].slug, one[1].slug)
            found[words] = one
            numbers[words] += 1
    taken = [(found[words], number) for words, number in numbers.items()]
    allowances = tuple(_less(limit, taken, current.hold_ms) for limit in current.allowances)
    return replace(current, allowances=allowances)


def _less(limit: Allowance, taken: Sequence[tuple[Wanted, int]], hold_ms: int) -> Allowance:
    if not _is_waited_for(limit):
        return limit
    asked = sum(number * _asked(limit, found, hold_ms) for found, number in taken)
    # People are told what is in use, not what is wished for.
    return replace(limit, used=max(limit.used, min(limit.used + asked, limit.limit)))


def _is_waited_for(limit: Allowance) -> bool:
    """Only what is in use at once, and only by those who share it."""
    return limit.window is Window.AT_ONCE and limit.scope is LimitScope.COMMUNITY


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
    return behind(current, community, before(line, uow.hub, key)), own


def obstacle(uow: UnitOfWork, policy: Policy, place: WaitingPlace, now: datetime) -> Denied | None:
    """What would keep her from starting even if a seat were free; None: nothing."""
    resolved = resolve(policy, uow.memberships.of(place.person_id), place.options)
    if isinstance(resolved, Denied):
        return resolved
    community = resolved.community
    paused = pause_refusal(uow, policy, community, place.key.user_name, now)
    if paused is not None:
        return paused
    current = standing(uow, policy, community, place.person_id, now)
    refusal = decide(community, resolved.profile, resolved.size, current)
    return None if refusal is None or may_wait(refusal) else refusal


def turns(
    current: Standing,
    community: Community,
    line: Iterable[WaitingPlace],
    may_start: Callable[[WaitingPlace], bool],
    now: datetime,
) -> Iterator[WaitingPlace]:
    """Those of the line whose turn it is: there is a free seat that nobody before them waits for.

    ``current`` is where the limits stand that all share. Who has a seat already is left out;
    who ``may_start`` nothing whatever is free holds nobody up.
    """
    for place in line:
        found = wanted(community, place)
        if found is None:
            continue
        if not place.has_seat(now) and _has_room(current, found):
            if not may_start(place):
                continue
            yield place
        current = behind(current, community, [place])
