"""``/communities/<slug>/appeals``: who asks for more than a limit allows, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType
from urllib.parse import urlencode

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.exception_forms import limit_choices, meant
from catalyst_hub.champion.membership import MembershipPage
from catalyst_hub.champion.wording import N_, ago
from catalyst_hub.core.appeal import LONGEST_REPLY, Answer, Appeal
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.unit_of_work import Person
from catalyst_hub.i18n import Translator
from catalyst_hub.i18n.appeals import obstacle_text
from catalyst_hub.i18n.notices import Place, place_of
from catalyst_hub.usecases.decline_appeal import decline_appeal
from catalyst_hub.usecases.list_appeals import list_appeals

_SHOWN = 100
_LIMIT_WORDS = ("scope", "unit", "window", "profile", "days")
#: What came of an answer, by the word that the address leads back with.
_NOTES: Mapping[str, str] = MappingProxyType(
    {
        "declined": N_("You have declined, and the person is told so."),
        "before": N_("Somebody had answered this before you, or it was taken back."),
    }
)


@dataclass(frozen=True, slots=True)
class AppealRow:
    """Who asks, and what was in the way; ``exception`` leads to the form that allows more, and is
    empty where the reader cannot raise this limit. Into a budget one can pay as well."""

    number: int
    name: str
    account: str
    limit: str
    message: str
    asked: str
    exception: str
    is_budget: bool


def appeal_row(
    appeal: Appeal,
    person: Person,
    place: Place,
    address: str,
    now: datetime,
    speak: Translator,
    *,
    may_raise: bool,
) -> AppealRow:
    """The appeal to the champions of that place, in the reader's language."""
    form = f"{address}/exceptions?{urlencode(_exception(appeal, person))}#make"
    return AppealRow(
        appeal.appeal_id,
        person.shown_as,
        person.name,
        obstacle_text(appeal.facts, place.profiles, speak),
        appeal.message,
        ago(appeal.asked_at, now, speak),
        form if may_raise else "",
        appeal.is_about_budget,
    )


def _exception(appeal: Appeal, person: Person) -> dict[str, object]:
    """What the form for an exception is filled in with."""
    is_hers = appeal.facts.get("scope") == LimitScope.PERSON
    words = {name: appeal.facts.get(name) for name in _LIMIT_WORDS[1:]}
    whose = {"person": person.name} if is_hers else {}
    return {
        **whose,
        **{name: word for name, word in words.items() if word},
        "appeal": appeal.appeal_id,
    }


class AppealsPage(MembershipPage):
    """Those that wait, the oldest first."""

    tab = "appeals"

    async def get(self, slug: str) -> None:
        """Show them."""
        community = self.community_for(Action.EXCEPT, slug)
        speak, now, address = self.speak_for(community), self.now(), self.address_of(community)
        listed = await self.read(lambda uow: list_appeals(uow, slug))
        place = place_of(self.policy, slug, speak)
        rows = [
            appeal_row(
                *each, place, address, now, speak, may_raise=self._may_raise(each[0], community)
            )
            for each in listed[:_SHOWN]
        ]
        note = _NOTES.get(self.get_query_argument("note", ""), "")
        self.show_below(
            community,
            "appeals",
            note=speak.gettext(note) if note else "",
            appeals=rows,
            more=max(0, len(listed) - _SHOWN),
            longest=LONGEST_REPLY,
        )

    def _may_raise(self, appeal: Appeal, community: Community) -> bool:
        """Whether the form for an exception offers the limit that was in the way."""
        asked = {name: str(appeal.facts.get(name) or "") for name in _LIMIT_WORDS}
        offered = limit_choices(community, self.translator, by_operator=self.actor.is_operator)
        wanted = meant(community, asked)
        return any(limit.value == wanted for limits in offered.values() for limit in limits)


class DeclinePage(MembershipPage):
    """``…/appeals/<id>/decline``: no exception, with a word if there is one."""

    def get(self, slug: str, number: str) -> None:
        """A reload after the form was sent: nothing to do."""
        self.back_to(self.community_for(Action.EXCEPT, slug), "appeals")

    async def post(self, slug: str, number: str) -> None:
        """Decline; whoever comes second learns that somebody was first."""
        community, actor = self.community_for(Action.EXCEPT, slug), self.actor.name
        reply = self.get_body_argument("reply", "")
        appeal = await self.runtime.write(
            lambda uow: decline_appeal(uow, slug, int(number), actor, reply, self.now())
        )
        if appeal is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        is_own = (appeal.answer, appeal.answered_by) == (Answer.DECLINED, actor)
        self.back_to(community, f"appeals?note={'declined' if is_own else 'before'}")


def routes(below: str) -> list[tuple[str, type[MembershipPage]]]:
    """Below the address of a community."""
    appeals = rf"{below}/appeals"
    return [(appeals, AppealsPage), (rf"{appeals}/(\d{{1,18}})/decline", DeclinePage)]
