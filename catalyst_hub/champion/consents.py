"""``/communities/<slug>/people/<name>/help``: ask to start or open a server, then do so."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action, is_instructor_only
from catalyst_hub.champion.membership import MembershipPage
from catalyst_hub.champion.teaching import teaches
from catalyst_hub.champion.wording import N_, clock
from catalyst_hub.core.community import Community
from catalyst_hub.core.consent import (
    LONGEST_REASON,
    LONGEST_SERVER_NAME,
    Answer,
    AskingRefusal,
    Consent,
    Kind,
    Question,
)
from catalyst_hub.core.profile import CommunityOffer, text_in
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.unit_of_work import Person, UnitOfWork
from catalyst_hub.hub_client import HubClient, HubRefusedError, HubUnavailableError
from catalyst_hub.usecases.ask_consent import ask_consent
from catalyst_hub.usecases.offer_profiles import offer_profiles
from catalyst_hub.usecases.record_stop import record_stop

_SHOWN = 5
#: A server that takes longer to stop is started by the next press.
_LONGEST_STOP_S = 15
#: What came of it, by the word that the address leads back with.
NOTES: Mapping[str, str] = MappingProxyType(
    {
        "asked": N_("They see your question on their own page now. Look here again in a moment."),
        "started": N_("Their server starts. It takes a moment; they see it on their own page."),
        "runs": N_("Their server is running already, or is just starting or stopping."),
        "not-running": N_("Their server is not running, so there is nothing to open yet."),
        "ended": N_("They have not allowed this, or not any longer."),
    }
)
_REFUSALS: Mapping[AskingRefusal, str] = MappingProxyType(
    {
        AskingRefusal.NOT_IN: N_("They do not belong to this community."),
        AskingRefusal.SELF: N_("Your own server is on your own page."),
        AskingRefusal.OPERATOR: N_("The servers of those who run this hub are theirs alone."),
        AskingRefusal.ASKED_ALREADY: N_("You have asked them this already."),
        AskingRefusal.TOO_OFTEN: N_(
            "You have asked them five times within a day. Please talk to them first."
        ),
    }
)
_SENTENCES: Mapping[Answer | None, str] = MappingProxyType(
    {
        None: N_("Not answered yet. They can answer until %(time)s."),
        Answer.ALLOWED: N_("They allow it until %(time)s."),
        Answer.REFUSED: N_("They refused."),
        Answer.WITHDRAWN: N_("They took it back."),
    }
)


@dataclass(frozen=True, slots=True)
class AskedRow:
    """One question of the reader's own; ``may_use`` as long as the yes holds."""

    number: int
    kind: str
    server: str
    asked: str
    answer: str
    may_use: bool


