"""Say who instructs in a workshop: hub name, shown name, since when, by whom. Members of its
community are appointed and dismissed first, all of them or nobody. They are instructors on its
days, and a Hub that runs hears of it within a minute."""

from __future__ import annotations

import argparse
import asyncio
import getpass
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.opening import WrongCallError
from catalyst_hub.cli.workshops.planned import workshop_called, workshop_number
from catalyst_hub.core.audit import at_the_command_line
from catalyst_hub.core.community import Community
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.view import Instructor
from catalyst_hub.i18n import translator
from catalyst_hub.i18n.instructors import instructor_refusal_text
from catalyst_hub.usecases.appoint_instructor import appoint_instructor
from catalyst_hub.usecases.dismiss_instructor import dismiss_instructor
from catalyst_hub.usecases.list_instructors import list_instructors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the action takes."""
    parser.add_argument("workshop", type=workshop_number, metavar="ID", help="its number")
    for name, what in (
        ("--appoint", "make this member an instructor; may be said several times"),
        ("--dismiss", "an instructor no longer; may be said several times"),
    ):
        parser.add_argument(
            name, type=_name, action="append", default=[], metavar="NAME", help=what
        )


def _name(text: str) -> str:
    if not text.isprintable():
        raise argparse.ArgumentTypeError(f"{text!r} is no name")
    return text


def run(args: argparse.Namespace, runtime: Runtime) -> int:
    """Change who instructs, and print who does."""
    is_change = args.appoint or args.dismiss
    do = runtime.write if is_change else runtime.read
    community, found = asyncio.run(do(lambda uow: _changed(uow, args, runtime)))
    for each in found:
        print(_line(each, community))
    return 0


def _changed(
    uow: UnitOfWork, args: argparse.Namespace, runtime: Runtime
) -> tuple[Community, Sequence[Instructor]]:
    """Raises WrongCallError, and nothing is done then."""
    _, community = workshop_called(args.workshop, uow, runtime)
    for name in args.dismiss:
        _dismiss(uow, community, args.workshop, name, runtime)
    for name in args.appoint:
        _appoint(uow, community, args.workshop, name, runtime)
    return community, list_instructors(uow, community.slug, args.workshop) or ()


def _dismiss(
    uow: UnitOfWork, community: Community, number: int, name: str, runtime: Runtime
) -> None:
    actor = at_the_command_line(getpass.getuser())
    if not dismiss_instructor(uow, community.slug, number, name, actor, runtime.now()):
        raise WrongCallError(f"{name} is no instructor of workshop {number}")


def _appoint(
    uow: UnitOfWork, community: Community, number: int, name: str, runtime: Runtime
) -> None:
    actor, slug, now = at_the_command_line(getpass.getuser()), community.slug, runtime.now()
    no = appoint_instructor(uow, runtime.policy, slug, number, name, actor, now)
    if no is not None:
        raise WrongCallError(instructor_refusal_text(no, name, translator("en")))


def _line(instructor: Instructor, community: Community) -> str:
    since = instructor.appointed_at.astimezone(ZoneInfo(community.zone))
    who = f"{instructor.person.name}  {instructor.person.shown_as}"
    return f"{who}  since {since:%Y-%m-%dT%H:%M}  by {instructor.appointed_by}"
