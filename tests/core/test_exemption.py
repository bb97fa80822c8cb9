from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.exemption import (
    LARGEST_EXTRA,
    LONGEST_DAYS,
    Asked,
    Exemption,
    MakingRefusal,
    last_day,
    limits_with,
    making_refusal,
)
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import HOUR_MS, Unit
from catalyst_hub.core.window import Window

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
TODAY = date(2026, 11, 21)
KOFI, LUCIA = 1, 2
GPU_HOURS = Limit(LimitScope.PERSON, Unit.GPU_HOURS, Window.MONTH, 10 * HOUR_MS)
SERVERS = Limit(LimitScope.COMMUNITY, Unit.SERVERS, Window.AT_ONCE, 4)
BUDGET = Limit(LimitScope.COMMUNITY, Unit.MONEY, Window.MONTH, 300_000_000, is_budget=True)
LIMITS = (GPU_HOURS, SERVERS, BUDGET)
FREE = Bounds(champions_may_make_exceptions=True, most_exception_percent=50, most_exception_days=30)


def exemption(
    person_id: int | None = KOFI, amount: int = 5 * HOUR_MS, limit: Limit = GPU_HOURS
) -> Exemption:
    expires_at = NOW + timedelta(days=9)
    return Exemption(
        1,
        "nairobi",
        person_id,
        limit.unit,
        limit.window,
        amount,
        "thesis",
        "amina",
        NOW,
        expires_at,
    )


def asked(amount: int = 5 * HOUR_MS, limit: Limit = GPU_HOURS, days: int = 9) -> Asked:
    who = "kofi" if limit.scope is LimitScope.PERSON else ""
    return Asked(who, limit.unit, limit.window, amount, TODAY + timedelta(days=days), "thesis")


def refused(
    ask: Asked,
    bounds: Bounds = FREE,
    given_before: int = 0,
    *,
    is_oneself: bool = False,
    by_operator: bool = False,
) -> MakingRefusal | None:
    return making_refusal(
        ask, LIMITS, given_before, bounds, TODAY, is_oneself=is_oneself, by_operator=by_operator
    )


def test_an_exception_raises_one_limit_of_one_person() -> None:
    raised = limits_with(LIMITS, [exemption()], KOFI, NOW)
    assert raised == (replace(GPU_HOURS, amount=15 * HOUR_MS), SERVERS, BUDGET)
    assert limits_with(LIMITS, [exemption()], LUCIA, NOW) == LIMITS
    assert limits_with(LIMITS, [exemption()], None, NOW) == LIMITS


def test_one_for_the_community_raises_the_limit_that_all_share() -> None:
    more = [exemption(None, 2, SERVERS), exemption(None, HOUR_MS, GPU_HOURS)]
    raised = (GPU_HOURS, replace(SERVERS, amount=6), BUDGET)
    assert limits_with(LIMITS, more, KOFI, NOW) == raised
    assert limits_with(LIMITS, more, None, NOW) == raised


def test_it_ends_at_the_instant_it_expires_or_is_revoked() -> None:
    ends = NOW + timedelta(days=9)
    before = ends - timedelta(milliseconds=1)
    revoked = replace(exemption(), revoked_by="amina", revoked_at=NOW)
    assert limits_with(LIMITS, [exemption()], KOFI, before)[0].amount == 15 * HOUR_MS
    assert limits_with(LIMITS, [exemption()], KOFI, ends) == LIMITS
    assert limits_with(LIMITS, [revoked], KOFI, NOW) == LIMITS


@given(st.lists(st.tuples(st.sampled_from([KOFI, LUCIA, None]), st.integers(1, 9)), max_size=8))
def test_several_add_up_and_order_and_number_of_the_limits_stay(
    parts: list[tuple[int | None, int]],
) -> None:
    more = [exemption(person_id, hours * HOUR_MS) for person_id, hours in parts]
    raised = limits_with(LIMITS, more, KOFI, NOW)
    extra = sum(hours for person_id, hours in parts if person_id == KOFI)
    assert raised[0].amount == (10 + extra) * HOUR_MS
    assert [replace(limit, amount=0) for limit in raised] == [replace(x, amount=0) for x in LIMITS]


def test_champions_may_do_nothing_unless_the_operator_says_so() -> None:
    assert refused(asked(), Bounds()) is MakingRefusal.NOT_ALLOWED
    assert refused(asked(), Bounds(), by_operator=True) is None


def test_champions_stop_at_the_bounds_to_the_unit() -> None:
    assert refused(asked()) is None
    assert refused(asked(5 * HOUR_MS + 1)) is MakingRefusal.TOO_MUCH
    assert refused(asked(), given_before=1) is MakingRefusal.TOO_MUCH
    assert refused(asked(days=30)) is None
    assert refused(asked(days=31)) is MakingRefusal.TOO_LONG
    assert refused(asked(500 * HOUR_MS, days=300), by_operator=True) is None


def test_money_and_oneself_are_the_operators_to_allow() -> None:
    money = asked(1_000_000, BUDGET)
    assert refused(money) is MakingRefusal.MONEY
    assert refused(money, replace(FREE, exceptions_of_money=True)) is None
    assert refused(money, by_operator=True) is None
    assert refused(asked(), is_oneself=True) is MakingRefusal.ONESELF
    assert refused(asked(), replace(FREE, exceptions_for_oneself=True), is_oneself=True) is None


def test_there_has_to_be_such_a_limit_and_some_time_left() -> None:
    nothing = Limit(LimitScope.PERSON, Unit.SERVERS, Window.AT_ONCE, 1)
    assert refused(asked(1, nothing), by_operator=True) is MakingRefusal.NO_SUCH_LIMIT
    assert refused(asked(days=-1), by_operator=True) is MakingRefusal.OVER
    assert refused(asked(days=LONGEST_DAYS + 1), by_operator=True) is MakingRefusal.TOO_LONG
    full = refused(asked(), given_before=LARGEST_EXTRA, by_operator=True)
    assert full is MakingRefusal.TOO_MUCH


@pytest.mark.parametrize(("amount", "reason"), [(0, "x"), (-1, "x"), (2**60, "x"), (1, "")])
def test_what_is_no_exception_is_not_understood(amount: int, reason: str) -> None:
    with pytest.raises(ValueError, match=r"exception|reason"):
        replace(asked(), amount=amount, reason=reason)


def test_it_holds_to_the_end_of_its_last_day_where_the_community_is() -> None:
    expires_at = asked().expires_at("Africa/Nairobi")
    assert expires_at == datetime(2026, 11, 30, 21, tzinfo=UTC)
    assert last_day(replace(exemption(), expires_at=expires_at), "Africa/Nairobi") == date(
        2026, 11, 30
    )
