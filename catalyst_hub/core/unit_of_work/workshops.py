"""What the store holds of workshops: their days, and who instructs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from catalyst_hub.core.culling_rules import Tighter
from catalyst_hub.core.roles import Appointment
from catalyst_hub.core.workshop import Answer, Plan, Request, Workshop


class Workshops(Protocol):
    """Workshops, and their instructors."""

    def add(
        self,
        community: str,
        plan: Plan,
        actor: str,
        now: datetime,
        currency: str | None = None,
        request: Request | None = None,
    ) -> Workshop:
        """A new workshop. ``currency`` is that of its budget; with a ``request`` it waits for the
        operator's answer."""

    def change(
        self,
        workshop_id: int,
        plan: Plan,
        currency: str | None,
        request: Request | None,
        now: datetime,
    ) -> bool:
        """Put another plan, and another request or none, in the place of what was planned; False:
        it was called off."""

    def answer(self, workshop_id: int, answer: Answer, reply: str, by: str, now: datetime) -> bool:
        """Answer a request that waits; False: it does not wait (any more)."""

    def get(self, workshop_id: int) -> Workshop | None:
        """A workshop of this hub."""

    def of(self, community: str) -> Sequence[Workshop]:
        """Those of a community, the one that begins last first."""

    def open_in(self, first_on: date, last_on: date) -> Sequence[Workshop]:
        """Those of this hub that take place (see :func:`~catalyst_hub.core.workshop.takes_place`)
        on any of these days, each counted in its community's zone; the first to begin first."""

    def own_limits(self) -> Mapping[int, Tighter]:
        """What workshops say themselves of when their servers stop, by their numbers; of those that
        say something and have servers that run or start."""

    def waiting(self) -> Sequence[Workshop]:
        """Those of this hub that wait for the operator's answer, the longest first."""

    def cancel(self, workshop_id: int, now: datetime) -> bool:
        """Call it off; False: it had been called off before."""

    def taught_by(self, person_id: int) -> Sequence[Workshop]:
        """Those whose instructor she is, whenever they are; none that was called off."""

    def taught_in(self, community: str) -> Mapping[int, Sequence[Workshop]]:
        """The same for everybody who instructs in a community, by person id, in the order in
        which they were appointed."""

    def around(
        self, community: str, person_id: int, first_on: date, last_on: date
    ) -> Sequence[tuple[Workshop, bool]]:
        """Those of a community, of whichever hub, that take place on any of these days, and whether
        she takes part in them, because she came by an invitation or instructs; the one that began
        last comes first."""

    def taking_part(
        self, community: str, workshop_ids: Collection[int]
    ) -> Mapping[int, Collection[int]]:
        """Who takes part in some of these workshops of a community, of whichever hub: their
        numbers, by person id."""

    def appointments(self, workshop_id: int) -> Sequence[Appointment]:
        """Its instructors, the first first."""

    def appoint(self, workshop_id: int, person_id: int, actor: str, now: datetime) -> bool:
        """Make her its instructor; False: she was."""

    def dismiss(self, workshop_id: int, person_id: int) -> bool:
        """She is its instructor no longer; False: she was not."""

    def dismiss_from_all(self, person_id: int, community: str) -> None:
        """She is no instructor in this community any more."""
