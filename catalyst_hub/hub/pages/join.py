"""``/hub/join``: from an invitation to a membership."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from math import ceil
from typing import Any

from tornado.web import HTTPError, authenticated

from catalyst_hub.core.community import Community
from catalyst_hub.core.invitation import Refusal, as_code, digest, shown
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.unit_of_work import StoreUnavailableError, UnitOfWork
from catalyst_hub.hub.guesses import Guesses
from catalyst_hub.hub.membership import follow_store
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.usecases.redeem_invitation import redeem_invitation

_COOKIE = "catalyst-invitation"
_KEPT_S = 3600
#: What is asked in the form; more is no code.
_LONGEST = 40


class JoinLinkPage(Localized):
    """``/hub/join/CODE``: the link on the sheet.

    The code goes into a cookie, so that it is in no other address: neither in that of the
    sign-in, nor in a provider's log, nor in a page's history.
    """

    def get(self, code: str) -> None:
        """Remember the code, lead on. Nothing is redeemed by looking at an address."""
        # The Hub's log shows what this says.
        self.request.uri = self.hub_url("join", "[secret]")
        self.set_cookie(
            _COOKIE,
            as_code(code) or "",
            path=self.hub_url("join"),
            max_age=_KEPT_S,
            httponly=True,
            samesite="Lax",
            secure=self.request.protocol == "https",
        )
        self.redirect(self.hub_url("join"))


class JoinPage(Localized):
    """The form for a code; who has not signed in does so on the way."""

    is_strict = True

    def initialize(self, guesses: Guesses) -> None:
        """``guesses`` counts for all requests."""
        self._guesses = guesses

    @authenticated
    async def get(self) -> None:
        """Ask for the code, or to confirm the one of the link."""
        await self._show(shown(as_code(self.get_cookie(_COOKIE, "")) or ""))

    @authenticated
    async def post(self) -> None:
        """Let her in, or say that the code is none."""
        typed = self.get_body_argument("code", "")[:_LONGEST]
        who = (self.current_user.name, self.request.remote_ip)
        wait = self._guesses.begin(*who, self._runtime.now())
        if wait is not None:
            await self._refuse_for(wait, typed)
            return
        try:
            community = await self._redeem(typed)
        except StoreUnavailableError as error:
            self._guesses.take_back(*who)
            raise HTTPError(503, "The store is not available") from error
        if community is None:
            self.set_status(403)
            await self._show(typed, self._no_code())
            return
        self._guesses.take_back(*who)
        self.clear_cookie(_COOKIE, path=self.hub_url("join"))
        self.redirect(self.hub_url("joined", community), status=303)

    @property
    def _runtime(self) -> Any:
        return self.settings["catalyst"]

    async def _redeem(self, typed: str) -> str | None:
        """The slug of the community she belongs to now. Why not, is nobody's business."""
        runtime, name = self._runtime, self.current_user.name
        code = as_code(typed)
        if code is None:
            return None
        kept = await asyncio.to_thread(digest, runtime.policy.hub, code)
        answer: str | Refusal = await runtime.write(
            lambda uow: redeem_invitation(uow, runtime.policy, kept, name, runtime.now())
        )
        if isinstance(answer, Refusal):
            self.log.info("An invitation did not let %s in: %s", name, answer)
            return None
        await follow_store(self, self.current_user)
        return answer

    async def _refuse_for(self, wait: timedelta, typed: str) -> None:
        minutes = max(1, ceil(wait / timedelta(minutes=1)))
        self.log.warning("Too many wrong codes of %s", self.current_user.name)
        self.set_status(429)
        self.set_header("Retry-After", str(60 * minutes))
        sentence = self.translator.ngettext(
            "These were too many wrong codes. Please try again in %(n)s minute.",
            "These were too many wrong codes. Please try again in %(n)s minutes.",
            minutes,
            n=minutes,
        )
        await self._show(typed, sentence)

    def _no_code(self) -> str:
        return self.translator.gettext(
            "This code lets nobody in. Compare it letter by letter; perhaps it has ended, or all of"
            " its seats are taken. Whoever gave it to you can make a new one."
        )

    async def _show(self, code: str, problem: str = "") -> None:
        self.finish(await self.render_template("catalyst/join.html", code=code, problem=problem))


class JoinedPage(Localized):
    """``/hub/joined/SLUG``: what came of it, and where to go from here."""

    is_strict = True

    @authenticated
    async def get(self, slug: str) -> None:
        """Welcome; others have no such page."""
        community = await self._own(slug)
        if community is None:
            raise HTTPError(404)
        title = text_in(community.title, self.translator.language)
        self.finish(await self.render_template("catalyst/joined.html", title=title))

    async def _own(self, slug: str) -> Community | None:
        runtime, name = self.settings["catalyst"], self.current_user.name

        def belongs(uow: UnitOfWork) -> bool:
            person = uow.people.by_name(name)
            return person is not None and slug in uow.memberships.of(person.person_id)

        try:
            is_in = await runtime.read(belongs)
        except StoreUnavailableError as error:
            raise HTTPError(503, "The store is not available") from error
        return runtime.policy.community(slug) if is_in else None


def routes() -> list[tuple[Any, ...]]:
    """Below ``/hub``; one count of wrong codes for the process."""
    return [
        (r"/join", JoinPage, {"guesses": Guesses()}),
        (r"/join/([^/]+)", JoinLinkPage),
        (r"/joined/([^/]+)", JoinedPage),
    ]
