"""The decision before a start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.admission import Resolved, decide, resolve
from catalyst_hub.core.choice import Choice
from catalyst_hub.core.community import Community, Role
from catalyst_hub.core.denial import Allowance, Code, Denied, LimitScope
from catalyst_hub.core.enforcement import Enforcement
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.price import Price
from catalyst_hub.core.profile import Environment, Profile, Size
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import Resources, Unit
from catalyst_hub.core.standing import Standing
from catalyst_hub.core.window import Window

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOLD_MS = Enforcement().hold_ms


def size(slug: str, limits: Resources = Resources(1000, 1024**3), hour: int = 0) -> Size:  # noqa: B008
    return Size(slug, {"": slug}, limits, limits, Price("KES", server_hour=hour))


def profile(slug: str, *sizes: Size, interfaces: tuple[str, ...] = ("lab", "notebook")) -> Profile:
    return Profile(slug, {"": slug}, {}, Environment(), sizes, interfaces, sizes[0].slug)


def community(slug: str, *profiles: Profile, limits: tuple[Limit, ...] = ()) -> Community:
    return Community(
        slug, {"": slug}, "KE", ("en",), "Africa/Nairobi", "KES", "amina@example.org",
        profiles=profiles, default_profile=profiles[0].slug if profiles else "", limits=limits,
    )  # fmt: skip


NAIROBI = community(
    "nairobi",
    profile("python", size("small"), size("large", Resources(4000, 8 * 1024**3))),
    profile("r", size("small"), interfaces=("rstudio",)),
)
CORDOBA = community("cordoba", profile("geo", size("medium")))
BARE = community("bare")
POLICY = Policy("h", {}, "UTC", ("en",), "root@example.org", (), (NAIROBI, CORDOBA, BARE))
LUCIA = {"cordoba": Role.MEMBER, "nairobi": Role.MEMBER}


def decided(wanted: Size, current: Sequence[Allowance]) -> Denied | None:
    return decide(NAIROBI, NAIROBI.profiles[0], wanted, Standing((), tuple(current), HOLD_MS))


def choice_of(answer: Resolved | Denied) -> Choice:
    assert isinstance(answer, Resolved)
    return answer.choice


def test_who_says_nothing_gets_the_defaults_of_the_first_community_of_the_file() -> None:
    expected = Choice("nairobi", "python", "small", "lab")
    for nothing in (None, {}, {"community": "", "profile": ""}):
        assert choice_of(resolve(POLICY, LUCIA, nothing)) == expected


def test_missing_words_are_filled_from_the_last_choice() -> None:
    last = Choice("nairobi", "python", "large", "notebook")
    assert choice_of(resolve(POLICY, LUCIA, {}, last)) == last
    asked = {"community": "nairobi", "profile": "r"}
    assert choice_of(resolve(POLICY, LUCIA, asked, last)) == Choice(
        "nairobi", "r", "small", "rstudio"
    )


def test_a_last_choice_that_no_longer_stands_is_passed_over() -> None:
    for gone in (
        Choice("closed", "python", "small", "lab"),
        Choice("nairobi", "julia", "small", "lab"),
        Choice("nairobi", "python", "huge", "terminal"),
    ):
        assert choice_of(resolve(POLICY, LUCIA, {}, gone)).community == "nairobi"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"community": "bare"}, Code.NOT_A_MEMBER),
        ({"community": "accra"}, Code.NOT_A_MEMBER),
        ({"profile": "julia"}, Code.UNKNOWN_PROFILE),
        ({"size": "huge"}, Code.UNKNOWN_SIZE),
        ({"interface": "rstudio"}, Code.UNKNOWN_INTERFACE),
        ({"image": "evil"}, Code.UNFIT_IMAGE),
        ({"profile": ["python"]}, Code.MALFORMED_CHOICE),
        ({"profile": None}, Code.MALFORMED_CHOICE),
        ({"profile": "p" * 101}, Code.MALFORMED_CHOICE),
        ({"profile": "\ud800"}, Code.MALFORMED_CHOICE),
        ({"\ud800": "python"}, Code.MALFORMED_CHOICE),
        ({1: 2}, Code.MALFORMED_CHOICE),
        ([], Code.MALFORMED_CHOICE),
        ("nairobi", Code.MALFORMED_CHOICE),
        (7, Code.MALFORMED_CHOICE),
    ],
)
def test_every_wrong_shape_of_options_is_denied(options: object, code: Code) -> None:
    denied = resolve(POLICY, LUCIA, options)
    assert isinstance(denied, Denied)
    assert denied.code is code
    assert 400 <= denied.status < 500
    assert denied.name is None or denied.name.encode()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
words = st.sampled_from(["community", "profile", "size", "interface"]) | st.text()


@given(json_values | st.dictionaries(words, json_values))
def test_no_options_are_an_error(options: object) -> None:
    answer = resolve(POLICY, LUCIA, options)
    assert isinstance(answer, Resolved | Denied)


def test_who_belongs_nowhere_is_told_whom_to_ask() -> None:
    for memberships in ({}, {"bare": Role.MEMBER}, {"closed": Role.CHAMPION}):
        denied = resolve(POLICY, memberships, {})
        assert isinstance(denied, Denied)
        assert (denied.code, denied.contact) == (Code.NO_COMMUNITY, "root@example.org")


def allowance(limit: int, used: int, unit: Unit, window: Window, **more: object) -> Allowance:
    made = Allowance(LimitScope.COMMUNITY, unit, window, limit, used)
    return replace(made, **more)  # type: ignore[arg-type]


def test_the_last_seat_is_given_and_the_next_is_refused() -> None:
    seats = allowance(30, 29, Unit.SERVERS, Window.AT_ONCE)
    assert decided(size("small"), [seats]) is None
    denied = decided(size("small"), [replace(seats, used=30)])
    assert denied is not None
    assert (denied.code, denied.asked, denied.contact) == (
        Code.QUOTA_AT_ONCE, 1, "amina@example.org",
    )  # fmt: skip


def test_of_several_limits_the_one_that_lasts_longest_is_named() -> None:
    seats = allowance(1, 1, Unit.SERVERS, Window.AT_ONCE)
    day = allowance(
        1, 1, Unit.SERVER_HOURS, Window.DAY, resets_at=datetime(2026, 11, 22, tzinfo=UTC)
    )
    budget = allowance(
        5, 5, Unit.MONEY, Window.MONTH, is_budget=True, resets_at=datetime(2026, 12, 1, tzinfo=UTC)
    )
    wanted = size("small", hour=60_000_000)
    codes = []
    for current in ([seats], [seats, day], [budget, seats, day]):
        denied = decided(wanted, current)
        assert denied is not None
        codes.append(denied.code)
    assert codes == [Code.QUOTA_AT_ONCE, Code.QUOTA_WINDOW, Code.BUDGET_SPENT]


def test_a_limit_of_which_a_server_takes_nothing_never_refuses_it() -> None:
    gpus = allowance(0, 0, Unit.GPU, Window.AT_ONCE)
    money = allowance(0, 0, Unit.MONEY, Window.MONTH, is_budget=True, resets_at=NOW)
    assert decided(size("small"), [gpus, money]) is None


def test_a_quarter_of_an_hour_must_fit_under_a_limit_over_time() -> None:
    hour = 3_600_000
    left = allowance(hour, hour * 3 // 4, Unit.SERVER_HOURS, Window.DAY, resets_at=NOW)
    assert decided(size("small"), [left]) is None
    assert decided(size("small"), [replace(left, used=left.used + 1)]) is not None
