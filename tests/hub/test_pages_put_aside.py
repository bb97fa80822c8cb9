"""What the picker does not show while a budget has a step that puts sizes aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from catalyst_hub.core.denial import Allowance, Code, Denied, LimitScope
from catalyst_hub.core.price import Price
from catalyst_hub.core.profile import (
    CommunityOffer,
    Environment,
    Offers,
    Profile,
    ProfileOffer,
    Size,
    SizeOffer,
)
from catalyst_hub.core.resources import Resources, Unit
from catalyst_hub.core.window import Window
from catalyst_hub.hub.pages.picker import CommunityView, picker_view

BUDGET = Allowance(
    LimitScope.COMMUNITY, Unit.MONEY, Window.MONTH, 100, 85,
    resets_at=datetime(2026, 12, 1, tzinfo=UTC), is_budget=True,
)  # fmt: skip
REFUSED = Denied(Code.BUDGET_SIZES, "nairobi", allowance=BUDGET)
RESOURCES = Resources(1000, 1024**3)


def offered(*profiles: dict[str, Denied | None]) -> CommunityView:
    """One community, whose profiles have these sizes."""
    offers = []
    for number, sizes in enumerate(profiles):
        entries = tuple(
            SizeOffer(Size(slug, {"": slug}, RESOURCES, RESOURCES, Price("KES")), denied)
            for slug, denied in sizes.items()
        )
        profile = Profile(
            f"p{number}", {"": f"P{number}"}, {}, Environment(), tuple(e.size for e in entries)
        )
        offers.append(ProfileOffer(profile, entries))
    community = CommunityOffer(
        "nairobi", {"": "Nairobi"}, "KE", "UTC", "KES", None, tuple(offers), (BUDGET,)
    )
    return picker_view(Offers((community,), None), "en").communities[0]


def sizes(view: CommunityView) -> list[str]:
    return [size.title for profile in view.profiles for size in profile.sizes]


def test_sizes_that_are_put_aside_are_not_shown_and_one_line_says_why() -> None:
    view = offered({"small": None, "large": REFUSED}, {"node": REFUSED})
    assert sizes(view) == ["small"]
    assert len(view.profiles) == 1
    assert view.put_aside.startswith("85% of the budget of Nairobi is used up")
    assert "They come back on Tue, Dec 1" in view.put_aside.replace("1 Dec", "Dec 1")


def test_credit_brings_them_back_when_it_is_paid_in() -> None:
    refused = replace(REFUSED, allowance=replace(BUDGET, resets_at=None, window=Window.TOTAL))
    assert offered({"small": None, "large": refused}).put_aside.endswith(
        "They come back when credit is paid in."
    )


def test_where_nothing_is_left_to_choose_all_is_shown_as_refused() -> None:
    view = offered({"large": REFUSED}, {"node": REFUSED})
    assert sizes(view) == ["large", "node"]
    assert view.put_aside == ""
    assert view.notice is not None
    assert "put aside" in view.notice.what
