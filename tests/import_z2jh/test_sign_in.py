"""Whom a hub let in, the communities file lets in, and nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from catalyst_hub import communities_file
from catalyst_hub.cli.import_z2jh import Result
from catalyst_hub.core.community import Claims, Identity, Role, role_in

GOOGLE = "http://google.com/accounts/o8/id"
TURKANA = "https://idp.turkana.ac.ke/idp/shibboleth"


def hub(authenticator: str, **config: Any) -> str:
    """The values of a hub whose ``hub.config`` is this."""
    import yaml

    chosen = {"JupyterHub": {"authenticator_class": authenticator}, **config}
    return yaml.safe_dump({"hub": {"config": chosen}})


def role(result: Result, provider: str, login: str = "", **claims: Any) -> Role | None:
    [community] = communities_file.parse(result.text).communities
    return role_in(community, Identity(provider, "1"), Claims(login, **claims))


CASES = [
    ("org", "github", {"allowed_organizations": ["Sabana"]}, {"groups": {"sabana"}}, True),
    ("team", "github", {"allowed_organizations": ["s:t"]}, {"groups": {"s:t"}}, True),
    ("other team", "github", {"allowed_organizations": ["s:t"]}, {"groups": {"s:u"}}, False),
    ("listed", "github", {"allowed_users": ["kofi"]}, {"login": "Kofi"}, True),
    ("not listed", "github", {"allowed_users": ["kofi"]}, {"login": "bo"}, False),
    ("everybody", "github", {"allow_all": True}, {"login": "bo"}, True),
    ("nobody said", "github", {}, {"login": "bo"}, False),
    ("not everybody", "github", {"allow_all": False}, {"login": "bo"}, False),
    ("gitlab", "gitlab", {"allowed_gitlab_groups": ["g/h"]}, {"groups": {"g/h"}}, True),
    ("globus", "globus", {"allowed_globus_groups": ["a-b"]}, {"groups": {"a-b"}}, True),
    ("auth0", "auth0", {"auth0_subdomain": "s", "allow_all": True}, {"login": "bo"}, True),
    ("azuread", "azuread", {"tenant_id": "uni.edu", "allow_all": True}, {"login": "b"}, True),
]
_CLASSES = {
    "github": "GitHubOAuthenticator",
    "gitlab": "GitLabOAuthenticator",
    "globus": "GlobusOAuthenticator",
    "auth0": "Auth0OAuthenticator",
    "azuread": "AzureAdOAuthenticator",
}


@pytest.mark.parametrize(("name", "kind", "config", "claims", "is_in"), CASES)
def test_a_rule_lets_in_whom_it_let_in(imported, name, kind, config, claims, is_in) -> None:
    result = imported(hub(kind, **{_CLASSES[kind]: config}))
    claims = {key: frozenset(v) if isinstance(v, set) else v for key, v in claims.items()}
    assert (role(result, kind, **claims) is Role.MEMBER) is is_in


@pytest.mark.parametrize("section", ["GitHubOAuthenticator", "OAuthenticator", "Authenticator"])
def test_a_setting_counts_wherever_in_the_classes_it_stands(imported, section: str) -> None:
    result = imported(hub("github", **{section: {"admin_users": ["amina"]}}))
    assert role(result, "github", "amina") is Role.CHAMPION


def test_a_class_by_its_whole_name_is_the_same(imported) -> None:
    whole = "oauthenticator.github.GitHubOAuthenticator"
    result = imported(hub(whole, GitHubOAuthenticator={"allow_all": True}))
    assert role(result, "github", "bo") is Role.MEMBER


def test_who_was_blocked_stays_out(cluster: Result) -> None:
    [rule] = communities_file.parse(cluster.text).by_slug["sabana"].blocked
    assert rule.people == {"mallory"}


def test_an_identity_provider_speaks_for_its_own_domains(cluster: Result) -> None:
    provider = communities_file.parse(cluster.text).provider("cilogon")
    assert provider is not None
    parts = provider.settings["identity_providers"]
    assert [(p["id"], p["email_domains"], p["login_claim"]) for p in parts] == [
        (GOOGLE, ["lago.ac.ke", "students.lago.ac.ke"], "email"),
        (TURKANA, ["turkana.ac.ke"], "eppn"),
    ]


def through(entity: str, email: str) -> Claims:
    return Claims(email, email=email, is_email_verified=True, identity_provider=entity)


@pytest.mark.parametrize(
    ("entity", "email", "expected"),
    [
        (GOOGLE, "juma@lago.ac.ke", Role.MEMBER),
        (GOOGLE, "juma@students.lago.ac.ke", Role.MEMBER),
        (GOOGLE, "juma@other.lago.ac.ke", None),
        (GOOGLE, "juma@gmail.com", None),
        (GOOGLE, "kofi@lago.ac.ke", Role.CHAMPION),
        (TURKANA, "kofi@lago.ac.ke", Role.MEMBER),
        (TURKANA, "juma@turkana.ac.ke", Role.MEMBER),
        (TURKANA, "wanjiru@turkana.ac.ke", Role.CHAMPION),
        (GOOGLE, "wanjiru@turkana.ac.ke", None),
    ],
)
def test_people_of_cilogon_belong_by_where_they_came_from(cluster, entity, email, expected) -> None:
    lago = communities_file.parse(cluster.text).by_slug["lago"]
    assert role_in(lago, Identity("cilogon", "x"), through(entity, email)) is expected


@pytest.mark.parametrize(
    ("entity", "domains"),
    [
        ("https://fim.temple.example.edu/idp", ["example.edu", "*.example.edu"]),
        ("https://idp.uct.ac.za/shibboleth", ["uct.ac.za", "*.uct.ac.za"]),
        ("urn:mace:incommon:umd.edu", ["umd.edu", "*.umd.edu"]),
        ("http://google.com/accounts/o8/id", ["gmail.com"]),
    ],
)
def test_without_a_word_its_own_name_tells_its_domain(imported, entity, domains) -> None:
    idps = {"allowed_idps": {entity: {"username_derivation": {}, "allow_all": True}}}
    result = imported(hub("cilogon", CILogonOAuthenticator=idps))
    [part] = result.policy.provider("cilogon").settings["identity_providers"]
    assert part["email_domains"] == domains


def test_where_nothing_tells_the_domains_it_is_said(imported) -> None:
    idps = {"allowed_idps": {"http://orcid.org/oauth/authorize": {"allow_all": True}}}
    result = imported(hub("cilogon", CILogonOAuthenticator=idps))
    assert any("add email_domains" in note for note in result.notes)


def test_a_prefix_of_names_tells_where_they_came_from(imported) -> None:
    derivation = {"username_claim": "email", "action": "prefix", "prefix": "g"}
    idps = {
        GOOGLE: {"username_derivation": derivation, "allowed_domains": ["lago.ac.ke"]},
        TURKANA: {"username_derivation": {"username_claim": "email"}, "allow_all": True},
    }
    config = {"allowed_idps": idps, "admin_users": ["g:kofi@lago.ac.ke"]}
    result = imported(hub("cilogon", CILogonOAuthenticator=config))
    [community] = result.policy.communities
    champion = [r for r in community.champions if r.people == {"kofi@lago.ac.ke"}]
    assert [rule.identity_providers for rule in champion] == [{GOOGLE}]


def test_google_lets_in_a_domain_only_when_all_of_it_was_let_in(imported) -> None:
    domain = {"hosted_domain": ["uni.edu"]}
    result = imported(hub("google", GoogleOAuthenticator=domain | {"allow_all": True}))
    mail = {"email": "juma@uni.edu", "is_email_verified": True}
    assert role(result, "google", "juma@uni.edu", **mail) is Role.MEMBER
    assert role(result, "google", "bo@gmail.com", email="bo@gmail.com") is None
    result = imported(hub("google", GoogleOAuthenticator=domain))
    assert role(result, "google", "juma@uni.edu", **mail) is None


def test_a_stripped_domain_is_put_back_for_rules_and_told_for_homes(imported) -> None:
    config = {"hosted_domain": ["uni.edu"], "strip_domain": True, "admin_users": ["amina"]}
    result = imported(hub("google", GoogleOAuthenticator=config))
    assert role(result, "google", "amina@uni.edu") is Role.CHAMPION
    assert result.policy.provider("google").adopts_without == "uni.edu"


def test_only_the_provider_of_most_hubs_adopts(cluster: Result) -> None:
    adopting = {p.slug: p.adopts for p in communities_file.parse(cluster.text).providers}
    assert adopting == {"github": True, "cilogon": False}


@pytest.mark.parametrize("kind", ["tmp", "null", "shared-password", "dummy", "native"])
def test_without_such_a_provider_it_is_said_that_nobody_gets_in(imported, kind: str) -> None:
    result = imported(hub(kind))
    assert result.policy.providers == ()
    [left] = [one for one in result.leftovers if one.path.endswith("authenticator_class")]
    assert "invitations" in left.reason
