"""What the Hub counts of ours, beside its own, at ``/hub/metrics``: by community, never by person.

The names and labels are part of the interface; docs/reference/metrics.md has them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from prometheus_client import REGISTRY, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from tornado.ioloop import IOLoop, PeriodicCallback

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.denial import Denied
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.session import Session
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.hub.reload import Reload
from catalyst_hub.metrics import signs_of_life, store_errors
from catalyst_hub.usecases.measure_hub import heartbeats, patience_with

#: Prometheus itself looks every quarter of a minute or less often.
_LOOK_S = 15

ADMISSIONS = Counter("catalyst_admissions", "Starts that were admitted.", ["community"])
DENIALS = Counter("catalyst_denials", "Starts that were refused.", ["community", "code"])
ADMISSION_SECONDS = Histogram(
    "catalyst_admission_seconds",
    "From asking for an admission to its answer, the wait for the store included.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)


def note_admission(session: Session) -> None:
    """A start was admitted."""
    ADMISSIONS.labels(session.choice.community).inc()


def note_denial(denied: Denied, policy: Policy) -> None:
    """A start was refused. What somebody has typed never becomes a label."""
    community = policy.community(denied.community or "")
    DENIALS.labels(community.slug if community else "", denied.code.value).inc()


class StateOfHub(Collector):
    """What is looked up when Prometheus asks. The store is not: it was, shortly before."""

    def __init__(self, runtime: Runtime, reload: Reload) -> None:
        self._runtime = runtime
        self._reload = reload
        self._heartbeats: Mapping[str, datetime] = {}

    async def look(self) -> None:
        """Ask the store; while it is away, what was known stands, and grows old."""
        try:
            self._heartbeats = await self._runtime.read(heartbeats)
        except StoreUnavailableError:
            return

    def collect(self) -> Iterator[Metric]:
        """As it stands now."""
        patience = patience_with(self._runtime.policy.enforcement)
        yield from signs_of_life(self._heartbeats, patience)
        yield GaugeMetricFamily(
            "catalyst_communities_file_rejected",
            "1: the communities file has mistakes, and the version before is in force.",
            value=bool(self._reload.problems),
        )
        yield GaugeMetricFamily(
            "catalyst_changes_waiting_for_restart",
            "Changes of the communities file that wait for a restart of the Hub.",
            value=len(self._reload.reasons),
        )
        yield store_errors(self._runtime.store_errors)


def watch(app: Any, runtime: Runtime, reload: Reload) -> None:
    """Join the Hub's registry, as long as it runs; it stops its callbacks when it ends."""
    state = StateOfHub(runtime, reload)
    _replace(state)
    callback = PeriodicCallback(state.look, _LOOK_S * 1000)
    app._periodic_callbacks["catalyst_metrics"] = callback
    callback.start()
    IOLoop.current().add_callback(state.look)


_registered: list[StateOfHub] = []


def _replace(state: StateOfHub) -> None:
    """There is one Hub in a process; in tests, one after the other."""
    while _registered:
        REGISTRY.unregister(_registered.pop())
    REGISTRY.register(state)
    _registered.append(state)
