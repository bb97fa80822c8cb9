"""When servers are stopped by themselves: what the file says of it, and what that means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, PlainValidator, WithJsonSchema, model_validator

from catalyst_hub.communities_file.fields import Duration, Line, Notice, Slug, YesOrNo, refusal
from catalyst_hub.communities_file.findings import Findings
from catalyst_hub.communities_file.inheritance import inherited
from catalyst_hub.communities_file.part import Part, Several
from catalyst_hub.communities_file.problem import Path
from catalyst_hub.core import culling_rules as rules
from catalyst_hub.core.culling_rules import (
    Culling,
    CullingRules,
    OfPeople,
    SaidBy,
    Schedule,
    Span,
    Tighter,
)

if TYPE_CHECKING:
    from catalyst_hub.communities_file.models import CommunityPart, ProfilePart
    from catalyst_hub.communities_file.people import Rules

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00", re.A)
_SPANS = ("idle", "max_age", "open_tab", "unattended_work")
_WORDS = (*_SPANS, "grace")
#: Servers tell of their use every five minutes, and who hears of it last is told another five
#: minutes later.
_HEARD_OF_S = 600


def _read_day(value: object) -> str:
    text = str(value).strip().lower()[:3]
    if text in _DAYS:
        return text
    raise refusal("this is no day of the week", ", ".join(_DAYS), "write one of these")


def _read_hour(value: object) -> str:
    text = str(value).strip()
    if _HOUR.fullmatch(text):
        return text
    raise refusal("this is no time of day", 'a time such as "22:00"', "correct it")


def _some(durations: list[int]) -> list[int]:
    if all(durations):
        return sorted(set(durations), reverse=True)
    raise refusal("a notice of no time is none", "times such as 30m", "remove it")


_DAY_SCHEMA = WithJsonSchema({"type": "string", "enum": list(_DAYS)})
_HOUR_SCHEMA = WithJsonSchema({"type": "string", "examples": ["22:00"]})
Day = Annotated[str, PlainValidator(_read_day), _DAY_SCHEMA]
Hour = Annotated[str, PlainValidator(_read_hour), _HOUR_SCHEMA]
Notices = Annotated[Several[Notice], AfterValidator(_some)]


class SpansPart(Part):
    """Limits that are said for some servers, or some hours, alone; what is not said is as usual."""

    idle: Duration | None = None
    """After this time without use."""
    max_age: Duration | None = None
    """This long after its start."""
    open_tab: Duration | None = None
    """For this long an open page that nobody touches counts as use."""
    unattended_work: Duration | None = None
    """For this long computing counts as use although nobody touches the server."""
    grace: Duration | None = None
    """For this long after its start a server is not idle: in place of the usual, longer or
    shorter."""


class SchedulePart(SpansPart):
    """Other limits at some hours of the week, such as nights and weekends, by the clock of the
    community. null: no limit at these hours, and no grace."""

    days: Several[Day] = list(_DAYS)
    """The days of the week on which it begins: mon, tue, wed, thu, fri, sat, sun; otherwise all."""
    starts: Hour
    """From this time of day on: "22:00"."""
    ends: Hour
    """Until then; a time that is not after the start is on the next day."""

    @model_validator(mode="after")
    def _says_something(self) -> SchedulePart:
        if self.model_fields_set & set(_WORDS):
            return self
        expected = "idle, max_age, open_tab, unattended_work or grace beside the hours"
        raise refusal("nothing is different at these hours", expected, "say what is, or remove it")


class PeoplePart(SpansPart):
    """Other limits for the servers of some people, longer or shorter. null: no limit, and no
    grace."""

    provider: Slug
    """The provider they sign in with."""
    people: Several[Line]
    """Their names at the provider; case does not matter."""

    @model_validator(mode="after")
    def _says_something(self) -> PeoplePart:
        if self.model_fields_set & set(_WORDS):
            return self
        expected = "idle, max_age, open_tab, unattended_work or grace beside the people"
        raise refusal(
            "nothing is different for these people", expected, "say what is, or remove it"
        )


class CullingPart(Part):
    """When a server is stopped by itself. Its owner is told before, and nobody's server is stopped
    while a workshop of theirs takes place or has a break."""

    idle: Duration | None = 3600
    """After this time without use; null: never for that."""
    max_age: Duration | None = 604800
    """This long after its start; null: never for that."""
    grace: Duration = 900
    """For this long after its start a server is not idle, whatever happens in it."""
    open_tab: Duration | None = 7200
    """An open page counts as use until nobody has touched the server for this long; null: as long
    as it is open. It needs the extension inside the server."""
    unattended_work: Duration | None = 86400
    """What a server computes counts as use until nobody has touched it for this long; null: as
    long as it computes. It needs the extension inside the server."""
    notices: Notices = [1800, 300]
    """How long before the stop its owner is told, and reminded; of a limit that is shorter than
    twice the first, after half of it."""
    gpu: SpansPart | None = None
    """For servers with a GPU: where a limit is shorter here, this one counts."""
    workshop: SpansPart | None = None
    """For servers that were started for a workshop, between its days and after them: where a limit
    is shorter here, this one counts."""
    schedules: dict[Slug, SchedulePart | None] | None = None
    """Other limits at some hours, by name; the first that fits counts. null removes an inherited
    one."""
    people: list[PeoplePart] = []
    """Other limits for the servers of some people, at all hours; the first that names somebody
    counts. What gpu and workshop say still counts where it is shorter."""
    default_servers: YesOrNo = True
    """Whether servers without a name are stopped for want of use; false: never, whatever is said
    of idle, by anybody. max_age holds for them all the same."""
    named_servers: YesOrNo = True
    """The same for servers with a name."""


def culling_of(
    part: CommunityPart, own: CommunityPart, path: Path, people: Rules, findings: Findings
) -> Culling:
    """Of a community: ``part`` with what it inherits, ``own`` as it is written."""
    usual = _usual(part)
    said = own.culling.model_fields_set if own.culling else frozenset[str]()
    is_never = own.culling is None and "culling" in own.model_fields_set

    def by(name: str) -> SaidBy:
        return SaidBy.COMMUNITY if is_never or name in said else SaidBy.HUB

    _warn(usual, (*path, "culling"), findings)
    for slug, profile in (part.profiles or {}).items():
        if profile is not None and profile.culling is not None:
            _warn(profile.culling, (*path, "profiles", slug, "culling"), findings)
    of_people = _of_people(usual.people, (*path, "culling"), people)
    return Culling(
        replace(_part(usual, lambda name: (by(name), "")), people=of_people),
        {
            slug: replace(
                _of_profile(slug, usual, profile, by),
                people=_of_people_of_profile(slug, profile, of_people, path, people),
            )
            for slug, profile in (part.profiles or {}).items()
            if profile is not None and "culling" in profile.model_fields_set
        },
    )


def _usual(part: CommunityPart) -> CullingPart:
    """An explicit null: never."""
    if part.culling is not None:
        return part.culling
    is_never = "culling" in part.model_fields_set
    return CullingPart(idle=None, max_age=None) if is_never else CullingPart()


def _of_profile(
    slug: str, usual: CullingPart, profile: ProfilePart, by: Callable[[str], SaidBy]
) -> rules.CullingPart:
    own = profile.culling or CullingPart(idle=None, max_age=None)
    said = own.model_fields_set

    def by_whom(name: str) -> tuple[SaidBy, str]:
        return (SaidBy.PROFILE, slug) if name in said else (by(name), "")

    return _part(inherited(usual, own), by_whom)


def _part(part: CullingPart, by: Callable[[str], tuple[SaidBy, str]]) -> rules.CullingPart:
    spans = {name: Span(_lasts(getattr(part, name)), *by(name)) for name in _SPANS}
    notices = tuple(timedelta(seconds=seconds) for seconds in part.notices)
    return rules.CullingPart(
        CullingRules(**spans, grace=timedelta(seconds=part.grace), notices=notices),
        tuple(_schedules(part.schedules or {})),
        _tighter(part.gpu),
        _tighter(part.workshop),
        default_servers=part.default_servers,
        named_servers=part.named_servers,
    )


def _of_people_of_profile(
    slug: str, profile: ProfilePart, usual: tuple[OfPeople, ...], path: Path, people: Rules
) -> tuple[OfPeople, ...]:
    """Its own words, or the community's."""
    if profile.culling is None or "people" not in profile.culling.model_fields_set:
        return usual
    return _of_people(profile.culling.people, (*path, "profiles", slug, "culling"), people)


