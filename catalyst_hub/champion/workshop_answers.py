"""``/workshops`` and ``…/workshops/<id>/answer``: whoever runs the hub answers workshops that are
beyond the bounds."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.base import Page
from catalyst_hub.champion.errors import NotUnderstoodError
from catalyst_hub.champion.plan_rows import days_text, plan_row
from catalyst_hub.champion.workshop_planning import PlanningPage
from catalyst_hub.core.community import Community
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.workshop import Answer, Workshop
from catalyst_hub.core.workshop_plan import LONGEST_REASON, PlanRefusal
from catalyst_hub.i18n.formats import city
from catalyst_hub.i18n.workshops import refusal_text
from catalyst_hub.usecases.answer_workshop import answer_workshop
from catalyst_hub.usecases.list_workshop_requests import list_workshop_requests
from catalyst_hub.usecases.plan_workshop import plan_workshop


class AskingPage(Page):
    """The workshops of all communities that wait for an answer."""

    async def get(self) -> None:
        """Show them, the longest waiting first."""
        if not self.actor.is_operator:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.speak_for(None)
        waiting = await self.read(self._look)
        rows = [(self._title(each), self._address(each), *self._facts(each)) for each in waiting]
        self.show("workshops_asking", rows=rows)

    def _look(self, uow: UnitOfWork) -> Sequence[Workshop]:
        return list_workshop_requests(uow, self.policy, self.now())

    def _title(self, workshop: Workshop) -> str:
        community = self.policy.by_slug[workshop.community]
        return f"{workshop.title} · {text_in(community.title, self.translator.language)}"

    def _address(self, workshop: Workshop) -> str:
        address = self.address_of(self.policy.by_slug[workshop.community])
        return f"{address}/workshops/{workshop.workshop_id}/answer"

    def _facts(self, workshop: Workshop) -> tuple[str, str]:
        reason = workshop.request.reason if workshop.request else ""
        return days_text(workshop.plan, self.translator), reason


class AnswerWorkshopPage(PlanningPage):
    """The plan that is asked for, and the answer."""

    async def get(self, slug: str, number: str) -> None:
        """Show it; what has its answer already leads to its page."""
        community = self.community_for(Action.GRANT, slug)
        self.speak_for(community)
        found = await self.workshop_of(community, number)
        if found.request is None or found.request.answer is not None:
            self.back_to(community, f"workshops/{number}")
            return
        await self._show(community, found)

    async def post(self, slug: str, number: str) -> None:
        """Grant or decline it."""
        community = self.community_for(Action.GRANT, slug)
        self.speak_for(community)
        found = await self.workshop_of(community, number)
        answer, reply = self._answer(), self.get_body_argument("reply", "")
        actor, now = self.actor.name, self.now()
        said = await self.runtime.write(
            lambda uow: answer_workshop(
                uow, self.policy, found.workshop_id, answer, reply, actor, now
            )
        )
        if said is PlanRefusal.NOT_THERE:
            # It has its answer, or asks for none: its page says how it stands.
            self.back_to(community, f"workshops/{number}")
            return
        if isinstance(said, PlanRefusal):
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
            await self._show(community, found, refusal_text(said, self.translator))
            return
        self.back_to(community, f"workshops/{number}?note=answered")

    def _answer(self) -> Answer:
        try:
            return Answer(self.get_body_argument("answer", ""))
        except ValueError as error:
            raise NotUnderstoodError(str(error)) from error

    async def _show(self, community: Community, workshop: Workshop, problem: str = "") -> None:
        number, now = workshop.workshop_id, self.now()
        forecast = await self.read(
            lambda uow: plan_workshop(uow, self.policy, community.slug, workshop.plan, now, number)
        )
        if isinstance(forecast, PlanRefusal):
            problem = problem or refusal_text(forecast, self.translator)
        planner = await self.read(lambda uow: uow.people.by_name(workshop.created_by))
        self.show_below(
            community,
            "workshop_answer",
            problem=problem,
            workshop=workshop,
            planner=planner.shown_as if planner else workshop.created_by,
            plan=None if isinstance(forecast, PlanRefusal) else plan_row(forecast, self.translator),
            reply=self.get_body_argument("reply", "")[:LONGEST_REASON],
            longest_reply=LONGEST_REASON,
            city=city(community.zone, self.translator.locale),
        )
