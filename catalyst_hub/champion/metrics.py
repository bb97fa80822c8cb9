"""How quickly the service's pages answer, for Prometheus: by page, never by person.

Whoever asks needs a token of the Hub's with the scope ``read:metrics``, as for the Hub's own
metrics; being somebody who sees these pages is not enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from jupyterhub.services.auth import HubOAuth
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector
from tornado.web import HTTPError, RequestHandler

from catalyst_hub.bootstrap import Runtime

_SCOPE = "read:metrics"
_COUNTED = CollectorRegistry()
_PAGES = Histogram(
    "catalyst_page_seconds",
    "From a request to its answer.",
    ["page", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=_COUNTED,
)


def note_request(handler: RequestHandler) -> None:
    """A request was answered. Its page is the name of a class: addresses name people."""
    status = f"{handler.get_status() // 100}xx"
    _PAGES.labels(type(handler).__name__, status).observe(handler.request.request_time())


class MetricsHandler(RequestHandler):
    """``/metrics`` below the service's own address."""

    async def get(self) -> None:
        """401 without a token, 403 with one that may not read metrics."""
        await self._require_scope()
        runtime: Runtime | None = self.settings["catalyst"]
        registry = CollectorRegistry()
        registry.register(_Store(runtime.store_errors if runtime else 0))
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.finish(generate_latest(_COUNTED) + generate_latest(registry))

    async def _require_scope(self) -> None:
        kind, _, token = self.request.headers.get("Authorization", "").partition(" ")
        if kind.lower() not in {"bearer", "token"} or not token:
            self.set_header("WWW-Authenticate", "Bearer")
            raise HTTPError(HTTPStatus.UNAUTHORIZED)
        hub_auth: HubOAuth = self.settings["hub_auth"]
        model = await hub_auth.user_for_token(token.strip(), sync=False)
        if model is None or _SCOPE not in model.get("scopes", ()):
            raise HTTPError(HTTPStatus.FORBIDDEN)


class _Store(Collector):
    def __init__(self, errors: int) -> None:
        self._errors = errors

    def collect(self) -> Iterator[Metric]:
        yield CounterMetricFamily(
            "catalyst_store_errors",
            "How often the store could not answer this process.",
            value=self._errors,
        )
