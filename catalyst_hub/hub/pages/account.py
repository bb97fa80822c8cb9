"""``/hub/account``: who I am here, where I belong and why, and what I may decide about myself.

The page is made of sections. Each is a :class:`Section`: a partial template below
``templates/catalyst/`` and a function that gives its words. To add one, write both and put the
section into :data:`SECTIONS`, in the order of the page; nothing else on the page knows of it.

The function gets the page (its ``current_user``, ``translator``, ``policy`` and ``runtime``) and
answers with what its partial reads as ``here``, or None when there is nothing to show to this
person. What a section's forms post goes to addresses of its own, which lead back to the account
with ``?note=WORD``; the section gives the sentence for its own words in :attr:`Section.notes`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tornado.web import authenticated

from catalyst_hub.core.community import Community
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.roster import Member
from catalyst_hub.core.window import local_day
from catalyst_hub.hub.pages import leaving, linking, personal_data, phrases
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.hub.unavailable import store_needed
from catalyst_hub.i18n.grounds import reason, role_name
from catalyst_hub.usecases.show_account import Account, show_account

Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the account page. ``words`` are awaited; ``notes`` are sentences (marked for
    translation) by the word that an address leads back with."""

    template: str
    words: Callable[[AccountPage], Awaitable[Words | None]]
    notes: Mapping[str, str] = field(default_factory=dict)


class AccountPage(Localized):
    """Everything about oneself on one page; the sections in their order."""

    is_strict = True

    @authenticated
    async def get(self) -> None:
        """Show it."""
        with store_needed():
            shown = [(section.template, await section.words(self)) for section in SECTIONS]
        parts = [(template, here) for template, here in shown if here is not None]
        self.finish(
            await self.render_template("catalyst/account.html", parts=parts, note=self._note())
        )

    def _note(self) -> str:
        """What came of a form; a word that no section knows says nothing."""
        word = self.get_query_argument("note", "")
        found = (section.notes[word] for section in SECTIONS if word in section.notes)
        sentence = next(found, "")
        return self.translator.gettext(sentence) if sentence else ""


async def _who(page: AccountPage) -> Words | None:
    """Who she is, and where she belongs."""
    runtime, name = page.runtime, page.current_user.name
    account = await runtime.read(lambda uow: show_account(uow, runtime.policy, name, runtime.now()))
    if account is None:
        return {"name": name, "account": name, "is_operator": False, "communities": []}
    return {
        "name": account.person.shown_as,
        "account": name,
        "is_operator": account.is_operator,
        "communities": [_membership(page, account, *entry) for entry in account.memberships],
    }


def _membership(
    page: AccountPage, account: Account, community: Community, member: Member
) -> dict[str, object]:
    speak, policy = page.translator, page.runtime.policy
    return {
        "slug": community.slug,
        "title": text_in(community.title, speak.language),
        "has_terms": community.terms is not None,
        "role": role_name(member.role, speak),
        "since": speak.day(local_day(member.since, community.zone)),
        "reasons": [reason(grant, policy, account.names, speak) for grant in member.grants],
    }


SECTIONS: tuple[Section, ...] = (
    Section("catalyst/account_who.html", _who),
    Section("catalyst/account_left.html", leaving.left_communities, leaving.NOTES),
    Section("catalyst/account_identities.html", linking.own_ways, linking.NOTES),
    Section("catalyst/account_phrase.html", phrases.return_phrase),
    Section("catalyst/account_data.html", personal_data.my_data),
)


def routes() -> list[tuple[Any, ...]]:
    """Below ``/hub``."""
    return [
        (r"/account", AccountPage),
        *leaving.routes(),
        *linking.routes(),
        *personal_data.routes(),
    ]
