"""What the file says of culling: when a server stops because nobody uses it, or as too old."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from catalyst_hub.core.community import MembershipRule


class SaidBy(StrEnum):
    """Whose words a rule is: of several, the one that is named to people."""

    HUB = "hub"
    COMMUNITY = "community"
    PROFILE = "profile"
    GPU = "gpu"
    WORKSHOP = "workshop"
    SCHEDULE = "schedule"
    PERSON = "person"
    DEFAULT_SERVERS = "default-servers"
    NAMED_SERVERS = "named-servers"


#: Kinds of servers: a rule by one of these says that none of them stops for want of use.
KINDS = frozenset({SaidBy.DEFAULT_SERVERS, SaidBy.NAMED_SERVERS})


@dataclass(frozen=True, slots=True)
class Span:
    """How long something may last (None: for ever), and whose words that is; ``name`` is that of
    the profile, or what people call the schedule."""

    lasts: timedelta | None
    by: SaidBy = SaidBy.HUB
    name: str = ""

    def tightened(self, lasts: timedelta | None, by: SaidBy) -> Span:
        """This, or what is said as well where that is shorter."""
        is_tighter = lasts is not None and (self.lasts is None or lasts < self.lasts)
        return Span(lasts, by) if is_tighter else self


@dataclass(frozen=True, slots=True)
class CullingRules:
    """What holds for one server.

    It stops after ``idle`` without use, and ``max_age`` after its start. For ``grace`` after its
    start it is not idle. A page that is open counts as use until nobody has touched the server
    for ``open_tab``; what it computes, until nobody has for ``unattended_work``. Its owner is told
    so long before as ``notices`` say, the longest first.
    """

    idle: Span = Span(timedelta(hours=1))
    max_age: Span = Span(timedelta(days=7))
    open_tab: Span = Span(timedelta(hours=2))
    unattended_work: Span = Span(timedelta(hours=24))
    grace: timedelta = timedelta(minutes=15)
    notices: tuple[timedelta, ...] = (timedelta(minutes=30), timedelta(minutes=5))

    @property
    def spared_kind(self) -> SaidBy | None:
        """As which kind of server it never stops for want of use; None: for none."""
        return self.idle.by if self.idle.by in KINDS else None

    @property
    def earliest_notice(self) -> timedelta:
        """How long before a stop it is told at the earliest."""
        return max(self.notices, default=timedelta())

    @property
    def longest_unused(self) -> timedelta | None:
        """How long a server may run on at most after its last use; None: for ever."""
        idle = None if self.idle.lasts is None else max(self.idle.lasts, self.grace)
        return _shorter(idle, self.max_age.lasts)

    def lead(self, lasts: timedelta) -> timedelta:
        """How long before a stop it is told. Half of the limit at most: who has just stopped
        working is not told at once that she has."""
        return min(self.earliest_notice, lasts / 2)


@dataclass(frozen=True, slots=True)
class Tighter:
    """What is said of some servers beside everything else: the tighter of both holds. None: as
    for all.

    ``grace`` is no limit but keeps from one: it stands in place of the other, longer or shorter.
    """

    idle: timedelta | None = None
    max_age: timedelta | None = None
    open_tab: timedelta | None = None
    unattended_work: timedelta | None = None
    grace: timedelta | None = None

    def tightens(self, rules: CullingRules, by: SaidBy) -> CullingRules:
        """The rules with these words."""
        return replace(
            rules,
            idle=rules.idle.tightened(self.idle, by),
            max_age=rules.max_age.tightened(self.max_age, by),
            open_tab=rules.open_tab.tightened(self.open_tab, by),
            unattended_work=rules.unattended_work.tightened(self.unattended_work, by),
            grace=rules.grace if self.grace is None else self.grace,
        )

    def beside(self, others: Tighter) -> Tighter:
        """These words beside others on the same servers: of each limit the tighter, of grace
        these."""
        return Tighter(
            _shorter(self.idle, others.idle),
            _shorter(self.max_age, others.max_age),
            _shorter(self.open_tab, others.open_tab),
            _shorter(self.unattended_work, others.unattended_work),
            others.grace if self.grace is None else self.grace,
        )


def _shorter(*said: timedelta | None) -> timedelta | None:
    return min((lasts for lasts in said if lasts is not None), default=None)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Other limits at some hours: from ``starts`` to ``ends`` (minutes since midnight, at most
    1440) of these days of the week (0: Monday); where it ends before it starts, on the day after.

    ``says`` has the limits, and the grace, by their names in :class:`CullingRules`; None: there
    is none then.
    """

    title: str
    days: frozenset[int]
    starts: int
    ends: int
    says: Mapping[str, timedelta | None] = field(default_factory=dict)

    def is_on(self, zone: str, now: datetime) -> bool:
        """Whether the clock on the wall there shows one of its hours: a doubled hour counts twice,
        a skipped one never."""
        local = now.astimezone(ZoneInfo(zone))
        minute, day = local.hour * 60 + local.minute, local.weekday()
        if self.starts < self.ends:
            return day in self.days and self.starts <= minute < self.ends
        before = (day - 1) % 7
        return (day in self.days and minute >= self.starts) or (
            before in self.days and minute < self.ends
        )

    def applied(self, rules: CullingRules) -> CullingRules:
        """The rules in its hours."""
        return _instead(rules, self.says, SaidBy.SCHEDULE, self.title)


