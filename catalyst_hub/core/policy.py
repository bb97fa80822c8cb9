"""Everything the operator's communities file says, as it stands at an instant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from catalyst_hub.core.community import Community, Identity, MembershipRule
from catalyst_hub.core.profile import Texts

LANGUAGES = ("en", "es", "pt", "fr")


@dataclass(frozen=True, slots=True)
class Provider:
    """A way to sign in. ``settings`` are the provider's own, already checked."""

    slug: str
    kind: str
    title: Texts
    settings: Mapping[str, object] = field(default_factory=dict)


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

    @cached_property
    def by_slug(self) -> Mapping[str, Community]:
        """Communities by slug."""
        return {community.slug: community for community in self.communities}

    def community(self, slug: str) -> Community | None:
        """The community of that name, if there is one."""
        return self.by_slug.get(slug)

    def rules_of(self, provider: str) -> Iterator[MembershipRule]:
        """Every community's rules for people of one provider."""
        for community in self.communities:
            for rule in (*community.champions, *community.members):
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


def policy_at(policy: Policy, now: datetime) -> Policy:
    """The policy in force at an instant.

    The one place where what happens by the calendar joins what the file says; today nothing
    in the policy depends on the instant.
    """
    return policy
