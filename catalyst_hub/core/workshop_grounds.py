"""When servers stop because of a workshop: it is over, or nobody came to what was warmed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property

from catalyst_hub.core.attendance import is_used
from catalyst_hub.core.grant import Source
from catalyst_hub.core.notice import Ground, Judge, Reason
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.server_report import ServerReport
from catalyst_hub.core.session import Session
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.warming import WARMER, Warming, warmings
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Workshop
from catalyst_hub.core.workshop_step import DRAINED_AFTER, is_over, over_at

#: Nobody works in it, so this is for whoever opens it at this very moment.
_UNUSED_NOTICE = timedelta(minutes=1)
_A_DAY = timedelta(days=1)


def workshop_judge(
    uow: UnitOfWork, policy: Policy, sessions: Iterable[Session], now: datetime
) -> Judge:
    """Gives back what was warmed in vain; then, when a workshop is over, ends the servers of people
    who came for it alone. Whoever belongs to the community otherwise goes on as on any other day.
    """
    found = {session.workshop_id for session in sessions if session.workshop_id is not None}
    workshops = {number: uow.workshops.get(number) for number in sorted(found)}
    guests, ahead = _Guests(uow, policy, now), _StartedAhead(uow, policy, now)

    def ground_of(session: Session) -> Ground | None:
        workshop = workshops.get(session.workshop_id or 0)
        if workshop is None:
            # Started by a drill, on a day on which the workshop does not take place.
            is_tried = ahead.is_waiting(session)
            return Ground(Reason.UNUSED, least=_UNUSED_NOTICE) if is_tried else None
        zone = _zone(policy, workshop)
        about = {"workshop": workshop.workshop_id, "title": workshop.title}
        if ahead.is_waiting(session) and not ahead.is_expected(session, workshop):
            return Ground(Reason.UNUSED, about, least=_UNUSED_NOTICE)
        if is_over(workshop, zone, now) and guests.has_come_for_workshops_alone(session):
            return Ground(Reason.WORKSHOP, about, _drained_at(session, workshop, zone))
        return None

    return ground_of


def _drained_at(session: Session, workshop: Workshop, zone: str) -> datetime:
    """Whoever comes back for something on the evening of the last day has as long for it."""
    began = session.running_at or session.reserved_at
    return max(over_at(workshop, zone), began) + DRAINED_AFTER


class _StartedAhead:
    """Servers that were started ahead, and that nobody has opened; read when one is asked about."""

    def __init__(self, uow: UnitOfWork, policy: Policy, now: datetime) -> None:
        self._uow = uow
        self._policy = policy
        self._now = now

    def is_waiting(self, session: Session) -> bool:
        """Whether it is one of them."""
        if session.actor != WARMER or is_used(session):
            return False
        return not is_used(session, self._reports.get(session.session_id))

    def is_expected(self, session: Session, workshop: Workshop) -> bool:
        """Whether its owner may still come.

        One that was warmed for hours that are not in the plan any more waits for nobody. Whoever
        takes part in two workshops at a time may have one that was warmed for the other.
        """
        began = session.reserved_at
        its = [] if workshop.cancelled_at else self._warmings(workshop, began)
        windows = [w for w in its if w.opens_at <= began < w.ends_at]
        for other in self._near:
            if other.community == workshop.community and other != workshop:
                windows += [w for w in self._warmings(other, began) if w.is_open(began)]
        return any(self._now < window.gives_back_at for window in windows)

    def _warmings(self, workshop: Workshop, at: datetime) -> Iterable[Warming]:
        return warmings(workshop, _zone(self._policy, workshop), at)

    @cached_property
    def _reports(self) -> Mapping[str, ServerReport]:
        return self._uow.server_reports.of_live()

    @cached_property
    def _near(self) -> Iterable[Workshop]:
        today = local_day(self._now, "UTC")
        return self._uow.workshops.open_in(today - _A_DAY, today + _A_DAY)


def _zone(policy: Policy, workshop: Workshop) -> str:
    community = policy.community(workshop.community)
    return community.zone if community else policy.zone


class _Guests:
    """Who would not be in a community without workshops that are over; read when it is asked."""

    def __init__(self, uow: UnitOfWork, policy: Policy, now: datetime) -> None:
        self._uow = uow
        self._policy = policy
        self._now = now
        self._of: dict[str, Collection[int]] = {}

    def has_come_for_workshops_alone(self, session: Session) -> bool:
        slug = session.choice.community
        if slug not in self._of:
            self._of[slug] = self._read(slug)
        return session.person_id in self._of[slug]

    def _read(self, slug: str) -> Collection[int]:
        over = {
            workshop.workshop_id
            for workshop in self._uow.workshops.of(slug)
            if is_over(workshop, _zone(self._policy, workshop), self._now)
        }
        came = self._uow.invitations.came_by(slug)
        grants = self._uow.memberships.grants_in(slug)
        otherwise = {
            person_id
            for person_id, theirs in grants.items()
            if any(grant.source is not Source.INVITATION for grant in theirs)
        }
        return _guests(came, over) - otherwise


def _guests(came: Mapping[int, Collection[int | None]], over: Collection[int]) -> set[int]:
    """By invitations of workshops that are over, and no other."""
    return {who for who, numbers in came.items() if all(number in over for number in numbers)}
