"""What of an edited file waits for a restart of the Hub."""

from __future__ import annotations

import pytest

from catalyst_hub.communities_file import parse
from catalyst_hub.core.restart import Part, RestartReason, is_offered, restart_reasons

_FILE = """\
version: 1
hub: {name: andes, title: Andes, operators: [{provider: github, people: ["1"]}]}
providers:
  github: {type: github, client_id: abc}
  uni: {type: oidc, client_id: abc, issuer: https://login.example.org}
defaults: {currency: USD}
communities:
  savanna:
    title: Savanna
    champions: [{provider: github, people: [amina]}]
    members: [{provider: github, groups: ["sabana:learners"]}]
    prices: {cpu_hour: 1}
    quotas: {person: {at_once: {servers: 2}}}
    culling: {idle: 1h}
    profiles:
      python:
        environment: {image: "python:1"}
        sizes: {small: {cpu: 1, memory: 1G}}
"""
STARTED = parse(_FILE)


def _reasons(before: str, after: str) -> list[tuple[Part, str]]:
    assert before in _FILE
    current = parse(_FILE.replace(before, after))
    return [(reason.part, reason.name) for reason in restart_reasons(STARTED, current)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: Savanna", "title: Sabana"),
        ("title: Andes", "title: Andes hub"),
        ("people: [amina]", "people: [amina, joao]"),
        ('people: ["1"]', 'people: ["1", "2"]'),
        ('groups: ["sabana:learners"]', 'groups: ["sabana:others"]'),
        ("cpu_hour: 1", "cpu_hour: 2"),
        ("servers: 2", "servers: 3"),
        ("idle: 1h", "idle: 2h"),
        ("cpu: 1, memory: 1G", "cpu: 2, memory: 2G"),
        ("    culling: {idle: 1h}\n", "    budget: {amount: 10}\n"),
        ("  uni: {type: oidc, client_id: abc, issuer: https://login.example.org}\n", ""),
    ],
)
def test_most_of_it_waits_for_nothing(before: str, after: str) -> None:
    assert _reasons(before, after) == []


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("name: andes", "name: sahel", (Part.HUB_NAME, "sahel")),
        ("  uni:", "  school:", (Part.PROVIDER_NEW, "school")),
        ("login.example.org", "login.example.com", (Part.PROVIDER_CHANGED, "uni")),
        (
            "type: oidc, client_id: abc, issuer: https://login.example.org",
            "type: google, client_id: abc",
            (Part.PROVIDER_REPLACED, "uni"),
        ),
        ('groups: ["sabana:learners"]', "groups: [sabana]", (Part.PROVIDER_ASKS_MORE, "github")),
        (
            'groups: ["sabana:learners"]',
            "email_domains: [uni.edu]",
            (Part.PROVIDER_ASKS_MORE, "github"),
        ),
        ("  savanna:\n", "  sabana:\n", (Part.COMMUNITY_NEW, "sabana")),
    ],
)
def test_what_the_hub_was_made_with_waits(
    before: str, after: str, reason: tuple[Part, str]
) -> None:
    assert _reasons(before, after) == [reason]


def test_asking_a_provider_for_less_waits_for_nothing() -> None:
    assert _reasons('groups: ["sabana:learners"]', "people: [kofi]") == []


def test_a_community_that_is_gone_waits_for_nothing() -> None:
    current = parse(_FILE.partition("  savanna:")[0].replace("communities:", "communities: {}"))
    assert restart_reasons(STARTED, current) == ()
    assert restart_reasons(current, STARTED) == (
        RestartReason(Part.PROVIDER_ASKS_MORE, "github"),
        RestartReason(Part.COMMUNITY_NEW, "savanna"),
    )


def test_a_provider_is_offered_while_the_file_has_one_of_its_name_and_type() -> None:
    uni = "uni: {type: oidc, client_id: abc, issuer: https://login.example.org}"
    cases = {
        uni: True,
        uni.replace("abc", "def"): True,
        "uni: {type: google, client_id: abc}": False,
        "school: {type: google, client_id: abc}": False,
    }
    for written, is_there in cases.items():
        assert is_offered(STARTED, parse(_FILE.replace(uni, written)), "uni") is is_there, written
    assert not is_offered(STARTED, parse(_FILE.replace("  uni:", "  school:")), "school"), "new"
