"""What providers say of people, held against the rules of a communities file."""

from __future__ import annotations

import logging

import pytest
import yaml

from catalyst_hub import communities_file
from catalyst_hub.core.community import Role, memberships_for
from catalyst_hub.core.policy import Policy
from catalyst_hub.hub.providers import provider
from catalyst_hub.hub.providers.problems import ProviderUnavailableError, SignInRefusedError
from catalyst_hub.hub.providers.secrets import Secrets
from tests.identity.sign_in_cases import (
    ALL,
    AZ,
    AZURE,
    CASES,
    CI,
    CILOGON,
    GO,
    HOSTED,
    KOFI,
    OIDC,
    Case,
)


def policy(described: dict, rule: dict) -> Policy:
    community = {"title": "C", "members": [{"provider": "x", **rule}]}
    file = {
        "version": 1,
        "hub": {"name": "test"},
        "providers": {"x": described},
        "communities": {"c": community},
    }
    return communities_file.parse(yaml.safe_dump(file))


async def understood(described: dict, rule: dict, says: dict):
    made = policy(described, rule)
    whole = provider(made.providers[0], made, Secrets(None), logging.getLogger())
    return made, *whole.understand(says)


def test_there_are_enough_cases_and_each_has_a_name():
    assert len({case.name for case in CASES}) == len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_rule_lets_in_whom_it_means_and_nobody_else(case: Case):
    made, identity, claims = await understood(case.provider, case.rule, case.says)
    expected = {"c": Role.MEMBER} if case.is_in else {}
    assert memberships_for(made.communities, identity, claims) == expected


@pytest.mark.parametrize(
    ("described", "says", "error"),
    [
        (OIDC, {"preferred_username": "kofi"}, SignInRefusedError),
        (OIDC, KOFI | {"sub": ""}, SignInRefusedError),
        (OIDC, KOFI | {"sub": True}, SignInRefusedError),
        (OIDC, KOFI | {"sub": ["1"]}, SignInRefusedError),
        (HOSTED, GO | {"hd": "other.edu"}, SignInRefusedError),
        (HOSTED, {"sub": "1", "email": "kofi@uni.edu", "email_verified": True}, SignInRefusedError),
        (CILOGON, CI | {"idp": "https://evil.example"}, SignInRefusedError),
        (AZURE, AZ | {"_claim_names": {"groups": "src1"}}, ProviderUnavailableError),
    ],
)
async def test_who_cannot_be_told_apart_or_is_not_wanted_stays_outside(described, says, error):
    with pytest.raises(error):
        await understood(described, ALL, says)
