"""``…/workshops/calendar``, the same as ``.json``, and ``…/workshops/<id>.ics``: workshops from and
for calendars."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.calendar_files import (
    IS_THERE,
    BrokenCalendarError,
    CalendarFile,
    read_calendar,
    written_calendar,
)
from catalyst_hub.champion.wording import N_
from catalyst_hub.champion.workshop_choices import Choices
from catalyst_hub.champion.workshop_forms import Written
from catalyst_hub.champion.workshop_planning import PlanningPage
from catalyst_hub.core.community import Community
from catalyst_hub.core.workshop import Plan
from catalyst_hub.core.workshop_object import plan_object
from catalyst_hub.core.workshop_plan import LONGEST_TITLE, MOST_MEETINGS, PlanRefusal
from catalyst_hub.i18n.workshops import refusal_text

_LONGEST = 500_000
_BROKEN = N_("This is no calendar file that we can read.")
_BROKEN_AT = N_("Line %(line)s of the file cannot be used: “%(what)s”")
_TOO_LONG = N_("This file is too long.")
_LEFT_OUT = N_(
    "What repeats in this file was not taken over from %(day)s on: a workshop does not last that"
    " long."
)
_NO_TIMES = N_("This file has no times of anything that takes place.")


#: What a calendar file says of a workshop.
_SAID = ("title", "first_on", "last_on", "meetings")


class _ReadsCalendars(PlanningPage):
    async def found_in(self, text: str, community: Community) -> CalendarFile | str:
        """What is in the file, at least one time; or the sentence that says what is wrong."""
        speak = self.translator
        if len(text) > _LONGEST:
            return speak.gettext(_TOO_LONG)
        try:
            found = await asyncio.to_thread(read_calendar, text, community.zone)
        except BrokenCalendarError as error:
            return self._sentence(error)
        if len(found.meetings) > MOST_MEETINGS:
            return refusal_text(PlanRefusal.TOO_MANY, speak)
        return found if found.meetings else speak.gettext(_NO_TIMES)

    def _sentence(self, error: BrokenCalendarError) -> str:
        if not error.line:
            return self.translator.gettext(_BROKEN)
        return self.translator.gettext(_BROKEN_AT) % {"line": error.line, "what": error.what}


class CalendarPage(_ReadsCalendars):
    """A calendar file becomes the times of the form. Nothing is made here."""

    def get(self, slug: str) -> None:
        """Ask for the file."""
        community = self.community_for(Action.SCHEDULE, slug)
        self.speak_for(community)
        self._ask(community)

    def _ask(self, community: Community, problem: str = "") -> None:
        if problem:
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
        self.show_below(community, "calendar", problem=problem, is_there=IS_THERE)

    async def post(self, slug: str) -> None:
        """Show the form with its times, or say what is wrong with it."""
        community = self.community_for(Action.SCHEDULE, slug)
        self.speak_for(community)
        text = self._text()
        if not IS_THERE:
            self._ask(community)
            return
        found = await self.found_in(text, community)
        if isinstance(found, str):
            self._ask(community, found)
        else:
            self.show_form(community, _written(found, community), note=self._note(found))

    def _note(self, found: CalendarFile) -> str:
        if found.left_out_on is None:
            return ""
        return self.translator.gettext(_LEFT_OUT, day=self.translator.day(found.left_out_on))

    def _text(self) -> str:
        """The file that was chosen, else what was pasted."""
        files = self.request.files.get("file", [])
        body = files[0]["body"][: 4 * _LONGEST] if files else b""
        return body.decode("utf-8-sig", "replace") or self.get_body_argument(
            "text", "", strip=False
        )


def _written(found: CalendarFile, community: Community) -> Written:
    times = "\n".join(f"{m.day_on} {m.starts}-{m.ends}" for m in found.meetings)
    title, server = found.title[:LONGEST_TITLE], Choices.usual_server(community)
    return Written({"title": title, "times": times, "server": server})


class CalendarObject(_ReadsCalendars):
    """``…/workshops/calendar.json``: the same for programs."""

    async def post(self, slug: str) -> None:
        """What the file, which is the whole body, says of a workshop, as one is made of it; with
        what is no part of one where something was left out, so that nobody overlooks it."""
        community = self.community_for(Action.SCHEDULE, slug)
        self.speak_for(community)
        if not IS_THERE:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        text = self.request.body[: 4 * _LONGEST].decode("utf-8-sig", "replace")
        found = await self.found_in(text, community)
        if isinstance(found, str):
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
            self.finish({"message": found, "code": None})
            return
        first_on, last_on = found.meetings[0].day_on, found.meetings[-1].day_on
        said = plan_object(Plan(found.title[:LONGEST_TITLE], first_on, last_on, found.meetings))
        left_out = found.left_out_on
        more = {"left_out_from": left_out.isoformat()} if left_out else {}
        self.finish({name: said[name] for name in _SAID} | more)


class WorkshopCalendar(PlanningPage):
    """``…/workshops/<id>.ics``."""

    async def get(self, slug: str, number: str) -> None:
        """Its times, for people's calendars."""
        community = self.community_for(Action.READ, slug)
        found = await self.workshop_of(community, number)
        if not IS_THERE:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.set_header("Content-Type", "text/calendar; charset=utf-8")
        name = f"workshop-{found.workshop_id}.ics"
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(written_calendar(found, community.zone))


def routes(below: str, one: str) -> list[tuple[str, type[Any]]]:
    """Below the address of a community's workshops, and of ``one`` of them."""
    return [
        (rf"{below}/calendar", CalendarPage),
        (rf"{below}/calendar\.json", CalendarObject),
        (rf"{one}\.ics", WorkshopCalendar),
    ]
