"""Say what a workshop would need, cost and collide with, and what would happen when. Nothing is
made."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.workshops.planned import (
    add_plan_arguments,
    community_called,
    plan_from,
    refused,
)
from catalyst_hub.core.workshop_plan import PlanRefusal
from catalyst_hub.i18n import translator
from catalyst_hub.i18n.workshop_plans import (
    collision_text,
    event_text,
    excess_text,
    habits_text,
    seats_text,
    start_text,
)
from catalyst_hub.usecases.plan_workshop import Forecast, plan_workshop


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the action takes."""
    add_plan_arguments(parser)


def run(args: argparse.Namespace, runtime: Runtime) -> int:
    """Print it."""
    community, now = community_called(args.community, runtime), runtime.now()
    plan = plan_from(args, community)
    forecast = asyncio.run(
        runtime.read(lambda uow: plan_workshop(uow, runtime.policy, community.slug, plan, now))
    )
    if isinstance(forecast, PlanRefusal):
        raise refused(forecast, plan, community)
    print("\n".join(lines(forecast)))
    return 0


def lines(forecast: Forecast) -> Iterator[str]:
    """The forecast as people read it."""
    speak, community = translator("en"), forecast.community
    if forecast.seats:
        yield f"{seats_text(forecast.seats, speak)}. {start_text(forecast.seats.start, speak)}"
    if forecast.cost:
        spread = forecast.cost.micros
        costs = (spread.low, spread.likely, spread.high)
        low, likely, high = (speak.money(micros, community.currency) for micros in costs)
        yield f"Cost: {likely} ({low} to {high}). {habits_text(forecast.cost.habits, speak)}"
    yield from (f"! {collision_text(each, community, speak)}" for each in forecast.collisions)
    yield from (f"! {excess_text(each, community, speak)}" for each in forecast.beyond)
    for event in forecast.programme:
        at = event.at.astimezone(ZoneInfo(community.zone))
        yield f"{at:%Y-%m-%d %H:%M}  {event_text(event, speak)}"
