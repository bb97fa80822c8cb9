"""What was done for workshops, and for which of them there is something left to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, bindparam, exists, literal, select, type_coerce

from catalyst_hub.core.workshop import Workshop
from catalyst_hub.core.workshop_step import Step
from catalyst_hub.store.repository import Repository, insert_into, listed
from catalyst_hub.store.tables import workshop_steps, workshops
from catalyst_hub.store.workshop_rows import COLUMNS, workshop_of

_OF_WORKSHOP = workshop_steps.c.workshop_id == workshops.c.workshop_id
_IS_CLOSED = exists().where(
    _OF_WORKSHOP,
    workshop_steps.c.step
    == literal(f"{Step.CLOSE.value}:") + type_coerce(workshops.c.last_on, String),
)
_DONE = select(listed(workshop_steps.c.step)).where(_OF_WORKSHOP).scalar_subquery()
_TAKEN = select(workshop_steps.c.step).where(
    workshop_steps.c.hub == bindparam("hub"),
    workshop_steps.c.workshop_id == bindparam("workshop_id"),
)
_UNFINISHED = (
    select(_DONE, *COLUMNS)
    .where(workshops.c.hub == bindparam("hub"), ~_IS_CLOSED)
    .order_by(workshops.c.workshop_id)
)


class SqlWorkshopSteps(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.WorkshopSteps`."""

    def unfinished(self) -> Sequence[tuple[Workshop, frozenset[str]]]:
        """Every workshop that is not closed yet, and the names of the steps that were taken."""
        rows = self._connection.execute(_UNFINISHED, {"hub": self._hub})
        return [(workshop_of(row), frozenset((done or "").split(","))) for done, *row in rows]

    def done(self, workshop_id: int) -> frozenset[str]:
        """The names of the steps that were taken."""
        values = {"hub": self._hub, "workshop_id": workshop_id}
        return frozenset(self._connection.scalars(_TAKEN, values))

    def take(self, workshop_id: int, step: str, now: datetime) -> bool:
        """Note a step; False: it was taken before."""
        made = self._connection.scalar(
            insert_into(self._dialect, workshop_steps)
            .values(workshop_id=workshop_id, step=step, hub=self._hub, done_at=now)
            .on_conflict_do_nothing()
            .returning(workshop_steps.c.step)
        )
        return made is not None