def _of_people(parts: Sequence[PeoplePart], path: Path, people: Rules) -> tuple[OfPeople, ...]:
    rules_of_parts = people.rules(parts, (*path, "people"))
    return tuple(
        OfPeople(rule, _said(part)) for rule, part in zip(rules_of_parts, parts, strict=True)
    )


def _schedules(parts: Mapping[str, SchedulePart | None]) -> Iterable[Schedule]:
    for name, part in parts.items():
        if part is not None:
            days = frozenset(map(_DAYS.index, part.days))
            yield Schedule(name, days, _minute(part.starts), _minute(part.ends), _said(part))


def _said(part: SpansPart) -> Mapping[str, timedelta | None]:
    return {key: _lasts(getattr(part, key)) for key in _WORDS if key in part.model_fields_set}


def _minute(hour: str) -> int:
    hours, minutes = hour.split(":")
    return int(hours) * 60 + int(minutes)


def _tighter(part: SpansPart | None) -> Tighter:
    return Tighter(*(_lasts(getattr(part, name)) for name in _WORDS)) if part else Tighter()


def _lasts(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _warn(part: CullingPart, path: Path, findings: Findings) -> None:
    """Of every limit in it under which people who work seem idle."""
    for where, spans in _spans_of(part):
        if spans.idle is not None and spans.idle < _HEARD_OF_S:
            what = "servers tell of their use every five minutes, so people who work seem idle"
            findings.warn((*path, *where, "idle"), what, "10m or more", "write a longer time")


def _spans_of(part: CullingPart) -> Iterable[tuple[Path, CullingPart | SpansPart]]:
    """Where limits are said in it, and which."""
    yield (), part
    yield from ((("gpu",), part.gpu),) if part.gpu else ()
    yield from ((("workshop",), part.workshop),) if part.workshop else ()
    for name, hours in (part.schedules or {}).items():
        yield from ((("schedules", name), hours),) if hours else ()
    for number, some in enumerate(part.people):
        yield ("people", number), some
