"""A person's name on the hub, and what her sign-in amounts to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from catalyst_hub.core.community import Role
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.unit_of_work import Person

LONGEST_NAME = 40
_NO_LETTERS_AT_ALL = "person"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is there, and where she belongs.

    ``groups`` are the Hub's, of communities only. They are empty for an operator: whoever may
    stop the servers of a group's members would hold power over an admin in it.
    """

    person: Person
    memberships: Mapping[str, Role]
    groups: frozenset[str]
    is_operator: bool


def readable_name(login: str) -> str:
    """A hub name from a provider's login: ``joao-silva`` from ``João.Silva@example.org``.

    Lower-case ASCII letters, digits and single hyphens, beginning with a letter: safe as it
    stands for Linux, Kubernetes and file names, so no spawner needs to escape or hash it.
    """
    plain = unicodedata.normalize("NFKD", login.partition("@")[0]).encode("ascii", "ignore")
    words = re.sub(r"[^a-z0-9]+", "-", plain.decode().lower()).strip("-")
    name = words if words[:1].isalpha() else f"{_NO_LETTERS_AT_ALL}-{words}"
    return name[:LONGEST_NAME].strip("-")


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
