"""``/hub/join/account/SLUG``: from an invitation code to an account, without any other."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tornado.web import HTTPError

from catalyst_hub.core.community import Community, Identity
from catalyst_hub.core.guesses import OF_ALL, OF_AN_ADDRESS, Guesses
from catalyst_hub.core.invitation import Refusal, as_code, digest, shown
from catalyst_hub.core.person import readable_name
from catalyst_hub.core.phrase import is_right
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.unit_of_work import Person
from catalyst_hub.hub.pages.join import (
    LINK_COOKIE,
    LONGEST,
    ask_to_wait,
    no_code,
    too_many_codes,
)
from catalyst_hub.hub.pages.phrases import (
    Draft,
    at_hand,
    form_of,
    hashed,
    keep_for_a_while,
    new_form,
)
from catalyst_hub.hub.pages.workshop_accounts import WorkshopAccountsPage
from catalyst_hub.usecases.check_invitation import check_invitation
from catalyst_hub.usecases.sign_up import Newcomer, sign_up

_LONGEST_NAME = 60
_EVERYBODY = "everybody"
#: How long a code that was right at an address is answered there, whatever else is tried.
_A_DAY = timedelta(hours=12)


class RightCodes:
    """Codes that let somebody in, by the address where they did: a class that comes in with one
    code is not locked out by a member of it who guesses others."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._until: dict[bytes, datetime] = {}

    def note(self, address: str, code: str, now: datetime) -> None:
        """It was right here."""
        self._until = {key: until for key, until in self._until.items() if until > now}
        self._until[self._key(address, code)] = now + _A_DAY

    def know(self, address: str, code: str, now: datetime) -> bool:
        """Whether it was right here lately."""
        until = self._until.get(self._key(address, code))
        return until is not None and until > now

    def _key(self, address: str, code: str) -> bytes:
        return hmac.digest(self._secret, f"{address} {code}".encode(), hashlib.sha256)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says: the code as it was typed, the name as it will be shown, and the form
    itself, which is one of its kind."""

    typed: str
    wanted: str
    form: str

    def identity(self, slug: str) -> Identity:
        """The same whenever the same form is sent with the same name; random otherwise."""
        about = f"{slug}\0{self.form}\0{readable_name(self.wanted)}"
        return Identity(slug, hashlib.sha256(about.encode()).hexdigest()[:32])


class SignUpPage(WorkshopAccountsPage):
    """The form, and what comes of it."""

    def initialize(self, guesses: Guesses, right: RightCodes) -> None:
        """Both count for all requests."""
        self._guesses = guesses
        self._right = right
        self._kept: str | None = None

    async def get(self, slug: str) -> None:
        """Ask for a code and a name; whoever is signed in has her account already."""
        self.require(slug)
        if self.current_user is not None:
            self.redirect(self.hub_url("phrase" if at_hand(self) else "join"))
            return
        code = as_code(self.get_cookie(LINK_COOKIE, ""))
        community = await self._community_of(code) if code else None
        if community is None:
            self._forget_link()
        await self._show(slug, shown(code) if code and community else "", community=community)

    async def post(self, slug: str) -> None:
        """Let her in, with an account and a phrase; sent twice, it is done once."""
        self.require(slug)
        asked = self._asked()
        if not asked.wanted:
            await self._refuse(slug, asked, 400, self.translator.gettext("Please type a name."))
            return
        identity = asked.identity(slug)
        draft = Draft(asked.form, readable_name(asked.wanted), self.translator.language)
        person = await self.read(lambda uow: uow.people.by_identity(identity))
        if person is None:
            person = await self._newcomer(slug, asked, identity, draft)
        elif not await self._is_still_hers(person, draft):
            await self._refuse(slug, asked, 403, self._was_used())
            return
        if person is not None:
            await self._welcome(person, identity, draft)

    def _asked(self) -> Asked:
        name = "".join(x for x in self.get_body_argument("name", "") if x.isprintable())
        return Asked(
            self.get_body_argument("code", "")[:LONGEST],
            " ".join(name.split())[:_LONGEST_NAME].strip(),
            form_of(self),
        )

    async def _newcomer(
        self, slug: str, asked: Asked, identity: Identity, draft: Draft
    ) -> Person | None:
        """The person she is from now on; None: the answer says why not."""
        no = await self._community_or_refusal(asked.typed)
        if isinstance(no, timedelta):
            sentence = too_many_codes(self.translator, ask_to_wait(self, no))
            await self._show(slug, asked.typed, asked.wanted, sentence)
            return None
        answer = no if isinstance(no, Refusal) else await self._add(asked, identity, draft)
        if not isinstance(answer, Person):
            # The same form, sent twice at the same instant, may have taken the last seat itself.
            twin = await self.read(lambda uow: uow.people.by_identity(identity))
            answer = twin or answer or Refusal.UNKNOWN
        if isinstance(answer, Refusal):
            self.log.info("An invitation did not let a newcomer in: %s", answer)
            await self._refuse(slug, asked, 403, self._why_not(answer))
            return None
        return answer

    async def _add(self, asked: Asked, identity: Identity, draft: Draft) -> Person | Refusal | None:
        """None: the account exists already."""
        runtime, taken = self.runtime, self.authenticator.names_in_hub
        kept, phrase = await self._digest(asked.typed), await hashed(draft.phrase(self))
        newcomer = Newcomer(identity, asked.wanted, phrase)
        return await self.change(
            lambda uow: sign_up(uow, runtime.policy, kept, newcomer, runtime.now(), taken)
        )

    async def _digest(self, code: str) -> str:
        """Of the one code that this request is about; slow, so once."""
        if self._kept is None:
            hub = self.runtime.policy.hub
            self._kept = await asyncio.to_thread(digest, hub, as_code(code) or "")
        return self._kept

    async def _is_still_hers(self, person: Person, draft: Draft) -> bool:
        """Whether the phrase of the form is the one she has: then it is her, once more."""
        kept = await self.read(lambda uow: uow.phrases.of(person.person_id))
        if kept is None:
            return False
        return await asyncio.to_thread(is_right, draft.phrase(self), kept.digest)

    async def _welcome(self, person: Person, identity: Identity, draft: Draft) -> None:
        await self.let_in(person, identity, draft.language)
        keep_for_a_while(self, draft, person.name)
        self._forget_link()
        self.redirect(self.hub_url("phrase"), status=303)

    # --- codes ---

    async def _community_of(self, code: str) -> Community | None:
        """Whom she is about to join, for she gives its champions some power over her servers."""
        slug = await self._community_or_refusal(code)
        return self.runtime.policy.community(slug) if type(slug) is str else None

    async def _community_or_refusal(self, typed: str) -> str | Refusal | timedelta:
        """Where the code leads, why nowhere, or how long to wait: wrong codes are counted."""
        runtime, code, keys = self.runtime, as_code(typed), (self.address, _EVERYBODY)
        is_known = code is not None and self._right.know(self.address, code, runtime.now())
        wait = None if is_known else self._guesses.begin(keys, runtime.now())
        if wait is not None:
            self.log.warning("Too many wrong codes of newcomers at %s", self.address)
            return wait
        if code is None:
            return Refusal.UNKNOWN
        try:
            answer = await self._ask_the_store(code)
        except HTTPError:
            self._take_back(keys, is_known)
            raise
        if not isinstance(answer, Refusal) or answer is Refusal.NOT_FOR_NEWCOMERS:
            self._take_back(keys, is_known)
            self._right.note(self.address, code, runtime.now())
        return answer

    async def _ask_the_store(self, code: str) -> str | Refusal:
        runtime, kept = self.runtime, await self._digest(code)
        return await self.change(
            lambda uow: check_invitation(uow, runtime.policy, kept, runtime.now())
        )

    def _take_back(self, keys: tuple[str, str], is_known: bool) -> None:
        if not is_known:
            self._guesses.take_back(keys)

    def _forget_link(self) -> None:
        self.clear_cookie(LINK_COOKIE, path=self.hub_url("join"))

    # --- answers ---

    def _why_not(self, refusal: Refusal) -> str:
        if refusal is Refusal.NOT_FOR_NEWCOMERS:
            return self.translator.gettext(
                "This code is for people whom the hub knows already. Please sign in first, and"
                " then use it."
            )
        return no_code(self.translator)

    def _was_used(self) -> str:
        return self.translator.gettext(
            "This form has been used already. If it was you, come back with your name and your"
            " return phrase."
        )

    async def _refuse(self, slug: str, asked: Asked, status: int, problem: str) -> None:
        self.set_status(status)
        await self._show(slug, asked.typed, asked.wanted, problem)

    async def _show(
        self,
        slug: str,
        code: str = "",
        name: str = "",
        problem: str = "",
        community: Community | None = None,
    ) -> None:
        words: Mapping[str, Any] = {
            "provider": slug,
            "code": code,
            "called": name,
            "problem": problem,
            "title": text_in(community.title, self.translator.language) if community else "",
            "longest_name": _LONGEST_NAME,
            "form": new_form(self),
        }
        self.finish(await self.render_template("catalyst/sign_up.html", **words))


def routes() -> list[tuple[Any, ...]]:
    """Below ``/hub``; the cookie of a link is for addresses below ``/hub/join``."""
    counted = {"guesses": Guesses(OF_AN_ADDRESS, OF_ALL), "right": RightCodes()}
    return [(r"/join/account/([a-z0-9-]+)", SignUpPage, counted)]
