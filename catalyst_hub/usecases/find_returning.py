"""Somebody says who she is, and has a phrase to prove it."""

from __future__ import annotations

from dataclasses import dataclass

from catalyst_hub.core.community import Identity
from catalyst_hub.core.phrase import KeptPhrase
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


@dataclass(frozen=True, slots=True)
class Returning:
    """Who it would be, how she signs in, and what is kept of her phrase."""

    person: Person
    identity: Identity
    phrase: KeptPhrase


def find_returning(uow: UnitOfWork, provider: str, name: str) -> Returning | None:
    """The person of that hub name, if she came in through this provider and has a phrase."""
    person = uow.people.by_name(name)
    if person is None:
        return None
    phrase = uow.phrases.of(person.person_id)
    ways = uow.people.identities(person.person_id)
    identity = next((way for way in ways if way.provider == provider), None)
    return Returning(person, identity, phrase) if phrase and identity else None
