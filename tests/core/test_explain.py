from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.community import Claims, Identity, MembershipRule
from catalyst_hub.core.explain import explain, explain_by, still_says

KOFI = Identity("github", "42")


def rule(**parts: object) -> MembershipRule:
    return MembershipRule("github", **parts)


def test_a_list_explains_by_the_name_on_it() -> None:
    on_list = rule(people=frozenset({"Amina", "Kofi", "zawadi"}))
    why = explain(on_list, KOFI, Claims("kofi"))
    assert why == {"provider": "github", "kind": "people", "word": "Kofi"}


def test_a_group_explains_by_itself() -> None:
    teams = rule(groups=frozenset({"savanna:staff", "Savanna:Learners"}))
    claims = Claims("kofi", groups=frozenset({"savanna:learners", "other"}))
    why = explain(teams, KOFI, claims)
    assert why == {"provider": "github", "kind": "groups", "word": "Savanna:Learners"}


def test_a_domain_explains_only_where_it_is_verified() -> None:
    domain = rule(email_domains=frozenset({"uonbi.ac.ke"}))
    claims = Claims("kofi", email="kofi@uonbi.ac.ke", is_email_verified=True)
    why = explain(domain, KOFI, claims)
    assert why == {"provider": "github", "kind": "email_domains", "word": "uonbi.ac.ke"}
    assert explain(domain, KOFI, Claims("kofi", email="kofi@uonbi.ac.ke")) is None


def test_everybody_of_a_provider_needs_no_word() -> None:
    why = explain(rule(is_everyone=True), KOFI, Claims("kofi"))
    assert why == {"provider": "github", "kind": "everyone"}


def test_who_came_through_one_of_several_identity_providers_is_told_so() -> None:
    claims = Claims("kofi", identity_provider="https://idp.uni.edu/idp")
    why = explain(rule(is_everyone=True), KOFI, claims)
    assert why == {
        "provider": "github",
        "kind": "everyone",
        "identity_provider": "https://idp.uni.edu/idp",
    }
    here, elsewhere = frozenset({"https://IDP.uni.edu/idp"}), frozenset({"https://other.edu"})
    assert still_says((rule(is_everyone=True),), why)
    assert still_says((rule(is_everyone=True, identity_providers=here),), why)
    assert not still_says((rule(is_everyone=True, identity_providers=elsewhere),), why)


def test_the_first_rule_that_fits_explains() -> None:
    rules = (rule(people=frozenset({"amina"})), rule(groups=frozenset({"g"})))
    why = explain_by(rules, KOFI, Claims("kofi", groups=frozenset({"g"})))
    assert why == {"provider": "github", "kind": "groups", "word": "g"}
    assert explain_by(rules, KOFI, Claims("kofi")) is None


@pytest.mark.parametrize(
    ("words", "is_said"),
    [
        ({"people": frozenset({"Kofi", "bo"})}, True),
        ({"people": frozenset({"bo"})}, False),
        ({"groups": frozenset({"kofi"})}, False),
        ({"is_everyone": True}, False),
    ],
)
def test_words_that_once_let_somebody_in_still_stand_or_do_not(words, is_said: bool) -> None:
    grounds = {"provider": "github", "kind": "people", "word": "kofi"}
    assert still_says((rule(**words),), grounds) is is_said
    assert not still_says((rule(**words),), grounds | {"provider": "gitlab"})
    assert not still_says((rule(**words),), {})


@given(
    st.sets(st.sampled_from("abcdef")),
    st.sets(st.sampled_from("ghi")),
    st.booleans(),
    st.sampled_from("abxyz"),
    st.sets(st.sampled_from("ghx")),
    st.sets(st.sampled_from("yz")),
    st.sampled_from(["", "y", "Z"]),
)
def test_there_is_an_explanation_exactly_where_a_rule_matches(
    people: set[str],
    groups: set[str],
    everyone: bool,
    login: str,
    claimed: set[str],
    narrowed: set[str],
    through: str,
) -> None:
    made = rule(
        people=frozenset(people),
        groups=frozenset(groups),
        is_everyone=everyone,
        identity_providers=frozenset(narrowed),
    )
    claims = Claims(login, groups=frozenset(claimed), identity_provider=through)
    why = explain(made, KOFI, claims)
    assert (why is not None) == made.matches(KOFI, claims)
    assert why is None or still_says((made,), why)
