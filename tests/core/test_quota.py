"""Where limits stand: in each scope, window and profile, and when something fits again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.account import Account, Teaching, UsageSnapshot, Viewpoint, periods
from catalyst_hub.core.denial import Allowance, LimitScope
from catalyst_hub.core.live import LiveGroup
from catalyst_hub.core.quota import Limit, allowances, asked_of, tightest_refusal
from catalyst_hub.core.resources import AT_ONCE, HOUR_MS, OVER_TIME, Resources, Unit, Usage
from catalyst_hub.core.window import Window, local_day, midnight, milliseconds_since_1970
from tests.core.strategies import instants, live_groups, resources, zones

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOLD_MS = 900_000
ZONE = "Africa/Nairobi"
SMALL = Resources(1000, 1024**3)
COURSE = Teaching(7, "Maps", date(2026, 11, 16), date(2026, 11, 28))
#: A change of clocks at midnight, half an hour of it, and none at all.
ZONES = (
    *("Africa/Nairobi", "America/Santiago", "America/Sao_Paulo", "Africa/Johannesburg"),
    *("America/Asuncion", "Australia/Lord_Howe", "Asia/Beirut", "Pacific/Apia"),
)


def stands(
    limits: Sequence[Limit],
    snapshot: UsageSnapshot,
    now: datetime = NOW,
    zone: str = ZONE,
    teaching: Teaching | None = COURSE,
) -> tuple[Allowance, ...]:
    view = Viewpoint(1, zone, now, teaching)
    days = periods((limit.account for limit in limits), view)
    return allowances(limits, snapshot, days, view, HOLD_MS)


def server(
    person_id: int = 1, profile: str = "python", workshop_id: int | None = None, hours: float = 0
) -> LiveGroup:
    began_ms = milliseconds_since_1970(NOW - timedelta(hours=hours))
    return LiveGroup(person_id, SMALL, 0, 1, (began_ms,), profile, workshop_id)


windows = st.sampled_from([w for w in Window if w is not Window.AT_ONCE])
profiles = st.none() | st.sampled_from(["python", "r"])
limits = st.builds(
    Limit,
    st.sampled_from(LimitScope),
    st.sampled_from(AT_ONCE),
    st.just(Window.AT_ONCE),
    st.integers(0, 10**13),
    profile=profiles,
) | st.builds(
    Limit,
    st.sampled_from(LimitScope),
    st.sampled_from(OVER_TIME),
    windows,
    st.integers(0, 10**13),
    profile=profiles,
    days=st.integers(1, 40),
)
usages = st.builds(Usage, *[st.integers(0, 10**12)] * 5)


@st.composite
def snapshots(draw: st.DrawFn, rules: Sequence[Limit], now: datetime, zone: str) -> UsageSnapshot:
    """Anything that the store could say about these limits."""
    ended: dict[tuple[Account, int], dict[date, Usage]] = {}
    today = local_day(now, zone)
    view = Viewpoint(1, zone, now, COURSE)
    for account in periods((limit.account for limit in rules), view):
        length = account.days if account.window is Window.ROLLING else 1
        days = draw(st.sets(st.integers(0, length - 1), max_size=4))
        key = account, view.owner(account)
        ended[key] = {today - timedelta(days=ago): draw(usages) for ago in sorted(days)}
    live = [
        replace(group, profile=draw(st.sampled_from(["python", "r"])), workshop_id=workshop_id)
        for group in draw(st.lists(live_groups(now), max_size=4))
        for workshop_id in [draw(st.sampled_from([None, COURSE.workshop_id, 8]))]
    ]
    return UsageSnapshot(ended, live)


@given(st.data())
def test_no_allowance_is_negative_after_an_admission(data: st.DataObject) -> None:
    rules = data.draw(st.lists(limits, min_size=1, max_size=6))
    snapshot = data.draw(snapshots(rules, NOW, ZONE))
    wanted, rate = data.draw(resources), data.draw(st.integers(0, 10**10))
    before = stands(rules, snapshot)
    concerned = [limit for limit in before if limit.concerns("python")]
    if tightest_refusal(concerned, wanted, rate, HOLD_MS) is not None:
        return
    admitted = LiveGroup(1, wanted, rate, 1, (), "python", COURSE.workshop_id)
    after = stands(rules, UsageSnapshot(snapshot.ended, [*snapshot.live, admitted]))
    for old, new in zip(before, after, strict=True):
        asked = asked_of(old, wanted, rate, HOLD_MS) if old.concerns("python") else 0
        # What was set aside is what was asked for, of each limit that counts it, and of no other.
        assert new.used + new.held == old.used + old.held + asked
        assert not asked or new.used + new.held <= new.limit


@given(st.data(), st.sampled_from(ZONES) | zones, instants)
def test_the_days_of_a_rolling_window_add_up_to_all_of_it(
    data: st.DataObject, zone: str, now: datetime
) -> None:
    length, unit = data.draw(st.integers(1, 40)), data.draw(st.sampled_from(OVER_TIME))
    limit = Limit(LimitScope.COMMUNITY, unit, Window.ROLLING, 10**15, days=length)
    (stand,) = stands([limit], data.draw(snapshots([limit], now, zone)), now, zone)
    assert sum(amount for _, amount in stand.falls_out) == stand.used + stand.held
    instants_of_return = [at for at, _ in stand.falls_out]
    assert instants_of_return == sorted(set(instants_of_return))
    # Each of them is a midnight there, within the length of the window.
    today = local_day(now, zone)
    ahead = {midnight(today + timedelta(days=n), zone) for n in range(1, length + 1)}
    assert set(instants_of_return) <= ahead


@given(st.data(), st.sampled_from(ZONES), instants)
def test_at_the_reset_of_a_rolling_window_one_hold_fits_and_not_before(
    data: st.DataObject, zone: str, now: datetime
) -> None:
    length = data.draw(st.integers(1, 10))
    amount = data.draw(st.integers(0, 40 * HOUR_MS))
    limit = Limit(LimitScope.PERSON, Unit.SERVER_HOURS, Window.ROLLING, amount, days=length)
    today = local_day(now, zone)
    hours = st.integers(0, 12 * HOUR_MS).map(lambda ms: Usage(server_ms=ms))
    used = {
        today - timedelta(days=ago): data.draw(hours)
        for ago in data.draw(st.sets(st.integers(0, length - 1)))
    }

    def fits(at: datetime) -> bool:
        """Whether a start is admitted then, when nothing has been used since."""
        view = Viewpoint(1, zone, at)
        days = periods([limit.account], view)
        period = days[limit.account]
        within = {d: use for d, use in used.items() if period.first_on <= d < period.next_on}
        snapshot = UsageSnapshot({(limit.account, 1): within}, [])
        current = allowances([limit], snapshot, days, view, HOLD_MS)
        return tightest_refusal(current, SMALL, 0, HOLD_MS) is None

    (stand,) = stands([limit], UsageSnapshot({(limit.account, 1): used}, []), now, zone)
    if fits(now):
        return
    fits_at = stand.fits_at(HOLD_MS)
    if fits_at is None:
        assert amount < HOLD_MS
        return
    assert fits_at > now
    assert fits(fits_at)
    assert not fits(fits_at - timedelta(milliseconds=1))


@given(st.lists(st.tuples(profiles, st.sampled_from(["python", "r"])), max_size=8))
def test_a_limit_of_a_profile_counts_only_its_servers(pairs: list[tuple[str | None, str]]) -> None:
    rules = [
        Limit(LimitScope.COMMUNITY, Unit.SERVERS, Window.AT_ONCE, 5, profile=profile)
        for profile, _ in pairs
    ]
    live = [server(profile=profile) for _, profile in pairs]
    for limit in stands(rules, UsageSnapshot({}, live)):
        assert limit.used == sum(limit.concerns(group.profile) for group in live)


def test_a_limit_of_a_profile_refuses_only_its_servers() -> None:
    full = Allowance(LimitScope.PERSON, Unit.SERVERS, Window.AT_ONCE, 1, 1, profile="gpu")
    assert full.concerns("gpu")
    assert not full.concerns("python")
    assert replace(full, profile=None).concerns("python")


def test_a_personal_limit_counts_only_her_own() -> None:
    limit = Limit(LimitScope.PERSON, Unit.SERVERS, Window.AT_ONCE, 2)
    (seats,) = stands([limit], UsageSnapshot({}, [server(1), server(2), server(2)]))
    assert seats.used == 1


def test_limits_of_a_workshop_count_its_sessions_and_end_with_it() -> None:
    rules = [
        Limit(LimitScope.WORKSHOP, Unit.SERVERS, Window.AT_ONCE, 30),
        Limit(LimitScope.WORKSHOP, Unit.SERVER_HOURS, Window.WORKSHOP, 100 * HOUR_MS),
        Limit(LimitScope.PERSON, Unit.SERVER_HOURS, Window.WORKSHOP, 10 * HOUR_MS),
    ]
    hers, another = server(1, workshop_id=7, hours=2), server(2, workshop_id=7, hours=1)
    snapshot = UsageSnapshot({}, [hers, another, server(1, hours=3), server(1, workshop_id=8)])
    seats, hours, own = stands(rules, snapshot)
    assert (seats.used, hours.used, own.used) == (2, 3 * HOUR_MS, 2 * HOUR_MS)
    assert hours.resets_at == own.resets_at == midnight(date(2026, 11, 28), ZONE)
    assert {limit.workshop for limit in (seats, hours, own)} == {"Maps"}


def test_who_takes_part_in_no_workshop_has_no_limits_of_one() -> None:
    views = Viewpoint(1, ZONE, NOW), Viewpoint(1, ZONE, NOW, COURSE), Viewpoint(0, ZONE, NOW)
    of_workshop = Account(LimitScope.WORKSHOP, Window.DAY)
    own = Account(LimitScope.PERSON, Window.WORKSHOP)
    shared = Account(LimitScope.COMMUNITY, Window.DAY)
    seen = [[view.sees(account) for account in (of_workshop, own, shared)] for view in views]
    assert seen == [[False, False, True], [True, True, True], [False, False, True]]


def test_what_counts_in_total_never_starts_anew() -> None:
    limit = Limit(LimitScope.PERSON, Unit.CPU_HOURS, Window.TOTAL, 100 * HOUR_MS)
    ended = {(limit.account, 1): {date(1970, 1, 1): Usage(cpu_ms=99 * HOUR_MS)}}
    (stand,) = stands([limit], UsageSnapshot(ended, [server(hours=0.5)]))
    assert (stand.left, stand.resets_at, stand.fits_at(HOUR_MS)) == (HOUR_MS // 4, None, None)


def test_use_of_a_server_that_runs_over_midnight_falls_out_day_by_day() -> None:
    limit = Limit(LimitScope.PERSON, Unit.SERVER_HOURS, Window.ROLLING, 20 * HOUR_MS, days=3)
    # It is 15:00 in Nairobi; the server was started at 21:00 the day before.
    (stand,) = stands([limit], UsageSnapshot({}, [server(hours=18)]))
    midnights = [midnight(date(2026, 11, day), ZONE) for day in (23, 24)]
    assert stand.falls_out == (
        (midnights[0], 3 * HOUR_MS),
        (midnights[1], 15 * HOUR_MS + HOLD_MS),
    )
    assert stand.resets_at == midnights[0]
    assert [stand.fits_at(n * HOUR_MS) for n in (4, 20)] == midnights
    assert stand.fits_at(21 * HOUR_MS) is None


@pytest.mark.parametrize(
    ("zone", "now", "resets_at"),
    [
        # Clocks go forward at midnight: the day begins at one o'clock.
        ("America/Santiago", "2026-09-05T12:00-04:00", "2026-09-06T01:00-03:00"),
        ("America/Sao_Paulo", "2018-11-03T12:00-03:00", "2018-11-04T01:00-02:00"),
        ("Australia/Lord_Howe", "2026-10-03T12:00+10:30", "2026-10-04T00:00+10:30"),
        # Paraguay has kept summer time since 2024.
        ("America/Asuncion", "2026-10-03T12:00-03:00", "2026-10-04T00:00-03:00"),
        ("Africa/Johannesburg", "2026-11-30T12:00+02:00", "2026-12-01T00:00+02:00"),
        ("Africa/Nairobi", "2028-02-29T12:00+03:00", "2028-03-01T00:00+03:00"),
    ],
)
def test_days_end_by_the_clock_of_the_community(zone: str, now: str, resets_at: str) -> None:
    at, ends_at = datetime.fromisoformat(now), datetime.fromisoformat(resets_at)
    day = Limit(LimitScope.PERSON, Unit.SERVER_HOURS, Window.DAY, HOUR_MS)
    one = replace(day, window=Window.ROLLING, days=1)
    used = {local_day(at, zone): Usage(server_ms=HOUR_MS)}
    snapshot = UsageSnapshot({(limit.account, 1): used for limit in (day, one)}, [])
    for stand in stands([day, one], snapshot, at, zone):
        assert stand.fits_at(HOLD_MS) == ends_at


def test_the_limit_that_lasts_longest_is_the_tightest() -> None:
    def limit(window: Window, used: int, resets_at: datetime | None = None) -> Allowance:
        unit = Unit.SERVERS if window is Window.AT_ONCE else Unit.SERVER_HOURS
        whole = 1 if window is Window.AT_ONCE else HOUR_MS
        return Allowance(LimitScope.PERSON, unit, window, whole, used, resets_at=resets_at)

    tomorrow, next_month = (datetime(2026, *on, tzinfo=UTC) for on in ((11, 22), (12, 1)))
    current = [
        limit(Window.AT_ONCE, 1),
        limit(Window.DAY, HOUR_MS, tomorrow),
        limit(Window.MONTH, HOUR_MS, next_month),
        limit(Window.TOTAL, HOUR_MS),
    ]
    for number in range(1, len(current) + 1):
        refusal = tightest_refusal(reversed(current[:number]), SMALL, 0, HOLD_MS)
        assert refusal is not None
        assert refusal[0] is current[number - 1]


def test_what_was_used_beyond_a_rolling_limit_comes_back_first() -> None:
    limit = Limit(LimitScope.PERSON, Unit.SERVER_HOURS, Window.ROLLING, 4 * HOUR_MS, days=3)
    used = {date(2026, 11, day): Usage(server_ms=n * HOUR_MS) for day, n in ((19, 2), (20, 5))}
    (stand,) = stands([limit], UsageSnapshot({(limit.account, 1): used}, []))
    assert stand.left == 0
    assert stand.comes_back == (midnight(date(2026, 11, 23), ZONE), 4 * HOUR_MS)
    assert stand.resets_at == midnight(date(2026, 11, 23), ZONE)


def test_a_server_that_starts_is_held_and_one_that_runs_has_used_as_well() -> None:
    budget = Limit(LimitScope.COMMUNITY, Unit.MONEY, Window.MONTH, 10**9, is_budget=True)
    reserved = LiveGroup(1, SMALL, 60_000_000, 1, ())
    began_ms = milliseconds_since_1970(NOW - timedelta(hours=2))
    running = replace(reserved, began_ms=(began_ms,))
    ended = {(budget.account, 0): {date(2026, 11, 1): Usage(micros=5)}}
    (left,) = stands([budget], UsageSnapshot(ended, [reserved, running]))
    assert (left.used, left.held) == (120_000_005, 2 * 15_000_000)
    assert left.left == 1_000_000_000 - 150_000_005
