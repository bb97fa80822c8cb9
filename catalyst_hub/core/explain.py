"""Why a person is in a community: which rule let her in, and by which of its words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from catalyst_hub.core.community import Claims, Identity, MembershipRule
from catalyst_hub.core.grant import Grounds

#: The parts of a rule that let people in by a word, in the order in which they explain best.
_BY_WORD = ("people", "groups", "email_domains")


def explain(rule: MembershipRule, identity: Identity, claims: Claims) -> Grounds | None:
    """Provider, kind and word of what matched: ``{"provider": "github", "kind": "groups",
    "word": "savanna:learners"}``; with ``identity_provider`` where the provider stands for
    several. None: the rule does not let her in."""
    if not rule.matches(identity, claims):
        return None
    through = claims.identity_provider
    common = {"provider": rule.provider, **({"identity_provider": through} if through else {})}
    for kind in _BY_WORD:
        words: frozenset[str] = getattr(rule, kind)
        if _only(rule, kind, words).matches(identity, claims):
            word = _word(rule, kind, words, identity, claims)
            return {**common, "kind": kind, "word": word}
    return {**common, "kind": "everyone"}


def _word(
    rule: MembershipRule, kind: str, words: Iterable[str], identity: Identity, claims: Claims
) -> str:
    """The word that matches, found by halving: the rule itself is what knows how words match."""
    left = sorted(words)
    while len(left) > 1:
        half = left[: len(left) // 2]
        is_there = _only(rule, kind, frozenset(half)).matches(identity, claims)
        left = half if is_there else left[len(half) :]
    return left[0]


def _only(rule: MembershipRule, kind: str, words: frozenset[str]) -> MembershipRule:
    """The rule without all that does not let people in by these words."""
    none = frozenset[str]()
    return replace(
        rule,
        people=words if kind == "people" else none,
        groups=words if kind == "groups" else none,
        email_domains=words if kind == "email_domains" else none,
        is_everyone=False,
    )


def explain_by(
    rules: Iterable[MembershipRule], identity: Identity, claims: Claims
) -> Grounds | None:
    """What the first of these rules that fits says; None: none of them does."""
    return next(filter(None, (explain(rule, identity, claims) for rule in rules)), None)


def still_says(rules: Iterable[MembershipRule], grounds: Grounds) -> bool:
    """Whether any of these rules has the words that :func:`explain` once found, and is about
    people who come as she did."""
    provider, kind, word = (grounds.get(key) for key in ("provider", "kind", "word"))
    through = str(grounds.get("identity_provider", ""))
    own = (rule for rule in rules if rule.provider == provider and rule.takes_from(through))
    if kind == "everyone":
        return any(rule.is_everyone for rule in own)
    return kind in _BY_WORD and any(
        str(word).casefold() in _folded(getattr(rule, str(kind))) for rule in own
    )


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)
