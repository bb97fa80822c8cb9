from __future__ import annotations

from datetime import timedelta

import pytest

from catalyst_hub.communities_file import parse
from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.budget import Budget, Steps
from catalyst_hub.core.community import Community
from catalyst_hub.core.culling_rules import SaidBy, Span
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.enforcement import Enforcement
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.profile import Profile, Size
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import HOUR_MS, Resources, Unit
from catalyst_hub.core.window import Window

HEAD = """\
version: 1
hub:
  name: hub
  time_zone: America/Bogota
  languages: [es, en]
  contact: help@hub.example
providers: {demo: {type: demo, any_name: true, personas: [{name: amina}]}}
"""
DEFAULTS = """\
defaults:
  currency: USD
  prices: {cpu_hour: 0.02, gib_hour: 0.004}
  profiles:
    python:
      title: {en: Scientific Python, es: Python científico}
      environment: {image: python:1, command: [jupyterhub-singleuser], variables: {A: 1, B: 2}}
      interfaces: [lab, notebook]
      sizes:
        small: {cpu: 1, memory: 2G, guarantees: {cpu: 500m, memory: 0.5G}}
        large: {cpu: 3, memory: 24G, node_selector: {pool: large, disk: fast}}
      default_size: large
    r:
      environment: {image: r:1}
      sizes: {small: {cpu: 1, memory: 2G}}
  default_profile: r
  quotas:
    community: {at_once: {servers: 10}, per_month: {money: 300}}
    person: {per_week: {server_hours: 20}}
  budget: {amount: US$ 300}
  culling: {idle: 30m}
"""


def _policy(*lines: str, defaults: str = DEFAULTS) -> Policy:
    body = "".join(f"    {line}\n" for line in ("title: Lab", *lines))
    return parse(f"{HEAD}{defaults}communities:\n  lab:\n{body}")


def _community(*lines: str) -> Community:
    return _policy(*lines).communities[0]


def _python(*lines: str) -> Profile:
    profile = _community(*lines).profile("python")
    assert profile is not None
    return profile


def _small(*lines: str) -> Size:
    size = _python(*lines).size("small")
    assert size is not None
    return size


def _amounts(community: Community) -> dict[tuple[LimitScope, Window, Unit], int]:
    return {(limit.scope, limit.window, limit.unit): limit.amount for limit in community.limits}


def test_a_community_that_says_nothing_has_the_defaults():
    community = _community()
    assert [profile.slug for profile in community.profiles] == ["python", "r"]
    assert community.default_profile == "r"
    assert (community.currency, community.country) == ("USD", None)
    assert community.budget == Budget(300_000_000, Window.MONTH)
    rules = community.culling.usual.rules
    assert (rules.idle.lasts, rules.max_age.lasts) == (timedelta(minutes=30), timedelta(days=7))
    assert community.limits == (
        Limit(LimitScope.COMMUNITY, Unit.SERVERS, Window.AT_ONCE, 10),
        Limit(LimitScope.COMMUNITY, Unit.MONEY, Window.MONTH, 300_000_000),
        Limit(LimitScope.PERSON, Unit.SERVER_HOURS, Window.WEEK, 20 * HOUR_MS),
    )


def test_what_the_defaults_do_not_say_is_the_hubs():
    community = _community()
    assert (community.zone, community.languages) == ("America/Bogota", ("es", "en"))
    assert community.contact == "help@hub.example"


def test_a_community_comes_before_the_hub():
    lines = "time_zone: Africa/Dakar", "languages: [fr]", "contact: room 3", "country: SN"
    community = _community(*lines)
    assert (community.zone, community.languages) == ("Africa/Dakar", ("fr",))
    assert (community.contact, community.country) == ("room 3", "SN")


