"""List the invitations of a workshop, the newest first: number, whom it is for, seats taken, until
when, state, note. Those to end are ended first, all of them or none; whoever came with them stays.
Nobody can read their codes again."""

from __future__ import annotations

import argparse
import asyncio
import getpass
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.numbers import number_of
from catalyst_hub.cli.opening import WrongCallError
from catalyst_hub.cli.workshops.planned import workshop_called, workshop_number
from catalyst_hub.core.audit import at_the_command_line
from catalyst_hub.core.community import Community
from catalyst_hub.core.invitation import Invitation, refusal
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.usecases.revoke_invitation import revoke_invitation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the action takes."""
    parser.add_argument("workshop", type=workshop_number, metavar="ID", help="its number")
    parser.add_argument(
        "--end",
        type=number_of("invitation"),
        action="append",
        default=[],
        metavar="NUMBER",
        help="end this one, which stays in the list; may be said several times",
    )


def run(args: argparse.Namespace, runtime: Runtime) -> int:
    """End some, and print a line for each."""
    do = runtime.write if args.end else runtime.read
    community, found = asyncio.run(do(lambda uow: _left(uow, args, runtime)))
    for each in found:
        print(_line(each, community, runtime.now()))
    return 0


def _left(
    uow: UnitOfWork, args: argparse.Namespace, runtime: Runtime
) -> tuple[Community, Sequence[Invitation]]:
    """Raises WrongCallError, and nothing is done then."""
    _, community = workshop_called(args.workshop, uow, runtime)
    actor, now = at_the_command_line(getpass.getuser()), runtime.now()
    for number in args.end:
        if number not in {each.invitation_id for each in _of(uow, args.workshop, community)}:
            raise WrongCallError(f"workshop {args.workshop} has no invitation {number}")
        revoke_invitation(uow, community.slug, number, actor, now)
    return community, _of(uow, args.workshop, community)


def _of(uow: UnitOfWork, workshop_id: int, community: Community) -> list[Invitation]:
    return [each for each in uow.invitations.of(community.slug) if each.workshop_id == workshop_id]


def _line(each: Invitation, community: Community, now: datetime) -> str:
    ends = each.expires_at.astimezone(ZoneInfo(community.zone))
    seats, state = f"{each.used}/{each.seats}", refusal(each, now) or "open"
    facts = f"{each.invitation_id:>5}  {each.whom:<11}  {seats:>9}  {ends:%Y-%m-%dT%H:%M}"
    return f"{facts}  {state:<7}  {each.note}".rstrip()
