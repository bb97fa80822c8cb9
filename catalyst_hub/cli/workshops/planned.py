"""The options that say what a workshop is, and the plan that they make."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.numbers import number_of, whole_number
from catalyst_hub.cli.opening import WrongCallError
from catalyst_hub.cli.workshops.calendar_times import times_in
from catalyst_hub.core.community import Community
from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.quantity import QuantityError, parse_amount
from catalyst_hub.core.recurrence import EVERY_DAY, Hours, Pattern, meetings_of
from catalyst_hub.core.recurrence_object import WEEKDAYS
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.workshop import Nights, Plan, Workshop
from catalyst_hub.core.workshop_plan import PlanRefusal
from catalyst_hub.i18n import translator
from catalyst_hub.i18n.workshops import problems, refusal_text

workshop_number = number_of("workshop")
#: As words, or what is told of a wrong one would be what Python calls them.
_NIGHTS = tuple(nights.value for nights in Nights)


def add_plan_arguments(parser: argparse.ArgumentParser) -> None:
    """What a workshop is."""
    parser.add_argument("community", metavar="COMMUNITY")
    parser.add_argument("title", metavar="TITLE")
    parser.add_argument("--from", dest="first_on", type=day, metavar="DAY")
    parser.add_argument("--until", type=day, metavar="DAY", help="default: the same day")
    parser.add_argument(
        "--at",
        type=hours,
        action="append",
        default=[],
        metavar="HH:MM-HH:MM",
        help="its hours on each day; again for those after a break; default: all day long",
    )
    parser.add_argument("--on", type=weekdays, default=EVERY_DAY, metavar="tue,thu")
    parser.add_argument("--not-on", type=day, action="append", default=[], metavar="DAY")
    parser.add_argument("--calendar", type=Path, metavar="FILE", help="its times, from an .ics")
    parser.add_argument("--seats", type=whole_number, metavar="N", help="for how many people it is")
    parser.add_argument("--profile", metavar="NAME", help="what they start")
    parser.add_argument("--size", metavar="NAME")
    parser.add_argument("--material", metavar="URL")
    parser.add_argument("--language", metavar="CODE")
    parser.add_argument("--budget", metavar="AMOUNT", help="of the community's currency")
    parser.add_argument("--warm", type=whole_number, metavar="MINUTES", help="start servers ahead")
    parser.add_argument("--nights", choices=_NIGHTS, default=Nights.USUAL)
    parser.add_argument("--clean-after", type=whole_number, metavar="DAYS")
    parser.add_argument(
        "--idle", type=whole_number, metavar="MINUTES", help="stop unused servers sooner"
    )
    parser.add_argument(
        "--max-age", type=whole_number, metavar="MINUTES", help="stop old servers sooner"
    )
    parser.add_argument(
        "--grace", type=whole_number, metavar="MINUTES", help="how long new servers are not idle"
    )
    parser.add_argument(
        "--ceiling", type=whole_number, metavar="MINUTES", help="how long untouched work is use"
    )


def add_change_arguments(parser: argparse.ArgumentParser) -> None:
    """The same, of which only those are there that were given; nothing, where a workshop need not
    have any, is ``''``."""
    options: tuple[tuple[str, Callable[[str], Any], str], ...] = (
        ("--title", str, "TITLE"),
        ("--until", day, "DAY"),
        ("--on", weekdays, "tue,thu"),
        ("--seats", _or_none(whole_number), "N"),
        ("--profile", _or_none(str), "NAME"),
        ("--size", _or_none(str), "NAME"),
        ("--material", _or_none(str), "URL"),
        ("--language", _or_none(str), "CODE"),
        ("--budget", _or_none(str), "AMOUNT"),
        ("--warm", _or_none(whole_number), "MINUTES"),
        ("--clean-after", _or_none(whole_number), "DAYS"),
        ("--idle", _or_none(whole_number), "MINUTES"),
        ("--max-age", _or_none(whole_number), "MINUTES"),
        ("--grace", _or_none(whole_number), "MINUTES"),
        ("--ceiling", _or_none(whole_number), "MINUTES"),
    )
    group = parser.add_argument_group("what changes", argument_default=argparse.SUPPRESS)
    group.add_argument("--from", dest="first_on", type=day, metavar="DAY")
    for name, read, metavar in options:
        group.add_argument(name, type=read, metavar=metavar)
    group.add_argument("--at", type=_or_none(hours), action="append", metavar="HH:MM-HH:MM")
    group.add_argument("--not-on", type=_or_none(day), action="append", metavar="DAY")
    group.add_argument("--nights", choices=_NIGHTS)


def _or_none(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """The same, with None for an empty word."""

    def of(text: str) -> Any:
        return read(text) if text else None

    of.__name__ = getattr(read, "__name__", "value")
    return of


def community_called(name: str, runtime: Runtime) -> Community:
    """The community; raises WrongCallError."""
    community = runtime.policy.community(name)
    if community is None:
        raise WrongCallError(f"there is no community {name!r}")
    return community


def workshop_called(number: int, uow: UnitOfWork, runtime: Runtime) -> tuple[Workshop, Community]:
    """The workshop and its community; raises WrongCallError."""
    found = uow.workshops.get(number)
    if found is None:
        raise WrongCallError(f"there is no workshop {number}")
    return found, community_called(found.community, runtime)


def plan_from(args: argparse.Namespace, community: Community) -> Plan:
    """The plan; raises WrongCallError."""
    return Plan(
        args.title.strip(),
        *_times(args, community),
        args.language,
        args.profile,
        args.size,
        args.seats,
        args.material,
        None if args.budget is None else money(args.budget, community),
        args.warm,
        Nights(args.nights),
        args.clean_after,
        args.idle,
        args.max_age,
        args.grace,
        args.ceiling,
    )


def _times(
    args: argparse.Namespace, community: Community
) -> tuple[date, date, tuple[Meeting, ...]]:
    """Its first and last day, and its hours."""
    if args.calendar is None:
        if args.first_on is None:
            raise WrongCallError("say when it is: --from, or --calendar")
        last_on = args.until or args.first_on
        return args.first_on, last_on, _meetings(args, last_on)
    if args.first_on or args.until or args.at or args.not_on or args.on != EVERY_DAY:
        raise WrongCallError("the times are those of --calendar, or of the other options")
    meetings = times_in(args.calendar, community.zone)
    return meetings[0].day_on, meetings[-1].day_on, meetings


def _meetings(args: argparse.Namespace, last_on: date) -> tuple[Meeting, ...]:
    if not args.at:
        return ()
    days_off = frozenset(args.not_on)
    pattern = Pattern(args.first_on, tuple(args.at), last_on, None, args.on, 1, days_off)
    found = meetings_of(pattern)
    if isinstance(found, PlanRefusal):
        raise refused(found)
    return found


def refused(
    refusal: PlanRefusal, plan: Plan | None = None, community: Community | None = None
) -> WrongCallError:
    """Why there can be no such workshop; of hours that cannot be, with their days."""
    speak = translator("en")
    if plan is None or community is None:
        return WrongCallError(refusal_text(refusal, speak))
    return WrongCallError(" ".join(problems(refusal, plan, community.zone, speak)))


def money(written: str, community: Community) -> int:
    """Micro-units of the community's currency; raises WrongCallError."""
    try:
        return parse_amount(Unit.MONEY, written, community.currency)
    except QuantityError as error:
        raise WrongCallError(str(error)) from error


def day(text: str) -> date:
    """A day of an option."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a day such as 2026-12-01") from None


def hours(text: str) -> Hours:
    """From an hour to an hour."""
    starts, _, ends = text.partition("-")
    if not ends:
        raise argparse.ArgumentTypeError(f"{text!r}: expected hours such as 09:00-12:00")
    return starts, ends


def weekdays(text: str) -> frozenset[int]:
    """Days of the week, 0 being Monday."""
    try:
        return frozenset(WEEKDAYS.index(name) for name in text.split(","))
    except ValueError:
        expected = ",".join(WEEKDAYS)
        raise argparse.ArgumentTypeError(f"{text!r}: expected some of {expected}") from None
