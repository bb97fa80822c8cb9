"""``/hub/join``: from an invitation to a membership."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from math import ceil
from typing import Any

from jupyterhub.handlers.base import BaseHandler
from tornado.web import HTTPError, authenticated

from catalyst_hub.core.community import Community
from catalyst_hub.core.guesses import OF_A_PERSON, OF_AN_ADDRESS, Guesses, network
from catalyst_hub.core.invitation import Refusal, as_code, digest, shown
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.hub.pages.asking import joining_on
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.i18n import Translator
from catalyst_hub.usecases.redeem_invitation import redeem_invitation

#: The code of the link she came by.
LINK_COOKIE = "catalyst-invitation"
_KEPT_S = 3600
#: What is asked in the form; more is no code.
LONGEST = 40


def ask_to_wait(page: BaseHandler, wait: timedelta) -> int:
    """Refuse whoever has tried too often; the answer is after how many minutes to come again."""
    minutes = max(1, ceil(wait / timedelta(minutes=1)))
    page.set_status(429)
    page.set_header("Retry-After", str(60 * minutes))
    return minutes


def too_many_codes(speak: Translator, minutes: int) -> str:
    """What is said to whoever has to wait."""
    return speak.ngettext(
        "These were too many wrong codes. Please try again in %(n)s minute.",
        "These were too many wrong codes. Please try again in %(n)s minutes.",
        minutes,
        n=minutes,
    )


def no_code(speak: Translator) -> str:
    """What is said of every code that lets nobody in, whatever the reason."""
    return speak.gettext(
        "This code lets nobody in. Compare it letter by letter; perhaps it has ended, or all of"
        " its seats are taken. Whoever gave it to you can make a new one."
    )


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
            LINK_COOKIE,
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
        code = as_code(self.get_cookie(LINK_COOKIE, ""))
        community = await self._community_of(code) if code else None
        if code and community is None:
            self._forget_link()
        await self._show(shown(code or ""), community=community)

    @authenticated
    async def post(self) -> None:
        """Let her in, or say that the code is none."""
        typed = self.get_body_argument("code", "")[:LONGEST]
        wait = self._guesses.begin(self._who, self.runtime.now())
        if wait is not None:
            await self._refuse_for(wait, typed)
            return
        slug = await self._redeem(typed)
        if slug is None:
            self.set_status(403)
            await self._show(typed, no_code(self.translator))
            return
        await self.follow_own_change()
        self._forget_link()
        self.redirect(self.hub_url("joined", slug), status=303)

    @property
    def _who(self) -> tuple[str, str]:
        """Whose tries are counted: the person's, and the address's."""
        return self.current_user.name, network(self.request.remote_ip)

    async def _community_of(self, code: str) -> Community | None:
        """Whom she is about to join, for she gives its champions some power over her servers.

        Counted like a try, or links were a way to guess.
        """
        if self._guesses.begin(self._who, self.runtime.now()) is not None:
            return None
        slug = await self._redeem(code, is_rehearsal=True)
        return self.runtime.policy.community(slug) if slug else None

    async def _redeem(self, typed: str, *, is_rehearsal: bool = False) -> str | None:
        """The slug of the community the code lets her into. Why not, is nobody's business.

        A try that is right, or that the store could not judge, is taken back.
        """
        code = as_code(typed)
        if code is None:
            return None
        try:
            answer = await self._ask_the_store(code, is_rehearsal)
        except HTTPError:
            self._guesses.take_back(self._who)
            raise
        if isinstance(answer, Refusal):
            self.log.info("An invitation did not let %s in: %s", self.current_user.name, answer)
            return None
        self._guesses.take_back(self._who)
        return answer

    async def _ask_the_store(self, code: str, is_rehearsal: bool) -> str | Refusal:
        runtime, name = self.runtime, self.current_user.name
        kept = await asyncio.to_thread(digest, runtime.policy.hub, code)
        return await self.change(
            lambda uow: redeem_invitation(
                uow, runtime.policy, kept, name, runtime.now(), is_rehearsal=is_rehearsal
            )
        )

    def _forget_link(self) -> None:
        self.clear_cookie(LINK_COOKIE, path=self.hub_url("join"))

    async def _refuse_for(self, wait: timedelta, typed: str) -> None:
        self.log.warning("Too many wrong codes of %s", self.current_user.name)
        minutes = ask_to_wait(self, wait)
        await self._show(typed, too_many_codes(self.translator, minutes))

    async def _show(self, code: str, problem: str = "", community: Community | None = None) -> None:
        title = text_in(community.title, self.translator.language) if community else ""
        self.finish(
            await self.render_template(
                "catalyst/join.html",
                code=code,
                problem=problem,
                title=title,
                **await joining_on(self),
            )
        )


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
        name = self.current_user.name

        def belongs(uow: UnitOfWork) -> bool:
            person = uow.people.by_name(name)
            return person is not None and slug in uow.memberships.of(person.person_id)

        return self.runtime.policy.community(slug) if await self.read(belongs) else None


def routes() -> list[tuple[Any, ...]]:
    """Below ``/hub``; one count of wrong codes for the process."""
    return [
        (r"/join", JoinPage, {"guesses": Guesses(OF_A_PERSON, OF_AN_ADDRESS)}),
        (r"/join/([^/]+)", JoinLinkPage),
        (r"/joined/([^/]+)", JoinedPage),
    ]
