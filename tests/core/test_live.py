"""Live sessions in groups: what many have used together is what each of them has used."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.fleet import Fleet
from catalyst_hub.core.live import LiveGroup
from catalyst_hub.core.resources import MIB, Resources, Usage
from catalyst_hub.core.session import used_between
from catalyst_hub.core.window import milliseconds_since_1970
from tests.core.strategies import durations, instants, rates, resources, session_from

#: Of these nothing is left over, and the sum is worked out in another way.
whole_sizes = st.builds(
    Resources,
    cpu_milli=st.integers(0, 128).map(lambda cpus: 1000 * cpus),
    memory_bytes=st.integers(0, 2**21).map(lambda mib: MIB * mib),
)


def in_one_group(began: list[datetime], size: Resources, rate_micros: int) -> LiveGroup:
    began_ms = tuple(map(milliseconds_since_1970, began))
    return LiveGroup(1, size, rate_micros, len(began), began_ms)


@given(st.data(), instants, resources | whole_sizes, rates)
def test_together_they_have_used_what_each_is_charged(
    data: st.DataObject, now: datetime, size: Resources, rate_micros: int
) -> None:
    began = [now - age for age in data.draw(st.lists(durations, max_size=5))]
    start = now - data.draw(durations) + data.draw(st.sampled_from([0, 41])) * timedelta(days=1)
    each = (used_between(session_from(at, size, rate_micros), start, now) for at in began)
    fleet = Fleet([in_one_group(began, size, rate_micros)], now, 0)
    assert fleet.used_since(start) == sum(each, Usage())


@given(st.data(), instants, resources, rates)
def test_it_does_not_matter_in_which_groups_they_are(
    data: st.DataObject, now: datetime, size: Resources, rate_micros: int
) -> None:
    began = [now - age for age in data.draw(st.lists(durations, min_size=1, max_size=5))]
    start = now - data.draw(durations)
    together = Fleet([in_one_group(began, size, rate_micros)], now, 900_000)
    apart = Fleet([in_one_group([at], size, rate_micros) for at in began], now, 900_000)
    assert together.used_since(start) == apart.used_since(start)
    assert together.held == apart.held
