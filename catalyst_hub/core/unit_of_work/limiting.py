"""What the store holds of what is allowed beside the communities file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from catalyst_hub.core.exemption import Asked, Exemption
from catalyst_hub.core.trial import Run
from catalyst_hub.core.turnout import Turnout


class Exemptions(Protocol):
    """Exceptions: more than a limit allows, for a while."""

    def add(
        self,
        community: str,
        person_id: int | None,
        asked: Asked,
        actor: str,
        now: datetime,
        expires_at: datetime,
    ) -> Exemption:
        """A new one."""

    def in_force(self, community: str, now: datetime) -> Sequence[Exemption]:
        """All that count now, over every hub that shares the database, as limits do."""

    def of_person(self, person_id: int, now: datetime) -> Sequence[Exemption]:
        """Of those, the ones for one person, in whichever community; the first to end first."""

    def get(self, exemption_id: int) -> Exemption | None:
        """One of this hub."""

    def of(self, community: str) -> Sequence[Exemption]:
        """The latest of a community at this hub, the newest first."""

    def revoke(self, exemption_id: int, actor: str, now: datetime) -> bool:
        """End it before its time; False: somebody had."""


class History(Protocol):
    """Servers that ran at some time."""

    def runs(
        self,
        community: str,
        starts_at: datetime,
        ends_at: datetime,
        now: datetime,
        *,
        has_names: bool,
    ) -> Sequence[Run]:
        """The servers of a community that were there in ``[starts_at, ends_at)``, at this hub;
        those that run end ``now``."""

    def start_times(self, community: str, profile: str) -> Sequence[int]:
        """How long starts of a profile took, in milliseconds: of its servers that run, and the
        latest of those that ran for workshops of the community."""

    def turnouts(self, community: str, since_on: date, before_on: date) -> Sequence[Turnout]:
        """What became of the workshops of a community at this hub whose last day is one of
        ``[since_on, before_on)``. Who instructed does not count."""
