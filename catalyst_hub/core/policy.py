"""Everything the operator's communities file says, as it stands at an instant."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from catalyst_hub.core.community import Claims, Community, Identity, MembershipRule
from catalyst_hub.core.during import catalogue_during
from catalyst_hub.core.enforcement import Enforcement
from catalyst_hub.core.node import NodeKind
from catalyst_hub.core.profile import Texts
from catalyst_hub.core.rule_index import RuleIndex
from catalyst_hub.core.waiting import WaitingRoom
from catalyst_hub.core.workshop import Workshop

LANGUAGES = ("en", "es", "pt", "fr")


@dataclass(frozen=True, slots=True)
class Provider:
    """A way to sign in. ``settings`` are the provider's own, already checked.

    People of one that ``adopts`` become the users whom the Hub had before, by their logins (those
    at ``adopts_without`` without it).
    """

    slug: str
    kind: str
    title: Texts
    settings: Mapping[str, object] = field(default_factory=dict)
    adopts: bool = False
    adopts_without: str = ""

    @property
    def can_be_asked(self) -> bool:
        """Whether it is elsewhere, where the hub is registered and may ask about people again."""
        return "client_id" in self.settings


@dataclass(frozen=True)
class Policy:
    """One accepted version of the communities file."""

    hub: str
    title: Texts
    zone: str
    languages: tuple[str, ...]
    contact: str | None
    providers: tuple[Provider, ...]
    communities: tuple[Community, ...]
    operators: tuple[MembershipRule, ...] = ()
    version: str = ""
    removal_notice: timedelta = timedelta(minutes=10)
    blocked: tuple[MembershipRule, ...] = ()
    champion_power_lapses_after: timedelta | None = timedelta(hours=4)
    enforcement: Enforcement = field(default_factory=Enforcement)
    keep_details_for: timedelta | None = None
    waiting_room: WaitingRoom = field(default_factory=WaitingRoom)
    nodes: tuple[NodeKind, ...] = ()

    @cached_property
    def by_slug(self) -> Mapping[str, Community]:
        """Communities by slug."""
        return {community.slug: community for community in self.communities}

    def community(self, slug: str) -> Community | None:
        """The community of that name, if there is one."""
        return self.by_slug.get(slug)

    @cached_property
    def blocking(self) -> tuple[tuple[str, tuple[MembershipRule, ...]], ...]:
        """The rules that keep people out, by community; those of the hub by the empty name."""
        of_communities = ((c.slug, c.blocked) for c in self.communities if c.blocked)
        return ((("", self.blocked),) if self.blocked else ()) + tuple(of_communities)

    @cached_property
    def _letting_in(self) -> RuleIndex:
        return RuleIndex((c.slug, (*c.champions, *c.members)) for c in self.communities)

    @cached_property
    def _keeping_out(self) -> RuleIndex:
        return RuleIndex(self.blocking)

    def could_let_in(self, identity: Identity, claims: Claims) -> list[Community]:
        """The communities that are worth asking about a person, in the order of the file."""
        return [self.by_slug[slug] for slug in self._letting_in.candidates(identity, claims)]

    def could_block(
        self, identity: Identity, claims: Claims
    ) -> list[tuple[str, tuple[MembershipRule, ...]]]:
        """Of :attr:`blocking`, what is worth asking about a person."""
        rules = dict(self.blocking)
        return [(slug, rules[slug]) for slug in self._keeping_out.candidates(identity, claims)]

    def rules_of(self, provider: str) -> Iterator[MembershipRule]:
        """Every rule for people of one provider."""
        for rule in self.blocked:
            if rule.provider == provider:
                yield rule
        for community in self.communities:
            for rule in (*community.champions, *community.members, *community.blocked):
                if rule.provider == provider:
                    yield rule

    def provider(self, slug: str) -> Provider | None:
        """The provider of that name, if there is one."""
        return next((p for p in self.providers if p.slug == slug), None)


def is_operator(policy: Policy, identity: Identity) -> bool:
    """Operators are bound by provider and subject, never by a login somebody could take."""
    return any(
        rule.provider == identity.provider and identity.subject in rule.people
        for rule in policy.operators
    )


def operates(policy: Policy, identities: Collection[Identity]) -> bool:
    """Whether somebody who signs in with any of these runs the hub: only if each of them is
    listed, or whoever got hold of the weakest would hold the power of the strongest."""
    return bool(identities) and all(is_operator(policy, identity) for identity in identities)


def policy_at(policy: Policy, now: datetime, mine: Sequence[Workshop] = ()) -> Policy:
    """The policy in force at an instant, for somebody who takes part in these workshops, which are
    on: each community offers what hers needs first.

    The one place where what happens by the calendar joins what the file says. What is counted
    against limits joins them where they are read, in :mod:`catalyst_hub.core.standing`.
    """
    if not mine:
        return policy
    by_slug = {workshop.community: workshop for workshop in reversed(mine)}
    communities = (
        catalogue_during(community, by_slug[community.slug])
        if community.slug in by_slug
        else community
        for community in policy.communities
    )
    return replace(policy, communities=tuple(communities))
