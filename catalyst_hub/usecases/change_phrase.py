"""A person takes another return phrase."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.unit_of_work import UnitOfWork


def change_phrase(uow: UnitOfWork, user_name: str, digest: str, now: datetime) -> bool:
    """The phrase of this digest is hers; False, and nothing done: she comes back in other ways.

    Whoever is signed in need not know the old one: that is what most people change it for.
    """
    person = uow.people.by_name(user_name)
    if person is None or uow.phrases.of(person.person_id) is None:
        return False
    uow.phrases.keep(person.person_id, digest, now)
    uow.audit.add(now, user_name, Action.PHRASE_CHANGED, subject=user_name)
    return True
