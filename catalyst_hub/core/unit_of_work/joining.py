"""What the store holds of people who want to join."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from catalyst_hub.core.join_request import Answer, JoinRequest
from catalyst_hub.core.terms import Acceptance


class Acceptances(Protocol):
    """Who has accepted which version of a community's terms of use."""

    def of(self, person_id: int, community: str, version: str) -> Acceptance | None:
        """Her acceptance of this version."""

    def add(self, person_id: int, community: str, acceptance: Acceptance) -> bool:
        """Keep it; False: she has accepted this version before."""

    def count(self, community: str, version: str, person_ids: Collection[int]) -> int:
        """How many of these people have accepted it."""


class JoinRequests(Protocol):
    """Requests to join, open and answered."""

    def add(self, community: str, person_id: int, message: str, now: datetime) -> int | None:
        """The id of a new open request; None: she has one there already."""

    def get(self, request_id: int) -> JoinRequest | None:
        """A request of this hub."""

    def of(self, person_id: int) -> Sequence[JoinRequest]:
        """All that a person has made, the newest first."""

    def open_in(self, community: str) -> Sequence[JoinRequest]:
        """The open ones of those whom nobody has removed from there, who do not belong there
        yet: the oldest first."""

    def answer(self, request_id: int, answer: Answer, actor: str, now: datetime) -> bool:
        """Answer an open one; False: it is not open any more."""
