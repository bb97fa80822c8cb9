"""Values for the properties of the core: any size, any zone, any moment of these years."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

from hypothesis import strategies as st

from catalyst_hub.core.choice import Choice
from catalyst_hub.core.live import LiveGroup
from catalyst_hub.core.resources import Resources
from catalyst_hub.core.session import ServerKey, Session, SessionState
from catalyst_hub.core.window import milliseconds_since_1970

#: With half-hour offsets, changes at midnight, a change of half an hour, a skipped day.
ODD_ZONES = (
    *("Africa/Nairobi", "America/Argentina/Cordoba", "America/Santiago", "America/Asuncion"),
    *("America/St_Johns", "America/Havana", "Asia/Kolkata", "Asia/Beirut", "Australia/Lord_Howe"),
    *("Pacific/Apia", "Europe/Lisbon", "UTC"),
)
ALL_ZONES = tuple(sorted(z for z in available_timezones() if "/" in z and "right" not in z))

zones = st.sampled_from(ODD_ZONES) | st.sampled_from(ALL_ZONES)
instants = st.datetimes(datetime(2005, 1, 1), datetime(2037, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=UTC, microsecond=at.microsecond // 1000 * 1000)
)
durations = st.integers(0, 40 * 86_400_000).map(lambda ms: timedelta(milliseconds=ms))
resources = st.builds(
    Resources,
    cpu_milli=st.integers(0, 128_000),
    memory_bytes=st.integers(0, 2**41),
    gpu=st.integers(0, 16),
)
rates = st.integers(0, 10**11)


def session_from(
    running_at: datetime, sizes: Resources, rate_micros: int, zone: str = "UTC"
) -> Session:
    """A running session; everything else about it does not matter."""
    return Session(
        "s" * 32,
        1,
        ServerKey("kofi"),
        Choice("nairobi", "python", "small", "lab"),
        sizes,
        rate_micros,
        "KES",
        zone,
        SessionState.RUNNING,
        reserved_at=running_at,
        running_at=running_at,
    )


sessions = st.builds(session_from, instants, resources, rates, zones)


@st.composite
def live_groups(draw: st.DrawFn, now: datetime) -> LiveGroup:
    """Of those without an age the servers have not begun."""
    ages = draw(st.lists(st.none() | durations, min_size=1, max_size=3))
    began = tuple(milliseconds_since_1970(now - age) for age in ages if age is not None)
    return LiveGroup(draw(st.integers(1, 3)), draw(resources), draw(rates), len(ages), began)
