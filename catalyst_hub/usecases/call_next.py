"""Free seats are given to a community's line: each is held for a while for whose turn it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from catalyst_hub.core.audit import HUB, Action
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.standing import standing
from catalyst_hub.core.turn import obstacle, rooms_of, turns, wanted
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.waiting import Outcome, WaitingPlace, in_line


def call_next(uow: UnitOfWork, policy: Policy, slug: str, now: datetime) -> Sequence[WaitingPlace]:
    """Those of this hub for whom a seat is held, by now or since before.

    Places that nobody has looked at for too long, or that wait for what is not on offer any more,
    are given up.
    """
    uow.limits.lock(slug)
    policy = policy_at(policy, now)
    community = policy.community(slug)
    kept = [place for place in uow.waiting.of_community(slug) if _stays(uow, policy, place, now)]
    if community is None or not kept:
        return ()
    line = in_line(kept, policy.waiting_room, now)
    shared = standing(uow, policy, community, None, now)

    def may_start(place: WaitingPlace) -> bool:
        return obstacle(uow, policy, place, now) is None

    rooms = rooms_of(uow, policy, community, line, now)
    for place in turns(shared, community, line, may_start, now, rooms):
        uow.waiting.call(place.place_id, now, now + policy.waiting_room.seat_held)
        uow.audit.add(now, HUB, Action.PLACE_CALLED, **place.about())
    mine = (place for place in uow.waiting.of_community(slug) if place.hub == uow.hub)
    return tuple(place for place in mine if place.has_seat(now))


def _stays(uow: UnitOfWork, policy: Policy, place: WaitingPlace, now: datetime) -> bool:
    """Whether she still waits; else her place is given up."""
    community = policy.community(place.community)
    is_on_offer = community is not None and wanted(community, place) is not None
    if is_on_offer and place.is_kept(policy.waiting_room, now):
        return True
    uow.waiting.over(place.place_id, Outcome.GONE, now)
    uow.audit.add(now, HUB, Action.PLACE_OVER, **place.about(outcome=Outcome.GONE))
    return False
