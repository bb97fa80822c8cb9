"""``catalyst-hub top-up COMMUNITY AMOUNT --reason TEXT``: pay into a community's budget."""

from __future__ import annotations

import argparse
import asyncio
import getpass
from decimal import Decimal
from typing import Any

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.opening import COULD_NOT, WrongCallError, add_options, say, with_runtime
from catalyst_hub.core.audit import at_the_command_line
from catalyst_hub.core.community import Community
from catalyst_hub.core.quantity import QuantityError
from catalyst_hub.core.standing import standing
from catalyst_hub.core.top_up import LONGEST_REASON, Payment, TopUpRefusal, parse_payment
from catalyst_hub.usecases.top_up import top_up

_REFUSALS = {
    TopUpRefusal.NO_BUDGET: "{slug} has no budget: give it one in the communities file first",
    TopUpRefusal.NOTHING: "nothing is no amount",
    TopUpRefusal.NO_REASON: "say why: --reason TEXT",
    TopUpRefusal.LONG_REASON: f"a reason has at most {LONGEST_REASON} characters",
}


def add_parser(subparsers: Any) -> None:
    """Declare the command and its arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "top-up",
        help="pay into a community's budget",
        description="Pay into a community's budget or prepaid credit. What is written down stays; "
        "a negative amount takes back.",
    )
    parser.add_argument("community", metavar="COMMUNITY", help="its name in the communities file")
    parser.add_argument("amount", metavar="AMOUNT", help="money: 300, US$ 300, -50")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why; champions see it")
    add_options(parser)


def run(args: argparse.Namespace) -> int:
    """Pay in; 0 done, 1 when that cannot be, 2 when it was called wrongly."""
    reason = args.reason.strip()
    return with_runtime(
        args,
        "top-up",
        lambda runtime: asyncio.run(_run(runtime, args.community, args.amount, reason)),
    )


async def _run(runtime: Runtime, slug: str, amount: str, reason: str) -> int:
    community = runtime.policy.community(slug)
    if community is None:
        return say("top-up", f"there is no community {slug}", COULD_NOT)
    payment = Payment(_micros(amount, community), reason)
    actor = at_the_command_line(getpass.getuser())
    made = await runtime.write(
        lambda uow: top_up(
            uow, runtime.policy, slug, payment, actor, runtime.now(), by_operator=True
        )
    )
    if isinstance(made, TopUpRefusal):
        return say("top-up", _REFUSALS[made].format(slug=slug), COULD_NOT)
    current = await runtime.read(
        lambda uow: standing(uow, runtime.policy, community, None, runtime.now())
    )
    budget = current.budget
    if budget is not None:
        left, credit = (_money(n, community) for n in (budget.limit - budget.used, budget.limit))
        print(f"{slug} has {left} left of {credit}")
    return 0


def _micros(written: str, community: Community) -> int:
    try:
        return parse_payment(written, community.currency)
    except QuantityError as error:
        raise WrongCallError(f"AMOUNT: {error}") from None


def _money(micros: int, community: Community) -> str:
    return f"{community.currency} {Decimal(micros) / 1_000_000:,.2f}"