class _HelpPage(MembershipPage):
    """What the pages about helping one person have in common."""

    tab = "people"

    def set_default_headers(self) -> None:
        """Where each server has a host of its own, the form that opens one leads there."""
        super().set_default_headers()
        scheme, _, host = self.hub_auth.hub_host.partition("://")
        if host:
            policy = self._headers["Content-Security-Policy"]
            there = f"form-action 'self' {scheme}://*.{host}"
            self.set_header("Content-Security-Policy", policy.replace("form-action 'self'", there))

    def back_to_help(self, community: Community, name: str, note: str) -> None:
        """Lead on after a form was sent."""
        self.back_to(community, f"people/{quote(name, safe='')}/help?note={note}")

    async def show_help(self, community: Community, name: str, problem: str = "") -> None:
        """The page about a person; there is none about those who do not belong."""
        self.speak_for(community)
        _ = self.translator.gettext
        person, asked, offer = await self.read(lambda uow: self._look(uow, community, name))
        note = NOTES.get(self.get_query_argument("note", ""), "")
        self.show_below(
            community,
            "help",
            note=_(note) if note and not problem else "",
            problem=problem,
            name=person.shown_as,
            account=person.name,
            # A browser cannot tell pages of one address apart, whoever made them.
            is_one_address=not self.hub_auth.hub_host,
            is_self=person.name == self.actor.name,
            server=self.get_query_argument("server", "")[:LONGEST_SERVER_NAME],
            longest_reason=LONGEST_REASON,
            asked=[self._row(consent, community) for consent in asked[:_SHOWN]],
            choices=self._choices(offer),
        )

    def _look(
        self, uow: UnitOfWork, community: Community, name: str
    ) -> tuple[Person, Sequence[Consent], CommunityOffer | None]:
        """The person, what the reader has asked her here, and what is on offer to her here."""
        person = self.whom(uow, community, name)
        mine = (self.actor.name, community.slug)
        asked = [c for c in uow.consents.of(person.person_id) if (c.asked_by, c.community) == mine]
        offers = offer_profiles(uow, self.policy, name, None, self.now()).communities
        return person, asked, next((o for o in offers if o.community == community.slug), None)

    def whom(self, uow: UnitOfWork, community: Community, name: str) -> Person:
        """Who is meant; an instructor helps the learners of the workshop that she teaches now."""
        person = uow.people.by_name(name)
        if person is None or community.slug not in uow.memberships.of(person.person_id):
            raise HTTPError(HTTPStatus.NOT_FOUND)
        me, now = self.actor.name, self.now()
        is_hers = not is_instructor_only(self.allowed) or name == me
        if not is_hers and not teaches(uow, me, person.person_id, community, now):
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return person

    def _row(self, consent: Consent, community: Community) -> AskedRow:
        now, speak = self.now(), self.translator
        is_past = not (consent.is_open(now) or consent.holds(now))
        sentence = _SENTENCES[consent.answer]
        if is_past and consent.answer in {None, Answer.ALLOWED}:
            sentence = N_("This ended at %(time)s.")
        return AskedRow(
            number=consent.consent_id,
            kind=consent.kind.value,
            server=consent.server_name,
            asked=clock(consent.asked_at, community.zone, now, speak),
            answer=speak.gettext(sentence)
            % {"time": clock(consent.ends_at, community.zone, now, speak)},
            may_use=consent.holds(now),
        )

    def _choices(self, offer: CommunityOffer | None) -> list[tuple[str, str]]:
        """``profile/size`` and what it is called. Why one cannot start now, admission says."""
        language = self.translator.language
        return [
            (
                f"{each.profile.slug}/{size.size.slug}",
                f"{text_in(each.profile.title, language)} · {text_in(size.size.title, language)}",
            )
            for each in (offer.profiles if offer else ())
            for size in each.sizes
        ]


class HelpPage(_HelpPage):
    """Everything about helping one person with her server."""

    async def get(self, slug: str, name: str) -> None:
        """Show what was asked and said, and what can be done now."""
        community = self.community_for(Action.HELP, slug)
        await self.show_help(community, name)

    async def post(self, slug: str, name: str) -> None:
        """Ask."""
        community = self.community_for(Action.HELP, slug)
        question = self._question(slug, name)
        await self.read(lambda uow: self.whom(uow, community, name))
        refusal = await self.runtime.write(
            lambda uow: ask_consent(uow, self.policy, question, self.now())
        )
        if refusal is None:
            self.back_to_help(community, name, "asked")
            return
        self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
        self.speak_for(community)
        await self.show_help(community, name, self.translator.gettext(_REFUSALS[refusal]))

    def _question(self, slug: str, name: str) -> Question:
        kind, server = self.get_body_argument("kind", ""), self.get_body_argument("server", "")
        if kind not in set(Kind) or len(server) > LONGEST_SERVER_NAME:
            raise HTTPError(HTTPStatus.BAD_REQUEST)
        reason = " ".join(self.get_body_argument("reason", "").split())[:LONGEST_REASON]
        return Question(slug, name, self.actor.name, Kind(kind), server, reason)


