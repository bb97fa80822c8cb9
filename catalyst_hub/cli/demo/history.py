"""Two months and a bit of invented use, written through the use cases as if they had happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import inf
from random import Random
from typing import Any

from catalyst_hub.core.budget import Steps
from catalyst_hub.core.community import Claims, Community, Identity
from catalyst_hub.core.denial import Denied
from catalyst_hub.core.person import SignedIn
from catalyst_hub.core.policy import Policy, Provider
from catalyst_hub.core.profile import Profile, Size
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import Window, local_day, midnight, period_at
from catalyst_hub.usecases.admit_session import AdmissionRequest, admit_session
from catalyst_hub.usecases.close_session import close_session
from catalyst_hub.usecases.open_session import open_session
from catalyst_hub.usecases.show_community import show_community
from catalyst_hub.usecases.sign_in import sign_in

#: The community that shows what a spent budget looks like, and how much of it is spent.
USED_UP = "volcan-watch"
USED_UP_SHARE = 0.9

_STARTING = timedelta(seconds=12)
#: Nothing of the history is still running, and none of it ended this very minute.
_SETTLED = timedelta(minutes=5)
_LONGEST_STAY = timedelta(hours=20)
#: Chances of a day's work on Monday ... Sunday, and how long it may be, in hours.
_BUSY = (0.7, 0.75, 0.75, 0.65, 0.55, 0.15, 0.08)
_LENGTHS = (1.0, 2.0, 3.5, 5.5, 8.0)
#: In ordinary work nobody takes a size that eats more of the month's budget than this in an hour.
_MODEST = 0.02


@dataclass(frozen=True, slots=True)
class Stay:
    """One server somebody will have run."""

    key: ServerKey
    options: dict[str, str]
    starts_at: datetime
    ends_at: datetime


def write_history(uow: UnitOfWork, policy: Policy, now: datetime) -> int:
    """Write use since the first of the month before last, and return how many servers it had.

    The same for the same policy and instant. What the limits of the time refuse does not happen.
    """
    first_on = _months_ago(local_day(now, policy.zone), 2)
    came = (
        sign_in(uow, policy, identity, claims, midnight(first_on, policy.zone))
        for identity, claims in _people(policy)
    )
    people = [person for person in came if person is not None]
    policy = _then(policy)
    ordinary = [
        stay for person in people for stay in _stays(policy, person, first_on, now - _SETTLED)
    ]
    return _play(uow, policy, ordinary) + _use_up(uow, policy, people, now)


def _then(policy: Policy) -> Policy:
    """Nobody was there to enforce anything, and no step of a budget stood in the way."""
    nothing = Steps(None, None, None, None)
    communities = (
        replace(c, budget=replace(c.budget, steps=nothing)) if c.budget else c
        for c in policy.communities
    )
    lax = replace(policy.enforcement, admits_without=True)
    return replace(policy, communities=tuple(communities), enforcement=lax)


def _months_ago(day: date, months: int) -> date:
    for _ in range(months):
        day = day.replace(day=1) - timedelta(days=1)
    return day.replace(day=1)


def _people(policy: Policy) -> Iterator[tuple[Identity, Claims]]:
    """Everybody whom the rules name, once, in the order of the file."""
    rules = [rule for c in policy.communities for rule in (*c.champions, *c.members)]
    named = ((rule.provider, name) for rule in rules for name in sorted(rule.people))
    shown = {
        (provider.slug, persona["name"]): persona["display_name"]
        for provider in policy.providers
        for persona in _personas(provider)
    }
    for slug, name in dict.fromkeys(named):
        yield Identity(slug, name), Claims(name, shown.get((slug, name)) or name)


def _personas(provider: Provider) -> Iterable[Mapping[str, Any]]:
    personas: Any = provider.settings.get("personas", ())
    return personas  # type: ignore[no-any-return]


def _stays(policy: Policy, who: SignedIn, first_on: date, until: datetime) -> Iterator[Stay]:
    chance = Random(who.person.name)  # noqa: S311 - the same history every time is the point
    communities = [policy.by_slug[slug] for slug in who.memberships]
    communities = [community for community in communities if community.profiles]
    day = first_on
    while communities and midnight(day, policy.zone) < until:
        community = chance.choice(communities)
        stay = _stay(community, who, day, chance)
        if chance.random() < _BUSY[day.weekday()] and stay.ends_at < until:
            yield stay
        day += timedelta(days=1)


def _stay(community: Community, who: SignedIn, day: date, chance: Random) -> Stay:
    profile = chance.choice([p for p in community.profiles if _modest_sizes(community, p)])
    sizes = _modest_sizes(community, profile)
    # Small sizes are used most.
    size = chance.choices(sizes, [0.7**place for place in range(len(sizes))])[0]
    starts_at = midnight(day, community.zone) + timedelta(hours=chance.uniform(7.5, 13))
    hours = chance.choice(_LENGTHS) * chance.uniform(0.7, 1.2)
    ends_at = starts_at + timedelta(hours=hours)
    return Stay(_key(who), _options(community, profile, size), starts_at, ends_at)


def _modest_sizes(community: Community, profile: Profile) -> list[Size]:
    budget = community.budget
    dearest = budget.micros * _MODEST if budget else inf
    return [size for size in profile.sizes if size.rate_micros <= dearest]


def _key(who: SignedIn) -> ServerKey:
    return ServerKey(who.person.name)


def _options(community: Community, profile: Profile, size: Size) -> dict[str, str]:
    return {"community": community.slug, "profile": profile.slug, "size": size.slug}


def _play(uow: UnitOfWork, policy: Policy, stays: Iterable[Stay]) -> int:
    """Let the stays happen in the order of time; the number that were admitted."""
    starts = [(stay.starts_at, 1, number, stay) for number, stay in enumerate(stays)]
    ends = [(stay.ends_at, 0, number, stay) for _, _, number, stay in starts]
    admitted = set[int]()
    for at, is_start, number, stay in sorted(starts + ends, key=lambda event: event[:3]):
        if is_start and _begin(uow, policy, stay):
            admitted.add(number)
        elif not is_start and number in admitted:
            close_session(uow, stay.key, at)
    return len(admitted)


def _begin(uow: UnitOfWork, policy: Policy, stay: Stay) -> bool:
    request = AdmissionRequest(stay.key, stay.options, actor=stay.key.user_name)
    if isinstance(admit_session(uow, policy, request, stay.starts_at), Denied):
        return False
    open_session(uow, stay.key, stay.starts_at + _STARTING)
    return True


def _use_up(uow: UnitOfWork, policy: Policy, people: Sequence[SignedIn], now: datetime) -> int:
    """Long runs that spend most of one community's budget; early in a month, what time allows."""
    left = _to_spend(uow, policy, now)
    # Nobody who works elsewhere, too: the picker would remember these runs as the last choice.
    members = [who for who in people if set(who.memberships) == {USED_UP}]
    if left <= 0 or not members:
        return 0
    community = policy.by_slug[USED_UP]
    profile, size = _dearest(community)
    slots = list(_free_slots(community, members, now - _SETTLED))
    room = sum((ends_at - starts_at for _, starts_at, ends_at in slots), timedelta())
    share = min(1.0, timedelta(hours=left / size.rate_micros) / room) if room else 0.0
    options = _options(community, profile, size)
    runs = [
        Stay(_key(who), options, starts_at, starts_at + _STARTING + (ends_at - starts_at) * share)
        for who, starts_at, ends_at in slots
    ]
    return _play(uow, policy, runs)


def _to_spend(uow: UnitOfWork, policy: Policy, now: datetime) -> float:
    """Micro-units still to spend until the share of the budget is reached."""
    view = show_community(uow, policy, USED_UP, now)
    budget = next((a for a in view.allowances if a.is_budget), None) if view else None
    return budget.limit * USED_UP_SHARE - budget.used if budget else 0.0


def _dearest(community: Community) -> tuple[Profile, Size]:
    every = [(profile, size) for profile in community.profiles for size in profile.sizes]
    return max(every, key=lambda pair: pair[1].rate_micros)


def _free_slots(
    community: Community, members: Sequence[SignedIn], until: datetime
) -> Iterator[tuple[SignedIn, datetime, datetime]]:
    """Part of each day of the budget's month for one member after the other."""
    day = period_at(Window.MONTH, community.zone, until).first_on
    turn = 0
    while (starts_at := midnight(day, community.zone)) < until:
        yield members[turn % len(members)], starts_at, min(starts_at + _LONGEST_STAY, until)
        day, turn = day + timedelta(days=1), turn + 1
