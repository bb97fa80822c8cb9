"""``catalyst-hub check FILE...``: every mistake of a communities file, at its line and column."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from catalyst_hub import communities_file
from catalyst_hub.communities_file.schema import schema_text
from catalyst_hub.core.budget import Budget
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.resources import Unit

#: Of more communities than this, only the totals are told.
_MOST_LINES = 30


def add_parser(subparsers: Any) -> None:
    """Declare the command and its arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "check",
        help="read a communities file and name every mistake in it",
        description="Name every mistake as FILE:LINE:COLUMN: PATH: what is wrong; what was"
        " expected; what to do. Exit status 1 when a file cannot be used.",
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="a communities file")
    parser.add_argument("--strict", action="store_true", help="fail on warnings, too")
    parser.add_argument(
        "--schema", action="store_true", help="print the JSON Schema for editors instead"
    )


def run(args: argparse.Namespace) -> int:
    """Check each file; 0 when all can be used, 1 otherwise, 2 when none is given."""
    if args.schema:
        print(schema_text(), end="")
        return 0
    if not args.files:
        print("catalyst-hub check: give at least one FILE, or --schema", file=sys.stderr)
        return 2
    # A list, so that the files after a bad one are checked, too.
    results = [_is_fine(name, strict=args.strict) for name in args.files]
    return 0 if all(results) else 1


def _is_fine(name: str, *, strict: bool) -> bool:
    try:
        checked = communities_file.check(communities_file.read_text(name), name)
    except communities_file.CommunitiesFileError as error:
        print(error)
        print(f"{name}: {_count(len(error.problems), 'error')}")
        return False
    for warning in checked.warnings:
        print(f"{name}:{warning.line}:{warning.column}: warning: {warning.sentence}")
    for line in _summary(name, checked.policy, len(checked.warnings)):
        print(line)
    return not (strict and checked.warnings)


def _summary(name: str, policy: Policy, warnings: int) -> Iterator[str]:
    profiles = sum(len(community.profiles) for community in policy.communities)
    found = f", {_count(warnings, 'warning')}" if warnings else ""
    communities = _count(len(policy.communities), "community", "communities")
    yield f"{name}: can be used: {communities}, {_count(profiles, 'profile')}{found}"
    if len(policy.communities) <= _MOST_LINES:
        width = max((len(community.slug) for community in policy.communities), default=0)
        for community in policy.communities:
            yield f"  {community.slug:{width}}  {', '.join(_facts(community))}"


def _facts(community: Community) -> Iterator[str]:
    yield _count(len(community.profiles), "profile")
    seats = [
        limit.amount
        for limit in community.limits
        if (limit.scope, limit.unit, limit.profile) == (LimitScope.COMMUNITY, Unit.SERVERS, None)
    ]
    yield _count(min(seats), "seat") if seats else "any number of seats"
    if community.budget:
        yield _spending(community.budget, community.currency)
    rules = len(community.members) + len(community.champions)
    yield _count(rules, "rule") + " of membership"
    yield community.zone


def _spending(budget: Budget, currency: str) -> str:
    if budget.is_prepaid:
        return f"prepaid {currency}"
    return f"{currency} {Decimal(budget.micros) / 1_000_000:,} a {budget.window}"


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
