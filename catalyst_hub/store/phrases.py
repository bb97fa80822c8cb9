"""What people with workshop accounts come back with, as hashes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select

from catalyst_hub.core.phrase import KeptPhrase
from catalyst_hub.store.repository import Repository, insert_into
from catalyst_hub.store.tables import memberships, people, return_phrases

_OF = select(return_phrases.c.digest, return_phrases.c.made_at, return_phrases.c.reset_by).where(
    return_phrases.c.hub == bindparam("hub"),
    return_phrases.c.person_id == bindparam("person_id"),
)
_HOLDERS = (
    select(people.c.name)
    .join(return_phrases, return_phrases.c.person_id == people.c.person_id)
    .join(memberships, memberships.c.person_id == people.c.person_id)
    .where(people.c.hub == bindparam("hub"), memberships.c.community == bindparam("community"))
    .distinct()
)


class SqlPhrases(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.Phrases`."""

    def of(self, person_id: int) -> KeptPhrase | None:
        """What is kept of a person's phrase."""
        values = {"hub": self._hub, "person_id": person_id}
        row = self._connection.execute(_OF, values).one_or_none()
        return None if row is None else KeptPhrase(*row)

    def holders_in(self, community: str) -> frozenset[str]:
        """The hub names of a community's people who have a phrase."""
        values = {"hub": self._hub, "community": community}
        return frozenset(self._connection.scalars(_HOLDERS, values))

    def keep(self, person_id: int, digest: str, now: datetime, reset_by: str | None = None) -> None:
        """The phrase of which this is the digest takes the place of the one before."""
        kept = {"digest": digest, "made_at": now, "reset_by": reset_by}
        self._connection.execute(
            insert_into(self._dialect, return_phrases)
            .values(person_id=person_id, hub=self._hub, **kept)
            .on_conflict_do_update(index_elements=["person_id"], set_=kept)
        )
