"""How the people of a workshop fare now, for whoever teaches it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.attendance import RUNNING, Happened, Learner, Stage, learner_of
from catalyst_hub.core.community import Community, Identity
from catalyst_hub.core.consent import Consent, Kind
from catalyst_hub.core.denial import Allowance
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.session import Session, used_between
from catalyst_hub.core.standing import shared_in
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.waiting import in_line
from catalyst_hub.core.window import Window, local_day, midnight
from catalyst_hub.core.workshop import Workshop


@dataclass(frozen=True, slots=True)
class LiveWorkshop:
    """A workshop as it goes on: its people, those first who need somebody.

    ``seats_left`` is how many servers more may run now; None: nothing limits them. ``micros`` of
    ``currency`` were spent so far, running servers included. ``consents`` are those by which the
    reader may start a server, by the id of its owner. ``operators`` are the ids of those who run
    the hub: nobody else acts on their servers.
    """

    workshop: Workshop
    learners: tuple[Learner, ...]
    seats_left: int | None
    micros: int
    currency: str
    consents: Mapping[int, Consent]
    operators: frozenset[int]

    @property
    def started(self) -> int:
        """How many have a server that runs."""
        return sum(learner.stage in RUNNING for learner in self.learners)

    @property
    def starting(self) -> int:
        """How many have one that is just starting."""
        return sum(learner.stage is Stage.STARTING for learner in self.learners)

    @property
    def stuck(self) -> int:
        """How many want to work and cannot."""
        return sum(learner.is_stuck for learner in self.learners)


def show_live_workshop(
    uow: UnitOfWork, policy: Policy, workshop_id: int, reader: str, now: datetime
) -> LiveWorkshop | None:
    """One of them, whenever it is; None: there is none, or its community is gone.

    Asks the store as often for two hundred people as for two. Only today counts, by the clock of
    the community: what went wrong yesterday is nobody's worry now.
    """
    policy, workshop = policy_at(policy, now), uow.workshops.get(workshop_id)
    community = policy.community(workshop.community) if workshop else None
    if workshop is None or community is None:
        return None
    happened = _happened(uow, policy, community, workshop_id, now)
    learners = (learner_of(each, happened) for each in uow.attendance.learners(workshop_id))
    live = uow.sessions.all_live(community.slug)
    return LiveWorkshop(
        workshop,
        tuple(sorted(learners, key=lambda learner: learner.urgency)),
        _seats_left(uow, policy, community, workshop, live, now),
        _spent(uow, workshop, community, live, now),
        community.currency,
        _consents(uow, community, reader, now),
        _operators(uow, policy),
    )


def _happened(
    uow: UnitOfWork, policy: Policy, community: Community, workshop_id: int, now: datetime
) -> Happened:
    since = midnight(local_day(now, community.zone), community.zone)
    places = uow.waiting.of_community(community.slug)
    return Happened(
        since,
        now,
        uow.attendance.latest_sessions(workshop_id, community.slug, since),
        uow.attendance.refused_since(workshop_id, since),
        in_line(places, policy.waiting_room, now),
    )


def _seats_left(
    uow: UnitOfWork,
    policy: Policy,
    community: Community,
    workshop: Workshop,
    live: Iterable[Session],
    now: datetime,
) -> int | None:
    """By the nearest of the limits on servers at once, and by the head-count."""
    shared = shared_in(uow, policy, community, workshop, now)
    left = [limit.left for limit in shared if _is_of_servers(limit, workshop)]
    if workshop.seats is not None:
        taken = sum(session.workshop_id == workshop.workshop_id for session in live)
        left.append(max(0, workshop.seats - taken))
    return min(left, default=None)


def _is_of_servers(limit: Allowance, workshop: Workshop) -> bool:
    is_about_it = workshop.profile is None or limit.concerns(workshop.profile)
    is_of_all = limit.profile is None or workshop.profile is not None
    return (
        limit.unit is Unit.SERVERS and limit.window is Window.AT_ONCE and is_about_it and is_of_all
    )


def _spent(
    uow: UnitOfWork,
    workshop: Workshop,
    community: Community,
    live: Iterable[Session],
    now: datetime,
) -> int:
    ended = uow.attendance.spent(workshop.workshop_id).get(community.currency, 0)
    return ended + sum(
        used_between(session, session.reserved_at, now).micros
        for session in live
        if session.workshop_id == workshop.workshop_id and session.currency == community.currency
    )


def _operators(uow: UnitOfWork, policy: Policy) -> frozenset[int]:
    """Those of the operators who have signed in; they are few, the learners may be many."""
    identities = (
        Identity(rule.provider, subject) for rule in policy.operators for subject in rule.people
    )
    found = (uow.people.by_identity(identity) for identity in identities)
    return frozenset(person.person_id for person in found if person is not None)


def _consents(
    uow: UnitOfWork, community: Community, reader: str, now: datetime
) -> dict[int, Consent]:
    return {
        consent.person_id: consent
        for consent in uow.consents.allowed(now)
        if (consent.community, consent.asked_by) == (community.slug, reader)
        and consent.kind is Kind.START
    }
