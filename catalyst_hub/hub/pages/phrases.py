"""``/hub/phrase``: a return phrase, shown for a while after it was made; and making another."""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import asdict, dataclass
from typing import Any

from jupyterhub.handlers.base import BaseHandler
from tornado.web import HTTPError, authenticated

from catalyst_hub.core.phrase import SALT_BYTES, KeptPhrase, digest, number_of, phrase_of
from catalyst_hub.core.unit_of_work import Person, UnitOfWork
from catalyst_hub.hub.other_sessions import end_other_sessions
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.i18n.word_lists import word_list
from catalyst_hub.usecases.change_phrase import change_phrase

_COOKIE = "catalyst-phrase"
#: How long a person can go back to the page with the phrase, in the same browser.
_SHOWN_S = 600
_FORM = "catalyst-form"
_FORM_DAYS = 1 / 24


@dataclass(frozen=True, slots=True)
class Draft:
    """What a phrase is worked out from, with the Hub's secret: the form that asked for it, the
    name that was typed there, and the language of its words."""

    form: str
    name: str
    language: str

    def phrase(self, page: BaseHandler) -> str:
        """The same as often as the same form is sent."""
        number = number_of(page.settings["cookie_secret"], self.form, self.name)
        return phrase_of(number, word_list(self.language))


def new_form(page: BaseHandler) -> str:
    """What makes a form one of its kind; it goes into the form, signed."""
    signed: bytes = page.create_signed_value(_FORM, secrets.token_hex(16))
    return signed.decode()


def form_of(page: BaseHandler) -> str:
    """The form that was sent. Raises HTTPError 403 when it is none of ours, or too old."""
    sent = page.get_body_argument("form", "")
    form = page.get_signed_cookie(_FORM, sent, max_age_days=_FORM_DAYS)
    if form is None:
        raise HTTPError(403, "This form is too old")
    return str(form.decode())


async def hashed(phrase: str) -> str:
    """What the store keeps of it."""
    return await asyncio.to_thread(digest, phrase, secrets.token_bytes(SALT_BYTES))


def keep_for_a_while(page: BaseHandler, draft: Draft, user_name: str) -> None:
    """In the person's own browser, and there not the phrase itself."""
    page.set_signed_cookie(
        _COOKIE,
        json.dumps({**asdict(draft), "user": user_name}),
        expires_days=None,
        path=page.hub.base_url,
        max_age=_SHOWN_S,
        httponly=True,
        samesite="Lax",
        secure=page.request.protocol == "https",
    )


def at_hand(page: BaseHandler) -> str | None:
    """The phrase that was made for whoever is signed in, in this browser, a short while ago."""
    kept = page.get_signed_cookie(_COOKIE, max_age_days=_SHOWN_S / 86400)
    if kept is None:
        return None
    facts = json.loads(kept)
    is_hers = facts.pop("user") == page.current_user.name
    return Draft(**facts).phrase(page) if is_hers else None


def hub_address(page: BaseHandler) -> str:
    """Where people find this hub, as they reach it."""
    public = page.settings.get("public_url")
    if public:
        return str(public.geturl())
    return f"{page.request.protocol}://{page.request.host}{page.base_url}"


class PhrasePage(Localized):
    """The card to copy or to print, as long as the phrase is at hand."""

    is_strict = True

    @authenticated
    async def get(self) -> None:
        """Show it."""
        self.set_header("Cache-Control", "no-store")
        name, phrase = self.current_user.name, at_hand(self)
        card = {"name": name, "phrase": phrase, "address": hub_address(self)} if phrase else None
        self.finish(await self.render_template("catalyst/phrase.html", card=card))


class NewPhrasePage(Localized):
    """``POST /hub/phrase/new``: another one for whoever is signed in."""

    is_strict = True

    @authenticated
    def get(self) -> None:
        """A reload after the form was sent: nothing to do."""
        self.redirect(self.hub_url("phrase"))

    @authenticated
    async def post(self) -> None:
        """Make it, and show it."""
        runtime, name = self.runtime, self.current_user.name
        draft = Draft(form_of(self), name, self.translator.language)
        kept = await hashed(draft.phrase(self))
        old = await self.read(lambda uow: _phrase_of(uow, name))
        if not await self.change(lambda uow: change_phrase(uow, name, kept, runtime.now())):
            raise HTTPError(404)
        if old is not None and old[0].reset_by:
            # Another person has known the old one, and may have come in with it.
            await end_other_sessions(self, self.current_user)
        keep_for_a_while(self, draft, name)
        self.redirect(self.hub_url("phrase"), status=303)


async def return_phrase(page: Any) -> dict[str, object] | None:
    """The words of ``catalyst/account_phrase.html``; None: she comes back in other ways."""
    name = page.current_user.name
    found = await page.runtime.read(lambda uow: _phrase_of(uow, name))
    if found is None:
        return None
    phrase, champion = found
    zone = next((community.zone for community in page.communities), page.runtime.policy.zone)
    return {
        "name": name,
        "made": page.translator.instant(phrase.made_at, zone),
        "reset_by": (champion.display_name if champion else "") or phrase.reset_by or "",
        "form": new_form(page),
    }


def _phrase_of(uow: UnitOfWork, name: str) -> tuple[KeptPhrase, Person | None] | None:
    person = uow.people.by_name(name)
    phrase = uow.phrases.of(person.person_id) if person else None
    if phrase is None:
        return None
    return phrase, uow.people.by_name(phrase.reset_by) if phrase.reset_by else None


def routes() -> list[tuple[Any, ...]]:
    """Below ``/hub``."""
    return [(r"/phrase", PhrasePage), (r"/phrase/new", NewPhrasePage)]
