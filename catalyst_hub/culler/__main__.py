"""``python -m catalyst_hub.culler``: the process."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
from collections.abc import Awaitable, Sequence
from contextlib import closing, suppress
from datetime import timedelta

from tornado.httpclient import AsyncHTTPClient
from traitlets import TraitError

from catalyst_hub.bootstrap import OPENING_ERRORS, Runtime, open_runtime
from catalyst_hub.config import CatalystHub, MailSettings
from catalyst_hub.core.session import HEARTBEAT
from catalyst_hub.culler import metrics
from catalyst_hub.culler.enforcer import Enforcer
from catalyst_hub.culler.farewells import EVERY_S as FAREWELLS_S
from catalyst_hub.culler.farewells import Farewells
from catalyst_hub.culler.lifetime import end_with_parent, stop_on_signals
from catalyst_hub.culler.loop import repeat, retries
from catalyst_hub.culler.observer import Observer
from catalyst_hub.culler.places import LocalProcesses
from catalyst_hub.culler.postman import Postman
from catalyst_hub.culler.stopper import STOPS_AT_ONCE, Stopper
from catalyst_hub.culler.storage import StorageKeeper, source_named
from catalyst_hub.culler.storage_sources import StorageSourceError
from catalyst_hub.culler.sweeper import Sweeper
from catalyst_hub.culler.tidier import EVERY_S, Tidier
from catalyst_hub.culler.workshops import EVERY_S as WORKSHOPS_EVERY_S
from catalyst_hub.culler.workshops import WorkshopRunner
from catalyst_hub.hub_client import HubClient, HubRefusedError

log = logging.getLogger("catalyst_hub.culler")

#: How late a server may be stopped after its notice, or a mail sent: people were told a minute.
_SOON_S = 10.0
#: Between two looks at all homes.
_MEASURED_S = 900.0
#: Between two looks for what nobody looks after.
_SWEPT_S = 60.0
#: Beside stops, of which each that is slow is waited for while the next ones begin.
_CONNECTIONS = 50
_OF_A_PLACE = 5


def parser() -> argparse.ArgumentParser:
    """The command line; everything else comes from the environment."""
    made = argparse.ArgumentParser("python -m catalyst_hub.culler", description=__doc__)
    made.add_argument(
        "--every",
        type=float,
        default=30.0,
        metavar="SECONDS",
        help="between two looks at the hub, 60 at most (default: %(default)s)",
    )
    made.add_argument(
        "--patience",
        type=float,
        default=150.0,
        metavar="SECONDS",
        help="after which a reservation the hub knows nothing of is given back: its start_timeout"
        " + http_timeout + 60 (default: %(default)s, for the hub's own defaults)",
    )
    _add_stops(made)
    _add_metrics(made)
    return made


def _add_stops(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--stops-at-once",
        type=int,
        default=STOPS_AT_ONCE,
        metavar="SERVERS",
        help="how many the Hub stops at the same time; one that takes longer than three seconds"
        " gives its place to the next (default: %(default)s)",
    )
    made.add_argument(
        "--remove-named-servers",
        action="store_true",
        help="forget a server with a name once it is stopped as idle or too old",
    )
    made.add_argument(
        "--orphan-grace",
        type=float,
        default=600.0,
        metavar="SECONDS",
        help="after which a server on this machine that the hub has forgotten is ended"
        " (default: %(default)s)",
    )


def _add_metrics(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--metrics-port",
        type=int,
        default=0,
        metavar="PORT",
        help="where /metrics answers; 0: nowhere (default: %(default)s)",
    )
    made.add_argument(
        "--metrics-address",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="of which network interface (default: %(default)s)",
    )


async def run(hub: HubClient, mail: MailSettings | None, given: argparse.Namespace) -> None:
    """Observe until the process is told to end, or the Hub that started it is gone."""
    every_s, patience_s = given.every, given.patience
    stop_on_signals()
    watch = asyncio.create_task(end_with_parent())
    hub_url = os.environ.get("JUPYTERHUB_PUBLIC_HUB_URL", "")
    with suppress(asyncio.CancelledError), closing(await _opened(every_s)) as runtime:
        address, port = given.metrics_address, given.metrics_port
        await asyncio.gather(
            repeat(Observer(runtime, hub, timedelta(seconds=patience_s)).look, every_s),
            repeat(_stopper(runtime, hub, given).round, min(every_s, _SOON_S)),
            repeat(WorkshopRunner(runtime, hub).round, min(every_s, WORKSHOPS_EVERY_S)),
            repeat(_sweeper(runtime, hub, given).round, min(_SWEPT_S, given.orphan_grace)),
            repeat(Enforcer(runtime).round, lambda: _enforcing_s(runtime)),
            repeat(Postman(runtime, mail, hub_url).round, min(every_s, _SOON_S)),
            repeat(Farewells(runtime, hub).round, FAREWELLS_S),
            repeat(Tidier(runtime).round, EVERY_S),
            *_measuring(runtime),
            *([metrics.serve(runtime, hub, address, port)] if port else []),
        )
    watch.cancel()


def _stopper(runtime: Runtime, hub: HubClient, given: argparse.Namespace) -> Stopper:
    return Stopper(runtime, hub, given.stops_at_once, is_removing=given.remove_named_servers)


def _sweeper(runtime: Runtime, hub: HubClient, given: argparse.Namespace) -> Sweeper:
    return Sweeper(runtime, hub, [LocalProcesses()], timedelta(seconds=given.orphan_grace))


def _measuring(runtime: Runtime) -> list[Awaitable[None]]:
    """The loop that measures homes, if there is somebody to say how full they are."""
    settings = runtime.settings
    if not settings.storage_source:
        return []
    try:
        source = source_named(settings.storage_source, settings.storage_place)
    except StorageSourceError as error:
        log.error("%s", error)
        return []
    return [repeat(StorageKeeper(runtime, source).round, _MEASURED_S)]


def _enforcing_s(runtime: Runtime) -> float:
    return runtime.policy.enforcement.every.total_seconds()


async def _opened(every_s: float) -> Runtime:
    for delay_s in retries(every_s):
        try:
            return open_runtime(CatalystHub(log=log), accept_policy=False)
        except OPENING_ERRORS as error:
            log.warning("trying again in %.1f s: %s", delay_s, error)
        await asyncio.sleep(delay_s)
    raise AssertionError("retries never end")


def _given(arguments: Sequence[str] | None) -> argparse.Namespace:
    made = parser()
    given = made.parse_args(arguments)
    longest_s = HEARTBEAT.total_seconds()
    if not 0 < given.every <= longest_s:
        made.error(
            f"--every: {longest_s:.0f} at most, for the ledger promises a heartbeat as often"
        )
    if given.orphan_grace <= 0:
        made.error("--orphan-grace: some time, for the hub ends most of them itself")
    if given.stops_at_once < 1:
        made.error("--stops-at-once: 1 at least, or nothing would ever stop")
    return given


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until told to end; the Hub and the database may come and go meanwhile."""
    logging.basicConfig(format="[%(levelname).1s %(asctime)s culler] %(message)s", level="INFO")
    given = _given(arguments)
    try:
        hub = HubClient.from_environment(os.environ)
        mail = CatalystHub(log=log).mail()
    except (HubRefusedError, OSError, TraitError, ValueError) as error:
        log.error("%s", error)
        return 1
    connections = _CONNECTIONS + _OF_A_PLACE * given.stops_at_once
    AsyncHTTPClient.configure(None, max_clients=connections)
    asyncio.run(run(hub, mail, given))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
