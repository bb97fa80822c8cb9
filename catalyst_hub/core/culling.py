"""Whether a server is in use, and when it would stop because it is not, or because it is too old.

Everything that speaks for a server only ever moves its stop to later: whatever is known besides
cannot end it sooner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.culling_rules import CullingRules, SaidBy, Span
from catalyst_hub.core.notice import Ground, Reason
from catalyst_hub.core.server_report import ServerReport
from catalyst_hub.core.session import Session, SessionState
from catalyst_hub.core.window import NEVER


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


def outlook(
    session: Session,
    report: ServerReport | None,
    rules: CullingRules,
    shelter: Shelter,
    now: datetime,
) -> Outlook:
    """How it stands with a running server."""
    idle = idleness(session, report, rules, now)
    grounds = [
        ground
        for ground in _grounds(session, idle, rules, shelter)
        if not shelter.covers(ground.reason, now)
    ]
    grounds.sort(key=_stop_at)
    return Outlook(rules, idle, shelter, tuple(grounds))


def _grounds(
    session: Session, idle: Idleness, rules: CullingRules, shelter: Shelter
) -> Iterator[Ground]:
    began = session.running_at or session.reserved_at
    if (lasts := rules.idle.lasts) is not None:
        stop_at = max(idle.since + lasts, began + rules.grace)
        facts = {"use": idle.use.value, "is_reported": idle.is_reported}
        facts |= {"ceiling": idle.ceiling.value} if idle.ceiling else {}
        yield _ground(Reason.IDLE, rules, rules.idle, lasts, idle.since, stop_at, shelter, facts)
    if (lasts := rules.max_age.lasts) is not None:
        yield _ground(
            Reason.OVER_AGE, rules, rules.max_age, lasts, began, began + lasts, shelter, {}
        )


def _ground(
    reason: Reason,
    rules: CullingRules,
    span: Span,
    lasts: timedelta,
    since: datetime,
    stop_at: datetime,
    shelter: Shelter,
    more: Mapping[str, object],
) -> Ground:
    name = {"name": span.name} if span.by in {SaidBy.PROFILE, SaidBy.SCHEDULE} else {}
    facts = {
        "limit_s": int(lasts.total_seconds()),
        "since": since.isoformat(),
        "by": span.by.value,
        **name,
        **more,
    }
    kept_until = shelter.kept.get(reason, stop_at)
    return Ground(
        reason,
        facts,
        max(stop_at, kept_until),
        least=rules.lead(lasts),
        reminders=rules.notices[1:],
    )


def _stop_at(ground: Ground) -> datetime:
    return ground.stop_at or NEVER


def culling_ground(
    session: Session,
    report: ServerReport | None,
    rules: CullingRules,
    shelter: Shelter,
    now: datetime,
) -> Ground | None:
    """For what a server stops soon, so that its owner has to be told now; None: it may run on.

    What was put off goes on to be told, so that she sees until when.
    """
    if session.state is not SessionState.RUNNING:
        return None
    for ground in outlook(session, report, rules, shelter, now).stops:
        is_kept = shelter.kept.get(ground.reason) == ground.stop_at
        if ground.stop_at and (is_kept or now >= ground.stop_at - (ground.least or timedelta())):
            return ground
    return None
