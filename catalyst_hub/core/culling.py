"""Whether a server is in use, and when it would stop because it is not, or because it is too old.

Everything that speaks for a server only ever moves its stop to later: whatever is known besides
cannot end it sooner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.culling_hours import ALWAYS, Spell
from catalyst_hub.core.culling_rules import CullingRules, SaidBy, Span
from catalyst_hub.core.notice import Ground, Reason
from catalyst_hub.core.server_report import ServerReport
from catalyst_hub.core.session import Session, SessionState


class Use(StrEnum):
    """What a server was last used by."""

    STARTED = "started"
    TOUCHED = "touched"
    WORKED = "worked"
    OPEN = "open"
    #: What the Hub has heard of: any of the above, or less, or more.
    ACTIVITY = "activity"


@dataclass(frozen=True, slots=True)
class Idleness:
    """Since when a server is not in use, and what the last use was.

    ``is_reported``: its own extension says so; otherwise it is what the Hub has heard. ``ceiling``
    is what goes on although it counts no more: work, or an open page, that nobody has touched for
    too long.
    """

    since: datetime
    use: Use
    is_reported: bool
    ceiling: Use | None = None


@dataclass(frozen=True, slots=True)
class Shelter:
    """What keeps a server from being stopped.

    ``workshop`` is the title of the one that takes place now, or has a break, empty: none;
    ``spared_until`` is a champion's word; ``kept`` is until when its owner put off a stop, by
    reason.
    """

    workshop: str = ""
    spared_until: datetime | None = None
    kept: Mapping[Reason, datetime] = field(default_factory=dict)

    def covers(self, reason: Reason, now: datetime) -> bool:
        """Whether it does so now. A champion's word is not for what is too old."""
        is_spared = self.spared_until is not None and now < self.spared_until
        return bool(self.workshop) or (is_spared and reason is Reason.IDLE)


@dataclass(frozen=True, slots=True)
class Outlook:
    """How it stands with one server: ``stops`` are the grounds that would end it if nothing
    changes, with their times, the soonest first; what the shelter covers is not among them."""

    rules: CullingRules
    idleness: Idleness
    shelter: Shelter
    stops: tuple[Ground, ...] = ()


def idleness(
    session: Session, report: ServerReport | None, rules: CullingRules, now: datetime
) -> Idleness:
    """Since when it is not in use.

    What its own report says counts as long as that is fresh: the Hub takes every open page for
    use. Else whatever is known counts that says it was used.
    """
    began = session.running_at or session.reserved_at
    is_reported = report is not None and report.is_fresh(now)
    signs = {Use.STARTED: began}
    if report is not None:
        signs |= _reported(report, began, rules)
    if not is_reported and session.activity_at is not None:
        signs[Use.ACTIVITY] = session.activity_at
    use = max(signs, key=lambda name: min(signs[name], now))
    ceiling = _ceiling(report, signs) if is_reported else None
    return Idleness(min(signs[use], now), use, is_reported, ceiling)


def _reported(report: ServerReport, began: datetime, rules: CullingRules) -> dict[Use, datetime]:
    touched_at = max(report.touched_at or began, began)
    signs = {Use.TOUCHED: touched_at} if report.touched_at else {}
    for use, at, span in (
        (Use.WORKED, report.worked_at, rules.unattended_work),
        (Use.OPEN, report.open_at, rules.open_tab),
    ):
        if at is not None:
            signs[use] = at if span.lasts is None else min(at, touched_at + span.lasts)
    return signs


def _ceiling(report: ServerReport | None, signs: Mapping[Use, datetime]) -> Use | None:
    """What went on after it had stopped to count; work before pages."""
    if report is None:
        return None
    if report.worked_at is not None and report.worked_at > signs[Use.WORKED]:
        return Use.WORKED
    is_open = report.open_at is not None and report.open_at > signs[Use.OPEN]
    return Use.OPEN if is_open else None


