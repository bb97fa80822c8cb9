"""The index finds everybody whom a rule fits, whatever the rules and whoever it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.community import Claims, Identity, MembershipRule
from catalyst_hub.core.rule_index import RuleIndex

_WORDS = ("", "amina", "Amina", "KOFI", "straße", "STRASSE", "org", "Org:team", "7")
_DOMAINS = ("uni.edu", "*.uni.edu", "labs.uni.edu", "*.edu", "Other.org")
_providers = st.sampled_from(("github", "uni"))
_words = st.frozensets(st.sampled_from(_WORDS), max_size=3)

_rules = st.builds(
    MembershipRule,
    provider=_providers,
    people=_words,
    groups=_words,
    email_domains=st.frozensets(st.sampled_from(_DOMAINS), max_size=2),
    is_everyone=st.booleans(),
    identity_providers=st.frozensets(st.just("idp"), max_size=1),
)
_claims = st.builds(
    Claims,
    login=st.sampled_from(_WORDS),
    email=st.none() | st.sampled_from(("a@uni.edu", "a@X.labs.UNI.edu", "a@other.org", "a", "a@")),
    is_email_verified=st.booleans(),
    groups=_words,
    identity_provider=st.sampled_from(("", "idp", "IDP")),
)


@given(
    st.lists(st.lists(_rules, max_size=3), max_size=5),
    st.builds(Identity, _providers, st.sampled_from(_WORDS)),
    _claims,
)
def test_nothing_that_fits_is_missing(
    rules: list[list[MembershipRule]], identity: Identity, claims: Claims
) -> None:
    named = [(str(number), of_one) for number, of_one in enumerate(rules)]
    found = RuleIndex(named).candidates(identity, claims)
    fitting = [slug for slug, of_one in named if any(r.matches(identity, claims) for r in of_one)]
    assert [slug for slug in found if slug in fitting] == fitting
    assert found == sorted(found, key=int)


def test_what_shares_no_word_is_not_looked_at() -> None:
    index = RuleIndex(
        [
            ("a", [MembershipRule("github", groups=frozenset({"Sabana:Learners"}))]),
            ("b", [MembershipRule("uni", groups=frozenset({"sabana:learners"}))]),
            ("c", [MembershipRule("github", people=frozenset({"kofi"}))]),
        ]
    )
    claims = Claims("amina", groups=frozenset({"SABANA:learners"}))
    assert index.candidates(Identity("github", "1"), claims) == ["a"]
