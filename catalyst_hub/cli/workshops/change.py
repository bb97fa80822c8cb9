"""Change a workshop, as whoever runs the hub: what is not said stays as it is, and so does what has
begun. `--dry-run` says what would change and how it would go then, and changes nothing."""

from __future__ import annotations

import argparse
import asyncio
import getpass
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.opening import WrongCallError
from catalyst_hub.cli.workshops.plan import lines
from catalyst_hub.cli.workshops.planned import (
    add_change_arguments,
    community_called,
    money,
    refused,
    workshop_number,
)
from catalyst_hub.core.audit import at_the_command_line
from catalyst_hub.core.community import Community
from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.recurrence import Pattern, meetings_of, pattern_of
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.workshop import Nights, Plan, Workshop
from catalyst_hub.core.workshop_plan import PlanRefusal
from catalyst_hub.usecases.change_workshop import change_workshop
from catalyst_hub.usecases.hold_workshop import hold_workshop
from catalyst_hub.usecases.plan_workshop import Forecast, plan_workshop

_TIMES = frozenset({"first_on", "until", "at", "on", "not_on"})
#: Options by the field of a plan that they say.
_NEEDS: Mapping[str, str] = MappingProxyType(
    {
        "title": "title",
        "seats": "seats",
        "profile": "profile",
        "size": "size",
        "material": "material",
        "language": "language",
        "warm_minutes": "warm",
        "clean_after_days": "clean_after",
        "idle_minutes": "idle",
        "max_age_minutes": "max_age",
        "grace_minutes": "grace",
        "ceiling_minutes": "ceiling",
    }
)


class _TakenBackError(Exception):
    """A dry run has come to its end: what it did is taken back."""

    def __init__(self, before: Plan, after: Plan, forecast: Forecast | PlanRefusal) -> None:
        super().__init__()
        self.before, self.after, self.forecast = before, after, forecast


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the action takes."""
    parser.add_argument("workshop", type=workshop_number, metavar="ID", help="its number")
    add_change_arguments(parser)
    parser.add_argument("--dry-run", action="store_true", help="say what would change")


def run(args: argparse.Namespace, runtime: Runtime) -> int:
    """Change it, and print what is different."""
    found = asyncio.run(runtime.read(lambda uow: uow.workshops.get(args.workshop)))
    if found is None:
        raise WrongCallError(f"there is no workshop {args.workshop}")
    community = community_called(found.community, runtime)
    try:
        before, after = asyncio.run(runtime.write(_changing(args, found, community, runtime)))
    except _TakenBackError as dry:
        print("\n".join(_told(dry)))
        return 0
    print("\n".join(differences(before, after)) or "Nothing is different.")
    return 0


def _changing(
    args: argparse.Namespace, found: Workshop, community: Community, runtime: Runtime
) -> Callable[[UnitOfWork], tuple[Plan, Plan]]:
    """The work of one transaction: of two who change at once each changes what the other left."""
    policy, slug, number, now = runtime.policy, community.slug, found.workshop_id, runtime.now()
    actor = at_the_command_line(getpass.getuser())

    def change(uow: UnitOfWork) -> tuple[Plan, Plan]:
        before = (hold_workshop(uow, slug, number) or found).plan
        plan = changed(before, vars(args), community)
        after = change_workshop(uow, policy, slug, number, plan, actor, now, by_operator=True)
        if isinstance(after, PlanRefusal):
            raise refused(after, plan, community)
        if args.dry_run:
            forecast = plan_workshop(uow, policy, slug, plan, now, number)
            raise _TakenBackError(before, after.plan, forecast)
        return before, after.plan

    return change


def changed(before: Plan, said: Mapping[str, Any], community: Community) -> Plan:
    """The plan with what was said in it; raises WrongCallError."""
    values: dict[str, Any] = {
        field: said[option] for field, option in _NEEDS.items() if option in said
    }
    if "title" in values:
        values["title"] = (values["title"] or "").strip()
    if "budget" in said:
        values["budget_micros"] = money(said["budget"], community) if said["budget"] else None
    if "nights" in said:
        values["nights"] = Nights(said["nights"])
    if not _TIMES.isdisjoint(said):
        values |= _times(before, said)
    return replace(before, **values)


def _times(before: Plan, said: Mapping[str, Any]) -> dict[str, object]:
    """Its days, and its hours on them. A workshop of one day moves with its first."""
    first_on = said.get("first_on", before.first_on)
    is_one_day = before.first_on == before.last_on
    last_on = said.get("until", first_on if is_one_day else before.last_on)
    hours = said.get("at")
    is_all_day = hours == [None] or (hours is None and not before.meetings)
    if is_all_day:
        if not {"on", "not_on"}.isdisjoint(said):
            raise WrongCallError("--on and --not-on choose days of hours: say those, --at")
        return {"first_on": first_on, "last_on": last_on, "meetings": ()}
    pattern = pattern_of(_at_hours(before, hours))
    if pattern is None:
        raise WrongCallError("its days have different hours: say those of every day, --at")
    pattern = replace(pattern, first_on=first_on, last_on=last_on, **_days(said))
    return {"first_on": first_on, "last_on": last_on, "meetings": _meetings(pattern)}


def _at_hours(before: Plan, hours: list[tuple[str, str]] | None) -> tuple[Meeting, ...]:
    """Its meetings; with other hours, on the days that it has."""
    if hours is None:
        return before.meetings
    if None in hours:
        raise WrongCallError("--at: hours, or nothing for all day long")
    span = range((before.last_on - before.first_on).days + 1)
    all_days = {before.first_on + timedelta(days=number) for number in span}
    days = {meeting.day_on for meeting in before.meetings} or all_days
    return tuple(Meeting(day, *each) for day in days for each in hours)


def _days(said: Mapping[str, Any]) -> dict[str, Any]:
    """Which of its days it takes place on, as far as that was said."""
    found = {}
    if "on" in said:
        found["weekdays"] = said["on"]
    if "not_on" in said:
        found["holidays"] = frozenset(day for day in said["not_on"] if day is not None)
    return found


def _meetings(pattern: Pattern) -> tuple[Meeting, ...]:
    found = meetings_of(pattern)
    if isinstance(found, PlanRefusal):
        raise refused(found)
    return found


def _told(dry: _TakenBackError) -> Iterator[str]:
    yield from differences(dry.before, dry.after)
    if isinstance(dry.forecast, Forecast):
        yield from lines(dry.forecast)
    yield "Nothing was changed."


def differences(before: Plan, after: Plan) -> Iterator[str]:
    """``seats: 20 -> 30``, a line for each field."""
    for field in fields(Plan):
        was, is_now = getattr(before, field.name), getattr(after, field.name)
        if was != is_now:
            yield f"{field.name}: {_written(was)} -> {_written(is_now)}"


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(f"{m.day_on} {m.starts}-{m.ends}" for m in value) or "all day long"
    return "-" if value is None else str(value)
