"""The people of a community, and those who were taken out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.community import Identity
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.roster import Member, Removal
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day


@dataclass(frozen=True, slots=True)
class Roster:
    """Members in the order of their names; removals, the newest first."""

    members: tuple[Member, ...]
    removals: tuple[Removal, ...]


def list_people(uow: UnitOfWork, policy: Policy, community: str, now: datetime) -> Roster:
    """Everybody who belongs to the community, or did until somebody removed them."""
    policy = policy_at(policy, now)
    return Roster(_members(uow, policy, community, now), _removals(uow, community))


def _members(uow: UnitOfWork, policy: Policy, community: str, now: datetime) -> tuple[Member, ...]:
    grants = uow.memberships.grants_in(community)
    people = uow.people.named(sorted(grants))
    signed_in_at = uow.people.signed_in_at(sorted(grants))
    used_on = uow.reports.last_days(community)
    operators = _operators(uow, policy)
    teaching = _teaching(uow, policy, community, now)
    holders = uow.phrases.holders_in(community)
    members = (
        Member(
            person,
            tuple(grants[person_id]),
            signed_in_at[person_id],
            used_on.get(person_id),
            is_operator=person_id in operators,
            teaches=teaching.get(person_id, ()),
            has_phrase=person.name in holders,
        )
        for person_id, person in people.items()
    )
    return tuple(sorted(members, key=_sorting_name))


def _teaching(
    uow: UnitOfWork, policy: Policy, community: str, now: datetime
) -> Mapping[int, tuple[str, ...]]:
    """Titles of workshops that are not over, by the person who instructs in them."""
    found = policy.community(community)
    today = local_day(now, found.zone if found else policy.zone)
    return {
        person_id: tuple(workshop.title for workshop in taught if workshop.is_open_on(today))
        for person_id, taught in uow.workshops.taught_in(community).items()
    }


def _sorting_name(member: Member) -> tuple[str, str]:
    person = member.person
    return person.shown_as.casefold(), person.name


def _operators(uow: UnitOfWork, policy: Policy) -> frozenset[int]:
    """Those of the operators who have signed in; they are few, the members may be many."""
    found = (
        uow.people.by_identity(Identity(rule.provider, subject))
        for rule in policy.operators
        for subject in rule.people
    )
    return frozenset(person.person_id for person in found if person is not None)


def _removals(uow: UnitOfWork, community: str) -> tuple[Removal, ...]:
    removed = uow.memberships.removed_from(community)
    people = uow.people.named(sorted(removed))
    removals = (Removal(person, *removed[person_id]) for person_id, person in people.items())
    return tuple(sorted(removals, key=lambda removal: removal.removed_at, reverse=True))
