"""How far people may put off the stop of a server by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator

from catalyst_hub.communities_file.fields import Count, Duration, refusal
from catalyst_hub.communities_file.part import Part
from catalyst_hub.core.bounds import LONGEST_KEPT, MOST_TIMES_KEPT, Keeping

_LONGEST_S = int(LONGEST_KEPT.total_seconds())


def _few(times: int) -> int:
    if times > MOST_TIMES_KEPT:
        raise refusal(
            f"this is {times} times", f"at most {MOST_TIMES_KEPT}", "write a smaller number"
        )
    return times


def _short(seconds: int) -> int:
    if not 0 < seconds <= _LONGEST_S:
        raise refusal("this is too long, or nothing", "at most 2h", "write something like 30m")
    return seconds


Times = Annotated[Count, AfterValidator(_few)]
Short = Annotated[Duration, AfterValidator(_short)]


class KeepingPart(Part):
    """What a person may do by one click when a server of theirs is going to be stopped because a
    limit over time is used up."""

    times: Times = 1
    """How often the stop of one server may be put off, at most 5 times; 0: never."""
    money_times: Times = 0
    """The same where the limit is on money, the budget or a quota: each time costs more than there
    is."""
    each: Short = 1800
    """For how long each time, at most 2h."""


def keeping_of(part: KeepingPart | None) -> Keeping:
    """What the file says; without a word, what is usual."""
    if part is None:
        return Keeping()
    return Keeping(part.times, part.money_times, timedelta(seconds=part.each))
