"""How the hub stands, in numbers, at ``/metrics`` of this process: by community, never by person.

The names and labels are part of the interface; docs/reference/metrics.md has them all. Whoever
asks needs a token of the Hub's with the scope ``read:metrics``, as for the Hub's own metrics.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, RequestHandler

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.budget import Step
from catalyst_hub.core.measures import CommunityMeasures, HubMeasures, LimitMeasure
from catalyst_hub.core.notice import Notice, Reason
from catalyst_hub.core.orphan import Kind
from catalyst_hub.core.storage import Level
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.hub_client import HubClient, HubRefusedError, HubUnavailableError
from catalyst_hub.metrics import signs_of_life, store_errors
from catalyst_hub.usecases.measure_hub import measure_hub

log = logging.getLogger(__name__)

_SCOPE = "read:metrics"
#: A process that was killed may leave the port to the next one late.
_RETRY_S = 15
_COUNTED = CollectorRegistry()
_NOTICES = Counter(
    "catalyst_notices", "Notices that this process has given.", ["reason"], registry=_COUNTED
)
_STOPS = Counter(
    "catalyst_stops",
    "Servers that this process has stopped after their notice.",
    ["reason"],
    registry=_COUNTED,
)
_ORPHANS = Gauge(
    "catalyst_orphans", "What nobody looks after, as it was seen last.", ["kind"], registry=_COUNTED
)
_ORPHANS_ENDED = Counter(
    "catalyst_orphans_ended",
    "Servers that the hub had forgotten and that this process has ended.",
    registry=_COUNTED,
)
for _kind in Kind:
    _ORPHANS.labels(_kind.value)
for _reason in Reason:
    # From the first scrape on, or the first notice of all would not show as a change.
    _NOTICES.labels(_reason.value)
    _STOPS.labels(_reason.value)


def note_notices(notices: Iterable[Notice]) -> None:
    """Their owners have been told."""
    for notice in notices:
        _NOTICES.labels(notice.reason.value).inc()


def note_stop(notice: Notice) -> None:
    """Its server has been stopped."""
    _STOPS.labels(notice.reason.value).inc()


def note_orphans(counts: Mapping[Kind, int]) -> None:
    """So many were seen."""
    for kind in Kind:
        _ORPHANS.labels(kind.value).set(counts.get(kind, 0))


def note_orphan_ended() -> None:
    """A server that the hub had forgotten is told to end."""
    _ORPHANS_ENDED.inc()


async def serve(runtime: Runtime, hub: HubClient, address: str, port: int) -> None:
    """Answer there until cancelled; a port that is taken is tried again, and stops nothing else."""
    server = HTTPServer(Application([("/metrics", _Metrics, {"runtime": runtime, "hub": hub})]))
    try:
        while not _listens(server, address, port):  # noqa: ASYNC110 -- no port tells that it is free
            await asyncio.sleep(_RETRY_S)
        await asyncio.Event().wait()
    finally:
        server.stop()


def _listens(server: HTTPServer, address: str, port: int) -> bool:
    try:
        server.listen(port, address)
    except OSError as error:
        log.warning("no metrics for %d s: %s", _RETRY_S, error)
        return False
    return True


class _Metrics(RequestHandler):
    def initialize(self, runtime: Runtime, hub: HubClient) -> None:
        self._runtime, self._hub = runtime, hub

    async def get(self) -> None:
        """401 without a token, 403 with one that may not read metrics."""
        await self._require_scope()
        runtime = self._runtime
        try:
            measures = await runtime.read(
                lambda uow: measure_hub(uow, runtime.policy, runtime.now())
            )
        except StoreUnavailableError:
            # That the store is away is told by the counter of just that.
            measures = None
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.finish(exposition(measures, runtime.store_errors))

    async def _require_scope(self) -> None:
        kind, _, token = self.request.headers.get("Authorization", "").partition(" ")
        if kind.lower() not in {"bearer", "token"} or not token:
            self.set_header("WWW-Authenticate", "Bearer")
            raise HTTPError(HTTPStatus.UNAUTHORIZED)
        try:
            scopes = await self._hub.scopes_of(token.strip())
        except (HubRefusedError, HubUnavailableError) as error:
            log.warning("cannot ask the Hub who reads the metrics: %s", error)
            raise HTTPError(HTTPStatus.SERVICE_UNAVAILABLE) from error
        if _SCOPE not in scopes:
            raise HTTPError(HTTPStatus.FORBIDDEN)


def exposition(measures: HubMeasures | None, store_errors: int) -> bytes:
    """The text that Prometheus reads; without measures, what needs no store."""
    registry = CollectorRegistry()
    registry.register(_Snapshot(measures, store_errors))
    return generate_latest(_COUNTED) + generate_latest(registry)


class _Snapshot(Collector):
    """What is true at one instant."""

    def __init__(self, measures: HubMeasures | None, store_errors: int) -> None:
        self._measures = measures
        self._store_errors = store_errors

    def collect(self) -> Iterator[Metric]:
        yield store_errors(self._store_errors)
        if self._measures is not None:
            yield from of_hub(self._measures)
            yield from _of_sessions(self._measures)
            yield from _of_limits(self._measures)
            yield from _of_homes(self._measures)


def of_hub(measures: HubMeasures) -> Iterator[Metric]:
    """What belongs to no community."""
    yield GaugeMetricFamily(
        "catalyst_mails_pending", "Mails that wait to be sent.", value=measures.mails_pending
    )
    yield GaugeMetricFamily(
        "catalyst_mails_failed",
        "Mails of the last 30 days that were given up.",
        value=measures.mails_failed,
    )
    yield from signs_of_life(measures.heartbeats, measures.patience)


def _of_sessions(measures: HubMeasures) -> Iterator[Metric]:
    sessions = _gauge("catalyst_sessions", "Live sessions.", "state")
    notices = _gauge("catalyst_notices_open", "Live servers that will be stopped.", "reason")
    waiting = _gauge("catalyst_waiting_people", "People who wait for a seat.")
    paused = _gauge("catalyst_maintenance_on", "1: nothing starts, for a maintenance.")
    for slug, community in measures.communities.items():
        for state, count in community.sessions.items():
            sessions.add_metric([slug, state.value], count)
        for reason in Reason:
            notices.add_metric([slug, reason.value], community.notices.get(reason, 0))
        waiting.add_metric([slug], community.waiting)
        paused.add_metric([slug], community.is_paused)
    yield from (sessions, notices, waiting, paused)


def _of_limits(measures: HubMeasures) -> Iterator[Metric]:
    labels = ("unit", "window", "profile")
    used = _gauge("catalyst_limit_used_ratio", "Share of a limit that is used.", *labels)
    held = _gauge("catalyst_limit_held_ratio", "Share of a limit set aside for servers.", *labels)
    spent = _gauge("catalyst_budget_spent_ratio", "Share of the budget that is spent.")
    kept = _gauge("catalyst_budget_held_ratio", "Share of the budget set aside for servers.")
    steps = _gauge("catalyst_budget_step", "1: this step of the budget is taken.", "step")
    for slug, community in measures.communities.items():
        for limit in community.limits:
            if limit.is_budget:
                spent.add_metric([slug], limit.used)
                kept.add_metric([slug], limit.held)
            else:
                used.add_metric([slug, *_labels_of(limit)], limit.used)
                held.add_metric([slug, *_labels_of(limit)], limit.held)
        for step in Step if _has_budget(community) else ():
            steps.add_metric([slug, step.value], step in community.steps)
    yield from (used, held, spent, kept, steps)


def _of_homes(measures: HubMeasures) -> Iterator[Metric]:
    stored = _gauge("catalyst_storage_used_bytes", "What the homes of its people take.")
    homes = _gauge("catalyst_storage_homes", "Homes by how full they are.", "level")
    for slug, community in measures.communities.items():
        stored.add_metric([slug], community.stored_bytes)
        for level in Level:
            homes.add_metric([slug, level.value], community.homes.get(level, 0))
    yield from (stored, homes)


def _has_budget(community: CommunityMeasures) -> bool:
    return bool(community.steps) or any(limit.is_budget for limit in community.limits)


def _labels_of(limit: LimitMeasure) -> tuple[str, str, str]:
    return limit.unit, limit.window, limit.profile


def _gauge(name: str, help_text: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_text, labels=["community", *labels])
