"""``catalyst-hub try-limit``: whom a limit would have stopped, and on which days."""

from __future__ import annotations

import argparse
import asyncio
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from catalyst_hub import communities_file
from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.numbers import whole_number
from catalyst_hub.cli.opening import WrongCallError, add_options, with_runtime
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.quantity import QuantityError, parse_amount
from catalyst_hub.core.quota import LONGEST_ROLLING, Limit
from catalyst_hub.core.resources import AT_ONCE, Unit
from catalyst_hub.core.trial import Trial, can_be_tried
from catalyst_hub.core.window import Window, local_day
from catalyst_hub.i18n import translator
from catalyst_hub.i18n.exemptions import per_window
from catalyst_hub.usecases.try_limit import try_limit

_MONTH = re.compile(r"(?P<year>20[0-9]{2})-(?P<month>0[1-9]|1[0-2])")
#: As words, or what is told of a wrong one would be what Python calls them.
_UNITS = tuple(unit.value for unit in Unit)
_WINDOWS = tuple(window.value for window in Window if window is not Window.WORKSHOP)
_SCOPES = (LimitScope.PERSON.value, LimitScope.COMMUNITY.value)
_WHOSE = {LimitScope.PERSON: "for each person", LimitScope.COMMUNITY: "for all together"}

Days = tuple[date, date]


