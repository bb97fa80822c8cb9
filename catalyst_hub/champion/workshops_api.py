"""``…/workshops.json``: the same for programs, which bring their own token."""

from __future__ import annotations

from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.errors import NotUnderstoodError
from catalyst_hub.champion.json_body import json_object, refuse
from catalyst_hub.champion.wording import N_
from catalyst_hub.champion.workshop_planning import PlanningPage
from catalyst_hub.core.community import Community
from catalyst_hub.core.programme import Event
from catalyst_hub.core.recurrence_object import RecurrenceError
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Answer, Plan, Workshop
from catalyst_hub.core.workshop_object import plan_object, plan_of, workshop_object
from catalyst_hub.core.workshop_plan import PlanRefusal
from catalyst_hub.i18n.workshop_plans import collision_text
from catalyst_hub.i18n.workshops import problems, refusal_text
from catalyst_hub.usecases.answer_workshop import answer_workshop
from catalyst_hub.usecases.cancel_workshop import cancel_workshop
from catalyst_hub.usecases.change_workshop import change_workshop
from catalyst_hub.usecases.hold_workshop import hold_workshop
from catalyst_hub.usecases.plan_workshop import Forecast, plan_workshop
from catalyst_hub.usecases.schedule_workshop import schedule_workshop

_NO_QUESTION = N_("This workshop waits for no answer.")


class _ForPrograms(PlanningPage):
    def said(self) -> tuple[dict[str, Any], str]:
        """The object that was sent, and the reason in it; raises NotUnderstoodError."""
        said = json_object(self.request.body)
        reason = said.pop("reason", "")
        if not isinstance(reason, str):
            raise NotUnderstoodError("reason is a string")
        return said, reason

    def plan_said(self, said: dict[str, Any], before: Plan | None = None) -> Plan | None:
        """The plan; None: it is no plan, and that is answered."""
        try:
            return plan_of(said, before)
        except RecurrenceError as error:
            sentence = refusal_text(error.refusal, self.translator)
            self._refuse([f"recurrence: {sentence}"], error.refusal)
            return None
        except ValueError as error:
            self._refuse([str(error)])
            return None

    def answer_with(self, result: Workshop | PlanRefusal, plan: Plan, community: Community) -> None:
        """The workshop; 422 and a ``message`` when it cannot be."""
        if isinstance(result, PlanRefusal):
            self.refuse(result, plan, community)
        else:
            self.finish(workshop_object(result, self._today(community)))

    def refuse(self, refusal: PlanRefusal, plan: Plan, community: Community) -> None:
        """422, with what is wrong."""
        self._refuse(problems(refusal, plan, community.zone, self.translator), refusal)

    def _refuse(
        self,
        sentences: list[str],
        code: PlanRefusal | None = None,
        status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
    ) -> None:
        refuse(self, " ".join(sentences), code, status)

    def _today(self, community: Community) -> date:
        return local_day(self.now(), community.zone)


class WorkshopsFile(_ForPrograms):
    """All of a community, and a way to make one."""

    async def get(self, slug: str) -> None:
        """The list, the first first; money in micro-units of its currency."""
        community = self.community_for(Action.COSTS, slug)
        workshops = await self.read(lambda uow: list(uow.workshops.of(slug)))
        today = self._today(community)
        self.finish({"workshops": [workshop_object(each, today) for each in workshops]})

    async def post(self, slug: str) -> None:
        """Make one; what is beyond the bounds needs a ``reason``, and waits for an answer."""
        community = self.community_for(Action.SCHEDULE, slug)
        self.speak_for(community)
        said, reason = self.said()
        plan = self.plan_said(said)
        if plan is None:
            return
        actor, now, by_operator = self.actor.name, self.now(), self.actor.is_operator
        made = await self.runtime.write(
            lambda uow: schedule_workshop(
                uow, self.policy, slug, plan, actor, now, reason=reason, by_operator=by_operator
            )
        )
        self.set_status(HTTPStatus.CREATED)
        self.answer_with(made, plan, community)