class _UsePage(_HelpPage, ABC):
    """Something that the person allows: with the signed-in person's own token, for the Hub's own
    process decides."""

    def get(self, slug: str, name: str, number: str) -> None:
        """A reload after the form was sent: nothing to do."""
        self.back_to_help(self.community_for(Action.HELP, slug), name, "")

    async def post(self, slug: str, name: str, number: str) -> None:
        """Do it."""
        community = self.community_for(Action.HELP, slug)
        self.speak_for(community)
        await self.read(lambda uow: self._look_whose(uow, community, name, int(number)))
        hub = HubClient(self.hub_auth.api_url, self.hub_auth.get_token(self))
        try:
            await self.use(hub, community, name, int(number))
        except HubRefusedError:
            self.back_to_help(community, name, "ended")
        except HubUnavailableError as error:
            raise HTTPError(HTTPStatus.SERVICE_UNAVAILABLE, str(error)) from error

    def _look_whose(self, uow: UnitOfWork, community: Community, name: str, number: int) -> None:
        """It is hers who was looked up, and not of somebody whom the reader helps no more."""
        person, consent = self.whom(uow, community, name), uow.consents.get(number)
        if consent is None or consent.person_id != person.person_id:
            raise HTTPError(HTTPStatus.NOT_FOUND)

    @abstractmethod
    async def use(self, hub: HubClient, community: Community, name: str, number: int) -> None:
        """Ask the Hub, and lead on."""


class StartPage(_UsePage):
    """``…/help/<id>/start``: what the reader chose."""

    async def use(self, hub: HubClient, community: Community, name: str, number: int) -> None:
        """Start it; a refusal is the Hub's own sentence."""
        profile, _, size = self.get_body_argument("choice", "").partition("/")
        choice = {"community": community.slug, "profile": profile, "size": size}
        status, message = await hub.start_for(number, choice, self.translator.language)
        if status == HTTPStatus.CONFLICT and self.get_body_argument("again", ""):
            await self._stop(hub, community, name, number)
            status, message = await hub.start_for(number, choice, self.translator.language)
        notes: dict[int, str] = {404: "ended", 409: "runs"}
        if status in notes or status < HTTPStatus.BAD_REQUEST:
            self.back_to_help(community, name, notes.get(status, "started"))
            return
        self.set_status(status)
        await self.show_help(community, name, message)

    async def _stop(self, hub: HubClient, community: Community, name: str, number: int) -> None:
        """Stop what runs, and wait until it is gone: whoever looks after somebody may do so
        anyhow. Noted first."""
        slug, actor, now = community.slug, self.actor.name, self.now()
        consent = await self.read(lambda uow: uow.consents.get(number))
        key = ServerKey(name, consent.server_name if consent else "")
        await self.runtime.write(lambda uow: record_stop(uow, actor, key, slug, now))
        await hub.stop(key)
        for _ in range(_LONGEST_STOP_S):
            if key not in await hub.servers_of(name):
                return
            await asyncio.sleep(1)


class OpenPage(_UsePage):
    """``…/help/<id>/open``: to the server itself."""

    async def use(self, hub: HubClient, community: Community, name: str, number: int) -> None:
        """Lead there."""
        status, where = await hub.open_for(number)
        if where:
            host = "" if "://" in where else self.hub_auth.hub_host
            self.redirect(f"{host}{where}", status=HTTPStatus.SEE_OTHER)
            return
        note = "not-running" if status == HTTPStatus.CONFLICT else "ended"
        self.back_to_help(community, name, note)


def routes(below: str) -> list[tuple[str, type[Any]]]:
    """Below the address of a community."""
    person = rf"{below}/people/([^/]+)/help"
    return [
        (person, HelpPage),
        (rf"{person}/(\d{{1,18}})/start", StartPage),
        (rf"{person}/(\d{{1,18}})/open", OpenPage),
    ]
