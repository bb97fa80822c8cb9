"""Communities, and who belongs to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from catalyst_hub.core.budget import Budget
from catalyst_hub.core.profile import Profile, Texts
from catalyst_hub.core.quota import Limit


class Role(StrEnum):
    """A person's place in a community. A champion is a member, too."""

    MEMBER = "member"
    CHAMPION = "champion"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in: a provider and the name it will never give to another (its subject)."""

    provider: str
    subject: str


@dataclass(frozen=True, slots=True)
class Claims:
    """What the provider said. An e-mail counts only when the provider has verified it."""

    login: str
    display_name: str = ""
    email: str | None = None
    is_email_verified: bool = False
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MembershipRule:
    """Lets in people of one provider: listed ones, groups (``org`` or ``org:team``), e-mail
    domains (exactly these), or everybody. Case never matters."""

    provider: str
    people: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    email_domains: frozenset[str] = frozenset()
    is_everyone: bool = False

    def matches(self, identity: Identity, claims: Claims) -> bool:
        """Whether this rule lets in the person whose identity and claims these are."""
        if identity.provider != self.provider:
            return False
        return (
            self.is_everyone
            or not _folded(self.people).isdisjoint(
                (identity.subject.casefold(), claims.login.casefold())
            )
            or not _folded(self.groups).isdisjoint(_folded(claims.groups))
            or _verified_domain(claims) in _folded(self.email_domains)
        )


@lru_cache(maxsize=16_384)
def _folded(words: frozenset[str]) -> frozenset[str]:
    """Without case. Remembered, for at each sign-in all rules of all communities are asked."""
    return frozenset(word.casefold() for word in words)


def _verified_domain(claims: Claims) -> str | None:
    if not claims.email or not claims.is_email_verified:
        return None
    return claims.email.rpartition("@")[2].casefold()


@dataclass(frozen=True, slots=True)
class Culling:
    """When a server is stopped, in seconds; None: never for that reason."""

    idle_s: int | None = 3600
    max_age_s: int | None = 604800


@dataclass(frozen=True, slots=True)
class Community:
    """A tenant: its people, what they can start, what they may use and spend."""

    slug: str
    title: Texts
    country: str | None
    languages: tuple[str, ...]
    zone: str
    currency: str
    contact: str | None = None
    members: tuple[MembershipRule, ...] = ()
    champions: tuple[MembershipRule, ...] = ()
    profiles: tuple[Profile, ...] = ()
    default_profile: str = ""
    limits: tuple[Limit, ...] = ()
    budget: Budget | None = None
    culling: Culling = field(default_factory=Culling)

    def profile(self, slug: str) -> Profile | None:
        """The profile of that name, if the community has it."""
        return next((profile for profile in self.profiles if profile.slug == slug), None)

    @property
    def all_limits(self) -> tuple[Limit, ...]:
        """The quotas and, last, the budget."""
        return self.limits + ((self.budget.as_limit(),) if self.budget else ())


CHAMPIONS_SUFFIX = "-champions"


def groups_of(memberships: Mapping[str, Role]) -> frozenset[str]:
    """The Hub groups of a person with these memberships."""
    champions = {slug for slug, role in memberships.items() if role is Role.CHAMPION}
    return frozenset(memberships) | {slug + CHAMPIONS_SUFFIX for slug in champions}


def memberships_for(
    communities: Iterable[Community], identity: Identity, claims: Claims
) -> dict[str, Role]:
    """The communities whose rules let a person in, with her role there."""
    found = {c.slug: role_in(c, identity, claims) for c in communities}
    return {slug: role for slug, role in found.items() if role is not None}


def role_in(community: Community, identity: Identity, claims: Claims) -> Role | None:
    """A person's role in one community by its rules; None: she is not let in."""
    if any(rule.matches(identity, claims) for rule in community.champions):
        return Role.CHAMPION
    if any(rule.matches(identity, claims) for rule in community.members):
        return Role.MEMBER
    return None
