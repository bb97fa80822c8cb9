"""What an instructor may see and end: what is for learners of a workshop that runs now."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.champion.access import is_instructor_only
from catalyst_hub.champion.membership import MembershipPage
from catalyst_hub.core.community import Community
from catalyst_hub.core.invitation import Invitation, is_learners_of
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.workshop import Workshop, is_running


def taught_now(
    uow: UnitOfWork, user_name: str, community: Community, now: datetime
) -> list[Workshop]:
    """The workshops of a community in which somebody instructs now."""
    person = uow.people.by_name(user_name)
    taught = uow.workshops.taught_by(person.person_id) if person else ()
    of_community = (workshop for workshop in taught if workshop.community == community.slug)
    return [workshop for workshop in of_community if is_running(workshop, community, now)]


def teaches(
    uow: UnitOfWork, user_name: str, person_id: int, community: Community, now: datetime
) -> bool:
    """Whether somebody is a learner of a workshop in which the user instructs now."""
    taught = taught_now(uow, user_name, community, now)
    return uow.attendance.is_learner([workshop.workshop_id for workshop in taught], person_id)


def learners_of(
    uow: UnitOfWork, user_name: str, community: Community, now: datetime
) -> frozenset[int]:
    """The ids of all whom the user teaches now."""
    taught = taught_now(uow, user_name, community, now)
    each = (uow.attendance.registered(workshop.workshop_id) for workshop in taught)
    return frozenset[int]().union(*each)


class InvitingPage(MembershipPage):
    """A page on which invitations are shown or ended."""

    def taught_now(self, uow: UnitOfWork, community: Community) -> list[Workshop]:
        """Where the signed-in person instructs now."""
        return taught_now(uow, self.actor.name, community, self.now())

    def invitations_of(self, uow: UnitOfWork, community: Community) -> list[Invitation]:
        """The community's, the newest first, as far as the signed-in person may see them."""
        invitations = uow.invitations.of(community.slug)
        if not is_instructor_only(self.allowed):
            return list(invitations)
        taught = self.taught_now(uow, community)
        return [invitation for invitation in invitations if is_learners_of(invitation, taught)]

    def invitation_of(
        self, uow: UnitOfWork, community: Community, number: int
    ) -> Invitation | None:
        """One of them."""
        found = uow.invitations.get(number)
        if found is None or found.community != community.slug:
            return None
        if not is_instructor_only(self.allowed):
            return found
        return found if is_learners_of(found, self.taught_now(uow, community)) else None
