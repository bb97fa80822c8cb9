"""Who has accepted which version of a community's terms of use."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, func, select

from catalyst_hub.core.terms import Acceptance
from catalyst_hub.store.repository import Repository, insert_into
from catalyst_hub.store.tables import acceptances

_OF = select(acceptances.c.version, acceptances.c.language, acceptances.c.accepted_at).where(
    acceptances.c.hub == bindparam("hub"),
    acceptances.c.person_id == bindparam("person_id"),
    acceptances.c.community == bindparam("community"),
    acceptances.c.version == bindparam("version"),
)
_COUNT = select(func.count()).where(
    acceptances.c.hub == bindparam("hub"),
    acceptances.c.community == bindparam("community"),
    acceptances.c.version == bindparam("version"),
    acceptances.c.person_id.in_(bindparam("person_ids", expanding=True)),
)


class SqlAcceptances(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.joining.Acceptances`."""

    def of(self, person_id: int, community: str, version: str) -> Acceptance | None:
        """Her acceptance of this version."""
        values = {"person_id": person_id, "community": community, "version": version}
        row = self._connection.execute(_OF, {"hub": self._hub, **values}).one_or_none()
        return None if row is None else Acceptance(*row)

    def add(self, person_id: int, community: str, acceptance: Acceptance) -> bool:
        """Keep it; False: she has accepted this version before, and that stands."""
        made = self._connection.scalar(
            insert_into(self._dialect, acceptances)
            .values(
                hub=self._hub,
                person_id=person_id,
                community=community,
                version=acceptance.version,
                language=acceptance.language,
                accepted_at=acceptance.accepted_at,
            )
            .on_conflict_do_nothing()
            .returning(acceptances.c.person_id)
        )
        return made is not None

    def count(self, community: str, version: str, person_ids: Collection[int]) -> int:
        """How many of these people have accepted it."""
        if not person_ids:
            return 0
        values = {"community": community, "version": version, "person_ids": list(person_ids)}
        return self._connection.scalar(_COUNT, {"hub": self._hub, **values}) or 0
