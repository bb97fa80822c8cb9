"""A person chooses the language she is spoken to."""

from __future__ import annotations

from catalyst_hub.core.language import supported
from catalyst_hub.core.unit_of_work import UnitOfWork


def choose_language(uow: UnitOfWork, user_name: str, language: str) -> bool:
    """Remember it; False, and nothing written, for users or languages that are not known.

    Not audited: it changes nobody's rights, and it is her own affair.
    """
    person, chosen = uow.people.by_name(user_name), supported(language)
    if person is None or chosen is None:
        return False
    if chosen != person.language:
        uow.people.set_language(person, chosen)
    return True
