"""Make a code that lets learners into a workshop, or instructors, within the bounds of its
community. Prints the code, and the address that holds it where JUPYTERHUB_PUBLIC_HUB_URL says how
browsers reach the Hub, else where the code is entered. Hand it on now: it is kept nowhere."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import secrets
from zoneinfo import ZoneInfo

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.numbers import whole_number
from catalyst_hub.cli.opening import WrongCallError
from catalyst_hub.cli.workshops.planned import workshop_called, workshop_number
from catalyst_hub.core.audit import at_the_command_line
from catalyst_hub.core.community import Community
from catalyst_hub.core.invitation import (
    CODES,
    Invitation,
    InvitingRefusal,
    Terms,
    code_of,
    digest,
    join_link,
    shown,
)
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.i18n import translator
from catalyst_hub.i18n.invitations import inviting_refusal_text
from catalyst_hub.usecases.create_invitation import create_invitation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the action takes."""
    parser.add_argument("workshop", type=workshop_number, metavar="ID", help="its number")
    parser.add_argument(
        "--seats", type=whole_number, required=True, metavar="N", help="how many people it lets in"
    )
    parser.add_argument(
        "--days",
        type=whole_number,
        required=True,
        metavar="N",
        help="for how many days; it ends with the workshop at the latest",
    )
    parser.add_argument(
        "--instructors", action="store_true", help="for its instructors; default: its learners"
    )
    parser.add_argument("--note", default="", metavar="TEXT", help="champions read it in the list")


def run(args: argparse.Namespace, runtime: Runtime) -> int:
    """Make it, and print the code."""
    terms, code = _terms(args), code_of(secrets.randbelow(CODES))
    kept = digest(runtime.policy.hub, code)
    community, made = asyncio.run(
        runtime.write(lambda uow: _made(uow, args.workshop, terms, kept, runtime))
    )
    print("\n".join((shown(code), _where(shown(code)), _line(made, community))))
    return 0


def _terms(args: argparse.Namespace) -> Terms:
    try:
        return Terms(
            args.seats,
            args.days,
            note=args.note.strip(),
            workshop_id=args.workshop,
            is_for_instructors=args.instructors,
        )
    except ValueError as error:
        raise WrongCallError(str(error)) from error


def _made(
    uow: UnitOfWork, number: int, terms: Terms, kept: str, runtime: Runtime
) -> tuple[Community, Invitation]:
    _, community = workshop_called(number, uow, runtime)
    actor, policy = at_the_command_line(getpass.getuser()), runtime.policy
    made = create_invitation(uow, policy, community.slug, kept, terms, actor, runtime.now())
    if isinstance(made, InvitingRefusal):
        raise WrongCallError(inviting_refusal_text(made, community.bounds, translator("en")))
    return community, made


def _where(code: str) -> str:
    """The Hub tells its services the address; whoever calls this may, too."""
    hub = os.environ.get("JUPYTERHUB_PUBLIC_HUB_URL", "")
    return join_link(hub, code) if hub else "People enter it on the hub, under Join a community."


def _line(invitation: Invitation, community: Community) -> str:
    ends = invitation.expires_at.astimezone(ZoneInfo(community.zone))
    return (
        f"Invitation {invitation.invitation_id}: {invitation.seats} {invitation.whom}, "
        f"until {ends:%Y-%m-%dT%H:%M} ({community.zone})"
    )
