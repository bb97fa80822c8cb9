"""What the store holds of people who wait for a seat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.waiting import Outcome, WaitingPlace


class Waiting(Protocol):
    """The lines of all communities. Changing who is next takes the community's lock."""

    def of_community(self, community: str) -> Sequence[WaitingPlace]:
        """Everybody who waits there, on every hub, in the order in which they came."""

    def around(self, community: str, key: ServerKey) -> Sequence[WaitingPlace]:
        """The same, and the place of a server of this hub, in whichever community it waits."""

    def of_server(self, key: ServerKey) -> WaitingPlace | None:
        """The place of a server of this hub, if it waits."""

    def of_user(self, user_name: str) -> Sequence[WaitingPlace]:
        """The places of a person's servers on this hub."""

    def communities(self) -> Sequence[str]:
        """Where anybody waits, on any hub."""

    def add(
        self,
        community: str,
        person_id: int,
        key: ServerKey,
        options: Mapping[str, str],
        now: datetime,
    ) -> WaitingPlace:
        """A new place at the end. A second one for the same server is an error of the database."""

    def choose(self, place_id: int, options: Mapping[str, str]) -> None:
        """She waits for something else now."""

    def seen(self, place_id: int, now: datetime) -> None:
        """She has looked at her page."""

    def call(self, place_id: int, now: datetime, seat_until: datetime) -> None:
        """It is her turn; a seat is hers until then."""

    def uncall(self, place_id: int) -> None:
        """She has missed her turn, and waits for another."""

    def let_pass(self, place_id: int, actor: str) -> bool:
        """Put her before everybody else without a seat; False: she is there, or waits no more."""

    def over(self, place_id: int, outcome: Outcome, now: datetime) -> bool:
        """She waits no longer; False: not since before."""

    def turns_since(self, community: str, since: datetime) -> Sequence[datetime]:
        """When seats were given to the line since then, the first ones first."""
