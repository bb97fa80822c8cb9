"""``/communities/<slug>/idle``: which servers nobody uses, what becomes of them, who is spared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.json_body import flat_object
from catalyst_hub.champion.membership import MembershipPage
from catalyst_hub.champion.wording import N_
from catalyst_hub.core.community import Community
from catalyst_hub.core.spare import LONGEST_DAYS, LONGEST_REASON, Spare, SparingRefusal
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day, midnight
from catalyst_hub.i18n.culling_outlook import (
    SILENT,
    doubt_text,
    is_silent,
    state_text,
    use_text,
)
from catalyst_hub.i18n.notices import Place, place_of
from catalyst_hub.usecases.explain_culling import Explained, explain_culling
from catalyst_hub.usecases.list_spares import ListedSpare, list_spares
from catalyst_hub.usecases.revoke_spare import revoke_spare
from catalyst_hub.usecases.spare_servers import spare_servers

_A_DAY = timedelta(days=1)
_USUAL_DAYS = 7
_LONGEST = 255
_NOTES = {
    "made": N_("Their servers are not stopped as unused from now on."),
    "revoked": N_("Their servers are stopped as unused again, like all others."),
}
#: Too late for every bound; there is no day after the very last one, at which it could end.
_LATEST = date(2999, 12, 31)
_NO_DAY = N_("Please say the last day like this: %(today)s.")
REFUSALS: Mapping[SparingRefusal, str] = MappingProxyType(
    {
        SparingRefusal.NOT_ALLOWED: N_(
            "Champions spare nobody's servers here. The people who run this hub can."
        ),
        SparingRefusal.NOT_IN: N_("Nobody in this community is called %(name)s."),
        SparingRefusal.ONESELF: N_("Please ask another champion to do this for you."),
        SparingRefusal.NO_REASON: N_("Please say why."),
        SparingRefusal.LONG_REASON: N_("Please say why in fewer words."),
        SparingRefusal.OVER: N_("This day is over already."),
        SparingRefusal.TOO_LONG: N_("This holds for at most %(days)s days."),
    }
)


@dataclass(frozen=True, slots=True)
class Written:
    """The form as it was filled in."""

    person: str = ""
    until: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class IdleRow:
    """One running server: what becomes of it and why, when it was used last; ``is_silent``: its
    extension does not say."""

    name: str
    account: str
    state: str
    use: str
    is_silent: bool


@dataclass(frozen=True, slots=True)
class SpareRow:
    """Whose servers are spared; ``state`` is empty as long as it counts."""

    number: int
    name: str
    account: str
    until: str
    reason: str
    by: str
    state: str


class AboutSpares(MembershipPage):
    """What the page and the addresses for programs have in common."""

    tab = "idle"

    async def make(self, community: Community, written: Written) -> Spare | str:
        """Spare whom the form names; or the sentence that says why not."""
        actor, now, speak = self.actor, self.now(), self.translator
        today = local_day(now, community.zone)
        person = await self.name_meant(written.person)
        try:
            last_on = min(date.fromisoformat(written.until), _LATEST)
            expires_at = midnight(last_on + _A_DAY, community.zone)
        except ValueError:
            return speak.gettext(_NO_DAY, today=today.isoformat())
        made = await self.runtime.write(
            lambda uow: spare_servers(
                uow, self.policy, community.slug, person, written.reason, expires_at,
                actor.name, now, by_operator=actor.is_operator,
            )
        )  # fmt: skip
        if isinstance(made, Spare):
            return made
        days = LONGEST_DAYS if actor.is_operator else community.bounds.most_spare_days
        return speak.gettext(REFUSALS[made], name=person, days=days)

    async def end(self, slug: str, number: str) -> None:
        """End one; one that has ended stays so. 404 for none of this community's."""
        actor, now = self.actor.name, self.now()

        def revoke(uow: UnitOfWork) -> None:
            spare = uow.spares.get(int(number))
            if spare is None or spare.community != slug:
                raise HTTPError(HTTPStatus.NOT_FOUND)
            revoke_spare(uow, slug, int(number), actor, now)

        await self.runtime.write(revoke)


