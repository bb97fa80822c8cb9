"""Who is let in, by the rules of the file."""

from __future__ import annotations

import pytest

from catalyst_hub.core.community import (
    Claims,
    Community,
    Identity,
    MembershipRule,
    Role,
    groups_of,
    memberships_for,
)
from catalyst_hub.core.policy import Policy, is_operator, policy_at
from tests.core.test_admission import NOW

KOFI = Identity("github", "12345")
PLAIN = Claims("kofi")


def rule(**people: object) -> MembershipRule:
    return MembershipRule("github", **{name: frozenset(words) for name, words in people.items()})  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("given", "claims"),
    [
        (rule(people=["KOFI"]), PLAIN),
        (rule(people=["12345"]), PLAIN),
        (rule(groups=["UniAccra:Geo"]), Claims("k", groups=frozenset({"uniaccra:geo"}))),
        (
            rule(email_domains=["Example.org"]),
            Claims("k", email="kofi@EXAMPLE.org", is_email_verified=True),
        ),
        (MembershipRule("github", is_everyone=True), PLAIN),
    ],
)
def test_a_rule_lets_in_whom_it_names_whatever_the_case(
    given: MembershipRule, claims: Claims
) -> None:
    assert given.matches(KOFI, claims)


@pytest.mark.parametrize(
    ("given", "claims"),
    [
        (rule(), PLAIN),
        (MembershipRule("orcid", frozenset({"kofi"})), PLAIN),
        (MembershipRule("orcid", is_everyone=True), PLAIN),
        (rule(people=["kof"]), PLAIN),
        (rule(groups=["uniaccra:geo"]), Claims("k", groups=frozenset({"uniaccra"}))),
        (rule(email_domains=["example.org"]), Claims("k", email="kofi@example.org")),
        (
            rule(email_domains=["example.org"]),
            Claims("k", email="kofi@geo.example.org", is_email_verified=True),
        ),
        (
            rule(email_domains=["example.org"]),
            Claims("k", email="example.org@evil.net", is_email_verified=True),
        ),
    ],
)
def test_a_rule_lets_in_nobody_else(given: MembershipRule, claims: Claims) -> None:
    assert not given.matches(KOFI, claims)


def community(slug: str, **rules: tuple[MembershipRule, ...]) -> Community:
    return Community(slug, {}, None, ("en",), "UTC", "USD", **rules)  # type: ignore[arg-type]


def test_a_champion_is_a_champion_even_if_a_member_too() -> None:
    mine = rule(people=["kofi"])
    found = memberships_for(
        [community("a", members=(mine,), champions=(mine,)), community("b", members=(mine,)),
         community("c")], KOFI, PLAIN,
    )  # fmt: skip
    assert found == {"a": Role.CHAMPION, "b": Role.MEMBER}
    assert groups_of(found) == {"a", "a-champions", "b"}


def test_an_operator_is_bound_by_provider_and_subject_never_by_login() -> None:
    policy = Policy("h", {}, "UTC", ("en",), None, (), (), (rule(people=["12345"]),))
    assert is_operator(policy, KOFI)
    assert not is_operator(policy, Identity("orcid", "12345"))
    assert not is_operator(policy, Identity("github", "kofi"))
    assert policy_at(policy, NOW) == policy
