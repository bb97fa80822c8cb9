"""``catalyst-hub erase PERSON --yes``: the operator forgets somebody who asked for it."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from typing import Any

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.opening import CALLED_WRONGLY, COULD_NOT, add_options, say, with_runtime
from catalyst_hub.core.audit import COMMAND_LINE
from catalyst_hub.core.erasure import ErasingRefusal, ErasureOutlook
from catalyst_hub.usecases.erase_person import erase_person
from catalyst_hub.usecases.prepare_erasure import prepare_erasure

_REFUSALS = {
    ErasingRefusal.UNKNOWN: "nobody is called {name}",
    ErasingRefusal.OPERATOR: "{name} runs this hub: take them out of the operators in the "
    "communities file first",
    ErasingRefusal.SERVERS: "{name} has a server: stop it first",
}


def add_parser(subparsers: Any) -> None:
    """Declare the command and its arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "erase",
        help="forget a person; sums stay, without a name",
        description="Forget a person: names, address, ways to sign in, memberships, requests, "
        "mail. Sessions, ledger and audit stay, under a pseudonym. The Hub deletes its own user "
        "within a minute. Home directories are left alone. It cannot be undone.",
    )
    parser.add_argument("person", metavar="PERSON", help="the name on the hub")
    parser.add_argument("--yes", action="store_true", help="do it; without it, only say what for")
    add_options(parser)


def run(args: argparse.Namespace) -> int:
    """Forget; 0 done, 1 when that cannot be, 2 when it was called wrongly or without --yes."""
    return with_runtime(
        args,
        "erase",
        lambda runtime: asyncio.run(_run(runtime, args.person, is_meant=args.yes)),
    )


async def _run(runtime: Runtime, name: str, *, is_meant: bool) -> int:
    outlook = await runtime.read(
        lambda uow: prepare_erasure(uow, runtime.policy, name, runtime.now())
    )
    if outlook is not None:
        for line in _told(outlook):
            print(line)
        if outlook.refusal is None and not is_meant:
            problem = "nothing was done; --yes does it, and it cannot be undone"
            return say("erase", problem, CALLED_WRONGLY)
    refusal = await runtime.write(
        lambda uow: erase_person(uow, runtime.policy, name, runtime.now(), COMMAND_LINE)
    )
    if refusal is not None:
        return say("erase", _REFUSALS[refusal].format(name=name), COULD_NOT)
    print(f"{name} is forgotten; the Hub deletes its user within a minute")
    return 0


def _told(outlook: ErasureOutlook) -> Iterator[str]:
    """What the operator may want to do first."""
    name = outlook.person.name
    for community in outlook.alone_in:
        yield f"{name} is the only champion of {community.slug}: nobody will be left in charge"
    if outlook.is_listed:
        yield f"the communities file lists {name}: take them out, or it may let them in again"
