"""Whose home somebody would find who signs in to a hub that was there before us."""

from __future__ import annotations

import pytest

from catalyst_hub.core.community import Claims
from catalyst_hub.core.person import adopted_login
from catalyst_hub.core.policy import Provider


@pytest.mark.parametrize(
    ("domain", "login", "adopted"),
    [
        ("", "kofi", "kofi"),
        ("", "kofi@uni.edu", "kofi@uni.edu"),
        ("", "kofi@", "kofi@"),
        ("uni.edu", "kofi@Uni.edu", "kofi"),
        ("uni.edu", "kofi@other.edu", "kofi@other.edu"),
        ("uni.edu", "kofi@", "kofi@"),
        ("uni.edu", "@uni.edu", ""),
    ],
)
def test_only_the_domain_that_the_file_names_is_taken_off(domain, login, adopted):
    provider = Provider("uni", "oidc", {}, {}, adopts=True, adopts_without=domain)
    assert adopted_login(provider, Claims(login)) == adopted


def test_a_provider_that_does_not_adopt_leads_to_nobodys_home():
    assert adopted_login(Provider("uni", "oidc", {}, {}), Claims("kofi")) == ""
    assert adopted_login(None, Claims("kofi")) == ""
