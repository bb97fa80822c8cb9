"""What the demo shows: six communities of two regions, and people whose stories differ."""

from __future__ import annotations

import pytest

from catalyst_hub.communities_file import Checked, check, read_text
from catalyst_hub.core.community import Claims, Identity, Role, memberships_for
from catalyst_hub.core.policy import LANGUAGES, Policy, is_operator
from catalyst_hub.core.resources import MIB
from catalyst_hub.data_files import share_dir


@pytest.fixture(scope="module")
def checked() -> Checked:
    path = share_dir() / "demo" / "communities.yaml"
    return check(read_text(path), str(path))


@pytest.fixture
def policy(checked: Checked) -> Policy:
    return checked.policy


def _roles(policy: Policy, name: str) -> dict[str, Role]:
    return memberships_for(policy.communities, Identity("demo", name), Claims(name))


def test_nothing_in_it_is_hardly_meant(checked: Checked):
    assert checked.warnings == ()


def test_six_communities_differ_in_language_currency_and_time(policy: Policy):
    assert len(policy.communities) == 6
    assert {c.languages[0] for c in policy.communities} == set(LANGUAGES)
    assert len({c.currency for c in policy.communities}) == 6
    assert len({c.zone for c in policy.communities}) == 6


def test_the_personas_belong_where_their_stories_say(policy: Policy):
    assert _roles(policy, "amina") == {"savanna-genomics": Role.CHAMPION}
    assert _roles(policy, "kofi") == {"savanna-genomics": Role.MEMBER}
    assert _roles(policy, "lucia") == {"pampa-bio": Role.MEMBER, "volcan-watch": Role.MEMBER}
    assert _roles(policy, "joao") == {"amazonia-em-dados": Role.CHAMPION}
    assert _roles(policy, "bo") == _roles(policy, "root") == {}
    assert is_operator(policy, Identity("demo", "root"))


def test_the_sign_in_page_stays_short(policy: Policy):
    provider, accounts = policy.providers
    assert accounts.kind == "workshop-accounts"
    personas: list[dict[str, object]] = list(provider.settings["personas"])  # type: ignore[call-overload]
    shown = [persona for persona in personas if persona["is_shown"]]
    assert len(shown) == 8
    for persona in shown:
        assert set(persona["description"]) == set(LANGUAGES)  # type: ignore[call-overload]


def test_every_community_has_a_champion_and_some_members(policy: Policy):
    for community in policy.communities:
        assert community.champions
        assert sum(len(rule.people) for rule in community.members) >= 2


def test_everything_starts_on_a_laptop_and_on_kubernetes(policy: Policy):
    """Sizes are accounted, not held against the machine: a command is all a process needs."""
    for community in policy.communities:
        for profile in community.profiles:
            assert profile.environment.command == ("jupyterhub-singleuser",)
            assert profile.environment.image
            assert profile.sizes[0].limits.memory_bytes >= 1024 * MIB


def test_one_community_has_gpus_and_one_is_free(policy: Policy):
    sizes = {c.slug: [s for p in c.profiles for s in p.sizes] for c in policy.communities}
    assert [slug for slug, all_of in sizes.items() if any(s.limits.gpu for s in all_of)] == [
        "amazonia-em-dados"
    ]
    assert [slug for slug, all_of in sizes.items() if not any(s.rate_micros for s in all_of)] == [
        "delta-do-zambeze"
    ]
