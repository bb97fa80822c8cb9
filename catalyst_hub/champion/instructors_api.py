"""``…/workshops/<id>/instructors.json``: who instructs, for programs with their own token."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.json_body import json_object, refuse
from catalyst_hub.champion.membership import MembershipPage
from catalyst_hub.core.community import Community
from catalyst_hub.core.json_values import object_said, text_said
from catalyst_hub.core.roles import InstructorRefusal
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.view import Instructor
from catalyst_hub.i18n.instructors import instructor_refusal_text
from catalyst_hub.usecases.appoint_instructor import appoint_instructor
from catalyst_hub.usecases.dismiss_instructor import dismiss_instructor
from catalyst_hub.usecases.list_instructors import list_instructors


class _AboutInstructors(MembershipPage):
    async def instructors(self, community: Community, number: str) -> Sequence[Instructor]:
        """Those of a workshop; one of another community is not there."""
        found = await self.read(lambda uow: list_instructors(uow, community.slug, int(number)))
        if found is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return found


class InstructorsFile(_AboutInstructors):
    """All of a workshop, and a way to appoint one."""

    async def get(self, slug: str, number: str) -> None:
        """The list, who was appointed first first."""
        community = self.community_for(Action.SCHEDULE, slug)
        found = await self.instructors(community, number)
        self.finish({"instructors": [_as_object(each) for each in found]})

    async def post(self, slug: str, number: str) -> None:
        """Appoint a ``person`` by hub name; 422 and a ``message`` when that cannot be."""
        community = self.community_for(Action.SCHEDULE, slug)
        self.speak_for(community)
        await self.instructors(community, number)
        try:
            said = object_said("an instructor", json_object(self.request.body), "person")
            name = await self.name_meant(text_said("person", said.get("person")))
        except ValueError as error:
            refuse(self, str(error))
            return
        made = await self._appoint(slug, int(number), name)
        if isinstance(made, InstructorRefusal):
            refuse(self, instructor_refusal_text(made, name, self.translator), made)
            return
        await self.tell_the_hub(name)
        self.set_status(HTTPStatus.CREATED)
        self.finish(_as_object(made))

    async def _appoint(self, slug: str, number: int, name: str) -> Instructor | InstructorRefusal:
        policy, actor, now = self.policy, self.actor.name, self.now()

        def appoint(uow: UnitOfWork) -> Instructor | InstructorRefusal:
            no = appoint_instructor(uow, policy, slug, number, name, actor, now)
            if no is not None:
                return no
            found = list_instructors(uow, slug, number) or ()
            return next(each for each in found if each.person.name == name)

        return await self.runtime.write(appoint)


class InstructorFile(_AboutInstructors):
    """``…/instructors/<name>.json``."""

    async def delete(self, slug: str, number: str, name: str) -> None:
        """Dismiss them, who stay members; whoever is no instructor of it is not there."""
        self.community_for(Action.SCHEDULE, slug)
        actor, now = self.actor.name, self.now()
        # Not every database can be asked for a name that nobody can have.
        is_done = name.isprintable() and await self.runtime.write(
            lambda uow: dismiss_instructor(uow, slug, int(number), name, actor, now)
        )
        if not is_done:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        await self.tell_the_hub(name)
        self.set_status(HTTPStatus.NO_CONTENT)


def _as_object(instructor: Instructor) -> dict[str, Any]:
    return {
        "person": instructor.person.name,
        "shown_as": instructor.person.shown_as,
        "appointed_by": instructor.appointed_by,
        "appointed_at": instructor.appointed_at.isoformat(),
    }


def routes(one: str) -> list[tuple[str, type[Any]]]:
    """Below the address of a workshop."""
    return [
        (rf"{one}/instructors\.json", InstructorsFile),
        (rf"{one}/instructors/([^/]+)\.json", InstructorFile),
    ]