def test_maps_merge_by_key_down_to_the_size():
    small = _small("profiles: {python: {sizes: {small: {memory: 3G, guarantees: {cpu: 0.1}}}}}")
    assert small.limits == Resources(1000, 3 * 1024**3)
    assert small.guarantees == Resources(100, 1024**3 // 2)


def test_lists_and_texts_replace():
    profile = _python("profiles: {python: {title: Python, interfaces: [terminal]}}")
    assert profile.title == {"": "Python"}
    assert profile.interfaces == ("terminal",)


def test_null_removes_an_inherited_profile_size_variable_and_label():
    assert [
        p.slug for p in _community("profiles: {r: null}", "default_profile: null").profiles
    ] == ["python"]
    sizes = "sizes: {small: null, large: {node_selector: {disk: null}}}"
    profile = _python(f"profiles: {{python: {{{sizes}, environment: {{variables: {{A: null}}}}}}}}")
    assert [size.slug for size in profile.sizes] == ["large"]
    assert profile.sizes[0].node_selector == {"pool": "large"}
    assert profile.environment.variables == {"B": "2"}


def test_null_removes_a_limit_a_window_a_scope_or_all_quotas():
    everything = _amounts(_community())
    assert len(everything) == 3
    for quotas, left in (
        ("{community: {at_once: {servers: null}}}", {Unit.MONEY, Unit.SERVER_HOURS}),
        ("{community: {at_once: null}}", {Unit.MONEY, Unit.SERVER_HOURS}),
        ("{community: null}", {Unit.SERVER_HOURS}),
        ("null", set()),
    ):
        assert {unit for _, _, unit in _amounts(_community(f"quotas: {quotas}"))} == left


def test_a_community_adds_limits_to_the_inherited_ones():
    amounts = _amounts(_community("quotas: {community: {at_once: {servers: 3, memory: 64G}}}"))
    assert amounts[LimitScope.COMMUNITY, Window.AT_ONCE, Unit.SERVERS] == 3
    assert amounts[LimitScope.COMMUNITY, Window.AT_ONCE, Unit.MEMORY] == 64 * 1024**3
    assert amounts[LimitScope.COMMUNITY, Window.MONTH, Unit.MONEY] == 300_000_000


def test_null_removes_the_budget():
    assert _community("budget: null").budget is None
    assert _community("budget: {amount: null}").budget is None


def test_credit_takes_the_place_of_an_inherited_amount():
    budget = _community("budget: {amount: null, credit: prepaid}").budget
    assert budget == Budget(0, Window.TOTAL, carries_over=True)
    assert budget.is_prepaid


def test_credit_can_lapse_with_the_month():
    budget = _community("budget: {amount: null, credit: prepaid, carry_over: false}").budget
    assert budget == Budget(0, Window.MONTH)


def test_each_step_can_be_elsewhere_or_nowhere():
    budget = _community("budget: {steps: {tell: null, hide_sizes: 70}, above: USD 0.5}").budget
    assert budget == Budget(300_000_000, steps=Steps(None, 70, 95, 100), above=500_000)
    assert _community("budget: {above: small}").budget == Budget(300_000_000, above="small")


def test_champions_pay_in_nothing_unless_the_file_says_so():
    assert _community().bounds.most_top_up_micros == 0
    bounds = _community("bounds: {champions_may_top_up: US$ 50}").bounds
    assert bounds.most_top_up_micros == 50_000_000


def test_limits_take_hold_as_the_hub_says():
    head = HEAD.replace(
        "providers:", "  enforcement: {notice: 5m, starts_without: true}\nproviders:"
    )
    policy = parse(f"{head}communities:\n  lab: {{title: Lab}}\n")
    assert policy.enforcement == Enforcement(notice=timedelta(minutes=5), admits_without=True)
    assert policy.enforcement.hold_ms == 10 * 60_000


def test_null_keeps_servers_for_ever():
    for written, lasts in (("{idle: null}", timedelta(days=7)), ("null", None)):
        rules = _community(f"culling: {written}").culling.usual.rules
        assert rules.idle == Span(None, SaidBy.COMMUNITY)
        assert rules.max_age.lasts == lasts


def test_prices_of_the_size_come_before_those_of_the_profile_and_the_community():
    lines = (
        "prices: {cpu_hour: 0.1, server_hour: 1}",
        "profiles: {python: {prices: {cpu_hour: 0.2}, sizes: {small: {prices: {gpu_hour: 3}}}}}",
    )
    price = _small(*lines).price
    assert (price.server_hour, price.cpu_hour) == (1_000_000, 200_000)
    assert (price.gib_hour, price.gpu_hour) == (4_000, 3_000_000)
    [other] = [profile for profile in _community(*lines).profiles if profile.slug == "r"]
    assert other.sizes[0].price.cpu_hour == 100_000


@pytest.mark.parametrize(
    "lines",
    [
        ("prices: null",),
        ("profiles: {python: {prices: null}}",),
        ("profiles: {python: {sizes: {small: {prices: null}}}}",),
        ("prices: {cpu_hour: null, gib_hour: 0}",),
    ],
)
def test_null_makes_it_free(lines: tuple[str, ...]):
    assert _small(*lines).rate_micros == 0


def test_null_removes_a_limit_of_a_size_and_the_guarantee_counts_instead():
    small = _small("profiles: {python: {sizes: {small: {cpu: null, memory: null}}}}")
    assert small.unlimited == {"cpu", "memory"}
    assert small.limits == small.guarantees == Resources(500, 1024**3 // 2)


def test_a_default_that_is_not_said_is_the_first():
    community = _community("default_profile: null", "profiles: {python: {default_size: null}}")
    assert community.default_profile == "python"
    assert _python("profiles: {python: {default_size: null}}").default_size == "small"


def test_what_has_no_title_is_called_by_its_name():
    [_, r] = _community().profiles
    assert (r.title, r.sizes[0].title) == ({"": "r"}, {"": "small"})


def test_communities_that_inherit_the_same_share_it():
    communities = "{a: {title: A}, b: {title: B}, c: {title: C, prices: {cpu_hour: 9}}}"
    a, b, c = parse(f"{HEAD}{DEFAULTS}communities: {communities}\n").communities
    assert a.profiles is b.profiles
    assert a.profiles is not c.profiles
    assert c.profiles[0].sizes[0].price.cpu_hour == 9_000_000


def test_an_alias_and_a_merge_key_stand_for_what_they_name():
    sizes = "&sizes {small: {cpu: 1, memory: 2G}}"
    base = f"&base {{environment: {{image: x}}, title: Base, sizes: {sizes}}}"
    profiles = _community(
        f"profiles: {{python: null, r: null, a: {base}, b: {{<<: *base, title: Own}}, "
        "c: {<<: [{title: First}, *base], sizes: *sizes}}",
        "default_profile: b",
    ).profiles
    assert [profile.title[""] for profile in profiles] == ["Base", "Own", "First"]
    assert profiles[0].sizes == profiles[1].sizes == profiles[2].sizes


def test_bounds_merge_key_by_key_and_null_goes_back_to_the_usual_ones() -> None:
    defaults = "defaults:\n  bounds: {champions_may_appoint: true, most_invitation_seats: 40}\n"
    lab = _policy("bounds: {most_champions: 3}", defaults=defaults).communities[0]
    assert lab.bounds == Bounds(True, 3, 40, 90)
    assert _policy("bounds: null", defaults=defaults).communities[0].bounds == Bounds()
    assert _community().bounds == Bounds(champions_may_appoint=False)
