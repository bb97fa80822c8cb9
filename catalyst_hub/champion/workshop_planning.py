"""``…/workshops/new`` and ``…/workshops/<id>/change``: the form, and the plan before it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.membership import member_called
from catalyst_hub.champion.plan_rows import plan_row
from catalyst_hub.champion.teaching import InvitingPage
from catalyst_hub.champion.workshop_choices import Choices
from catalyst_hub.champion.workshop_forms import (
    FIELDS,
    UnplannedError,
    Written,
    plan_in,
)
from catalyst_hub.champion.workshop_merging import changers, dispute_texts, form_of, merged
from catalyst_hub.core.community import Community
from catalyst_hub.core.roles import InstructorRefusal
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Plan, Workshop
from catalyst_hub.core.workshop_plan import (
    LONGEST_MATERIAL,
    LONGEST_REASON,
    LONGEST_TITLE,
    PlanRefusal,
)
from catalyst_hub.i18n.formats import city
from catalyst_hub.i18n.instructors import instructor_refusal_text
from catalyst_hub.i18n.workshops import problems
from catalyst_hub.usecases.appoint_instructor import appoint_instructor
from catalyst_hub.usecases.change_workshop import change_workshop
from catalyst_hub.usecases.hold_workshop import hold_workshop
from catalyst_hub.usecases.plan_workshop import Forecast, plan_workshop
from catalyst_hub.usecases.schedule_workshop import schedule_workshop

_LONGEST = 255
#: A time takes some 25 letters.
_LONGEST_TIMES = 40_000
_LENGTHS: Mapping[str, int] = MappingProxyType(
    {"times": _LONGEST_TIMES, "material": LONGEST_MATERIAL + 1, "not_on": 4000}
)
#: Filled in where nobody has written anything yet.
_USUAL: Mapping[str, str] = MappingProxyType({"starts": "09:00", "ends": "12:00", "seats": "20"})


class _ChangedMeanwhileError(Exception):
    """Somebody else was faster; ``now`` is the workshop as it is since."""

    def __init__(self, now: Workshop) -> None:
        super().__init__()
        self.now = now


class PlanningPage(InvitingPage):
    """A page on which a workshop is planned, made or changed."""

    tab = "workshops"

    def written(self) -> Written:
        """The form as it was sent."""
        words = {
            name: self.get_body_argument(name, "")[: _LENGTHS.get(name, _LONGEST)].strip()
            for name in FIELDS
        }
        ticked = {day for day in self.get_body_arguments("weekday") if day in set("0123456")}
        seen = self.get_body_argument("seen", "")[:_LONGEST]
        return Written(words, frozenset(map(int, ticked)), seen)

    async def meant(self, community: Community, before: Workshop | None) -> Written | None:
        """The form as it was sent, upon what others have changed since it was opened; None: they
        have changed the same, and it was shown again with both."""
        written = self.written()
        if before is None:
            return written
        found = merged(written, before.plan)
        if not found.disputed:
            return found.written
        by = await self.read(lambda uow: changers(uow, before))
        told = dispute_texts(found.disputed, before.plan, by, community, self.translator)
        self.show_form(community, found.written, list(told), before)
        return None

    def show_form(
        self,
        community: Community,
        written: Written,
        wrong: Sequence[str] = (),
        before: Workshop | None = None,
        *,
        note: str = "",
    ) -> None:
        """The form, filled in; with what is ``wrong``, so that it is not taken, and what else is to
        be known of it."""
        if wrong:
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
        speak, today = self.translator, local_day(self.now(), community.zone)
        self.show_below(
            community,
            "workshop_form",
            written=written,
            wrong=wrong,
            note=note,
            before=before,
            action=_form_address(self.address_of(community), before),
            choices=Choices(community, written, speak),
            today=today.isoformat(),
            city=city(community.zone, speak.locale),
            longest_title=LONGEST_TITLE,
            longest_material=LONGEST_MATERIAL,
        )

    async def plan_written(
        self, community: Community, written: Written, before: Workshop | None = None
    ) -> Forecast | list[str]:
        """The plan that was written and how it would go; or what is wrong with it."""
        today = local_day(self.now(), community.zone)
        try:
            plan = plan_in(written, community, self.translator, today)
        except UnplannedError as error:
            return [str(error)]
        number, now = before.workshop_id if before else None, self.now()
        names = [await self.name_meant(name) for name in written.instructors]
        strangers, forecast = await self.read(
            lambda uow: (
                [name for name in names if member_called(uow, community.slug, name) is None],
                plan_workshop(uow, self.policy, community.slug, plan, now, number),
            )
        )
        if isinstance(forecast, PlanRefusal):
            return problems(forecast, plan, community.zone, self.translator)
        nobody = InstructorRefusal.NOT_IN
        return [
            instructor_refusal_text(nobody, name, self.translator) for name in strangers
        ] or forecast

    async def preview(self, community: Community, before: Workshop | None = None) -> None:
        """What was written as a plan; or the form again, to correct it or because she wants to."""
        if self.get_body_argument("edit", ""):
            self.show_form(community, self.written(), before=before)
            return
        written = await self.meant(community, before)
        if written is None:
            return
        planned = await self.plan_written(community, written, before)
        if isinstance(planned, Forecast):
            self.show_plan(community, written, planned, before)
        else:
            self.show_form(community, written, planned, before)

    def show_plan(
        self,
        community: Community,
        written: Written,
        forecast: Forecast,
        before: Workshop | None = None,
        problem: str = "",
    ) -> None:
        """The plan with the button that makes it so."""
        if problem:
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
        address = self.address_of(community)
        self.show_below(
            community,
            "workshop_plan",
            problem=problem,
            plan=plan_row(forecast, self.translator),
            needs_answer=bool(forecast.beyond) and not self.actor.is_operator,
            before=before,
            carried=written.carried,
            reason=self.get_body_argument("reason", "")[:LONGEST_REASON],
            longest_reason=LONGEST_REASON,
            save=f"{address}/workshops{f'/{before.workshop_id}' if before else ''}",
            edit=_form_address(address, before),
            city=city(community.zone, self.translator.locale),
        )

    async def save(self, community: Community, before: Workshop | None = None) -> None:
        """Make or change it, and lead to its page; or say why not."""
        today = local_day(self.now(), community.zone)
        written = await self.meant(community, before)
        if written is None:
            return
        try:
            plan = plan_in(written, community, self.translator, today)
            saved = await self._saved(community, written, plan, before)
        except UnplannedError as error:
            self.show_form(community, written, [str(error)], before)
            return
        except _ChangedMeanwhileError as error:
            await self.save(community, error.now)
            return
        if isinstance(saved, PlanRefusal):
            await self._not_saved(community, written, plan, saved, before)
            return
        waits = saved.request is not None and saved.request.answer is None
        note = "asked" if waits else "changed" if before else "made"
        self.back_to(community, f"workshops/{saved.workshop_id}?note={note}")

    async def _saved(
        self, community: Community, written: Written, plan: Plan, before: Workshop | None
    ) -> Workshop | PlanRefusal:
        """All of it or nothing; raises UnplannedError for somebody who cannot instruct, and
        _ChangedMeanwhileError where the form was laid upon a plan that is another by now."""
        names = [await self.name_meant(name) for name in written.instructors]
        keep = self._keeping(community, plan, before)

        def work(uow: UnitOfWork) -> Workshop | PlanRefusal:
            saved = keep(uow)
            if isinstance(saved, Workshop):
                for name in names:
                    self._appoint(uow, community, saved.workshop_id, name)
            return saved

        saved = await self.runtime.write(work)
        for name in names if isinstance(saved, Workshop) else ():
            await self.tell_the_hub(name)
        return saved

    def _keeping(
        self, community: Community, plan: Plan, before: Workshop | None
    ) -> Callable[[UnitOfWork], Workshop | PlanRefusal]:
        policy, slug, actor, now = self.policy, community.slug, self.actor.name, self.now()
        asking: dict[str, Any] = {
            "reason": self.get_body_argument("reason", ""),
            "by_operator": self.actor.is_operator,
        }
        if before is None:
            return lambda uow: schedule_workshop(uow, policy, slug, plan, actor, now, **asking)
        number, upon = before.workshop_id, before.plan

        def change(uow: UnitOfWork) -> Workshop | PlanRefusal:
            held = hold_workshop(uow, slug, number)
            if held is not None and held.plan != upon:
                raise _ChangedMeanwhileError(held)
            return change_workshop(uow, policy, slug, number, plan, actor, now, **asking)

        return change

    def _appoint(self, uow: UnitOfWork, community: Community, number: int, name: str) -> None:
        actor, now = self.actor.name, self.now()
        refusal = appoint_instructor(uow, self.policy, community.slug, number, name, actor, now)
        if refusal not in (None, InstructorRefusal.ALREADY):
            raise UnplannedError(instructor_refusal_text(refusal, name, self.translator))

    async def _not_saved(
        self,
        community: Community,
        written: Written,
        plan: Plan,
        refusal: PlanRefusal,
        before: Workshop | None,
    ) -> None:
        sentences = problems(refusal, plan, community.zone, self.translator)
        planned = await self.plan_written(community, written, before)
        if refusal is PlanRefusal.BEYOND and isinstance(planned, Forecast):
            self.show_plan(community, written, planned, before, sentences[0])
        else:
            self.show_form(community, written, sentences, before)

    async def workshop_of(self, community: Community, number: str) -> Workshop:
        """One of this community; all others are not there."""
        found = await self.read(lambda uow: uow.workshops.get(int(number)))
        if found is None or found.community != community.slug:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return found


def _form_address(address: str, before: Workshop | None) -> str:
    below = f"{before.workshop_id}/change" if before else "new"
    return f"{address}/workshops/{below}"


class NewPage(PlanningPage):
    """The form, and what it would come to. Nothing is made here."""

    def get(self, slug: str) -> None:
        """Show the form with what is usual."""
        community = self.community_for(Action.SCHEDULE, slug)
        self.speak_for(community)
        # Of today the usual hours may be over.
        tomorrow = local_day(self.now(), community.zone) + timedelta(days=1)
        server, day = Choices.usual_server(community), tomorrow.isoformat()
        days = {"first_on": day, "last_on": day, "server": server}
        self.show_form(community, Written({**_USUAL, **days}))

    async def post(self, slug: str) -> None:
        """Show the plan."""
        community = self.community_for(Action.SCHEDULE, slug)
        self.speak_for(community)
        await self.preview(community)


class ChangePage(PlanningPage):
    """The same for one that there is."""

    async def get(self, slug: str, number: str) -> None:
        """Show the form as it was planned."""
        community = self.community_for(Action.SCHEDULE, slug)
        self.speak_for(community)
        found = await self.workshop_of(community, number)
        self.show_form(community, form_of(found.plan), before=found)

    async def post(self, slug: str, number: str) -> None:
        """Show the plan."""
        community = self.community_for(Action.SCHEDULE, slug)
        self.speak_for(community)
        await self.preview(community, await self.workshop_of(community, number))


def routes(below: str, one: str) -> list[tuple[str, type[Any]]]:
    """Below the address of a community's workshops, and of ``one`` of them."""
    return [(rf"{below}/new", NewPage), (rf"{one}/change", ChangePage)]
