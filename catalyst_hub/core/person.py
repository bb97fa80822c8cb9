"""A person's name on the hub, and what her sign-in amounts to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from catalyst_hub.core.belonging import Way, belonging, roles_of
from catalyst_hub.core.community import Claims, Role, groups_of
from catalyst_hub.core.grant import Grant
from catalyst_hub.core.policy import Policy, Provider, operates
from catalyst_hub.core.unit_of_work import Person
from catalyst_hub.core.workshop import Workshop, instructed_now

LONGEST_NAME = 40
_NO_LETTERS_AT_ALL = "person"
#: Names that mean power on the machine below, or look like it: nobody gets one for the asking.
SYSTEM_NAMES = frozenset(
    {"admin", "administrator", "daemon", "hub", "jupyterhub", "nobody", "operator", "root", "sudo"}
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is there, and where she belongs.

    ``groups`` are the Hub's, of communities only. They are empty for an operator: whoever may
    stop the servers of a group's members would hold power over an admin in it. Who is blocked
    belongs nowhere.
    """

    person: Person
    memberships: Mapping[str, Role]
    groups: frozenset[str]
    is_operator: bool
    is_blocked: bool = False


def signed_in(
    policy: Policy,
    person: Person,
    ways: Collection[Way],
    grants: Mapping[str, Sequence[Grant]],
    taught: Iterable[Workshop],
    now: datetime,
) -> SignedIn:
    """What a person amounts to by her ways to sign in, by all that lets her in, and by the
    workshops she teaches."""
    if belonging(policy, ways).is_blocked:
        return SignedIn(person, {}, frozenset(), is_operator=False, is_blocked=True)
    memberships = roles_of(policy, ways, grants, now)
    if operates(policy, [way.identity for way in ways]):
        return SignedIn(person, memberships, frozenset(), is_operator=True)
    instructed = instructed_now(taught, policy.by_slug, memberships, now)
    return SignedIn(person, memberships, groups_of(memberships, instructed), is_operator=False)


def readable_name(login: str) -> str:
    """A hub name from a provider's login: ``joao-silva`` from ``João.Silva@example.org``.

    Lower-case ASCII letters, digits and single hyphens, beginning with a letter: safe as it
    stands for Linux, Kubernetes and file names, so no spawner needs to escape or hash it.
    """
    plain = unicodedata.normalize("NFKD", login.partition("@")[0]).encode("ascii", "ignore")
    words = re.sub(r"[^a-z0-9]+", "-", plain.decode().lower()).strip("-")
    name = words if words[:1].isalpha() else f"{_NO_LETTERS_AT_ALL}-{words}"
    return name[:LONGEST_NAME].strip("-")


def adopted_login(provider: Provider | None, claims: Claims) -> str:
    """What a user was called whom the Hub had before us, if this was how she signed in; empty:
    it was not, or the provider does not vouch for the login."""
    if provider is None or not provider.adopts:
        return ""
    name, _, domain = claims.login.rpartition("@")
    # Without such a domain nothing is taken off: "kofi@" is not "kofi".
    is_known = bool(domain) and domain.casefold() == provider.adopts_without.casefold()
    return name if is_known else claims.login


def _variants(name: str) -> Iterator[str]:
    yield name
    for number in count(2):
        suffix = f"-{number}"
        yield name[: LONGEST_NAME - len(suffix)].rstrip("-") + suffix


def free_name(login: str, is_taken: Callable[[str], bool]) -> str:
    """The first of ``kofi``, ``kofi-2``, ``kofi-3``... that nobody has."""
    return next(name for name in _variants(readable_name(login)) if not is_taken(name))


def operators_names(policy: Policy) -> frozenset[str]:
    """Names that are kept for operators, who may not have signed in yet."""
    return frozenset(readable_name(s) for rule in policy.operators for s in rule.people)
