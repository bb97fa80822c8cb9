"""What several processes tell Prometheus alike: a process that is dead cannot say so itself.

The names and labels are part of the interface; docs/reference/metrics.md has them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric


def signs_of_life(
    heartbeats: Mapping[str, datetime], patience: Mapping[str, timedelta]
) -> Iterator[Metric]:
    """When each process gave its last one, and after how long a silence it is taken for gone."""
    seen = GaugeMetricFamily(
        "catalyst_heartbeat_timestamp_seconds",
        "When a process last gave a sign of life.",
        labels=["process"],
    )
    for process, at in heartbeats.items():
        seen.add_metric([process], at.timestamp())
    yield seen
    longest = GaugeMetricFamily(
        "catalyst_heartbeat_patience_seconds",
        "After such a silence a process is taken for gone.",
        labels=["process"],
    )
    for process, silence in patience.items():
        longest.add_metric([process], silence.total_seconds())
    yield longest


def store_errors(number: int) -> Metric:
    """How often the store has let this process down since it began."""
    return CounterMetricFamily(
        "catalyst_store_errors", "How often the store could not answer this process.", value=number
    )
