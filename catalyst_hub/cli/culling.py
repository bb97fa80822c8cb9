"""``catalyst-hub culling explain``: what would become of every server now, and why."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.opening import COULD_NOT, add_options, say, with_runtime
from catalyst_hub.core.culling import Outlook
from catalyst_hub.core.notice import OF_CULLING, Ground
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.session import ServerKey
from catalyst_hub.i18n import translator
from catalyst_hub.i18n.culling_outlook import (
    SILENT,
    doubt_text,
    is_silent,
    spared_text,
    state_text,
    use_text,
)
from catalyst_hub.i18n.notices import place_of
from catalyst_hub.usecases.explain_culling import Explained, Explanation, explain_culling


def add_parser(subparsers: Any) -> None:
    """Declare the command and its arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "culling",
        help="say what would become of every server now, and why",
        description="A dry run of the culler: tells for each running server whether it would be"
        " told to stop now, when, and why, or what keeps it. Stops nothing and tells nobody.",
    )
    verbs = parser.add_subparsers(dest="verb", metavar="explain", required=True)
    explain = verbs.add_parser("explain", help="the decision and the reason for each server")
    explain.add_argument(
        "--server", metavar="NAME", help="of one person, or with a slash one server: kofi/second"
    )
    explain.add_argument("--community", metavar="SLUG", help="of one community")
    explain.add_argument("--json", action="store_true", help="for programs: one object a line")
    add_options(explain)


def run(args: argparse.Namespace) -> int:
    """0 done, 1 when the store cannot be read or has no such server, 2 called wrongly."""
    return with_runtime(args, "culling", lambda runtime: asyncio.run(_explain(runtime, args)))


async def _explain(runtime: Runtime, args: argparse.Namespace) -> int:
    policy, now = runtime.policy, runtime.now()
    user_name, slash, server_name = (args.server or "").partition("/")
    found: Explanation = await runtime.read(
        lambda uow: explain_culling(uow, policy, now, args.community, user_name or None)
    )
    wanted = ServerKey(user_name, server_name) if slash else None
    servers = [each for each in found.servers if wanted in (None, each.session.key)]
    if args.server and not servers:
        return say("culling", f"no server of {args.server} is running", COULD_NOT)
    lines = _objects(servers, now) if args.json else _lines(servers, found, policy, now)
    for line in lines:
        print(line)
    return 0


def _lines(
    servers: list[Explained], found: Explanation, policy: Policy, now: datetime
) -> Iterator[str]:
    speak = translator("en")
    if found.doubt is not None:
        yield doubt_text(found.doubt, speak)
    if not servers:
        yield "no server is running"
    for each in servers:
        session, outlook = each.session, each.outlook
        place = place_of(policy, session.choice.community, speak)
        told = each.outlook, each.ground, each.notice
        yield f"{_name(session.key)} in {place.title} ({session.zone})"
        yield f"  {state_text(*told, session.zone, place, now, speak)}"
        if outlook is not None:
            if spared := spared_text(outlook.rules, speak):
                yield f"  {spared}"
            yield f"  {use_text(outlook.idleness, session.zone, now, speak)}"
            if is_silent(session, outlook.idleness, now):
                yield f"  {SILENT}"


def _objects(servers: list[Explained], now: datetime) -> Iterator[str]:
    for each in servers:
        yield json.dumps(_object(each, now))


def _object(each: Explained, now: datetime) -> dict[str, Any]:
    """``decision`` is told, would-tell, kept or runs."""
    session = each.session
    return {
        "server": _name(session.key),
        "community": session.choice.community,
        "session": session.session_id,
        "decision": _decision(each, now),
        "ground": _ground(each.ground),
        "stop_at": each.notice.stop_at.isoformat() if each.notice else None,
        **(_outlook(each.outlook) if each.outlook else {}),
    }


def _decision(each: Explained, now: datetime) -> str:
    if each.ground is not None:
        return "told" if each.notice else "would-tell"
    outlook = each.outlook
    is_kept = outlook is not None and any(
        outlook.shelter.covers(reason, now) for reason in OF_CULLING
    )
    return "kept" if is_kept else "runs"


def _outlook(outlook: Outlook) -> dict[str, Any]:
    idle, shelter = outlook.idleness, outlook.shelter
    return {
        "idle_since": idle.since.isoformat(),
        "last_use": idle.use,
        "is_reported": idle.is_reported,
        "workshop": shelter.workshop or None,
        "spared_kind": outlook.rules.spared_kind,
        "spared_until": shelter.spared_until.isoformat() if shelter.spared_until else None,
        "stops": [_ground(stop) for stop in outlook.stops],
    }


def _ground(ground: Ground | None) -> dict[str, Any] | None:
    if ground is None:
        return None
    stop_at = ground.stop_at.isoformat() if ground.stop_at else None
    return {"reason": ground.reason, "stop_at": stop_at, **ground.facts}


def _name(key: ServerKey) -> str:
    return f"{key.user_name}/{key.server_name}".rstrip("/")
