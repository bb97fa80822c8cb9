"""Whom a rule lets in, as data: what a provider says, a rule, and whether it fits.

Each row: its name; the provider's part; what the provider says of the person; the rule; whether
she belongs. The provider's words are those of its documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Case:
    name: str
    provider: dict[str, Any]
    says: dict[str, Any]
    rule: dict[str, Any]
    is_in: bool


OIDC = {"type": "oidc", "client_id": "x", "issuer": "https://id.uni.edu"}
ROLES = OIDC | {"groups_claim": "realm_access.roles"}
BY_EMAIL = OIDC | {"login_claim": "email"}
GITHUB = {"type": "github", "client_id": "x"}
GITLAB = {"type": "gitlab", "client_id": "x"}
GOOGLE = {"type": "google", "client_id": "x"}
HOSTED = GOOGLE | {"hosted_domains": ["uni.edu"]}
AZURE = {"type": "azuread", "client_id": "x", "tenant": "uni.edu"}
AUTH0 = {"type": "auth0", "client_id": "x", "url": "https://t.auth0.com", "groups_claim": "g"}
GLOBUS = {"type": "globus", "client_id": "x"}
IDP, ORCID = "https://id.uni.edu/idp", "http://orcid.org/oauth/authorize"
CILOGON = {
    "type": "cilogon",
    "client_id": "x",
    "identity_providers": [
        {"id": IDP, "email_domains": ["uni.edu"], "login_claim": "eppn"},
        {"id": ORCID, "login_claim": "oidc"},
    ],
}

KOFI = {"sub": "1", "preferred_username": "Kofi", "email": "k@uni.edu", "email_verified": True}
GH = {"id": 4711, "login": "Kofi", "email": "k@uni.edu"}
LAB = {"user/orgs": [{"login": "Sabana-Lab"}]}
TEAM = {"user/teams": [{"slug": "learners", "organization": {"login": "Sabana-Lab"}}]}
GL = {"sub": "1", "nickname": "kofi", "groups": ["sabana/learners"]}
GO = {"sub": "1", "email": "kofi@uni.edu", "email_verified": True, "hd": "uni.edu"}
AZ = {"oid": "o-1", "preferred_username": "kofi@uni.edu", "email": "kofi@uni.edu"}
CI = {"sub": "http://c/1", "idp": IDP, "eppn": "kofi@uni.edu", "email": "Kofi@UNI.edu"}
GU = {"sub": "u-1", "preferred_username": "kofi@uni.edu", "email": "kofi@uni.edu"}

UNI, BELOW = {"email_domains": ["uni.edu"]}, {"email_domains": ["*.uni.edu"]}
ALL = {"everyone": True}


def people(*names: str) -> dict[str, Any]:
    return {"people": list(names)}


def groups(*names: str) -> dict[str, Any]:
    return {"groups": list(names)}


def email(address: str, is_verified: object = True) -> dict[str, Any]:
    return KOFI | {"email": address, "email_verified": is_verified}


CASES = (
    Case("everybody", OIDC, KOFI, ALL, True),
    Case("listed by login", OIDC, KOFI, people("kofi"), True),
    Case("listed in another case", OIDC, KOFI, people("KOFI"), True),
    Case("listed by subject", OIDC, KOFI, people("1"), True),
    Case("not listed", OIDC, KOFI, people("lucia", "bo"), False),
    Case("the beginning of a login", OIDC, KOFI, people("kof"), False),
    Case("a longer login", OIDC, KOFI, people("kofi2"), False),
    Case(
        "a login of somebody's subject",
        OIDC,
        KOFI | {"preferred_username": "2"},
        people("2"),
        False,
    ),
    Case("no login, listed by an empty string's likes", OIDC, {"sub": "1"}, people("-"), False),
    Case("no login, listed by subject", OIDC, {"sub": "1"}, people("1"), True),
    Case("a number as subject", OIDC, KOFI | {"sub": 7}, people("7"), True),
    Case(
        "a login that is no text",
        OIDC,
        KOFI | {"preferred_username": ["kofi"]},
        people("kofi"),
        False,
    ),
    Case(
        "another subject claim",
        OIDC | {"subject_claim": "uid"},
        KOFI | {"uid": "u"},
        people("u"),
        True,
    ),
    Case("a group", OIDC, KOFI | {"groups": ["Learners"]}, groups("learners"), True),
    Case("one of many groups", OIDC, KOFI | {"groups": ["a", "b"]}, groups("x", "b"), True),
    Case("another group", OIDC, KOFI | {"groups": ["a"]}, groups("b"), False),
    Case("no groups", OIDC, KOFI, groups("a"), False),
    Case("groups that are null", OIDC, KOFI | {"groups": None}, groups("a"), False),
    Case("a single group without a list", OIDC, KOFI | {"groups": "a"}, groups("a"), True),
    Case("a group as a path", OIDC, KOFI | {"groups": ["/a/b"]}, groups("a/b"), True),
    Case("a part of a path", OIDC, KOFI | {"groups": ["/a/b"]}, groups("a"), False),
    Case("groups that are a map", OIDC, KOFI | {"groups": {"a": 1}}, groups("a"), False),
    Case("groups that are numbers", OIDC, KOFI | {"groups": [1]}, groups("1"), False),
    Case(
        "roles in a claim within",
        ROLES,
        KOFI | {"realm_access": {"roles": ["a"]}},
        groups("a"),
        True,
    ),
    Case("no claim within", ROLES, KOFI | {"realm_access": "a"}, groups("a"), False),
    Case(
        "a claim with dots in its name",
        ROLES,
        KOFI | {"realm_access.roles": ["a"]},
        groups("a"),
        True,
    ),
    Case("a verified domain", OIDC, KOFI, UNI, True),
    Case("a domain in another case", OIDC, email("K@Uni.EDU"), UNI, True),
    Case("verified in quotes", OIDC, email("k@uni.edu", "true"), UNI, True),
    Case("not verified", OIDC, email("k@uni.edu", False), UNI, False),
    Case("verified is not said", OIDC, {"sub": "1", "email": "k@uni.edu"}, UNI, False),
    Case("not verified in quotes", OIDC, email("k@uni.edu", "false"), UNI, False),
    Case("verified by a number", OIDC, email("k@uni.edu", 1), UNI, False),
    Case("a subdomain", OIDC, email("k@cs.uni.edu"), UNI, False),
    Case("a subdomain where they count", OIDC, email("k@cs.uni.edu"), BELOW, True),
    Case("a deeper subdomain", OIDC, email("k@a.b.uni.edu"), BELOW, True),
    Case("the domain itself where subdomains count", OIDC, email("k@uni.edu"), BELOW, False),
    Case("a domain that ends alike", OIDC, email("k@evil-uni.edu"), UNI, False),
    Case("one that ends alike, below", OIDC, email("k@evil-uni.edu"), BELOW, False),
    Case("a domain that begins alike", OIDC, email("k@uni.edu.evil.example"), BELOW, False),
    Case("two signs in an address", OIDC, email("k@uni.edu@evil.example"), UNI, False),
    Case("no address", OIDC, email(""), UNI, False),
    Case("an address without a sign", OIDC, email("uni.edu@"), UNI, False),
    Case("login by verified address", BY_EMAIL, KOFI, people("k@uni.edu"), True),
    Case("login by any address", BY_EMAIL, email("k@uni.edu", False), people("k@uni.edu"), False),
    Case("github: login", GITHUB, GH, people("kofi"), True),
    Case("github: number", GITHUB, GH, people("4711"), True),
    Case("github: login that is a number", GITHUB, GH | {"login": "12"}, people("12"), False),
    Case("github: organisation", GITHUB, GH | LAB, groups("sabana-lab"), True),
    Case("github: team", GITHUB, GH | TEAM, groups("SABANA-lab:Learners"), True),
    Case("github: team of another organisation", GITHUB, GH | TEAM, groups("x:learners"), False),
    Case("github: a team is no organisation", GITHUB, GH | TEAM, groups("sabana-lab"), False),
    Case(
        "github: an organisation is no team", GITHUB, GH | LAB, groups("sabana-lab:learners"), False
    ),
    Case("github: the public address", GITHUB, GH, UNI, False),
    Case("gitlab: group by path", GITLAB, GL, groups("Sabana/learners"), True),
    Case("gitlab: group above", GITLAB, GL, groups("sabana"), False),
    Case("gitlab: login", GITLAB, GL, people("kofi"), True),
    Case("google: domain", GOOGLE, GO, UNI, True),
    Case("google: address", GOOGLE, GO, people("KOFI@uni.edu"), True),
    Case(
        "google: address not verified",
        GOOGLE,
        GO | {"email_verified": False},
        people("kofi@uni.edu"),
        False,
    ),
    Case("google: organisation", HOSTED, GO, ALL, True),
    Case("azure: login", AZURE, AZ, people("kofi@uni.edu"), True),
    Case("azure: object", AZURE, AZ, people("o-1"), True),
    Case("azure: address that nobody verified", AZURE, AZ, UNI, False),
    Case("azure: address of a verified domain", AZURE, AZ | {"xms_edov": True}, UNI, True),
    Case("azure: group", AZURE, AZ | {"groups": ["g-1"]}, groups("G-1"), True),
    Case("auth0: group", AUTH0, KOFI | {"g": ["a"]}, groups("a"), True),
    Case(
        "auth0: nickname that anybody may choose",
        AUTH0,
        KOFI | {"nickname": "amina"},
        people("amina"),
        False,
    ),
    Case("cilogon: domain of its own", CILOGON, CI, UNI, True),
    Case("cilogon: domain of another", CILOGON, CI | {"idp": ORCID}, UNI, False),
    Case("cilogon: login", CILOGON, CI, people("kofi@uni.edu"), True),
    Case("cilogon: login of another", CILOGON, CI | {"idp": ORCID}, people("kofi@uni.edu"), False),
    Case(
        "cilogon: login of another domain",
        CILOGON,
        CI | {"eppn": "a@b.edu"},
        people("a@b.edu"),
        False,
    ),
    Case("cilogon: login without a domain", CILOGON, CI | {"eppn": "kofi"}, people("kofi"), True),
    Case("cilogon: identity provider", CILOGON, CI, ALL | {"identity_providers": [IDP]}, True),
    Case("cilogon: another", CILOGON, CI, ALL | {"identity_providers": [ORCID]}, False),
    Case("cilogon: both", CILOGON, CI, UNI | {"identity_providers": [IDP]}, True),
    Case("cilogon: one of both", CILOGON, CI, people("x") | {"identity_providers": [IDP]}, False),
    Case("globus: login", GLOBUS, GU, people("kofi@uni.edu"), True),
    Case("globus: address that nobody verified", GLOBUS, GU, UNI, False),
    Case("globus: group", GLOBUS, GU | {"groups": [{"id": "g-1"}]}, groups("g-1"), True),
    Case("globus: domain", GLOBUS, GU, ALL | {"identity_providers": ["UNI.edu"]}, True),
)
