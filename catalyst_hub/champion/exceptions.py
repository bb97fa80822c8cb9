"""``/communities/<slug>/exceptions``: who is allowed more than a limit, and until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.exception_forms import (
    NO_AMOUNT,
    REFUSALS,
    UnreadableError,
    Written,
    asked_in,
    limit_choices,
    meant,
    usual_day,
)
from catalyst_hub.champion.exception_rows import exception_row
from catalyst_hub.champion.membership import MembershipPage
from catalyst_hub.champion.wording import N_
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.exemption import LONGEST_DAYS, LONGEST_REASON, Exemption, MakingRefusal
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day
from catalyst_hub.usecases.list_exceptions import Listed, list_exceptions
from catalyst_hub.usecases.make_exception import make_exception
from catalyst_hub.usecases.revoke_exception import revoke_exception

_LONGEST = 255
_NOTES = {
    "made": N_("The exception holds from now on."),
    "revoked": N_("The exception has ended. The limit is what it was."),
}


class AboutExceptions(MembershipPage):
    """What the pages about them, and the addresses for programs, have in common."""

    tab = "exceptions"

    def look(self, uow: UnitOfWork, slug: str) -> tuple[Sequence[Listed], Mapping[str, str]]:
        """The exceptions, and the display names of whoever made and ended them."""
        listed = list_exceptions(uow, slug)
        made = [each.exemption for each in listed]
        makers = {e.made_by for e in made} | {e.revoked_by for e in made if e.revoked_by}
        people = (uow.people.by_name(name) for name in makers)
        return listed, {p.name: p.shown_as for p in people if p is not None}

    async def make(self, community: Community, written: Written) -> Exemption | str:
        """Make what is asked for; or the sentence that says why not."""
        actor, now, today = self.actor, self.now(), local_day(self.now(), community.zone)
        written = replace(written, person=await self.name_meant(written.person))
        try:
            asked = asked_in(written, community)
        except UnreadableError as error:
            return self.translator.gettext(str(error)) % {"today": today.isoformat()}
        made = await self.runtime.write(
            lambda uow: make_exception(
                uow, self.policy, community.slug, asked, actor.name, now,
                by_operator=actor.is_operator, appeal_id=_number(written.appeal),
            )
        )  # fmt: skip
        return self._sentence(made, community, written) if isinstance(made, MakingRefusal) else made

    def _sentence(self, refusal: MakingRefusal, community: Community, written: Written) -> str:
        bounds, is_operator = community.bounds, self.actor.is_operator
        # Bounds are for champions; operators hear of what no number can be.
        sentence = REFUSALS[refusal]
        if is_operator and refusal is MakingRefusal.TOO_MUCH:
            sentence = NO_AMOUNT
        return self.translator.gettext(sentence) % {
            "name": written.person,
            "days": LONGEST_DAYS if is_operator else bounds.most_exception_days,
            "percent": self.translator.percent(bounds.most_exception_percent),
        }


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


class ExceptionsPage(AboutExceptions):
    """The list, and the form that makes one."""

    async def get(self, slug: str) -> None:
        """Show those there are; the address may fill in the form."""
        community = self.community_for(Action.EXCEPT, slug)
        self.speak_for(community)
        await self._list(community, self._prefilled(community))

    async def post(self, slug: str) -> None:
        """Make one."""
        community = self.community_for(Action.EXCEPT, slug)
        self.speak_for(community)
        words = ("person", "limit", "amount", "until", "reason", "appeal")
        written = Written(*(self.get_body_argument(word, "").strip() for word in words))
        problem = await self.make(community, written)
        if isinstance(problem, Exemption):
            self.back_to(community, "exceptions?note=made")
            return
        self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
        await self._list(community, written, problem)

    def _prefilled(self, community: Community) -> Written:
        """What a link asks for: ``?person=kofi&unit=gpu_hours&window=month``."""

        def word(name: str) -> str:
            return self.get_query_argument(name, "")[:_LONGEST]

        person, today = word("person"), local_day(self.now(), community.zone)
        until = usual_day(community, today, by_operator=self.actor.is_operator).isoformat()
        words = {name: word(name) for name in ("unit", "window", "profile", "days")}
        words["scope"] = LimitScope.PERSON if person else LimitScope.COMMUNITY
        return Written(person, meant(community, words), "", until, "", word("appeal"))

    async def _list(self, community: Community, written: Written, problem: str = "") -> None:
        speak, now = self.translator, self.now()
        listed, names = await self.read(lambda uow: self.look(uow, community.slug))
        note = _NOTES.get(self.get_query_argument("note", ""), "")
        self.show_below(
            community,
            "exceptions",
            note=speak.gettext(note) if note and not problem else "",
            problem=problem,
            written=written,
            bounds=None if self.actor.is_operator else community.bounds,
            today=local_day(now, community.zone).isoformat(),
            longest_reason=LONGEST_REASON,
            choices=self._choices(community),
            exceptions=[exception_row(each, community, names, now, speak) for each in listed],
        )

    def _choices(self, community: Community) -> list[tuple[str, Any]]:
        """Groups of limits with the words above them; none where none may be raised."""
        speak = self.translator
        found = limit_choices(community, speak, by_operator=self.actor.is_operator)
        groups = (
            (speak.gettext("For one person"), found[LimitScope.PERSON]),
            (speak.gettext("For all together"), found[LimitScope.COMMUNITY]),
        )
        return [(words, limits) for words, limits in groups if limits]


class RevokeExceptionPage(AboutExceptions):
    """``…/exceptions/<id>/revoke``."""

    def get(self, slug: str, number: str) -> None:
        """A reload after the form was sent: nothing to do."""
        self.back_to(self.community_for(Action.EXCEPT, slug), "exceptions")

    async def post(self, slug: str, number: str) -> None:
        """End it; one that has ended stays so."""
        community = self.community_for(Action.EXCEPT, slug)
        actor, now = self.actor.name, self.now()

        def revoke(uow: UnitOfWork) -> None:
            exemption = uow.exemptions.get(int(number))
            if exemption is None or exemption.community != slug:
                raise HTTPError(HTTPStatus.NOT_FOUND)
            revoke_exception(uow, slug, int(number), actor, now)

        await self.runtime.write(revoke)
        self.back_to(community, "exceptions?note=revoked")


def routes(below: str) -> list[tuple[str, type[Any]]]:
    """Below the address of a community."""
    return [
        (rf"{below}/exceptions", ExceptionsPage),
        (rf"{below}/exceptions/(\d{{1,18}})/revoke", RevokeExceptionPage),
    ]
