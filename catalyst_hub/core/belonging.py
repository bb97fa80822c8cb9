"""What the file's rules make of a person, by everything her providers have said of her.

A person may sign in in several ways, and each provider speaks of its own only. So what the rules
said of an identity is kept with it, word by word, until its provider speaks again: a sign-in with
one changes nothing of what another gives. What rests on words that are no longer in the file
counts no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from catalyst_hub.core.community import (
    Claims,
    Community,
    Identity,
    MembershipRule,
    Role,
    memberships_for,
)
from catalyst_hub.core.explain import explain_by, still_says
from catalyst_hub.core.grant import Grant, Grounds, Source
from catalyst_hub.core.policy import Policy

#: Where a rule stands that is about the hub as a whole, beside the slugs of communities.
WHOLE_HUB = ""


class Verdict(StrEnum):
    """What a rule says of somebody whom it fits."""

    MEMBER = "member"
    CHAMPION = "champion"
    BLOCKED = "blocked"


#: By community, or WHOLE_HUB, and then by :class:`Verdict`: the words that fit.
ByRule = Mapping[str, Mapping[str, Grounds]]


@dataclass(frozen=True, slots=True)
class Way:
    """A way in which a person signs in, and what its provider said when it last spoke.

    ``confirmed_at`` is when that was; None: not since this is noted.
    """

    identity: Identity
    login: str
    confirmed_at: datetime | None
    by_rule: ByRule = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Belonging:
    """What all of a person's ways amount to by the file: roles with their grounds, and where she
    is blocked. ``is_blocked``: from the hub as a whole."""

    roles: Mapping[str, tuple[Role, Grounds]]
    blocked: frozenset[str] = frozenset()
    is_blocked: bool = False

    def is_blocked_from(self, community: str) -> bool:
        """Whether the file keeps her out of this community."""
        return self.is_blocked or community in self.blocked


def by_rule(policy: Policy, identity: Identity, claims: Claims) -> ByRule:
    """What the rules say of what a provider says now."""
    slugs = [
        *memberships_for(policy.could_let_in(identity, claims), identity, claims),
        *_blocked_by(policy, identity, claims),
    ]
    return {slug: _verdicts(policy, slug, identity, claims) for slug in dict.fromkeys(slugs)}


def _blocked_by(policy: Policy, identity: Identity, claims: Claims) -> Iterator[str]:
    asked = policy.could_block(identity, claims)
    return (slug for slug, rules in asked if _fits(rules, identity, claims))


def _fits(rules: Iterable[MembershipRule], identity: Identity, claims: Claims) -> bool:
    return any(rule.matches(identity, claims) for rule in rules)


def _verdicts(
    policy: Policy, slug: str, identity: Identity, claims: Claims
) -> Mapping[str, Grounds]:
    found = (
        (verdict, explain_by(_rules(policy, slug, verdict), identity, claims))
        for verdict in Verdict
    )
    return {verdict.value: grounds for verdict, grounds in found if grounds is not None}


def _rules(policy: Policy, slug: str, verdict: str) -> tuple[MembershipRule, ...]:
    """The rules of a kind as they stand in the file now."""
    if slug == WHOLE_HUB:
        return policy.blocked if verdict == Verdict.BLOCKED else ()
    community = policy.community(slug)
    return _of_community(community, verdict) if community else ()


def _of_community(community: Community, verdict: str) -> tuple[MembershipRule, ...]:
    if verdict == Verdict.BLOCKED:
        return community.blocked
    return community.champions if verdict == Verdict.CHAMPION else community.members


def belonging(policy: Policy, ways: Iterable[Way]) -> Belonging:
    """What the rules of the present file make of a person who signs in in these ways."""
    roles: dict[str, tuple[Role, Grounds]] = {}
    blocked: set[str] = set()
    for way in ways:
        blocked.update(_blocked_by_list(policy, way))
        for slug, verdict, grounds in _standing(policy, way):
            if verdict is Verdict.BLOCKED:
                blocked.add(slug)
            elif slug not in roles or verdict is Verdict.CHAMPION:
                roles[slug] = Role(verdict.value), grounds
    if WHOLE_HUB in blocked:
        return Belonging({}, frozenset(blocked - {WHOLE_HUB}), is_blocked=True)
    let_in = {slug: role for slug, role in roles.items() if slug not in blocked}
    return Belonging(let_in, frozenset(blocked))


def _standing(policy: Policy, way: Way) -> Iterator[tuple[str, Verdict, Grounds]]:
    """What was said of an identity, as far as it still stands in the file."""
    for slug, verdicts in way.by_rule.items():
        for verdict, grounds in verdicts.items():
            if still_says(_rules(policy, slug, verdict), grounds):
                yield slug, Verdict(verdict), grounds


def _blocked_by_list(policy: Policy, way: Way) -> Iterator[str]:
    """Who was put on a list meanwhile is blocked before the provider speaks again: it takes no
    more than the name to know."""
    known = Claims(way.login)
    return _blocked_by(policy, way.identity, known)


def roles_of(
    policy: Policy, ways: Iterable[Way], grants: Mapping[str, Sequence[Grant]], now: datetime
) -> dict[str, Role]:
    """Her role in each community of the file.

    What a rule gives a champion is power over others, and it lapses when nobody has confirmed the
    rule's words for long: she is a member until her provider speaks again.
    """
    confirmed = {
        slug for way in ways if is_confirmed(policy, way, now) for slug in champion_in(policy, way)
    }
    return {
        slug: Role.CHAMPION if _has_power(reasons, slug in confirmed) else Role.MEMBER
        for slug, reasons in grants.items()
        if slug in policy.by_slug
    }


def _has_power(grants: Iterable[Grant], is_confirmed: bool) -> bool:
    return any(
        grant.role is Role.CHAMPION and (is_confirmed or grant.source is not Source.RULE)
        for grant in grants
    )


def champion_in(policy: Policy, way: Way) -> frozenset[str]:
    """The communities, by slug, of which this way alone makes her a champion."""
    standing = _standing(policy, way)
    return frozenset(slug for slug, verdict, _ in standing if verdict is Verdict.CHAMPION)


def is_confirmed(policy: Policy, way: Way, now: datetime) -> bool:
    """Whether the provider has spoken for her lately; one that cannot be asked always has."""
    lapses_after = policy.champion_power_lapses_after
    provider = policy.provider(way.identity.provider)
    if lapses_after is None or (provider is not None and not provider.can_be_asked):
        return True
    if way.confirmed_at is None:
        return False
    return now - way.confirmed_at < lapses_after
