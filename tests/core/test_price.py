"""Rates, and what they come to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.price import Price
from catalyst_hub.core.resources import Resources, usage_after


def test_a_rate_is_rounded_once_and_half_to_even() -> None:
    price = Price("KES", server_hour=100, cpu_hour=1, gib_hour=3, gpu_hour=1000)
    assert price.rate(Resources(1500, 1024**3 // 2, 2)) == 2103
    assert Price("KES", cpu_hour=1).rate(Resources(500, 0)) == 0
    assert Price("KES", cpu_hour=1).rate(Resources(1500, 0)) == 2
    assert Price("KES").rate(Resources(64_000, 2**40, 8)) == 0


@given(st.integers(0, 10**10), st.integers(0, 10**10))
def test_an_hour_more_costs_exactly_the_rate_more(rate: int, elapsed_ms: int) -> None:
    sizes = Resources(1000, 1024**3)
    less, more = (usage_after(sizes, rate, ms) for ms in (elapsed_ms, elapsed_ms + 3_600_000))
    assert (more - less).micros == rate
    assert less + (more - less) == more
