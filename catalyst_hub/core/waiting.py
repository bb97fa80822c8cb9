"""The waiting room of a community: who waits for a seat, in which order, how long it may take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.audit import About
from catalyst_hub.core.session import ServerKey

#: So many servers of one person wait at most: each may have a seat held that others wait for.
MOST_PLACES = 5
#: Whose page was seen so recently is there: the hub starts for them when their turn comes.
_THERE = timedelta(seconds=90)
#: What an estimate looks back on, and how many turns it takes to say anything.
LOOK_BACK = timedelta(hours=1)
_ENOUGH_TURNS = 3


class Outcome(StrEnum):
    """How waiting ended: with a start, by one's own word, or by staying away."""

    STARTED = "started"
    LEFT = "left"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class WaitingRoom:
    """How long a place is kept for who does not look at it, and a seat for whose turn it is."""

    place_kept: timedelta = timedelta(minutes=10)
    seat_held: timedelta = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class WaitingPlace:
    """Somebody who waits to start a server. ``place_id`` grows in the order in which they came.

    ``hub`` is where: hubs that share a database share the lines of their communities. ``options``
    is the choice, as words. From ``called_at`` to ``seat_until`` a seat is hers; ``passed_by`` is
    the champion who let her go first.
    """

    place_id: int
    hub: str
    community: str
    person_id: int
    key: ServerKey
    options: Mapping[str, str]
    asked_at: datetime
    seen_at: datetime
    called_at: datetime | None = None
    seat_until: datetime | None = None
    passed_by: str | None = None

    def about(self, **facts: object) -> About:
        """What an audit line says of it."""
        return About(
            community=self.community,
            subject=self.key.user_name,
            facts={"place": self.place_id, "server": self.key.server_name, **facts},
        )

    def has_seat(self, now: datetime) -> bool:
        """Whether a free seat is held for her."""
        return self.seat_until is not None and now < self.seat_until

    def has_missed(self, now: datetime) -> bool:
        """Whether it was her turn and she did not come. Others go first until she does."""
        return self.seat_until is not None and self.seat_until <= now

    def is_there(self, now: datetime) -> bool:
        """Whether she seems to be looking at her page."""
        return now - self.seen_at < _THERE

    def is_kept(self, room: WaitingRoom, now: datetime) -> bool:
        """Whether she still waits, or may yet come back."""
        return self.has_seat(now) or now - self.seen_at < room.place_kept


def in_line(
    places: Iterable[WaitingPlace], room: WaitingRoom, now: datetime
) -> tuple[WaitingPlace, ...]:
    """Those who wait, the next first: who has a seat, whom a champion lets pass, who came first."""
    waiting = (p for p in places if p.is_kept(room, now) and not p.has_missed(now))
    return tuple(sorted(waiting, key=lambda p: (not p.has_seat(now), not p.passed_by, p.place_id)))


def before(line: Sequence[WaitingPlace], hub: str, key: ServerKey) -> tuple[WaitingPlace, ...]:
    """Those in line before the server of that hub; all of them if it does not wait."""
    where = next((i for i, p in enumerate(line) if (p.hub, p.key) == (hub, key)), len(line))
    return tuple(line[:where])


def wait_ahead(place_in_line: int, turns: Sequence[datetime], now: datetime) -> timedelta | None:
    """How long whoever has so many before her may still wait, if it goes on as it went.

    ``turns`` are when others got their seats within :data:`LOOK_BACK`, the oldest first. None:
    that is too little to say anything.
    """
    if len(turns) < _ENOUGH_TURNS:
        return None
    return (place_in_line + 1) * (now - turns[0]) / len(turns)
