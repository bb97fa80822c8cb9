"""The judge of what nobody uses, and of what is too old: everything is read before the first
server is looked at, so that hundreds take a few statements."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from catalyst_hub.core.attendance import is_used
from catalyst_hub.core.belonging import Way
from catalyst_hub.core.community import Claims, Community
from catalyst_hub.core.culling import Outlook, Shelter, culling_ground, outlook
from catalyst_hub.core.culling_hours import Spell, spells
from catalyst_hub.core.culling_rules import OfPeople, Tighter, culling_during
from catalyst_hub.core.notice import Ground
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.session import Session
from catalyst_hub.core.spare import spared_until
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.warming import WARMER
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Workshop, is_in_session

_A_DAY = timedelta(days=1)
_NOTHING_OWN = Tighter()


class CullingLook:
    """One look at all servers of a hub. ``policy`` is that of ``policy_at``."""

    def __init__(self, uow: UnitOfWork, policy: Policy, now: datetime) -> None:
        self._policy = policy
        self._now = now
        self._reports = uow.server_reports.of_live()
        self._spared = spared_until(uow.spares.in_force(now), now)
        self._kept = uow.notices.kept()
        self._workshop_of = _in_session(uow, policy, now)
        self._own_of = uow.workshops.own_limits()
        names_people = any(each.culling.people for each in policy.communities)
        self._ways = uow.identities.of_live() if names_people else {}
        self._spells: dict[tuple[object, ...], Sequence[Spell]] = {}

    def ground(self, session: Session) -> Ground | None:
        """For what it stops soon; None: it may run on."""
        asked = self._asked(session)
        if asked is None:
            return None
        report = self._reports.get(session.session_id)
        return culling_ground(session, report, *asked, self._now)

    def outlook(self, session: Session) -> Outlook | None:
        """How it stands with it; None: its community is gone."""
        asked = self._asked(session)
        if asked is None:
            return None
        report = self._reports.get(session.session_id)
        return outlook(session, report, *asked, self._now)

    def _asked(self, session: Session) -> tuple[Sequence[Spell], Shelter] | None:
        community = self._policy.community(session.choice.community)
        if community is None:
            return None
        return self._ahead(session, community), self._shelter(session)

    def _ahead(self, session: Session, community: Community) -> Sequence[Spell]:
        """Hundreds of servers share a few of these."""
        has_gpu, is_of_workshop = session.resources.gpu > 0, session.workshop_id is not None
        is_named = bool(session.key.server_name)
        during = self._own_of.get(session.workshop_id or 0, _NOTHING_OWN)
        own = self._own(session, community)
        kind = has_gpu, is_of_workshop, is_named
        key = community.slug, session.choice.profile, kind, during, own
        if key not in self._spells:
            self._spells[key] = spells(
                culling_during(community.culling, during),
                session.choice.profile,
                community.zone,
                self._now,
                own=own,
                has_gpu=has_gpu,
                is_of_workshop=is_of_workshop,
                is_named=is_named,
            )
        return self._spells[key]

    def _own(self, session: Session, community: Community) -> OfPeople | None:
        said = community.culling.part(session.choice.profile).people
        ways = self._ways.get(session.person_id, ())
        return next((each for each in said if _names(each, ways)), None)

    def _shelter(self, session: Session) -> Shelter:
        workshop = self._workshop_of(session)
        return Shelter(
            workshop.title if workshop else "",
            self._spared.get((session.choice.community, session.person_id)),
            self._kept.get(session.session_id, {}),
        )


def _names(said: OfPeople, ways: Iterable[Way]) -> bool:
    """Whether it is about somebody who signs in in these ways."""
    return any(said.rule.matches(way.identity, Claims(way.login)) for way in ways)


def _in_session(
    uow: UnitOfWork, policy: Policy, now: datetime
) -> Callable[[Session], Workshop | None]:
    """Which workshop takes place now for the owner of a server: in a meeting, a break, or a night
    that is kept. A server that was started ahead waits for its owner: it is given back as unused,
    when that is due, and not as idle."""
    today = local_day(now, "UTC")
    near = uow.workshops.open_in(today - _A_DAY, today + _A_DAY)
    current = {
        workshop.workshop_id: workshop
        for workshop in near
        if (community := policy.community(workshop.community))
        and is_in_session(workshop, community.zone, now)
    }
    people = _people_of(uow, current.values())
    known = {workshop.workshop_id: workshop for workshop in near}

    def workshop_of(session: Session) -> Workshop | None:
        is_waiting = session.actor == WARMER and not is_used(session)
        own = (known if is_waiting else current).get(session.workshop_id or 0)
        return own or people.get((session.choice.community, session.person_id))

    return workshop_of


def _people_of(
    uow: UnitOfWork, workshops: Collection[Workshop]
) -> Mapping[tuple[str, int], Workshop]:
    """Who takes part in these, or instructs, by community and person."""
    found: dict[tuple[str, int], Workshop] = {}
    for workshop in workshops:
        for person_id in uow.attendance.registered(workshop.workshop_id):
            found[workshop.community, person_id] = workshop
    known = {workshop.workshop_id for workshop in workshops}
    for slug in {workshop.community for workshop in workshops}:
        for person_id, taught in uow.workshops.taught_in(slug).items():
            for workshop in taught:
                if workshop.workshop_id in known:
                    found[slug, person_id] = workshop
    return found
