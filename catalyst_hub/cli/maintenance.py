"""``catalyst-hub maintenance start|end|list``: the hub, or one community, pauses."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.numbers import number_of
from catalyst_hub.cli.opening import WrongCallError, add_options, with_runtime
from catalyst_hub.core.audit import COMMAND_LINE
from catalyst_hub.core.maintenance import Maintenance, Objection, Pause, moment
from catalyst_hub.core.policy import LANGUAGES, Policy
from catalyst_hub.core.profile import text_in
from catalyst_hub.usecases.announce_maintenance import announce_maintenance
from catalyst_hub.usecases.end_maintenance import end_maintenance
from catalyst_hub.usecases.list_maintenances import list_maintenances

_OBJECTIONS = {
    Objection.NO_MESSAGE: "say what people should know: --message",
    Objection.TOO_LONG: "the message is longer than 500 letters",
    Objection.UNKNOWN_COMMUNITY: "the communities file has no such community",
    Objection.ENDS_BEFORE_START: "--until has to be after --at",
    Objection.ENDS_IN_THE_PAST: "--until is over already",
    Objection.DRAINS_OUTSIDE: "--drain-at has to be within the maintenance",
    Objection.TOO_FAR: "the times have to be within five years of now",
}


def add_parser(subparsers: Any) -> None:
    """Declare the command and its arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "maintenance",
        help="pause the hub, or one community of it",
        description="Announce a maintenance, end one, or list those that are announced or on. "
        "Meanwhile no server starts; operators may start all the same. Times are those of the "
        "community's zone, or of the hub's: 2026-11-30T14:00.",
    )
    verbs = parser.add_subparsers(dest="verb", metavar="start|end|list", required=True)
    start = verbs.add_parser("start", help="announce one")
    start.add_argument("--message", metavar="TEXT", help="what people should know")
    start.add_argument(
        "--message-in",
        nargs=2,
        action="append",
        default=[],
        metavar=("LANGUAGE", "TEXT"),
        help=f"the same in one language: {', '.join(LANGUAGES)}",
    )
    start.add_argument("--community", metavar="SLUG", help="default: the whole hub")
    start.add_argument("--at", metavar="TIME", help="when it begins; default: now")
    start.add_argument("--until", metavar="TIME", help="when it ends; default: when it is ended")
    start.add_argument("--drain-at", metavar="TIME", help="when running servers are stopped")
    end = verbs.add_parser("end", help="end one, or call it off")
    end.add_argument(
        "number", type=number_of("maintenance"), metavar="NUMBER", help="as `list` tells it"
    )
    for verb in (start, end, verbs.add_parser("list", help="those announced or on")):
        add_options(verb)


def run(args: argparse.Namespace) -> int:
    """0 done, 1 when that cannot be, 2 when it was called wrongly."""
    verbs = {"start": _start, "end": _end, "list": _list}

    def do(runtime: Runtime) -> int:
        asyncio.run(verbs[args.verb](runtime, args))
        return 0

    return with_runtime(args, "maintenance", do)


async def _start(runtime: Runtime, args: argparse.Namespace) -> None:
    policy, pause = runtime.policy, _pause(runtime, args)
    made = await runtime.write(
        lambda uow: announce_maintenance(uow, policy, pause, COMMAND_LINE, runtime.now())
    )
    if isinstance(made, Objection):
        raise WrongCallError(_OBJECTIONS[made])
    print(_line(made, policy))


def _pause(runtime: Runtime, args: argparse.Namespace) -> Pause:
    zone = _zone(runtime.policy, args.community)
    message = {"": args.message} if args.message else {}
    for language, text in args.message_in:
        if language not in LANGUAGES:
            raise WrongCallError(f"--message-in: {language} is none of {', '.join(LANGUAGES)}")
        message[language] = text
    return Pause(
        args.community,
        message,
        _moment(args.at, zone) or runtime.now(),
        _moment(args.until, zone),
        _moment(args.drain_at, zone),
    )


def _zone(policy: Policy, slug: str | None) -> str:
    return (policy.community(slug or "") or policy).zone


def _moment(written: str | None, zone: str) -> datetime | None:
    try:
        return moment(written, zone) if written else None
    except ValueError as error:
        raise WrongCallError(f"{written!r} is no time, such as 2026-11-30T14:00") from error


async def _end(runtime: Runtime, args: argparse.Namespace) -> None:
    ended = await runtime.write(
        lambda uow: end_maintenance(uow, args.number, COMMAND_LINE, runtime.now())
    )
    if ended is None:
        raise WrongCallError(f"there is no maintenance {args.number}")
    print(f"{ended.maintenance_id} is over")


async def _list(runtime: Runtime, args: argparse.Namespace) -> None:
    found: Sequence[Maintenance] = await runtime.read(
        lambda uow: list_maintenances(uow, runtime.now())
    )
    for maintenance in found:
        print(_line(maintenance, runtime.policy))
    if not found:
        print("no maintenance is announced")


def _line(maintenance: Maintenance, policy: Policy) -> str:
    pause, zone = maintenance.pause, _zone(policy, maintenance.pause.community)
    ends = _local(pause.ends_at, zone) if pause.ends_at else "it is ended"
    drains = f", servers stop at {_local(pause.drain_at, zone)}" if pause.drain_at else ""
    return (
        f"{maintenance.maintenance_id}  {pause.community or 'the whole hub'}: from "
        f"{_local(pause.starts_at, zone)} until {ends}{drains} ({zone}): "
        f"{text_in(pause.message, 'en')}"
    )


def _local(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"
