"""What the store holds of those who take part in workshops: how it went, and who leaves after."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from catalyst_hub.core.denial import Code
from catalyst_hub.core.meeting import Span
from catalyst_hub.core.session import Session
from catalyst_hub.core.unit_of_work.people import Person


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who has come with an invitation for learners of a workshop."""

    person: Person
    registered_at: datetime
    signed_in_at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """The last time that a start of hers was refused, and why."""

    code: Code
    denied_at: datetime


class Attendance(Protocol):
    """The learners of workshops. Each question takes one statement, however many they are."""

    def learners(self, workshop_id: int) -> Sequence[Attendee]:
        """Who has come with an invitation for its learners, and still belongs to the community."""

    def registered(self, workshop_id: int) -> frozenset[int]:
        """The ids of all who have ever come with one, whatever became of them."""

    def is_learner(self, workshop_ids: Collection[int], person_id: int) -> bool:
        """Whether she has come with an invitation for learners of one of these."""

    def latest_sessions(
        self, workshop_id: int, community: str, since: datetime
    ) -> Mapping[int, Session]:
        """The live session of each learner in the community, or else the one that was reserved
        last since then; by person id."""

    def sessions(self, workshop_id: int, community: str, span: Span) -> Sequence[Session]:
        """All that belong to the workshop, and those of its learners in the community that were
        there at some time of the span and belong to no other."""

    def meanwhile(self, workshop_id: int, span: Span) -> Sequence[Session]:
        """All of its learners that were there at some time of the span, whatever workshop and
        community they belong to."""

    def returned_at(
        self, workshop_id: int, community: str, after: datetime, before: datetime
    ) -> Mapping[int, datetime]:
        """When each of its learners first used a server in the community that was started in that
        time, by person id. What was started ahead and never opened is no use."""

    def spent(self, workshop_id: int) -> Mapping[str, int]:
        """What its ended sessions have cost, in micros by currency."""

    def deny(self, workshop_id: int, person_id: int, code: Code, now: datetime) -> None:
        """Note that a start was refused; the same one again within a minute is not noted."""

    def refused_since(
        self, workshop_id: int, since: datetime, until: datetime | None = None
    ) -> Mapping[int, Refused]:
        """The last refusal of each person before ``until`` (None: until now), by her id."""

    def denials(self, workshop_id: int) -> Mapping[str, int]:
        """How often starts were refused, by code."""
