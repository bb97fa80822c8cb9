"""What others have asked of a person, what was said, and what they have done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from catalyst_hub.core.consent import Consent
from catalyst_hub.core.session import Session
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


@dataclass(frozen=True, slots=True)
class ConsentsView:
    """The newest first: questions that wait, consents that hold, what is over, and servers that
    others have started. ``people`` are those who are named in them, by hub name."""

    questions: tuple[Consent, ...] = ()
    standing: tuple[Consent, ...] = ()
    past: tuple[Consent, ...] = ()
    started: tuple[Session, ...] = ()
    people: Mapping[str, Person] = field(default_factory=dict)

    def name_of(self, user_name: str) -> str:
        """What people call somebody."""
        person = self.people.get(user_name)
        return person.shown_as if person else user_name


def list_consents(uow: UnitOfWork, user_name: str, now: datetime) -> ConsentsView:
    """All that concerns this person's servers; nothing for those the store does not know."""
    owner = uow.people.by_name(user_name)
    if owner is None:
        return ConsentsView()
    consents = uow.consents.of(owner.person_id)
    started = uow.sessions.started_by_others(user_name)
    return ConsentsView(
        tuple(c for c in consents if c.is_open(now)),
        tuple(c for c in consents if c.holds(now)),
        tuple(c for c in consents if not (c.is_open(now) or c.holds(now))),
        tuple(started),
        _named(uow, consents, started),
    )


def _named(
    uow: UnitOfWork, consents: Sequence[Consent], started: Sequence[Session]
) -> dict[str, Person]:
    names = {c.asked_by for c in consents} | {s.actor for s in started if s.actor}
    found = (uow.people.by_name(name) for name in names)
    return {person.name: person for person in found if person is not None}
