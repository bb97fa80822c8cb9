"""What the file says of quotas."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from catalyst_hub.communities_file.fields import (
    Amount,
    Count,
    Cpu,
    GibHours,
    Hours,
    Memory,
    refusal,
)
from catalyst_hub.communities_file.part import Part
from catalyst_hub.core.quota import LONGEST_ROLLING


def _some_days(days: int) -> int:
    if not 1 <= days <= LONGEST_ROLLING:
        what = "days of no window" if days < 1 else "this is longer than a year"
        raise refusal(what, f"1 to {LONGEST_ROLLING}", "write something like 7, or use in_total")
    return days


Days = Annotated[Count, AfterValidator(_some_days)]


class AtOncePart(Part):
    """What may be there at one time. null: no limit."""

    servers: Count | None = None
    """Servers."""
    cpu: Cpu | None = None
    """CPUs, counted by the limits of the servers."""
    memory: Memory | None = None
    """Memory, counted by the limits of the servers."""
    gpu: Count | None = None
    """GPUs."""


class OverTimePart(Part):
    """What may be used over some time. null: no limit."""

    server_hours: Hours | None = None
    """Hours of servers, whatever their size."""
    cpu_hours: Hours | None = None
    """Hours of one CPU."""
    gib_hours: GibHours | None = None
    """Hours of one GiB of memory."""
    gpu_hours: Hours | None = None
    """Hours of one GPU."""
    money: Amount | None = None
    """What it costs by the prices."""


class RollingPart(OverTimePart):
    """What may be used in the last days, today included: what was used on a day comes back at the
    midnight after which it is out of these days."""

    days: Days | None = None
    """How many days, at most 366; together with at least one limit."""


class LimitsPart(Part):
    """Limits at one time, and over time; days are those of the community's time zone. Where there
    are several, the tightest decides."""

    at_once: AtOncePart | None = None
    """At one time."""
    per_day: OverTimePart | None = None
    """From midnight."""
    per_week: OverTimePart | None = None
    """From midnight before Monday."""
    per_month: OverTimePart | None = None
    """From midnight before the first."""
    rolling: RollingPart | None = None
    """Over the last days, as many as you say."""
    in_total: OverTimePart | None = None
    """Ever: this never starts anew."""


class PersonLimitsPart(LimitsPart):
    """As for the community, and of those who take part in a workshop."""

    per_workshop: OverTimePart | None = None
    """By servers that are started in a workshop, over all its days."""


class WorkshopLimitsPart(Part):
    """For all who take part in one workshop together. They came by an invitation of it, or
    instruct; what they start on its days counts, besides all other limits."""

    at_once: AtOncePart | None = None
    """At one time."""
    per_day: OverTimePart | None = None
    """From midnight."""
    per_week: OverTimePart | None = None
    """From midnight before Monday."""
    per_month: OverTimePart | None = None
    """From midnight before the first."""
    rolling: RollingPart | None = None
    """Over the last days, as many as you say."""
    per_workshop: OverTimePart | None = None
    """Over all its days: of a workshop, that is all there is."""


class QuotasPart(Part):
    """What must not be passed. null: no limits."""

    community: LimitsPart | None = None
    """For all its people together."""
    person: PersonLimitsPart | None = None
    """For each of them."""
    workshop: WorkshopLimitsPart | None = None
    """For each workshop, as long as it takes place."""
