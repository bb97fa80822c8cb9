"""``/hub/come-back/SLUG``: a name and a return phrase, on whichever device."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from tornado.httputil import url_concat

from catalyst_hub.core.guesses import ALWAYS, OF_A_NAME, OF_A_PERSON, OF_AN_ADDRESS, Guesses
from catalyst_hub.core.person import readable_name
from catalyst_hub.core.phrase import NOBODYS, is_right
from catalyst_hub.hub.pages.join import ask_to_wait
from catalyst_hub.hub.pages.workshop_accounts import WorkshopAccountsPage
from catalyst_hub.usecases.find_returning import Returning, find_returning

_LONGEST = 200
#: Seconds. About as long as a phrase takes to be judged, so that whoever is not answered any more
#: does not learn by the time which names exist.
_PAUSE_S = 0.05


class ComeBackPage(WorkshopAccountsPage):
    """The form, and what comes of it."""

    def initialize(self, guesses: Guesses) -> None:
        """``guesses`` counts for all requests."""
        self._guesses = guesses

    async def get(self, slug: str) -> None:
        """Ask who it is; whoever is signed in goes on."""
        self.require(slug)
        if self.current_user is not None:
            self.redirect(self.get_next_url(self.current_user))
            return
        await self._show(slug)

    async def post(self, slug: str) -> None:
        """Let her in, or say that it is not right; whether such a person exists, is not said."""
        self.require(slug)
        typed = self.get_body_argument("name", "")[:_LONGEST]
        answer = await self._judge(slug, readable_name(typed))
        if isinstance(answer, Returning):
            user = await self.let_in(answer.person, answer.identity, None)
            self.redirect(self.get_next_url(user), status=303)
        elif answer is None:
            self.set_status(403)
            await self._show(slug, typed, self._wrong())
        else:
            self.log.warning("Too many wrong phrases at %s", self.address)
            await self._show(slug, typed, self._too_many(ask_to_wait(self, answer)))

    async def _judge(self, slug: str, name: str) -> Returning | timedelta | None:
        """Who it is; None: the phrase is wrong; or how long to wait before the next try.

        Where others have tried too much, a person has a few tries all the same. When they are
        wrong she is told to wait like everybody there, or the answer would say who exists.
        """
        found = await self.read(lambda uow: find_returning(uow, slug, name))
        now, keys = self.runtime.now(), (f"{name} {self.address}", self.address, name)
        crowded = self._guesses.wait(keys, now)
        refused = self._guesses.begin(keys, now, always=ALWAYS if found else 0)
        if refused is not None:
            await asyncio.sleep(_PAUSE_S)
            return refused
        kept = found.phrase.digest if found else NOBODYS
        if not await asyncio.to_thread(is_right, self._phrase(), kept) or found is None:
            return crowded
        self._guesses.take_back(keys)
        return found

    def _phrase(self) -> str:
        return self.get_body_argument("phrase", "")

    def _wrong(self) -> str:
        return self.translator.gettext(
            "This name and this phrase do not belong together. Compare the words one by one; your"
            " name here may end in a number. Whoever runs your workshop can give you a new phrase."
        )

    def _too_many(self, minutes: int) -> str:
        return self.translator.ngettext(
            "There were too many wrong phrases. Compare yours word by word, and try again in"
            " %(n)s minute.",
            "There were too many wrong phrases. Compare yours word by word, and try again in"
            " %(n)s minutes.",
            minutes,
            n=minutes,
        )

    async def _show(self, slug: str, name: str = "", problem: str = "") -> None:
        here = url_concat(self.hub_url("come-back", slug), {"next": self.get_argument("next", "")})
        self.finish(
            await self.render_template(
                "catalyst/come_back.html", provider=slug, address=here, called=name, problem=problem
            )
        )


def routes() -> list[tuple[Any, ...]]:
    """Below ``/hub``; one count of wrong phrases for the process."""
    counted = {"guesses": Guesses(OF_A_PERSON, OF_AN_ADDRESS, OF_A_NAME)}
    return [(r"/come-back/([a-z0-9-]+)", ComeBackPage, counted)]
