"""When a server stops as idle or too old, whatever is known of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.choice import Choice
from catalyst_hub.core.culling import Shelter, Use, culling_ground, idleness, outlook
from catalyst_hub.core.culling_hours import Spell
from catalyst_hub.core.culling_rules import CullingRules, SaidBy, Span
from catalyst_hub.core.notice import Reason
from catalyst_hub.core.resources import Resources
from catalyst_hub.core.server_report import FRESH, ServerReport
from catalyst_hub.core.session import ServerKey, Session, SessionState

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
RULES = CullingRules()
NOTHING = Shelter()
SESSION = Session(
    "session-1",
    1,
    ServerKey("kofi"),
    Choice("savanna", "python", "small", "lab"),
    Resources(1000, 1024**3),
    0,
    "KES",
    "Africa/Nairobi",
    SessionState.RUNNING,
    NOON,
    NOON,
    activity_at=NOON,
)


def _report(minutes: int, **at: int) -> ServerReport:
    """What a server said so many minutes after its start, and when it had been in use."""
    said = {f"{name}_at": NOON + value * MINUTE for name, value in at.items()}
    return ServerReport("session-1", NOON + minutes * MINUTE, **said)


def _since(report: ServerReport | None, minutes: int, heard: int = 0) -> tuple[int, Use, bool]:
    """Since which minute it is idle, and by which use, at some minute."""
    session = replace(SESSION, activity_at=NOON + heard * MINUTE)
    found = idleness(session, report, RULES, NOON + minutes * MINUTE)
    return round((found.since - NOON) / MINUTE), found.use, found.is_reported


def _stops_at(
    report: ServerReport | None, now: int, rules: CullingRules = RULES, shelter: Shelter = NOTHING
) -> tuple[Reason, int] | None:
    """Which stop is told at some minute, and at which minute it would be."""
    ground = culling_ground(SESSION, report, (Spell(rules),), shelter, NOON + now * MINUTE)
    if ground is None or ground.stop_at is None:
        return None
    return ground.reason, round((ground.stop_at - NOON) / MINUTE)


@pytest.mark.parametrize(
    ("report", "now", "heard", "since"),
    [
        # Nothing but its start is known.
        (None, 30, 0, (0, Use.STARTED, False)),
        # Without the extension it is what the Hub has heard.
        (None, 90, 80, (80, Use.ACTIVITY, False)),
        # With it, what the Hub has heard may have been an open page alone.
        (_report(90, touched=20), 90, 89, (20, Use.TOUCHED, True)),
        (_report(90), 90, 89, (0, Use.STARTED, True)),
        # What it computes counts, with no page open.
        (_report(90, touched=20, worked=88), 90, 20, (88, Use.WORKED, True)),
        # A page that is open counts for two hours after somebody touched it, and no longer.
        (_report(90, touched=20, open=90), 90, 90, (90, Use.OPEN, True)),
        (_report(300, touched=20, open=300), 300, 300, (140, Use.OPEN, True)),
        # Work counts for a day.
        (_report(1600, touched=20, worked=1600), 1600, 20, (1460, Use.WORKED, True)),
        # A report that is too old is no reason to forget what the Hub has heard since.
        (_report(30, touched=30), 90, 80, (80, Use.ACTIVITY, False)),
        (_report(30, touched=30), 90, 10, (30, Use.TOUCHED, False)),
        # Clocks ahead of ours prove nothing about later.
        (_report(90, touched=500), 90, 0, (90, Use.TOUCHED, True)),
        (None, 90, 500, (90, Use.ACTIVITY, False)),
    ],
)
def test_since_when_a_server_is_idle(
    report: ServerReport | None, now: int, heard: int, since: tuple[int, Use, bool]
) -> None:
    assert _since(report, now, heard) == since


@pytest.mark.parametrize(
    ("report", "now", "ceiling"),
    [
        (_report(100, touched=20, open=100), 100, None),
        (_report(300, touched=20, open=300), 300, Use.OPEN),
        (_report(1600, touched=20, worked=1600, open=1600), 1600, Use.WORKED),
        (_report(1600, touched=20, worked=100), 1600, None),
    ],
)
def test_what_goes_on_and_counts_no_more_is_named(
    report: ServerReport, now: int, ceiling: Use | None
) -> None:
    assert idleness(SESSION, report, RULES, NOON + now * MINUTE).ceiling is ceiling


def test_the_stop_is_told_half_an_hour_before_and_not_when_somebody_works() -> None:
    assert _stops_at(_report(48, touched=20), 49) is None
    assert _stops_at(_report(50, touched=20), 50) == (Reason.IDLE, 80)
    assert _stops_at(_report(60, touched=59), 60) is None


def test_of_a_short_limit_half_is_left_to_save_work() -> None:
    rules = replace(RULES, idle=Span(20 * MINUTE))
    assert _stops_at(_report(29, touched=20), 29, rules) is None
    assert _stops_at(_report(30, touched=20), 30, rules) == (Reason.IDLE, 40)
    ground = culling_ground(SESSION, _report(500), (Spell(rules),), NOTHING, NOON + 500 * MINUTE)
    assert ground is not None
    assert ground.least == 10 * MINUTE


def test_for_a_while_after_its_start_no_server_is_idle() -> None:
    rules = replace(RULES, idle=Span(4 * MINUTE), grace=15 * MINUTE)
    assert _stops_at(_report(10), 10, rules) is None
    assert _stops_at(_report(13), 13, rules) == (Reason.IDLE, 15)


def test_a_server_that_is_too_old_stops_however_busy_it_is() -> None:
    rules = replace(RULES, max_age=Span(8 * HOUR, SaidBy.PROFILE, "python"))
    busy = _report(455, touched=455, worked=455)
    assert _stops_at(busy, 449, rules) is None
    assert _stops_at(busy, 455, rules) == (Reason.OVER_AGE, 480)
    ground = culling_ground(SESSION, busy, (Spell(rules),), NOTHING, NOON + 455 * MINUTE)
    assert ground is not None
    assert ground.facts == {
        "limit_s": 28800,
        "since": NOON.isoformat(),
        "by": "profile",
        "name": "python",
    }


def test_without_limits_nothing_stops() -> None:
    rules = replace(RULES, idle=Span(None), max_age=Span(None))
    assert _stops_at(_report(99_999), 99_999, rules) is None


def test_what_has_not_started_is_not_idle() -> None:
    starting = replace(SESSION, state=SessionState.RESERVED, running_at=None)
    assert culling_ground(starting, None, (Spell(RULES),), NOTHING, NOON + 500 * MINUTE) is None


def test_while_a_workshop_takes_place_nothing_stops() -> None:
    shelter = Shelter(workshop="Genomics")
    old = replace(RULES, max_age=Span(HOUR))
    assert _stops_at(_report(500), 500, old, shelter) is None
    assert outlook(SESSION, None, (Spell(RULES),), shelter, NOON).stops == ()


def test_a_champions_word_spares_what_is_idle_until_its_time_and_not_what_is_too_old() -> None:
    shelter = Shelter(spared_until=NOON + 500 * MINUTE)
    assert _stops_at(_report(499), 499, shelter=shelter) is None
    assert _stops_at(_report(500), 500, shelter=shelter) == (Reason.IDLE, 60)
    old = replace(RULES, max_age=Span(HOUR))
    assert _stops_at(_report(60), 60, old, shelter) == (Reason.OVER_AGE, 60)


def test_what_its_owner_put_off_stops_later_and_goes_on_to_be_told() -> None:
    shelter = Shelter(kept={Reason.IDLE: NOON + 120 * MINUTE})
    assert _stops_at(_report(50), 50, shelter=shelter) == (Reason.IDLE, 120)
    # Whoever uses it needs it no more.
    assert _stops_at(_report(80, touched=80), 80, shelter=shelter) is None


def test_the_sooner_of_two_stops_is_told() -> None:
    rules = replace(RULES, max_age=Span(HOUR))
    assert _stops_at(_report(55, touched=30), 55, rules) == (Reason.OVER_AGE, 60)
    both = outlook(
        SESSION, _report(55, touched=30), (Spell(rules),), NOTHING, NOON + 55 * MINUTE
    ).stops
    assert [stop.reason for stop in both] == [Reason.OVER_AGE, Reason.IDLE]


minutes = st.integers(0, 3000)
maybe = st.none() | minutes


@st.composite
def _signs(draw: st.DrawFn) -> dict[str, int]:
    found = {name: draw(maybe) for name in ("touched", "worked", "open")}
    return {name: value for name, value in found.items() if value is not None}


def _idle_stop(signs: dict[str, int], said: int, now: int, heard: int) -> datetime | None:
    session = replace(SESSION, activity_at=NOON + heard * MINUTE)
    rules = replace(RULES, max_age=Span(None))
    stops = outlook(
        session, _report(said, **signs), (Spell(rules),), NOTHING, NOON + now * MINUTE
    ).stops
    return stops[0].stop_at if stops else None


@given(_signs(), _signs(), st.integers(0, 3000), minutes, minutes, minutes)
def test_more_activity_never_stops_a_server_sooner(
    signs: dict[str, int], more: dict[str, int], now: int, silence: int, heard: int, later: int
) -> None:
    said = max(0, now - silence)
    both = {
        name: max(found[name] for found in (signs, more) if name in found)
        for name in signs.keys() | more.keys()
    }
    before = _idle_stop(signs, said, now, heard)
    after = _idle_stop(both, said, now, max(heard, later))
    assert before is not None
    assert after is not None
    assert after >= before


@given(_signs(), minutes, minutes)
def test_the_longer_a_ceiling_the_later_the_stop(
    signs: dict[str, int], now: int, longer: int
) -> None:
    at, report = NOON + now * MINUTE, _report(now, **signs)
    wider = replace(
        RULES,
        open_tab=Span(2 * HOUR + longer * MINUTE),
        unattended_work=Span(24 * HOUR + longer * MINUTE),
    )
    assert idleness(SESSION, report, wider, at).since >= idleness(SESSION, report, RULES, at).since


@given(_signs(), minutes, st.booleans())
def test_who_is_in_a_workshop_is_never_stopped(
    signs: dict[str, int], now: int, is_spared: bool
) -> None:
    shelter = Shelter("Genomics", NOON if is_spared else None)
    report, at = _report(now, **signs), NOON + now * MINUTE
    tight = replace(RULES, idle=Span(MINUTE), max_age=Span(MINUTE), grace=timedelta())
    assert culling_ground(SESSION, report, (Spell(tight),), shelter, at) is None


def test_a_report_is_fresh_for_a_quarter_of_an_hour() -> None:
    assert _report(0).is_fresh(NOON + FRESH)
    assert not _report(0).is_fresh(NOON + FRESH + MINUTE)
