"""``/hub/account/leave/SLUG``: out of a community of one's own accord, and back again."""

from __future__ import annotations

from typing import Any

from tornado.web import HTTPError, authenticated

from catalyst_hub.core.community import Community
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.i18n import N_
from catalyst_hub.usecases.leave_community import leave_community
from catalyst_hub.usecases.prepare_leaving import prepare_leaving
from catalyst_hub.usecases.return_to_community import return_to_community

NOTES = {
    "left": N_("You have left the community. Your files are kept."),
    "back": N_("Welcome back! You belong to the community again."),
    "open": N_(
        "The door is open again, but no rule lets you in by itself. Please ask for an invitation."
    ),
}


class _OwnChange(Localized):
    """A page on which a person changes where she belongs."""

    is_strict = True

    async def back(self, note: str) -> None:
        """To the account, which says what came of it, once the Hub knows."""
        await self.follow_own_change()
        self.redirect(self.hub_url(f"account?note={note}"), status=303)


class LeavePage(_OwnChange):
    """Asks once more, and says what it means; then she is out."""

    @authenticated
    async def get(self, slug: str) -> None:
        """Ask; whoever does not belong has no such page."""
        runtime, name = self.runtime, self.current_user.name
        farewell = await self.read(
            lambda uow: prepare_leaving(uow, runtime.policy, slug, name, runtime.now())
        )
        if farewell is None:
            raise HTTPError(404)
        title = text_in(farewell.community.title, self.translator.language)
        html = await self.render_template("catalyst/leave.html", farewell=farewell, title=title)
        self.finish(html)

    @authenticated
    async def post(self, slug: str) -> None:
        """Leave; what she runs there is stopped as after any removal."""
        now, name = self.runtime.now(), self.current_user.name
        if not await self.change(lambda uow: leave_community(uow, slug, name, now)):
            raise HTTPError(404)
        await self.back("left")


class ReturnPage(_OwnChange):
    """``POST /hub/account/return/SLUG``: opens the door that she closed behind her."""

    @authenticated
    async def post(self, slug: str) -> None:
        """In again where the rules say so."""
        runtime, name = self.runtime, self.current_user.name
        is_in = await self.change(
            lambda uow: return_to_community(uow, runtime.policy, slug, name, runtime.now())
        )
        if is_in is None:
            raise HTTPError(404)
        await self.back("back" if is_in else "open")


async def left_communities(page: Any) -> dict[str, object] | None:
    """What a person has left; the words of ``catalyst/account_left.html``."""
    runtime, name = page.runtime, page.current_user.name
    left: list[str] = await runtime.read(lambda uow: _left(uow, name))
    communities: list[Community] = [c for c in runtime.policy.communities if c.slug in left]
    if not communities:
        return None
    speak = page.translator
    return {
        "communities": [
            {"slug": c.slug, "title": text_in(c.title, speak.language)} for c in communities
        ]
    }


def _left(uow: UnitOfWork, name: str) -> list[str]:
    person = uow.people.by_name(name)
    if person is None:
        return []
    removers = uow.memberships.removers(person.person_id)
    return [slug for slug, by in removers.items() if by == name]


def routes() -> list[tuple[Any, ...]]:
    """Below ``/hub``."""
    return [
        (r"/account/leave/([^/]+)", LeavePage),
        (r"/account/return/([^/]+)", ReturnPage),
    ]