class PlanFile(_ForPrograms):
    """What a workshop would come to."""

    async def post(self, slug: str) -> None:
        """The forecast; nothing is made."""
        community = self.community_for(Action.SCHEDULE, slug)
        self.speak_for(community)
        said, _ = self.said()
        plan, now = self.plan_said(said), self.now()
        if plan is None:
            return
        forecast = await self.read(lambda uow: plan_workshop(uow, self.policy, slug, plan, now))
        if isinstance(forecast, PlanRefusal):
            self.refuse(forecast, plan, community)
        else:
            self.finish(self._as_object(forecast))

    def _as_object(self, forecast: Forecast) -> dict[str, Any]:
        seats, cost, community = forecast.seats, forecast.cost, forecast.community
        micros = cost.micros if cost else None
        return {
            "plan": plan_object(forecast.plan),
            "seats": seats.people if seats else None,
            "nodes": seats.nodes if seats and seats.kind else None,
            "at_once": seats.at_once if seats else None,
            "cost_micros": {"low": micros.low, "likely": micros.likely, "high": micros.high}
            if micros
            else None,
            "currency": community.currency,
            "room_micros": forecast.room_micros,
            "collisions": [
                {"kind": each.kind, "message": collision_text(each, community, self.translator)}
                for each in forecast.collisions
            ],
            "programme": [_event(each) for each in forecast.programme],
            "beyond": list(forecast.beyond),
        }


class WorkshopFile(_ForPrograms):
    """``…/workshops/<id>.json``."""

    async def get(self, slug: str, number: str) -> None:
        """One of them."""
        community = self.community_for(Action.COSTS, slug)
        found = await self.workshop_of(community, number)
        self.finish(workshop_object(found, self._today(community)))

    async def patch(self, slug: str, number: str) -> None:
        """Change what is said; all else stays."""
        community = self.community_for(Action.SCHEDULE, slug)
        self.speak_for(community)
        found = await self.workshop_of(community, number)
        said, reason = self.said()
        if self.plan_said(said, found.plan) is None:
            return
        actor, now, by_operator = self.actor.name, self.now(), self.actor.is_operator
        asking: dict[str, Any] = {"reason": reason, "by_operator": by_operator}

        def change(uow: UnitOfWork) -> tuple[Workshop | PlanRefusal, Plan]:
            # Of two programs at once each changes what the other has left.
            held = hold_workshop(uow, slug, found.workshop_id) or found
            plan = plan_of(said, held.plan)
            return change_workshop(
                uow, self.policy, slug, held.workshop_id, plan, actor, now, **asking
            ), plan

        self.answer_with(*await self.runtime.write(change), community)

    async def delete(self, slug: str, number: str) -> None:
        """Call it off; one that has been stays so."""
        community = self.community_for(Action.SCHEDULE, slug)
        found = await self.workshop_of(community, number)
        actor, now = self.actor.name, self.now()
        instructors = await self.runtime.write(
            lambda uow: cancel_workshop(uow, slug, found.workshop_id, actor, now)
        )
        for person in instructors or ():
            await self.tell_the_hub(person.name)
        self.set_status(HTTPStatus.NO_CONTENT)


class AnswerFile(_ForPrograms):
    """``…/workshops/<id>/answer.json``."""

    async def post(self, slug: str, number: str) -> None:
        """Grant or decline it, with a ``reply``; 409 where it has another answer, or asks for
        none."""
        community = self.community_for(Action.GRANT, slug)
        self.speak_for(community)
        found = await self.workshop_of(community, number)
        answer, reply = self._answer_said()
        actor, now = self.actor.name, self.now()
        result = await self.runtime.write(
            lambda uow: answer_workshop(
                uow, self.policy, found.workshop_id, answer, reply, actor, now
            )
        )
        if result is PlanRefusal.NOT_THERE:
            self._refuse([self.translator.gettext(_NO_QUESTION)], result, HTTPStatus.CONFLICT)
        else:
            self.answer_with(result, found.plan, community)

    def _answer_said(self) -> tuple[Answer, str]:
        said, _ = self.said()
        reply = said.pop("reply", "")
        try:
            answer = Answer(said.pop("answer", ""))
        except ValueError as error:
            raise NotUnderstoodError(str(error)) from error
        if said or not isinstance(reply, str):
            raise NotUnderstoodError("an answer has answer and reply, which is a string")
        return answer, reply


def _event(event: Event) -> dict[str, Any]:
    return {"at": _said(event.at), "what": event.what, "until": _said(event.until)}


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def routes(below: str, one: str) -> list[tuple[str, type[Any]]]:
    """Below the address of a community's workshops, and of ``one`` of them."""
    return [
        (rf"{below}\.json", WorkshopsFile),
        (rf"{below}/plan\.json", PlanFile),
        (rf"{one}\.json", WorkshopFile),
        (rf"{one}/answer\.json", AnswerFile),
    ]
