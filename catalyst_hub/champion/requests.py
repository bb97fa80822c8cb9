"""``/communities/<slug>/requests``: who asks to join, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.errors import NotUnderstoodError
from catalyst_hub.champion.membership import MembershipPage
from catalyst_hub.champion.wording import N_, ago
from catalyst_hub.core.community import Community
from catalyst_hub.core.join_request import Answer, JoinRequest
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.i18n import Translator
from catalyst_hub.usecases.answer_request import Answered, answer_request
from catalyst_hub.usecases.list_requests import Applicant, list_requests

_SHOWN = 100
#: What came of an answer, by the word that the address leads back with.
_NOTES: Mapping[str, str] = MappingProxyType(
    {
        "approved": N_("%(name)s belongs to the community now and can start a server."),
        "approved-soon": N_("%(name)s belongs to the community. The hub will know in a minute."),
        "declined": N_("You have declined the request of %(name)s, and they are told so."),
    }
)
#: What somebody else had answered already, of a request.
_BEFORE: Mapping[Answer, str] = MappingProxyType(
    {
        Answer.APPROVED: N_("%(by)s had approved the request of %(name)s before you."),
        Answer.DECLINED: N_("%(by)s had declined the request of %(name)s before you."),
        Answer.WITHDRAWN: N_("%(name)s had withdrawn the request before you answered."),
    }
)


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request as its champions see it. ``ways``: how the person signs in."""

    number: int
    name: str
    account: str
    ways: tuple[str, ...]
    message: str
    asked: str


def request_row(
    applicant: Applicant, policy: Policy, now: datetime, translator: Translator
) -> RequestRow:
    """The request in the reader's language."""
    person, request = applicant.person, applicant.request
    ways = []
    for way in applicant.ways:
        provider = policy.provider(way.identity.provider)
        title = text_in(provider.title, translator.language) if provider else ""
        ways.append(f"{way.login or person.name} ({title or way.identity.provider})")
    return RequestRow(
        request.request_id,
        person.shown_as,
        person.name,
        tuple(ways),
        request.message,
        ago(request.asked_at, now, translator),
    )


class RequestsPage(MembershipPage):
    """Those that wait, the oldest first."""

    tab = "requests"

    async def get(self, slug: str) -> None:
        """Show them."""
        community = self.community_for(Action.ANSWER, slug)
        speak, now = self.speak_for(community), self.now()
        applicants = await self.read(lambda uow: list_requests(uow, self.policy, slug))
        self.show_below(
            community,
            "requests",
            note=await self._note(community),
            requests=[request_row(a, self.policy, now, speak) for a in applicants[:_SHOWN]],
            more=max(0, len(applicants) - _SHOWN),
            takes_requests=community.takes_requests,
        )

    async def _note(self, community: Community) -> str:
        """What came of the last answer."""
        word, number = self.get_query_argument("note", ""), self.get_query_argument("request", "")
        if not (number.isascii() and number.isdigit() and len(number) <= 18):
            return ""
        request, names = await self.read(lambda uow: self._look(uow, community, int(number)))
        sentence = _BEFORE.get(request.answer) if request and request.answer else None
        if word != "before":
            sentence = _NOTES.get(word)
        return self.translator.gettext(sentence) % names if request and sentence else ""

    def _look(
        self, uow: UnitOfWork, community: Community, number: int
    ) -> tuple[JoinRequest | None, dict[str, str]]:
        request = uow.join_requests.get(number)
        if request is None or request.community != community.slug or request.is_open:
            return None, {}
        person = uow.people.named([request.person_id])[request.person_id]
        other = uow.people.by_name(request.answered_by or "")
        by = other.shown_as if other else request.answered_by
        return request, {"name": person.shown_as, "by": by or ""}


class AnswerPage(MembershipPage):
    """``…/requests/<id>``: the two buttons."""

    def get(self, slug: str, number: str) -> None:
        """A reload after the form was sent: nothing to do."""
        self.back_to(self.community_for(Action.ANSWER, slug), "requests")

    async def post(self, slug: str, number: str) -> None:
        """Approve or decline; whoever comes second is told what the first has said."""
        community = self.community_for(Action.ANSWER, slug)
        said = self.get_body_argument("answer", "")
        if said not in ("approve", "decline"):
            raise NotUnderstoodError(f"{said!r} is no answer")
        answered = await self._answer(slug, int(number), approves=said == "approve")
        if answered is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        word = await self._word(answered)
        self.back_to(community, f"requests?note={word}&request={int(number)}")

    async def _answer(self, slug: str, number: int, *, approves: bool) -> Answered | None:
        actor, now = self.actor.name, self.now()
        return await self.runtime.write(
            lambda uow: answer_request(
                uow, self.policy, slug, number, actor, now, approves=approves
            )
        )

    async def _word(self, answered: Answered) -> str:
        if answered.by_another:
            return "before"
        if answered.request.answer is not Answer.APPROVED:
            return "declined"
        is_known = await self.tell_the_hub(answered.person.name)
        return "approved" if is_known else "approved-soon"