@dataclass(frozen=True, slots=True)
class _Stop:
    """A ground, the instant of its stop, and the one from which on its owner has to know."""

    ground: Ground
    stop_at: datetime
    tell_at: datetime


def outlook(
    session: Session,
    report: ServerReport | None,
    ahead: Sequence[Spell],
    shelter: Shelter,
    now: datetime,
) -> Outlook:
    """How it stands with a running server; the first of ``ahead`` has the rules of now."""
    rules = ahead[0].rules
    idle = idleness(session, report, rules, now)
    stops = _stops(session, report, ahead, shelter, now)
    return Outlook(rules, idle, shelter, tuple(stop.ground for stop in stops))


def _stops(
    session: Session,
    report: ServerReport | None,
    ahead: Sequence[Spell],
    shelter: Shelter,
    now: datetime,
) -> list[_Stop]:
    """For each reason the first by the rules of its own time, the soonest first."""
    found: dict[Reason, _Stop] = {}
    for spell in ahead:
        idle = idleness(session, report, spell.rules, now)
        for stop in _in_spell(session, idle, spell, shelter):
            if stop.stop_at < spell.ends_at:
                found.setdefault(stop.ground.reason, stop)
    uncovered = (stop for stop in found.values() if not shelter.covers(stop.ground.reason, now))
    return sorted(uncovered, key=lambda stop: stop.stop_at)


def _in_spell(session: Session, idle: Idleness, spell: Spell, shelter: Shelter) -> Iterator[_Stop]:
    rules, began = spell.rules, session.running_at or session.reserved_at
    if (lasts := rules.idle.lasts) is not None:
        facts = _facts(rules.idle, lasts, idle.since)
        facts |= {"use": idle.use.value, "is_reported": idle.is_reported}
        facts |= {"ceiling": idle.ceiling.value} if idle.ceiling else {}
        over_at = max(idle.since + lasts, began + rules.grace)
        yield _stop(Reason.IDLE, facts, lasts, over_at, spell, shelter)
    if (lasts := rules.max_age.lasts) is not None:
        facts = _facts(rules.max_age, lasts, began)
        yield _stop(Reason.OVER_AGE, facts, lasts, began + lasts, spell, shelter)


def _facts(span: Span, lasts: timedelta, since: datetime) -> dict[str, object]:
    name = {"name": span.name} if span.by in {SaidBy.PROFILE, SaidBy.SCHEDULE} else {}
    return {
        "limit_s": int(lasts.total_seconds()),
        "since": since.isoformat(),
        "by": span.by.value,
        **name,
    }


def _stop(
    reason: Reason,
    facts: Mapping[str, object],
    lasts: timedelta,
    over_at: datetime,
    spell: Spell,
    shelter: Shelter,
) -> _Stop:
    """The stop for a limit that is over at some instant, or was long before its hours began: those
    are told of as early as everybody, but nobody before half of the limit is over."""
    rules, lead = spell.rules, spell.rules.lead(lasts)
    kept_until = shelter.kept.get(reason, over_at)
    stop_at = max(over_at, kept_until, spell.begins_at)
    ground = Ground(reason, facts, stop_at, least=lead, reminders=rules.notices[1:])
    is_kept = stop_at == shelter.kept.get(reason)
    tell_at = max(stop_at - rules.earliest_notice, over_at - lead)
    return _Stop(ground, stop_at, ALWAYS if is_kept else tell_at)


def culling_ground(
    session: Session,
    report: ServerReport | None,
    ahead: Sequence[Spell],
    shelter: Shelter,
    now: datetime,
) -> Ground | None:
    """For what a server stops soon, so that its owner has to be told now; None: it may run on.

    What was put off goes on to be told, so that she sees until when.
    """
    if session.state is not SessionState.RUNNING:
        return None
    stops = _stops(session, report, ahead, shelter, now)
    return next((stop.ground for stop in stops if now >= stop.tell_at), None)
