"""``/communities/<slug>/workshops``: their days, and who instructs."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.calendar_files import IS_THERE
from catalyst_hub.champion.invitation_rows import invitation_row
from catalyst_hub.champion.teaching import InvitingPage
from catalyst_hub.champion.wording import N_
from catalyst_hub.champion.workshop_details import details_row
from catalyst_hub.champion.workshop_planning import PlanningPage
from catalyst_hub.champion.workshop_rows import workshop_row
from catalyst_hub.core.community import Community
from catalyst_hub.core.invitation import Invitation
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.view import ScheduledWorkshop
from catalyst_hub.i18n.formats import city
from catalyst_hub.i18n.instructors import instructor_refusal_text
from catalyst_hub.usecases.appoint_instructor import appoint_instructor
from catalyst_hub.usecases.cancel_workshop import cancel_workshop
from catalyst_hub.usecases.dismiss_instructor import dismiss_instructor
from catalyst_hub.usecases.list_workshops import list_workshops

_NOTES: Mapping[str, str] = MappingProxyType(
    {
        "made": N_("The workshop is made. Now invite its learners."),
        "asked": N_("The people who run this hub have your request."),
        "changed": N_("The workshop is changed."),
        "answered": N_("Your answer is given, and whoever planned the workshop is told."),
        "cancelled": N_("The workshop is called off, and its invitations have ended."),
        "appointed": N_("They are an instructor of this workshop now."),
        "dismissed": N_("They are an instructor of this workshop no longer."),
    }
)


class WorkshopsPage(PlanningPage):
    """The list, and where workshops are made."""

    async def get(self, slug: str) -> None:
        """Show those there are."""
        community = self.community_for(Action.READ, slug)
        speak, now = self.speak_for(community), self.now()
        workshops = await self.read(lambda uow: list_workshops(uow, self.policy, slug, now))
        note = _NOTES.get(self.get_query_argument("note", ""), "")
        self.show_below(
            community,
            "workshops",
            note=speak.gettext(note) if note else "",
            workshops=[workshop_row(workshop, speak) for workshop in workshops],
        )

    async def post(self, slug: str) -> None:
        """Make one, and show it."""
        community = self.community_for(Action.SCHEDULE, slug)
        self.speak_for(community)
        await self.save(community)


class WorkshopPage(PlanningPage):
    """``…/workshops/<id>``: its times and needs, its instructors, its invitations."""

    async def get(self, slug: str, number: str) -> None:
        """Show it."""
        community = self.community_for(Action.READ, slug)
        self.speak_for(community)
        note = _NOTES.get(self.get_query_argument("note", ""), "")
        await self.show_workshop(
            community, int(number), self.translator.gettext(note) if note else ""
        )

    async def post(self, slug: str, number: str) -> None:
        """Change its plan."""
        community = self.community_for(Action.SCHEDULE, slug)
        self.speak_for(community)
        await self.save(community, await self.workshop_of(community, number))

    async def show_workshop(
        self, community: Community, number: int, note: str = "", problem: str = "", name: str = ""
    ) -> None:
        """Send the page of a workshop; one of another community is not there."""
        speak, now = self.translator, self.now()
        found, invitations, is_hers = await self.read(
            lambda uow: self._look(uow, community, number)
        )
        row = workshop_row(found, speak)
        may_schedule = Action.SCHEDULE in self.allowed
        self.show_below(
            community,
            "workshop",
            note=note,
            problem=problem,
            name=name,
            row=row,
            has_calendar=IS_THERE,
            details=details_row(
                found.workshop, community, now, speak, has_money=Action.COSTS in self.allowed
            ),
            may_change=may_schedule and row.is_open,
            may_plan=may_schedule and (row.is_open or row.is_asked),
            may_watch=(may_schedule or is_hers) and not row.is_asked,
            may_invite=Action.INVITE in self.allowed and row.is_open and (may_schedule or is_hers),
            city=city(community.zone, speak.locale),
            invitations=[
                invitation_row(i, community, {}, {number: row.title}, now, speak)
                for i in invitations
            ],
        )

    def _look(
        self, uow: UnitOfWork, community: Community, number: int
    ) -> tuple[ScheduledWorkshop, list[Invitation], bool]:
        """It, its invitations, and whether the signed-in person instructs in it now."""
        workshops = list_workshops(uow, self.policy, community.slug, self.now())
        found = next((w for w in workshops if w.workshop.workshop_id == number), None)
        if found is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        invitations = self.invitations_of(uow, community)
        is_hers = found.workshop in self.taught_now(uow, community)
        return found, [i for i in invitations if i.workshop_id == number], is_hers


class CancelPage(InvitingPage):
    """``…/workshops/<id>/cancel``: ask once more, then call it off."""

    tab = "workshops"

    async def get(self, slug: str, number: str) -> None:
        """Ask whether to call it off."""
        community = self.community_for(Action.SCHEDULE, slug)
        self.speak_for(community)
        found = await self.read(lambda uow: uow.workshops.get(int(number)))
        if found is None or found.community != slug:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.show_below(community, "cancel", workshop=found)

    async def post(self, slug: str, number: str) -> None:
        """Call it off; one that has been stays so."""
        community = self.community_for(Action.SCHEDULE, slug)
        actor, now = self.actor.name, self.now()
        instructors = await self.runtime.write(
            lambda uow: cancel_workshop(uow, slug, int(number), actor, now)
        )
        for person in instructors or ():
            await self.tell_the_hub(person.name)
        self.back_to(community, "workshops?note=cancelled")


class InstructorsPage(WorkshopPage):
    """``…/workshops/<id>/instructors``: make a member an instructor."""

    async def get(self, slug: str, number: str) -> None:
        """A reload after the form was sent: nothing to do."""
        self.back_to(self.community_for(Action.SCHEDULE, slug), f"workshops/{number}")

    async def post(self, slug: str, number: str) -> None:
        """Appoint somebody by hub name."""
        community = self.community_for(Action.SCHEDULE, slug)
        self.speak_for(community)
        name = await self.name_meant(self.get_body_argument("name", ""))
        actor, now = self.actor.name, self.now()
        refusal = await self.runtime.write(
            lambda uow: appoint_instructor(uow, self.policy, slug, int(number), name, actor, now)
        )
        if refusal is None:
            await self.tell_the_hub(name)
            self.back_to(community, f"workshops/{number}?note=appointed")
            return
        self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
        problem = instructor_refusal_text(refusal, name, self.translator)
        await self.show_workshop(community, int(number), problem=problem, name=name)


class DismissInstructorPage(InvitingPage):
    """``…/workshops/<id>/instructors/<name>/dismiss``."""

    def get(self, slug: str, number: str, name: str) -> None:
        """A reload after the form was sent: nothing to do."""
        self.back_to(self.community_for(Action.SCHEDULE, slug), f"workshops/{number}")

    async def post(self, slug: str, number: str, name: str) -> None:
        """Dismiss them; whoever is none stays none."""
        community = self.community_for(Action.SCHEDULE, slug)
        actor, now = self.actor.name, self.now()
        if await self.runtime.write(
            lambda uow: dismiss_instructor(uow, slug, int(number), name, actor, now)
        ):
            await self.tell_the_hub(name)
        self.back_to(community, f"workshops/{number}?note=dismissed")
