"""What the file says of budgets, and of how limits are enforced."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

from pydantic import model_validator

from catalyst_hub.communities_file.fields import (
    Amount,
    Count,
    Duration,
    Line,
    Notice,
    YesOrNo,
    refusal,
)
from catalyst_hub.communities_file.part import Part

_LONGEST_ROUND_S = 600


class StepsPart(Part):
    """From which percentage of a budget on, used and set aside, each step is taken. null: never."""

    tell: Count | None = 50
    """Champions and whoever runs the hub are told."""
    hide_sizes: Count | None = 80
    """They are told, and the sizes above a set one cannot start."""
    no_new_servers: Count | None = 95
    """They are told, and only servers of workshops that take place can start."""
    drain: Count | None = 100
    """They are told, nothing that costs can start, and servers that run get notice."""

    @model_validator(mode="after")
    def _go_up(self) -> StepsPart:
        said = (self.tell, self.hide_sizes, self.no_new_servers, self.drain)
        taken = [percent for percent in said if percent is not None]
        if not all(1 <= percent <= 100 for percent in taken):
            raise refusal("a step is a percentage", "1 to 100", "correct it, or write null")
        if any(first > second for first, second in pairwise(taken)):
            expected = "tell, hide_sizes, no_new_servers and drain in this order"
            raise refusal("a later step comes before an earlier one", expected, "sort them")
        return self


class BudgetPart(Part):
    """What a community may spend."""

    amount: Amount | None = None
    """In each window, in the community's currency."""
    per: Literal["day", "week", "month"] = "month"
    """The calendar window it is for."""
    credit: Literal["prepaid"] | None = None
    """Instead of an amount: only what was paid in before can be spent."""
    carry_over: YesOrNo | None = None
    """Whether what is left when a window ends can still be spent: of an amount, in the next
    window (no unless you say so); of prepaid credit, until it is spent (yes unless you say so; if
    not, what was paid in lapses when the window ends)."""
    steps: StepsPart = StepsPart()
    """What follows as it is used up."""
    above: Line | None = None
    """Which sizes are hidden: those that cost more than the size of this name, or more than this
    for an hour (US$ 0.20); otherwise, more than the usual size of their profile."""


class EnforcementPart(Part):
    """How soon limits take hold of servers that run. This much time of each server is set aside
    of every limit before it starts, so that the notice is paid when it is given."""

    notice: Notice = 600
    """How long a server runs on after its owner was told that a limit is reached."""
    every: Duration = 60
    """How often limits are looked at, 10m at most."""
    stop_time: Duration = 240
    """How long a server takes to stop, at most."""
    starts_without: YesOrNo = False
    """Whether servers that cost money may start while nobody enforces limits: when whoever does has
    missed three rounds."""

    @model_validator(mode="after")
    def _is_often(self) -> EnforcementPart:
        if 1 <= self.every <= _LONGEST_ROUND_S:
            return self
        raise refusal("this is no time between two looks", "1s to 10m", "correct it", at="every")
