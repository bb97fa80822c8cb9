"""Communities, and who belongs to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from catalyst_hub.core.bounds import Bounds, Keeping
from catalyst_hub.core.budget import Budget
from catalyst_hub.core.culling_rules import Culling, unlimited
from catalyst_hub.core.profile import Profile, Texts
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.terms import TermsOfUse


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
    """What the provider said. An e-mail counts only when the provider has verified it.

    ``login`` is what rules list people by, so it is empty unless nobody else can have it at the
    provider; ``nickname`` serves to make a hub name where there is no login. For a provider that
    stands for several, ``identity_provider`` says which of them it was.
    """

    login: str
    display_name: str = ""
    email: str | None = None
    is_email_verified: bool = False
    groups: frozenset[str] = frozenset()
    nickname: str = ""
    identity_provider: str = ""


@dataclass(frozen=True, slots=True)
class MembershipRule:
    """Lets in people of one provider: listed ones, groups (``org`` or ``org:team``), e-mail
    domains (exactly these; ``*.uni.edu`` for all below), or everybody. Case never matters.

    ``identity_providers`` narrow it to people who came through one of these; empty: through any.
    """

    provider: str
    people: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    email_domains: frozenset[str] = frozenset()
    is_everyone: bool = False
    identity_providers: frozenset[str] = frozenset()

    def matches(self, identity: Identity, claims: Claims) -> bool:
        """Whether this rule lets in the person whose identity and claims these are."""
        if identity.provider != self.provider:
            return False
        if not self.takes_from(claims.identity_provider):
            return False
        return (
            self.is_everyone
            or (bool(self.people) and self._lists(identity, claims))
            or (bool(self.groups) and _have_common(self.groups, claims.groups))
            or (bool(self.email_domains) and self._has_domain_of(claims))
        )

    def takes_from(self, identity_provider: str) -> bool:
        """Whether it is about people who came through this one."""
        return not self.identity_providers or (
            identity_provider.casefold() in _words(self.identity_providers)
        )

    def _lists(self, identity: Identity, claims: Claims) -> bool:
        return _have_common(self.people, frozenset((identity.subject, claims.login)))

    def _has_domain_of(self, claims: Claims) -> bool:
        return is_domain_among(verified_domain(claims), _words(self.email_domains))


def _have_common(of_a_rule: frozenset[str], of_hers: frozenset[str]) -> bool:
    return not _words(of_a_rule).isdisjoint(_her_words(of_hers))


def _folded(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words if word)


# Remembered, for a sign-in holds a person against the rules of a thousand communities: hers for
# as long as that takes, the file's for ever.
_words = lru_cache(maxsize=32768)(_folded)
_her_words = lru_cache(maxsize=8)(_folded)


def is_domain_among(domain: str | None, domains: frozenset[str]) -> bool:
    """Whether domains, in lower case, name this one: themselves, or as ``*.`` of one above."""
    if not domain or not domains:
        return False
    parents = domain.split(".")[1:]
    above = {"*." + ".".join(parents[i:]) for i in range(len(parents))}
    return domain in domains or not above.isdisjoint(domains)


def verified_domain(claims: Claims) -> str | None:
    """The domain of her e-mail address, in lower case, if the address counts."""
    if not claims.email or not claims.is_email_verified:
        return None
    return claims.email.rpartition("@")[2].casefold()


@dataclass(frozen=True, slots=True)
class StorageLimit:
    """How much each person may keep in her home, and from how full on she is warned."""

    limit_bytes: int
    warn_percent: int = 80


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
    blocked: tuple[MembershipRule, ...] = field(default=(), kw_only=True)
    profiles: tuple[Profile, ...] = ()
    default_profile: str = ""
    limits: tuple[Limit, ...] = ()
    budget: Budget | None = None
    culling: Culling = field(default_factory=unlimited)
    takes_requests: bool = False
    bounds: Bounds = field(default_factory=Bounds)
    terms: TermsOfUse | None = field(default=None, kw_only=True)
    keeping: Keeping = field(default_factory=Keeping, kw_only=True)
    storage: StorageLimit | None = field(default=None, kw_only=True)

    def profile(self, slug: str) -> Profile | None:
        """The profile of that name, if the community has it."""
        return next((profile for profile in self.profiles if profile.slug == slug), None)

    @property
    def all_limits(self) -> tuple[Limit, ...]:
        """The quotas and, last, the budget."""
        return self.limits + ((self.budget.as_limit(),) if self.budget else ())


CHAMPIONS_SUFFIX = "-champions"
INSTRUCTORS_SUFFIX = "-instructors"


def groups_of(memberships: Mapping[str, Role], instructed: Iterable[str] = ()) -> frozenset[str]:
    """The Hub groups of a person with these memberships, who instructs in these communities."""
    champions = {slug for slug, role in memberships.items() if role is Role.CHAMPION}
    return (
        frozenset(memberships)
        | {slug + CHAMPIONS_SUFFIX for slug in champions}
        | {slug + INSTRUCTORS_SUFFIX for slug in instructed}
    )


def slug_of_group(group: str) -> str:
    """The slug of the community whose Hub group this would be, of whichever role."""
    suffixes = (CHAMPIONS_SUFFIX, INSTRUCTORS_SUFFIX)
    suffix = next((suffix for suffix in suffixes if group.endswith(suffix)), "")
    return group.removesuffix(suffix)


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
