"""What the store holds of workshops: their days, and who instructs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from catalyst_hub.core.workshop import Plan, Workshop


class Workshops(Protocol):
    """Workshops, and their instructors."""

    def add(self, community: str, plan: Plan, actor: str, now: datetime) -> Workshop:
        """A new workshop."""

    def get(self, workshop_id: int) -> Workshop | None:
        """A workshop of this hub."""

    def of(self, community: str) -> Sequence[Workshop]:
        """Those of a community, the one that begins last first."""

    def cancel(self, workshop_id: int, now: datetime) -> bool:
        """Call it off; False: it had been called off before."""

    def taught_by(self, person_id: int) -> Sequence[Workshop]:
        """Those whose instructor she is, whenever they are; none that was called off."""

    def taught_in(self, community: str) -> Mapping[int, Sequence[Workshop]]:
        """The same for everybody who instructs in a community, by person id, in the order in
        which they were appointed."""

    def attended_by(self, person_id: int, community: str, day: date) -> Workshop | None:
        """The workshop of a community in which she takes part on a day of its zone, because she
        came by an invitation of it or instructs; of several, the one that began last."""

    def attended_in(self, community: str, day: date) -> Mapping[int, Workshop]:
        """The same for everybody who takes part in one, by person id."""

    def appoint(self, workshop_id: int, person_id: int, actor: str, now: datetime) -> bool:
        """Make her its instructor; False: she was."""

    def dismiss(self, workshop_id: int, person_id: int) -> bool:
        """She is its instructor no longer; False: she was not."""

    def dismiss_from_all(self, person_id: int, community: str) -> None:
        """She is no instructor in this community any more."""