class IdlePage(AboutSpares):
    """What would become of every server now, and the form that spares somebody's."""

    async def get(self, slug: str) -> None:
        """Look; nothing stops by that."""
        community = self.community_for(Action.EXCEPT, slug)
        self.speak_for(community)
        until = local_day(self.now(), community.zone) + self._usual(community)
        person = self.get_query_argument("person", "")[:_LONGEST]
        await self._list(community, Written(person, until.isoformat()))

    async def post(self, slug: str) -> None:
        """Spare somebody's servers."""
        community = self.community_for(Action.EXCEPT, slug)
        self.speak_for(community)
        words = ("person", "until", "reason")
        written = Written(*(self.get_body_argument(word, "").strip() for word in words))
        problem = await self.make(community, written)
        if isinstance(problem, Spare):
            self.back_to(community, "idle?note=made")
            return
        self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
        await self._list(community, written, problem)

    def _usual(self, community: Community) -> timedelta:
        most = LONGEST_DAYS if self.actor.is_operator else community.bounds.most_spare_days
        return timedelta(days=min(_USUAL_DAYS, most))

    async def _list(self, community: Community, written: Written, problem: str = "") -> None:
        speak, now, slug = self.translator, self.now(), community.slug
        found = await self.read(lambda uow: explain_culling(uow, self.policy, now, slug))
        names, spares, makers = await self.read(lambda uow: self._people(uow, slug, found.servers))
        place = place_of(self.policy, slug, speak)
        rows = [self._row(each, place, names, now) for each in found.servers]
        note = _NOTES.get(self.get_query_argument("note", ""), "")
        may_spare = self.actor.is_operator or community.bounds.most_spare_days > 0
        self.show_below(
            community,
            "idle",
            note=speak.gettext(note) if note and not problem else "",
            problem=problem,
            written=written,
            may_spare=may_spare,
            most_days=None if self.actor.is_operator else community.bounds.most_spare_days,
            today=local_day(now, community.zone).isoformat(),
            longest_reason=LONGEST_REASON,
            doubt=doubt_text(found.doubt, speak),
            servers=rows,
            silent=speak.gettext(SILENT) if any(row.is_silent for row in rows) else "",
            spares=[self._spare_row(each, community, makers, now) for each in spares],
        )

    def _people(
        self, uow: UnitOfWork, slug: str, servers: Sequence[Explained]
    ) -> tuple[Mapping[int, str], Sequence[ListedSpare], Mapping[str, str]]:
        """Display names of owners, the spares, and the display names of whoever made them."""
        owners = uow.people.named(sorted({each.session.person_id for each in servers}))
        spares = list_spares(uow, slug)
        made = [each.spare for each in spares]
        makers = {s.made_by for s in made} | {s.revoked_by for s in made if s.revoked_by}
        people = (uow.people.by_name(name) for name in sorted(makers))
        shown = {person.name: person.shown_as for person in people if person}
        return {number: person.shown_as for number, person in owners.items()}, spares, shown

    def _row(
        self, each: Explained, place: Place, names: Mapping[int, str], now: datetime
    ) -> IdleRow:
        speak, session, idle = self.translator, each.session, None
        if each.outlook is not None:
            idle = each.outlook.idleness
        state = state_text(each.outlook, each.ground, each.notice, session.zone, place, now, speak)
        return IdleRow(
            names[session.person_id],
            f"{session.key.user_name}/{session.key.server_name}".rstrip("/"),
            state,
            use_text(idle, session.zone, now, speak) if idle else "",
            idle is not None and is_silent(session, idle, now),
        )

    def _spare_row(
        self, listed: ListedSpare, community: Community, names: Mapping[str, str], now: datetime
    ) -> SpareRow:
        made, person, speak = listed.spare, listed.person, self.translator
        state = "" if made.is_in_force(now) else speak.gettext("Over")
        if made.revoked_by is not None:
            by = names.get(made.revoked_by, made.revoked_by)
            state = speak.gettext("Ended by %(by)s", by=by)
        last_on = local_day(made.expires_at - timedelta(milliseconds=1), community.zone)
        return SpareRow(
            made.spare_id,
            person.shown_as if person else "",
            person.name if person else "",
            speak.day(last_on),
            made.reason,
            names.get(made.made_by, made.made_by),
            state,
        )


class RevokeSparePage(AboutSpares):
    """``…/idle/spares/<id>/revoke``."""

    def get(self, slug: str, number: str) -> None:
        """A reload after the form was sent: nothing to do."""
        self.back_to(self.community_for(Action.EXCEPT, slug), "idle")

    async def post(self, slug: str, number: str) -> None:
        """End it."""
        community = self.community_for(Action.EXCEPT, slug)
        await self.end(slug, number)
        self.back_to(community, "idle?note=revoked")


class SparesFile(AboutSpares):
    """``…/spares.json``: the same for programs, which bring their own token."""

    async def get(self, slug: str) -> None:
        """The list, the newest first."""
        self.community_for(Action.EXCEPT, slug)
        listed = await self.read(lambda uow: list_spares(uow, slug))
        self.finish({"spares": [_as_object(each) for each in listed]})

    async def post(self, slug: str) -> None:
        """Make one of ``person``, ``until`` (the last day) and ``reason``; 422 and a ``message``
        when it cannot be."""
        community = self.community_for(Action.EXCEPT, slug)
        self.speak_for(community)
        said = flat_object(self.request.body)
        words = (said.get(name, "").strip() for name in ("person", "until", "reason"))
        made = await self.make(community, Written(*words))
        if isinstance(made, str):
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
            self.finish({"message": made})
            return
        self.set_status(HTTPStatus.CREATED)
        self.finish({"spare": made.spare_id})


class SpareFile(AboutSpares):
    """``…/spares/<id>.json``."""

    async def delete(self, slug: str, number: str) -> None:
        """End it; one that has ended stays so."""
        self.community_for(Action.EXCEPT, slug)
        await self.end(slug, number)
        self.set_status(HTTPStatus.NO_CONTENT)


def _as_object(listed: ListedSpare) -> dict[str, Any]:
    made = listed.spare
    return {
        "spare": made.spare_id,
        "person": listed.person.name if listed.person else None,
        "reason": made.reason,
        "until": made.expires_at.isoformat(),
        "made_by": made.made_by,
        "made_at": made.made_at.isoformat(),
        "revoked_by": made.revoked_by,
        "revoked_at": made.revoked_at.isoformat() if made.revoked_at else None,
    }


def routes(below: str) -> list[tuple[str, type[Any]]]:
    """Below the address of a community."""
    return [
        (rf"{below}/idle", IdlePage),
        (rf"{below}/idle/spares/(\d{{1,18}})/revoke", RevokeSparePage),
        (rf"{below}/spares\.json", SparesFile),
        (rf"{below}/spares/(\d{{1,18}})\.json", SpareFile),
    ]
