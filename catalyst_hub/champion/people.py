"""``/communities/<slug>/people``: who belongs and why; adding and removing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from math import ceil
from types import MappingProxyType

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action, is_instructor_only
from catalyst_hub.champion.membership import MembershipPage
from catalyst_hub.champion.parts_of_people import PARTS, is_in_part, part_asked
from catalyst_hub.champion.person_actions import person_actions
from catalyst_hub.champion.person_rows import person_row, removal_row
from catalyst_hub.champion.teaching import learners_of
from catalyst_hub.champion.wording import N_
from catalyst_hub.core.community import Community
from catalyst_hub.core.roster import (
    AddingRefusal,
    Member,
    RemovingRefusal,
    found,
    removing_refusal,
)
from catalyst_hub.core.storage import Home
from catalyst_hub.core.unit_of_work import Person, UnitOfWork
from catalyst_hub.usecases.add_member import add_member
from catalyst_hub.usecases.find_operators import find_operators
from catalyst_hub.usecases.list_people import Roster, list_people
from catalyst_hub.usecases.remove_member import remove_member
from catalyst_hub.usecases.show_homes import show_homes

_ON_A_PAGE = 100
_LONGEST = 255

#: What came of a change, by the word that the address leads back with.
NOTES: Mapping[str, str] = MappingProxyType(
    {
        "added": N_("They belong to the community now and can start a server."),
        "added-soon": N_("They belong to the community. The hub will know within a minute."),
        "removed": N_("They are out of the community, and can start nothing here any more."),
        "removed-soon": N_("They are out of the community. The hub will know within a minute."),
        "not-in": N_("They did not belong to the community any more."),
        "not-yours": N_("Champions and operators are removed by the people who run this hub."),
        "appointed": N_("They are a champion of the community now."),
        "dismissed": N_("They are a member like everybody now."),
        "no-operator": N_("Whoever runs this hub is in no community."),
        "may-not-appoint": N_("On this hub, champions are made by the people who run it."),
        "enough-champions": N_(
            "The community has as many champions as the people who run this hub allow."
        ),
        "champion-by-rule": N_(
            "A rule of this hub makes them a champion. Please ask the people who run it."
        ),
        "last-champion": N_(
            "You are the only champion. Please find another first, or ask the people who run "
            "this hub."
        ),
    }
)
_ADDING: Mapping[AddingRefusal, str] = MappingProxyType(
    {
        AddingRefusal.UNKNOWN: N_(
            "Nobody on this hub is called %(name)s. People appear here after they have signed in "
            "for the first time; an invitation works before that, too."
        ),
        AddingRefusal.ALREADY_IN: N_("%(name)s belongs to this community already."),
        AddingRefusal.OPERATOR: N_("%(name)s runs this hub and is in no community."),
        AddingRefusal.BLOCKED: N_(
            "The people who run this hub keep %(name)s out of this community. Please ask them."
        ),
        AddingRefusal.HAS_LEFT: N_(
            "%(name)s left by their own choice and has to agree: please send an invitation."
        ),
        AddingRefusal.MUST_AGREE: N_(
            "%(name)s belongs to another community and has to agree: please send an invitation."
        ),
    }
)


class PeoplePage(MembershipPage):
    """The list, and the form that adds somebody."""

    tab = "people"

    async def get(self, slug: str) -> None:
        """Show who belongs."""
        community = self.community_for(Action.READ, slug)
        await self._list(community)

    async def post(self, slug: str) -> None:
        """Add somebody by hub name."""
        community = self.community_for(Action.ADMIT, slug)
        name = await self.name_meant(self.get_body_argument("name", ""))
        actor, now = self.actor.name, self.now()
        refusal = await self.runtime.write(
            lambda uow: add_member(uow, self.policy, slug, name, actor, now)
        )
        if refusal is None:
            is_known = await self.tell_the_hub(name)
            self.back_to(community, f"people?note={'added' if is_known else 'added-soon'}")
            return
        self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
        await self._list(community, refusal, name)

    async def _list(
        self, community: Community, refusal: AddingRefusal | None = None, name: str = ""
    ) -> None:
        self.speak_for(community)
        _, now = self.translator.gettext, self.now()
        roster = await self.read(lambda uow: list_people(uow, self.policy, community.slug, now))
        note = NOTES.get(self.get_query_argument("note", ""), "")
        words, only_dormant = self.get_query_argument("q", "")[:_LONGEST], self._is_dormant_asked()
        part = part_asked(self.get_query_argument("role", ""))
        members = [
            member
            for member in found(roster.members, words)
            if (member.is_dormant(now) or not only_dormant) and is_in_part(member, part)
        ]
        page, pages = self._page(members)
        members_shown = members[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE]
        homes = await self._homes(members_shown)
        helped = await self.read(lambda uow: self._helped(uow, community))
        self.show_below(
            community,
            "people",
            note=_(note) if note else "",
            problem=_(_ADDING[refusal]) % {"name": name} if refusal else "",
            name=name,
            words=words,
            only_dormant=only_dormant,
            part=part.value,
            parts=[(each.value, _(name)) for each, name in PARTS.items()],
            accepted=await self._accepted(community, roster),
            count=len(roster.members),
            matching=len(members),
            page=page,
            pages=pages,
            **self._rows(community, roster, members_shown, homes, helped),
        )

    async def _accepted(self, community: Community, roster: Roster) -> str:
        """How many have accepted the terms of use, as a sentence; empty where there are none."""
        if community.terms is None:
            return ""
        slug, version = community.slug, community.terms.version
        ids = [member.person.person_id for member in roster.members]
        n = await self.read(lambda uow: uow.acceptances.count(slug, version, ids))
        return self.translator.ngettext(
            "%(n)s of %(all)s person has accepted the terms of use (version %(version)s).",
            "%(n)s of %(all)s people have accepted the terms of use (version %(version)s).",
            len(ids), n=n, all=len(ids), version=version,
        )  # fmt: skip

    async def _homes(self, members: Sequence[Member]) -> Mapping[int, Home]:
        """How full their homes are, by person id; of those whose homes anybody measures."""
        if not self.runtime.settings.storage_source:
            return {}
        ids, now = [member.person.person_id for member in members], self.now()
        return await self.read(lambda uow: show_homes(uow, self.policy, ids, now))

    def _rows(
        self,
        community: Community,
        roster: Roster,
        members: Sequence[Member],
        homes: Mapping[int, Home],
        helped: frozenset[int] | None,
    ) -> dict[str, object]:
        speak, now = self.translator, self.now()
        names = {m.person.name: m.person.display_name for m in roster.members}
        return {
            "people": [
                person_row(
                    member, community, self.policy, names, now, speak,
                    actions=person_actions(
                        member, community.bounds, self.actor, self._allowed_with(member, helped)
                    ),
                    home=homes.get(member.person.person_id),
                )
                for member in members
            ],
            "removals": [removal_row(r, community, names, speak) for r in roster.removals],
        }  # fmt: skip

    def _helped(self, uow: UnitOfWork, community: Community) -> frozenset[int] | None:
        """Whom an instructor may offer help, by id; None: the reader is not one, or more."""
        if not is_instructor_only(self.allowed):
            return None
        return learners_of(uow, self.actor.name, community, self.now())

    def _allowed_with(self, member: Member, helped: frozenset[int] | None) -> frozenset[Action]:
        is_beyond = helped is not None and member.person.person_id not in helped
        return self.allowed - {Action.HELP} if is_beyond else self.allowed

    def _is_dormant_asked(self) -> bool:
        return self.get_query_argument("dormant", "") == "1"

    def _page(self, members: Sequence[Member]) -> tuple[int, int]:
        """The page that was asked for, as far as there is one, and how many there are."""
        pages = max(1, -(-len(members) // _ON_A_PAGE))
        asked = self.get_query_argument("page", "")
        page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
        return min(max(page, 1), pages), pages


class RemovePage(MembershipPage):
    """``…/people/<name>/remove``: ask once more, then take somebody out."""

    tab = "people"

    async def get(self, slug: str, name: str) -> None:
        """Ask whether to remove them."""
        community = self.community_for(Action.REMOVE, slug)
        self.speak_for(community)
        person, refusal = await self.read(lambda uow: self._find(uow, slug, name))
        if person is None or refusal is not None:
            is_protected = refusal in {RemovingRefusal.CHAMPION, RemovingRefusal.OPERATOR}
            self.back_to(community, f"people?note={'not-yours' if is_protected else 'not-in'}")
            return
        self.show_below(
            community,
            "remove",
            name=person.shown_as,
            account=name,
            notice_minutes=ceil(self.policy.removal_notice / timedelta(minutes=1)),
        )

    def _find(
        self, uow: UnitOfWork, slug: str, name: str
    ) -> tuple[Person | None, RemovingRefusal | None]:
        person = uow.people.by_name(name)
        if person is None:
            return None, RemovingRefusal.NOT_IN
        return person, removing_refusal(
            uow.memberships.of(person.person_id).get(slug),
            is_operator=bool(find_operators(uow, self.policy, [person.person_id])),
            by_operator=self.actor.is_operator,
        )

    async def post(self, slug: str, name: str) -> None:
        """Take them out, and let the Hub know; what they run here is stopped after its notice."""
        community = self.community_for(Action.REMOVE, slug)
        actor, now = self.actor, self.now()
        refusal = await self.runtime.write(
            lambda uow: remove_member(
                uow, self.policy, slug, name, actor.name, now, by_operator=actor.is_operator
            )
        )
        match refusal:
            case None:
                is_known = await self.tell_the_hub(name)
                self.back_to(community, f"people?note={'removed' if is_known else 'removed-soon'}")
            case RemovingRefusal.NOT_IN:
                self.back_to(community, "people?note=not-in")
            case _:
                raise HTTPError(HTTPStatus.NOT_FOUND)
