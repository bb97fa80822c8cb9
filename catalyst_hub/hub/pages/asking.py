"""``/hub/ask-to-join/SLUG``: asking the champions of a community to let one in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tornado.web import HTTPError, authenticated

from catalyst_hub.core.community import Community
from catalyst_hub.core.join_request import LONGEST_MESSAGE, PAUSE, AskingRefusal, JoinRequest
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.unit_of_work import StoreUnavailableError, UnitOfWork
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.hub.pages.taking_back import TakingBackPage
from catalyst_hub.hub.unavailable import store_needed
from catalyst_hub.usecases.ask_to_join import ask_to_join
from catalyst_hub.usecases.show_joining import Joining, show_joining
from catalyst_hub.usecases.withdraw_request import withdraw_request


async def joining_on(page: Localized) -> dict[str, Any]:
    """What ``catalyst/joining.html`` shows: communities to ask, and one's own requests.

    Nothing while the store is away: what else is on the page is still of use.
    """
    try:
        return joining_words(page, await _joining(page))
    except StoreUnavailableError:
        page.log.warning("The store is away: %s sees no requests", page.current_user.name)
        return joining_words(page, Joining())


async def _joining(page: Localized) -> Joining:
    runtime, name = page.runtime, page.current_user.name
    return await runtime.read(lambda uow: show_joining(uow, runtime.policy, name, runtime.now()))


def joining_words(page: Localized, joining: Joining) -> dict[str, Any]:
    """The same for a page that has looked it up already."""
    return {
        "communities_to_ask": [(c.slug, _title(page, c)) for c in joining.open_to_ask],
        "requests_waiting": [_waiting(page, request) for request in joining.waiting],
        "requests_declined": [_declined(page, request) for request in joining.declined],
    }


def _title(page: Localized, community: Community) -> str:
    return text_in(community.title, page.translator.language)


def _community(page: Localized, request: JoinRequest) -> Community:
    """There is one: requests of others are not shown."""
    return page.runtime.policy.by_slug[request.community]


def _waiting(page: Localized, request: JoinRequest) -> dict[str, Any]:
    community = _community(page, request)
    return {
        "number": request.request_id,
        "title": _title(page, community),
        "since": page.translator.instant(request.asked_at, community.zone),
    }


def _declined(page: Localized, request: JoinRequest) -> dict[str, Any]:
    community, policy = _community(page, request), page.runtime.policy
    answered_at = request.answered_at or request.asked_at
    return {
        "title": _title(page, community),
        "again": page.translator.instant(answered_at + PAUSE, community.zone),
        "contact": community.contact or policy.contact or "",
    }


class AskPage(Localized):
    """The form, with a short message to the champions."""

    is_strict = True

    @authenticated
    async def get(self, slug: str) -> None:
        """Ask what to say; there is no such page for whom there is nothing to ask."""
        await self._show(await self._community(slug))

    @authenticated
    async def post(self, slug: str) -> None:
        """Send the request. A second press sends nothing more, and looks the same."""
        refusal = await self._ask(slug, self.get_body_argument("message", ""))
        match refusal:
            case None | AskingRefusal.ALREADY_ASKED:
                self.redirect(self.hub_url("home"), status=303)
            case AskingRefusal.TOO_MANY:
                self.set_status(429)
                await self._show(await self._community(slug), self._too_many())
            case _:
                raise HTTPError(404)

    async def _ask(self, slug: str, message: str) -> AskingRefusal | None:
        runtime, name = self.runtime, self.current_user.name
        return await self.change(
            lambda uow: ask_to_join(uow, runtime.policy, slug, name, message, runtime.now())
        )

    async def _community(self, slug: str) -> Community:
        with store_needed():
            joining = await _joining(self)
        found = next((c for c in joining.open_to_ask if c.slug == slug), None)
        if found is None:
            raise HTTPError(404)
        return found

    def _too_many(self) -> str:
        return self.translator.gettext(
            "You have sent several requests today. Please wait until tomorrow with the next."
        )

    async def _show(self, community: Community, problem: str = "") -> None:
        self.finish(
            await self.render_template(
                "catalyst/ask.html",
                title=_title(self, community),
                slug=community.slug,
                longest=LONGEST_MESSAGE,
                message=self.get_body_argument("message", "")[:LONGEST_MESSAGE],
                problem=problem,
            )
        )


class WithdrawPage(TakingBackPage):
    """``POST /hub/requests/ID/withdraw``."""

    def take_back(self, uow: UnitOfWork, name: str, number: int, now: datetime) -> object:
        """One that was asked by mistake."""
        return withdraw_request(uow, name, number, now)


def routes() -> list[tuple[str, type[Localized]]]:
    """Below ``/hub``."""
    return [
        (r"/ask-to-join/([a-z0-9-]+)", AskPage),
        (r"/requests/([0-9]{1,18})/withdraw", WithdrawPage),
    ]