def add_parser(subparsers: Any) -> None:
    """The command's options."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "try-limit",
        help="tell whom a limit would have stopped, and on which days",
        description="Replay the past with a limit in force: one that is written here, or all that"
        " a changed communities file has and the one in force has not. Nothing is changed. People"
        " appear under pseudonyms unless --names is given.",
    )
    parser.add_argument(
        "community", nargs="?", metavar="COMMUNITY", help="default with --file: all"
    )
    parser.add_argument("--scope", choices=_SCOPES, default=LimitScope.PERSON, help="whose limit")
    parser.add_argument("--unit", choices=_UNITS, metavar="UNIT", help=", ".join(_UNITS))
    parser.add_argument("--window", choices=_WINDOWS, metavar="WINDOW", help=", ".join(_WINDOWS))
    parser.add_argument("--amount", metavar="AMOUNT", help="as in a communities file: 20, 8G")
    parser.add_argument("--profile", metavar="NAME", help="only servers of this profile")
    parser.add_argument(
        "--days", type=whole_number, default=0, metavar="N", help="of a rolling window"
    )
    parser.add_argument("--file", metavar="FILE", help="a changed communities file")
    parser.add_argument(
        "--months", type=whole_number, default=1, metavar="N", help="the last N; default: 1"
    )
    parser.add_argument("--month", type=_month, metavar="YYYY-MM", help="this one instead")
    parser.add_argument("--names", action="store_true", help="people by name, not by pseudonym")
    add_options(parser)


def run(args: argparse.Namespace) -> int:
    """Try, and print what came of it."""
    return with_runtime(args, "try-limit", lambda runtime: _run(args, runtime))


def _run(args: argparse.Namespace, runtime: Runtime) -> int:
    for community, limits in _questions(args, runtime):
        for limit in limits:
            days = _days(args, runtime, community)
            print(_answer(_tried(args, runtime, community, limit, days), community))
    return 0


def _month(text: str) -> date:
    found = _MONTH.fullmatch(text)
    if found is None:
        expected = "expected a month such as 2026-11, of the years 2000 to 2099"
        raise argparse.ArgumentTypeError(f"{text!r}: {expected}")
    return date(int(found["year"]), int(found["month"]), 1)


# --- what to try ---


def _questions(
    args: argparse.Namespace, runtime: Runtime
) -> Iterator[tuple[Community, Sequence[Limit]]]:
    known = runtime.policy.by_slug
    if args.community is not None and args.community not in known:
        raise WrongCallError(f"no community {args.community}; there are: {', '.join(known)}")
    if (args.file is None) == (args.unit is None):
        raise WrongCallError("give either --file, or COMMUNITY, --unit, --window and --amount")
    if args.file is None:
        if args.community is None:
            raise WrongCallError("which COMMUNITY?")
        yield known[args.community], [_written(args, known[args.community])]
        return
    yield from _changed(args, runtime)


def _written(args: argparse.Namespace, community: Community) -> Limit:
    """The limit that the options describe."""
    if args.window is None or args.amount is None:
        raise WrongCallError("--unit needs --window and --amount")
    unit, window = Unit(args.unit), Window(args.window)
    if (unit in AT_ONCE) != (window is Window.AT_ONCE):
        raise WrongCallError(f"{unit} is not counted over the window {window}")
    if (args.days > 0) != (window is Window.ROLLING):
        raise WrongCallError("--days belongs to the window rolling, and is more than 0")
    if args.days > LONGEST_ROLLING:
        raise WrongCallError(f"--days is at most {LONGEST_ROLLING}")
    if args.profile is not None and community.profile(args.profile) is None:
        known = ", ".join(profile.slug for profile in community.profiles)
        raise WrongCallError(f"no profile {args.profile}; there are: {known}")
    try:
        amount = parse_amount(unit, args.amount, community.currency)
    except QuantityError as error:
        raise WrongCallError(f"--amount {args.amount}: {error}") from error
    scope = LimitScope(args.scope)
    return Limit(scope, unit, window, amount, profile=args.profile, days=args.days)


def _changed(
    args: argparse.Namespace, runtime: Runtime
) -> Iterator[tuple[Community, Sequence[Limit]]]:
    """Every limit of the file that the one in force has not, as far as the past can tell."""
    has_any = False
    for after in communities_file.load(args.file).communities:
        before = runtime.policy.community(after.slug)
        if before is None or args.community not in (None, after.slug):
            continue
        new = [limit for limit in after.all_limits if limit not in before.all_limits]
        for limit in new:
            has_any = True
            if not _is_tried(limit):
                print(f"{after.slug}: {_said(limit, after)}\n  The past cannot tell.")
        yield after, [limit for limit in new if _is_tried(limit)]
    if not has_any:
        print("The file has no limit that is not in force already.")


def _is_tried(limit: Limit) -> bool:
    """Of prepaid credit the file does not know how much there is."""
    return can_be_tried(limit) and not (limit.is_budget and limit.window is Window.TOTAL)


def _days(args: argparse.Namespace, runtime: Runtime, community: Community) -> Days:
    """``[first, next)``: the month that was asked for, or the last whole ones."""
    this = local_day(runtime.now(), community.zone).replace(day=1)
    if args.month is not None:
        if args.month > this:
            raise WrongCallError(f"--month {args.month:%Y-%m} is still to come: say one of before")
        return args.month, _next(args.month)
    if not 1 <= args.months <= 120:
        raise WrongCallError("--months is 1 to 120")
    first = this
    for _ in range(args.months):
        first = (first - timedelta(days=1)).replace(day=1)
    return first, this


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _tried(
    args: argparse.Namespace, runtime: Runtime, community: Community, limit: Limit, days: Days
) -> Trial:
    return asyncio.run(
        runtime.read(
            lambda uow: try_limit(uow, community, limit, days, runtime.now(), has_names=args.names)
        )
    )


# --- the answer ---


def _answer(tried: Trial, community: Community) -> str:
    last_on = tried.next_on - timedelta(days=1)
    head = f"{community.slug}: {_said(tried.limit, community)}, {tried.first_on} to {last_on}"
    people = "person" if tried.people == 1 else "people"
    if not tried.stopped:
        return f"{head}\n  Nobody of {tried.people} {people} would have been stopped."
    some = f"{len(tried.stopped)} of {tried.people} {people} would have been stopped:"
    width = max(map(len, tried.stopped))
    rows = (f"  {who.ljust(width)}  {_listed(days)}" for who, days in tried.stopped.items())
    return "\n".join((head, f"  {some}", *rows))


def _said(limit: Limit, community: Community) -> str:
    text = per_window(limit, community.currency, translator("en"), limit.profile or "")
    return f"{text} {_WHOSE.get(limit.scope, 'for each workshop')}"


def _listed(days: Iterable[date]) -> str:
    """``2026-10-03, 2026-10-19 to 2026-10-31``."""
    parts: list[list[date]] = []
    for day in days:
        if parts and day - parts[-1][-1] == timedelta(days=1):
            parts[-1].append(day)
        else:
            parts.append([day])
    return ", ".join(f"{p[0]} to {p[-1]}" if len(p) > 1 else f"{p[0]}" for p in parts)