@dataclass(frozen=True, slots=True)
class OfPeople:
    """What is said of the servers of some people; ``rule`` has their names, and ``says`` is that
    of a :class:`Schedule`."""

    rule: MembershipRule
    says: Mapping[str, timedelta | None] = field(hash=False)

    def applied(self, rules: CullingRules) -> CullingRules:
        """The rules for their servers."""
        return _instead(rules, self.says, SaidBy.PERSON)

    def grace(self, usual: timedelta) -> timedelta:
        """For how long their servers are not idle, whatever is said of some servers."""
        return _grace(self.says, usual)


def _instead(
    rules: CullingRules, says: Mapping[str, timedelta | None], by: SaidBy, name: str = ""
) -> CullingRules:
    """The rules with these words in place of their own."""
    spans = {key: Span(lasts, by, name) for key, lasts in says.items() if key != "grace"}
    return replace(rules, **spans, grace=_grace(says, rules.grace))  # type: ignore[arg-type]


def _grace(says: Mapping[str, timedelta | None], usual: timedelta) -> timedelta:
    return says.get("grace", usual) or timedelta()


@dataclass(frozen=True, slots=True)
class CullingPart:
    """What holds for all of a community's servers, or for those of one profile: the limits; those
    at some hours, of which the first that is on counts; those for servers with a GPU, and for
    servers of a workshop at other times than its own; and those for the servers of some people, of
    which the first that names her counts.

    Servers without a name (``default_servers``), or with one, may be none that stop for want of
    use, whatever else is said of that.
    """

    rules: CullingRules = field(default_factory=CullingRules)
    schedules: tuple[Schedule, ...] = ()
    gpu: Tighter = field(default_factory=Tighter)
    workshop: Tighter = field(default_factory=Tighter)
    people: tuple[OfPeople, ...] = ()
    default_servers: bool = True
    named_servers: bool = True

    def spares(self, is_named: bool) -> SaidBy | None:
        """As which kind such a server never stops for want of use; None: it may."""
        if is_named:
            return None if self.named_servers else SaidBy.NAMED_SERVERS
        return None if self.default_servers else SaidBy.DEFAULT_SERVERS


@dataclass(frozen=True, slots=True)
class Culling:
    """The same for a community, and by the slugs of those profiles for which it differs."""

    usual: CullingPart = field(default_factory=CullingPart)
    profiles: Mapping[str, CullingPart] = field(default_factory=dict)

    def part(self, profile: str) -> CullingPart:
        """What holds for servers of a profile: the most specific words."""
        return self.profiles.get(profile, self.usual)

    @property
    def people(self) -> tuple[OfPeople, ...]:
        """All that is said of the servers of some people."""
        parts = (self.usual, *self.profiles.values())
        return tuple(said for part in parts for said in part.people)


def culling_during(culling: Culling, own: Tighter) -> Culling:
    """The same for servers of a workshop that says something ``own`` of them, beside what the file
    says of workshops."""
    if own == Tighter():
        return culling

    def tighter(part: CullingPart) -> CullingPart:
        return replace(part, workshop=own.beside(part.workshop))

    profiles = {slug: tighter(part) for slug, part in culling.profiles.items()}
    return Culling(tighter(culling.usual), profiles)


def unlimited() -> Culling:
    """Nothing ever stops by itself."""
    forever = Span(None)
    return Culling(CullingPart(CullingRules(idle=forever, max_age=forever)))


def rules_at(
    culling: Culling,
    profile: str,
    zone: str,
    now: datetime,
    *,
    own: OfPeople | None = None,
    has_gpu: bool = False,
    is_of_workshop: bool = False,
    is_named: bool = False,
) -> CullingRules:
    """The rules for one server at an instant: the most specific words, and of those for some
    servers beside them the tightest."""
    part = culling.part(profile)
    on = current(part.schedules, zone, now)
    return rules_of(
        part, on, own=own, has_gpu=has_gpu, is_of_workshop=is_of_workshop, is_named=is_named
    )


def current(schedules: Iterable[Schedule], zone: str, now: datetime) -> Schedule | None:
    """Whose hours it is: the first that fits."""
    return next((schedule for schedule in schedules if schedule.is_on(zone, now)), None)


def rules_of(
    part: CullingPart,
    on: Schedule | None,
    *,
    own: OfPeople | None = None,
    has_gpu: bool,
    is_of_workshop: bool,
    is_named: bool,
) -> CullingRules:
    """The rules in the hours of a schedule (None: at all others), for the servers of somebody of
    whom ``own`` is said (None: nothing is)."""
    rules = part.rules if on is None else on.applied(part.rules)
    rules = rules if own is None else own.applied(rules)
    if has_gpu:
        rules = part.gpu.tightens(rules, SaidBy.GPU)
    if is_of_workshop:
        rules = part.workshop.tightens(rules, SaidBy.WORKSHOP)
    if (kind := part.spares(is_named)) is not None:
        rules = replace(rules, idle=Span(None, kind))
    return rules if own is None else replace(rules, grace=own.grace(rules.grace))
