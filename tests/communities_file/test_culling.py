"""Culling as the file says it: whose words hold, for which servers, and at which hours."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalyst_hub.communities_file import CommunitiesFileError, check, parse
from catalyst_hub.core.community import Community, MembershipRule
from catalyst_hub.core.culling_rules import (
    OfPeople,
    SaidBy,
    Schedule,
    Span,
    Tighter,
    rules_at,
)
from tests.core.test_culling_rules import SATURDAY_NOON, WEEK

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
FILE = """version: 1
hub: {{name: andes, time_zone: America/Bogota}}
providers: {{demo: {{type: demo, any_name: true, personas: [{{name: amina}}]}}}}
defaults:
  culling: {{max_age: 3d{hub}}}
  profiles:
    python:
      environment: {{command: jupyterhub-singleuser}}
      sizes: {{small: {{cpu: 1, memory: 2G}}}}
    r:
      environment: {{command: jupyterhub-singleuser}}
      sizes: {{small: {{cpu: 1, memory: 2G}}}}
      {profile}
communities:
  savanna: {{title: Savanna, {community}}}
"""


def _file(hub: str = "", profile: str = "", community: str = "currency: USD") -> str:
    return FILE.format(hub=hub and f", {hub}", profile=profile, community=community)


def _savanna(**parts: str) -> Community:
    return parse(_file(**parts)).by_slug["savanna"]


def test_who_says_nothing_has_an_hour_and_the_notices_of_half_an_hour_and_five_minutes() -> None:
    rules = _savanna().culling.usual.rules
    assert rules.idle == Span(HOUR, SaidBy.HUB)
    assert rules.max_age == Span(timedelta(days=3), SaidBy.HUB)
    assert (rules.open_tab.lasts, rules.unattended_work.lasts) == (2 * HOUR, 24 * HOUR)
    assert rules.notices == (30 * MINUTE, 5 * MINUTE)


def test_each_limit_is_that_of_whoever_is_most_specific_and_said_it() -> None:
    community = _savanna(
        profile="culling: {idle: 4h}", community="culling: {idle: 2h, open_tab: null}"
    )
    usual, r = community.culling.usual.rules, community.culling.profiles["r"].rules
    assert usual.idle == Span(2 * HOUR, SaidBy.COMMUNITY)
    assert usual.open_tab == Span(None, SaidBy.COMMUNITY)
    assert r.idle == Span(4 * HOUR, SaidBy.PROFILE, "r")
    assert r.open_tab == Span(None, SaidBy.COMMUNITY)
    assert r.max_age == Span(timedelta(days=3), SaidBy.HUB)
    assert "python" not in community.culling.profiles


def test_null_stops_no_server_of_a_profile() -> None:
    culling = _savanna(profile="culling: null").culling
    rules = rules_at(culling, "r", "UTC", SATURDAY_NOON)
    assert (rules.idle.lasts, rules.max_age.lasts) == (None, None)


def test_one_kind_of_servers_is_left_alone_where_that_is_said() -> None:
    culling = _savanna(
        hub="named_servers: false", profile="culling: {named_servers: true, default_servers: false}"
    ).culling
    usual, r = culling.usual, culling.profiles["r"]
    assert (usual.default_servers, usual.named_servers) == (True, False)
    assert (r.default_servers, r.named_servers) == (False, True)


def test_nights_and_servers_with_gpu_have_limits_of_their_own() -> None:
    community = _savanna(
        hub="gpu: {idle: 20m}, workshop: {idle: 30m, unattended_work: 2h}",
        community='culling: {schedules: {nights: {starts: "22:00", ends: "06:00", idle: 15m,'
        " days: [mon, Fri]}}}",
    )
    part = community.culling.usual
    assert part.gpu == Tighter(idle=20 * MINUTE)
    assert part.workshop == Tighter(idle=30 * MINUTE, unattended_work=2 * HOUR)
    nights = Schedule("nights", frozenset({0, 4}), 1320, 360, {"idle": 15 * MINUTE})
    assert part.schedules == (nights,)


def test_grace_is_said_for_servers_with_gpu_workshops_and_hours() -> None:
    nights = 'schedules: {nights: {starts: "22:00", ends: "06:00", grace: null}}'
    hub = f"gpu: {{grace: 1h}}, workshop: {{grace: 0}}, {nights}"
    part = _savanna(hub=hub).culling.usual
    assert part.gpu == Tighter(grace=HOUR)
    assert part.workshop == Tighter(grace=timedelta())
    assert part.schedules == (Schedule("nights", WEEK, 1320, 360, {"grace": None}),)


AMINA = OfPeople(MembershipRule("demo", frozenset({"Amina"})), {"idle": 8 * HOUR, "grace": None})


def test_people_of_the_hub_or_of_a_community_or_a_profile_have_limits_of_their_own() -> None:
    hub = "people: [{provider: demo, people: [Amina], idle: 8h, grace: null}]"
    profile = "culling: {people: [{provider: demo, people: [kofi], max_age: 14d}]}"
    culling = _savanna(hub=hub, profile=profile).culling
    assert culling.usual.people == (AMINA,)
    kofi = MembershipRule("demo", frozenset({"kofi"}))
    assert culling.part("r").people == (OfPeople(kofi, {"max_age": timedelta(days=14)}),)
    assert culling.part("python").people == (AMINA,)
    none = _savanna(hub=hub, community="culling: {people: []}")
    assert none.culling.usual.people == ()


def test_a_profile_that_says_nothing_of_people_has_those_of_its_community() -> None:
    hub = "people: [{provider: demo, people: [Amina], idle: 8h, grace: null}]"
    assert _savanna(hub=hub, profile="culling: {idle: 2h}").culling.part("r").people == (AMINA,)


@pytest.mark.parametrize("where", ["hub", "community", "profile"])
def test_people_whom_the_provider_does_not_know_are_told_where_they_are_written(where: str) -> None:
    said = "people: [{provider: demo, people: [amina, aminna], idle: 8h}]"
    part = said if where == "hub" else f"culling: {{{said}}}"
    with pytest.raises(CommunitiesFileError) as refused:
        parse(_file(**{where: part}).replace("any_name: true, ", ""))
    [problem] = refused.value.problems
    assert problem.what == "there is no persona 'aminna'"
    assert problem.path.endswith("culling.people[0].people[1]")


def test_of_people_with_workshop_accounts_nobody_can_be_named() -> None:
    said = "people: [{provider: visits, people: [amina], idle: 8h}]"
    text = _file(hub=said).replace(
        "providers: {", "providers: {visits: {type: workshop-accounts}, "
    )
    [problem] = [one for one in check(text).warnings if "workshop accounts" in one.what]
    assert problem.do == "remove it"


def test_a_community_takes_hours_of_the_hub_away_or_changes_them() -> None:
    hub = 'schedules: {nights: {starts: "22:00", ends: "06:00", idle: 15m}}'
    gone = _savanna(hub=hub, community="culling: {schedules: {nights: null}}")
    assert gone.culling.usual.schedules == ()
    changed = 'culling: {schedules: {nights: {starts: "23:00", ends: "05:00", idle: null}}}'
    [nights] = _savanna(hub=hub, community=changed).culling.usual.schedules
    assert (nights.starts, nights.ends, nights.says) == (1380, 300, {"idle": None})


def test_notices_are_told_in_the_order_of_time() -> None:
    rules = _savanna(hub="notices: [5m, 1h, 5m]").culling.usual.rules
    assert rules.notices == (HOUR, 5 * MINUTE)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('schedules: {nights: {starts: "25:00", ends: "06:00", idle: 1h}}', "no time of day"),
        ('schedules: {nights: {starts: "22:00", ends: "6 am", idle: 1h}}', "no time of day"),
        ('schedules: {nights: {starts: "22:00", ends: "06:00"}}', "nothing is different"),
        (
            'schedules: {n: {starts: "22:00", ends: "06:00", idle: 1h, days: [someday]}}',
            "no day of the week",
        ),
        ("people: [{provider: demo, people: [amina]}]", "nothing is different"),
        ("people: [{provider: dmeo, people: [amina], idle: 1h}]", "no provider 'dmeo'"),
        ("people: [{provider: demo, idle: 1h}]", "people is missing"),
        ("notices: [0]", "a notice of no time"),
        ("notices: [3d]", "longer than a day"),
        ("open_tab: sometimes", "'sometimes'"),
    ],
)
def test_what_cannot_be_is_refused(written: str, said: str) -> None:
    with pytest.raises(CommunitiesFileError, match=said):
        parse(_file(hub=written))


def _too_short(**parts: str) -> list[str]:
    return [one.path for one in check(_file(**parts)).warnings if "five minutes" in one.what]


def test_a_limit_below_what_the_hub_can_know_is_warned_of() -> None:
    assert _too_short(hub="idle: 5m") == ["defaults.culling.idle"]
    assert _too_short(hub="idle: 10m") == []


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("gpu.idle", "gpu: {idle: %s}"),
        ("workshop.idle", "workshop: {idle: %s}"),
        (
            "schedules.nights.idle",
            'schedules: {nights: {starts: "22:00", ends: "06:00", idle: %s}}',
        ),
        ("people[0].idle", "people: [{provider: demo, people: [amina], idle: %s}]"),
    ],
)
def test_nor_may_one_be_so_short_for_some_servers_hours_or_people(place: str, said: str) -> None:
    assert _too_short(hub=said % "9m") == [f"defaults.culling.{place}"]
    assert _too_short(hub=said % "10m") == []
    own = {"community": "currency: USD, culling: {%s}" % (said % "9m")}
    assert _too_short(**own) == [f"communities.savanna.culling.{place}"]
    of_profile = {"profile": "culling: {%s}" % (said % "9m")}
    assert _too_short(**of_profile) == [f"defaults.profiles.r.culling.{place}"]


def test_a_profile_s_own_limit_is_looked_at_too() -> None:
    assert _too_short(profile="culling: {idle: 9m}") == ["defaults.profiles.r.culling.idle"]
    assert _too_short(profile="culling: null") == []


def test_a_schedule_without_limits_is_never_too_short() -> None:
    hours = 'schedules: {nights: {starts: "22:00", ends: "06:00", idle: null}}'
    assert _too_short(hub=hours) == []
