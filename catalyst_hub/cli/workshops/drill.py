"""Have servers of people who are registered in a workshop really started, days before, and say how
long that takes. They get what the workshop needs, are stopped again after a minute or two unless
their owner opens them, and the culler's process, which has to run, has them started. Only those who
have no server are asked of anything; the limits are those of this moment, without the room that the
workshop has while it takes place."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import time

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.numbers import whole_number
from catalyst_hub.cli.opening import WrongCallError
from catalyst_hub.cli.workshops.planned import workshop_number
from catalyst_hub.core.audit import at_the_command_line
from catalyst_hub.core.drill import MOST_SEATS, Drill, DrillOutlook, DrillRefusal, DrillReport
from catalyst_hub.core.workshop_report import nearest_rank
from catalyst_hub.i18n import translator
from catalyst_hub.i18n.drills import drill_cost_text
from catalyst_hub.usecases.begin_drill import begin_drill
from catalyst_hub.usecases.prepare_drill import prepare_drill
from catalyst_hub.usecases.report_drill import report_drill

_LOOK_S = 2.0
_WHY_NOT = {
    DrillRefusal.NO_WORKSHOP: "there is no such workshop that will take place",
    DrillRefusal.NO_SEATS: f"1 to {MOST_SEATS} seats",
    DrillRefusal.NOBODY: "nobody is registered yet, and servers belong to people",
    DrillRefusal.IS_ON: "it is on, or a drill of it is",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the action takes."""
    parser.add_argument(
        "workshop",
        type=workshop_number,
        metavar="ID",
        help="its number, the last word of its page's address",
    )
    parser.add_argument(
        "--seats",
        type=whole_number,
        default=10,
        metavar="N",
        help="so many servers at most, of those who registered first (default: %(default)s)",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say what it would be and cost, and start nothing"
    )


def run(args: argparse.Namespace, runtime: Runtime) -> int:
    """Begin, wait for the outcome, and print it; 1 when a server has failed or was refused."""
    if args.dry_run:
        print("\n".join(plan_lines(_prepared(args, runtime), args.seats, runtime)))
        return 0
    actor = at_the_command_line(getpass.getuser())
    drill = asyncio.run(
        runtime.write(
            lambda uow: begin_drill(
                uow,
                runtime.policy,
                args.workshop,
                args.seats,
                actor,
                runtime.now(),
                by_operator=True,
            )
        )
    )
    if isinstance(drill, DrillRefusal):
        raise _refused(args, drill)
    report = _outcome(runtime, args.workshop, drill)
    print("\n".join(lines(report)))
    return 1 if report.failed or report.refused or report.missing or report.starting else 0


def _refused(args: argparse.Namespace, refusal: DrillRefusal) -> WrongCallError:
    return WrongCallError(f"no drill of workshop {args.workshop}: {_WHY_NOT[refusal]}")


def _prepared(args: argparse.Namespace, runtime: Runtime) -> DrillOutlook:
    """What it would be; raises WrongCallError as what begins it would."""
    now = runtime.now()
    found = asyncio.run(
        runtime.read(
            lambda uow: prepare_drill(uow, runtime.policy, args.workshop, now, by_operator=True)
        )
    )
    if found is None:
        raise _refused(args, DrillRefusal.NO_WORKSHOP)
    if not 1 <= args.seats <= MOST_SEATS:
        raise _refused(args, DrillRefusal.NO_SEATS)
    if found.refusal is not None:
        raise _refused(args, found.refusal)
    return found


def plan_lines(outlook: DrillOutlook, seats: int, runtime: Runtime) -> list[str]:
    """What so many servers would be, as people read it."""
    currency = runtime.policy.by_slug[outlook.workshop.community].currency
    servers = min(seats, outlook.people)
    cost = drill_cost_text(servers, outlook.micros, currency, translator("en"))
    return [f"{servers} servers would start, of {outlook.people} people who are registered.", cost]


def _outcome(runtime: Runtime, workshop_id: int, drill: Drill) -> DrillReport:
    while True:
        report = asyncio.run(runtime.read(lambda uow: report_drill(uow, workshop_id, drill)))
        if report is None:
            raise WrongCallError("the workshop is gone")
        if report.is_over(runtime.now()):
            return report
        time.sleep(_LOOK_S)


def lines(report: DrillReport) -> list[str]:
    """What came of it, as people read it."""
    times = report.start_ms
    told = [f"{report.people} servers were asked for, {len(times)} of them came up."]
    median, p95 = nearest_rank(times, 50), nearest_rank(times, 95)
    if median is not None and p95 is not None:
        told.append(
            f"Start time: median {median / 1000:.1f} s, p95 {p95 / 1000:.1f} s,"
            f" longest {times[-1] / 1000:.1f} s."
        )
    counts = {
        "had a server already, and were left alone": report.left_alone,
        "did not start": report.failed,
        "were still starting after a quarter of an hour": report.starting,
        "were not even begun: does the culler run?": report.missing,
    }
    told += [f"{number} {what}." for what, number in counts.items() if number]
    told += [f"{number} were refused: {code}." for code, number in sorted(report.refused.items())]
    return told
