"""How long the waiting room has patience."""

from __future__ import annotations

from datetime import timedelta

from pydantic import model_validator

from catalyst_hub.communities_file.fields import Duration, Notice, refusal
from catalyst_hub.communities_file.part import Part
from catalyst_hub.core.waiting import WaitingRoom

_SHORTEST_S = 60


class WaitingRoomPart(Part):
    """Whoever finds no seat free that all share waits for one, in the order in which they came."""

    keep_place: Duration = 600
    """How long a place in line is kept for somebody who does not look at it; 1m at least."""
    hold_seat: Notice = 120
    """How long a free seat is held for whose turn it is."""

    @model_validator(mode="after")
    def _is_kept(self) -> WaitingRoomPart:
        if self.keep_place >= _SHORTEST_S:
            return self
        # A page looks again after up to 45 seconds.
        raise refusal("so long keeps no place", "1m or more", "correct it", at="keep_place")


def waiting_room_of(part: WaitingRoomPart) -> WaitingRoom:
    """The same as durations."""
    return WaitingRoom(timedelta(seconds=part.keep_place), timedelta(seconds=part.hold_seat))
