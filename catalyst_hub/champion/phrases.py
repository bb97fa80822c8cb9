"""``/communities/<slug>/people/<name>/phrase``: a new return phrase for somebody who lost hers."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action, Place
from catalyst_hub.champion.errors import NotUnderstoodError
from catalyst_hub.champion.membership import MembershipPage, member_called
from catalyst_hub.champion.sheet import hub_address
from catalyst_hub.champion.shown_once import at_hand, keep_for_a_while
from catalyst_hub.champion.wording import N_
from catalyst_hub.core.community import Community
from catalyst_hub.core.phrase import (
    SALT_BYTES,
    Giver,
    ResettingRefusal,
    digest,
    number_of,
    phrase_of,
)
from catalyst_hub.core.unit_of_work import Person
from catalyst_hub.i18n.word_lists import word_list
from catalyst_hub.usecases.reset_phrase import Reset, reset_phrase

_FORM = "catalyst-form"
_FORM_DAYS = 1 / 24
_BY_PLACE = ((Place.OPERATOR, Giver.OPERATOR), (Place.CHAMPION, Giver.CHAMPION))

_WHY_NOT: Mapping[ResettingRefusal, str] = MappingProxyType(
    {
        ResettingRefusal.NO_PHRASE: N_("They sign in without a return phrase."),
        ResettingRefusal.OTHER_WAYS: N_(
            "They can also sign in with an account elsewhere, and make a new phrase on their own"
            " account page."
        ),
        ResettingRefusal.POWERFUL: N_(
            "They hold power over others on this hub. Only the people who run it can help, after"
            " that power has ended."
        ),
        ResettingRefusal.OTHER_COMMUNITY: N_(
            "They belong to another community as well, which has a say in this. Please ask the"
            " people who run this hub."
        ),
        ResettingRefusal.NEVER_AGREED: N_(
            "They did not come into this community by themselves. Please ask the people who run"
            " this hub."
        ),
        ResettingRefusal.NOT_TAUGHT: N_(
            "They are not in a workshop that you teach today. Please ask a champion."
        ),
    }
)


class PhrasePage(MembershipPage):
    """Asks once more, or says why not; then the phrase is made."""

    tab = "people"

    async def get(self, slug: str, name: str) -> None:
        """Ask whether to make one."""
        community = self.community_for(Action.RESET_PHRASE, slug)
        self.speak_for(community)
        answer = await self._reset(community, name, None)
        refusal = answer if isinstance(answer, ResettingRefusal) else None
        if refusal is ResettingRefusal.NOT_IN:
            self.back_to(community, "people?note=not-in")
            return
        person = await self.read(lambda uow: uow.people.by_name(name))
        self.show_below(
            community,
            "phrase",
            name=person.shown_as if person else name,
            problem=self.translator.gettext(_WHY_NOT[refusal]) if refusal else "",
            form=self.create_signed_value(_FORM, secrets.token_hex(16)).decode(),
        )

    async def post(self, slug: str, name: str) -> None:
        """Make it. The same form makes the same phrase, however often it is sent."""
        community = self.community_for(Action.RESET_PHRASE, slug)
        self.speak_for(community)
        form = self.get_signed_cookie(
            _FORM, self.get_body_argument("form", ""), max_age_days=_FORM_DAYS
        )
        if form is None:
            raise NotUnderstoodError("this form is too old")
        made = f"{await self._language_of(name)} {form.decode()}"
        salt = secrets.token_bytes(SALT_BYTES)
        kept = await asyncio.to_thread(digest, _phrase(self, name, made), salt)
        answer = await self._reset(community, name, kept)
        if isinstance(answer, ResettingRefusal):
            raise HTTPError(HTTPStatus.NOT_FOUND)
        # Not the phrase itself, but what it is worked out from.
        keep_for_a_while(self, _cookie(name), made)
        self.back_to(community, f"people/{name}/phrase/card")

    async def _reset(
        self, community: Community, name: str, kept: str | None
    ) -> Person | ResettingRefusal:
        places, now = self.actor.places_in(community.slug), self.now()
        giver = next((g for place, g in _BY_PLACE if place in places), Giver.INSTRUCTOR)
        reset = Reset(community.slug, name, self.actor.name, giver)
        run = self.read if kept is None else self.runtime.write
        return await run(lambda uow: reset_phrase(uow, self.policy, reset, kept, now))

    async def _language_of(self, name: str) -> str:
        """Hers, if she has chosen one."""
        person = await self.read(lambda uow: uow.people.by_name(name))
        return (person.language if person else None) or self.translator.language


def _cookie(name: str) -> str:
    return f"catalyst-phrase-{name}"


def _phrase(page: MembershipPage, name: str, made: str) -> str:
    """What is worked out from a language and a form, with the service's secret."""
    language, _, form = made.partition(" ")
    return phrase_of(number_of(page.settings["cookie_secret"], form, name), word_list(language))


class CardPage(MembershipPage):
    """``…/phrase/card``: to print and hand over, as long as the phrase is at hand."""

    tab = "people"

    async def get(self, slug: str, name: str) -> None:
        """Show it."""
        community = self.community_for(Action.RESET_PHRASE, slug)
        self.speak_for(community)
        made = at_hand(self, _cookie(name))
        person = await self.read(lambda uow: member_called(uow, slug, name))
        if person is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        address = hub_address(self.request, self.hub_url)
        phrase = _phrase(self, name, made) if made else ""
        card = {"name": name, "phrase": phrase, "address": address} if phrase else None
        self.show_below(community, "phrase_card", name=person.shown_as, card=card)
