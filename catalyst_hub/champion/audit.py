"""``/communities/<slug>/audit``: who did what, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from catalyst_hub.champion.access import Action as Asked
from catalyst_hub.champion.membership import MembershipPage
from catalyst_hub.champion.wording import N_
from catalyst_hub.core.audit import CULLER, HUB, Action
from catalyst_hub.core.notice import Reason
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.unit_of_work import AuditLine, UnitOfWork
from catalyst_hub.core.warming import WARMER
from catalyst_hub.i18n import Translator
from catalyst_hub.i18n.actors import actor_name
from catalyst_hub.i18n.budgets import money_text, step_words
from catalyst_hub.i18n.exemptions import extra_in

_SHOWN = 200
SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        Action.INVITATION_MADE: N_("%(actor)s made an invitation for %(seats)s people: %(note)s"),
        Action.INVITATION_REVOKED: N_("%(actor)s ended an invitation: %(note)s"),
        Action.INVITATION_REDEEMED: N_("%(actor)s joined with an invitation of %(by)s."),
        Action.PHRASE_RESET: N_("%(actor)s gave %(subject)s a new return phrase."),
        Action.MEMBER_ADDED: N_("%(actor)s added %(subject)s."),
        Action.MEMBER_REMOVED: N_("%(actor)s took %(subject)s out of the community."),
        Action.MEMBER_LEFT: N_("%(actor)s left the community."),
        Action.MEMBER_RETURNED: N_("%(actor)s wants to come back after leaving."),
        Action.WORKSHOP_SCHEDULED: N_("%(actor)s made the workshop %(title)s."),
        Action.WORKSHOP_CHANGED: N_("%(actor)s changed the workshop %(title)s."),
        Action.WORKSHOP_ASKED: N_("%(actor)s asked whether the workshop %(title)s may take place."),
        Action.WORKSHOP_GRANTED: N_("%(actor)s granted the workshop %(title)s."),
        Action.WORKSHOP_DECLINED: N_("%(actor)s declined the workshop %(title)s."),
        Action.WORKSHOP_CANCELLED: N_("%(actor)s called off the workshop %(title)s."),
        Action.WORKSHOP_DRILLED: N_("%(actor)s tried how %(seats)s servers of %(title)s start."),
        Action.WORKSHOP_WARMED: N_("%(actor)s started %(warmed)s servers ahead for %(title)s."),
        Action.SERVER_NOT_WARMED: N_("%(actor)s could not start a server ahead for %(subject)s."),
        Action.WORKSHOP_ENDED: N_("The workshop %(title)s ended."),
        Action.FAREWELL_GIVEN: N_("%(actor)s told %(subject)s that their account and files go."),
        Action.FAREWELL_BEGUN: N_("%(actor)s removed %(subject)s, who came for a workshop alone."),
        Action.INSTRUCTOR_APPOINTED: N_("%(subject)s became an instructor of %(title)s (%(by)s)."),
        Action.INSTRUCTOR_DISMISSED: N_(
            "%(actor)s made %(subject)s an instructor of %(title)s no longer."
        ),
        Action.CHAMPION_APPOINTED: N_("%(actor)s made %(subject)s a champion."),
        Action.CHAMPION_DISMISSED: N_("%(actor)s made %(subject)s a plain member."),
        Action.PEOPLE_EXPORTED: N_("%(actor)s took a list of the people out of the hub."),
        Action.REQUEST_APPROVED: N_("%(actor)s approved the request of %(subject)s to join."),
        Action.REQUEST_DECLINED: N_("%(actor)s declined the request of %(subject)s to join."),
        Action.EXCEPTION_MADE: N_("%(actor)s made an exception for %(subject)s."),
        Action.EXCEPTION_REVOKED: N_("%(actor)s ended an exception for %(subject)s."),
        Action.SPARE_MADE: N_(
            "%(actor)s spared the servers of %(subject)s: not stopped as unused."
        ),
        Action.SPARE_REVOKED: N_("%(actor)s spares the servers of %(subject)s no longer."),
        Action.BUDGET_TOPPED_UP: N_("%(actor)s topped up the budget: %(money)s"),
        Action.SESSION_CORRECTED: N_("%(actor)s corrected when a server of %(subject)s ended."),
        Action.PLACE_LET_PASS: N_("%(actor)s let %(subject)s go first in line."),
        Action.BUDGET_STEP_REACHED: N_("The budget reached a step: %(percent)s. %(means)s"),
        Action.NOTICE_GIVEN: N_("%(actor)s told %(subject)s that a server will be stopped."),
        Action.NOTICE_WITHDRAWN: N_("%(actor)s let a server of %(subject)s run on after all."),
        Action.SERVER_KEPT: N_("%(actor)s kept a server for longer than had been told."),
        Action.APPEAL_MADE: N_("%(actor)s asked for more than a limit allows."),
        Action.APPEAL_GRANTED: N_("%(actor)s gave %(subject)s what they had asked for."),
        Action.APPEAL_DECLINED: N_("%(actor)s declined what %(subject)s had asked for."),
        Action.APPEAL_WITHDRAWN: N_("%(actor)s took back what they had asked for."),
        Action.SERVER_STOP_ASKED: N_("%(actor)s stopped a server of %(subject)s."),
        Action.CONSENT_ASKED: N_("%(actor)s asked %(subject)s to start or open their server."),
        Action.CONSENT_ALLOWED: N_("%(actor)s allowed %(subject)s to start or open their server."),
        Action.CONSENT_REFUSED: N_("%(actor)s refused %(subject)s the use of their server."),
        Action.CONSENT_WITHDRAWN: N_("%(actor)s took back what they had allowed %(subject)s."),
        Action.SERVER_OPENED: N_("%(actor)s opened the server of %(subject)s, who had allowed it."),
    }
)
#: What people do for themselves all day is told only when somebody else did it.
OF_OTHERS: Mapping[str, str] = MappingProxyType(
    {Action.SESSION_RESERVED: N_("%(actor)s started a server for %(subject)s.")}
)
_ALL = {**SENTENCES, **OF_OTHERS}
_TAKEN_BACK = N_("%(actor)s took back money from the budget: %(money)s")
_WITH_REASON = N_("%(told)s Reason: %(why)s.")
#: Why a server is stopped, where the line is about that.
_REASONS: Mapping[str, str] = MappingProxyType(
    {
        Reason.REMOVED: N_("they may not run servers here any more"),
        Reason.MAINTENANCE: N_("the hub is paused for maintenance"),
        Reason.BUDGET: N_("the budget is spent"),
        Reason.QUOTA: N_("a limit is used up"),
        Reason.IDLE: N_("nobody uses it"),
        Reason.OVER_AGE: N_("it has run for as long as it may"),
        Reason.WORKSHOP: N_("the workshop is over"),
        Reason.UNUSED: N_("it was started ahead, and nobody has opened it"),
    }
)
_OF_STOPS = frozenset({Action.NOTICE_GIVEN, Action.SERVER_STOP_ASKED})
_EXCEPTION = N_("%(actor)s made an exception for %(subject)s: %(more)s.")


class AuditPage(MembershipPage):
    """What champions, members and the hub did in a community, the newest first."""

    tab = "audit"

    async def get(self, slug: str) -> None:
        """Show it."""
        community = self.community_for(Asked.AUDIT, slug)
        speak = self.speak_for(community)
        lines, names = await self.read(lambda uow: _look(uow, slug))
        profiles = {each.slug: text_in(each.title, speak.language) for each in community.profiles}
        self.show_below(
            community,
            "audit",
            lines=[
                (speak.instant(line.at, community.zone), sentence(line, names, speak, profiles))
                for line in lines
            ],
        )


def _look(uow: UnitOfWork, slug: str) -> tuple[Sequence[AuditLine], Mapping[str, str]]:
    """The lines, and the display names of everybody in them."""
    lines = uow.audit.latest(slug, list(SENTENCES), _SHOWN, of_others=list(OF_OTHERS))
    mentioned = {str(name) for x in lines for name in (x.actor, x.subject, x.facts.get("by"))}
    people = (uow.people.by_name(name) for name in mentioned)
    return lines, {p.name: p.shown_as for p in people if p is not None}


def sentence(
    line: AuditLine,
    names: Mapping[str, str],
    translator: Translator,
    profiles: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """One line as people say it, with the reason of a stop; ``names`` are those of people by
    account, ``profiles`` the titles of the community's by slug."""
    told = _told(line, names, translator, profiles)
    why = _REASONS.get(str(line.facts.get("reason"))) if line.action in _OF_STOPS else None
    if why is None:
        return told
    return translator.gettext(_WITH_REASON, told=told, why=translator.gettext(why))


def _told(
    line: AuditLine, names: Mapping[str, str], translator: Translator, profiles: Mapping[str, str]
) -> str:
    facts = line.facts
    hub = translator.gettext("The hub")
    who = {**names, HUB: hub, CULLER: hub, WARMER: hub}
    everybody = translator.gettext("everybody together")
    number = translator.gettext("Invitation %(number)s", number=facts.get("invitation", ""))
    return translator.gettext(_template(line)) % {
        "actor": actor_name(line.actor, who, translator),
        "subject": who.get(line.subject or "", line.subject) or everybody,
        "by": actor_name(str(facts.get("by")), who, translator),
        "seats": facts.get("seats"),
        "title": facts.get("title"),
        "warmed": facts.get("warmed"),
        "note": facts.get("note") or number,
        "money": money_text(facts, translator),
        "more": extra_in(facts, translator, profiles),
        **step_words(facts, translator),
    }


def _template(line: AuditLine) -> str:
    """Who takes back pays in less than nothing; of an exception it is told how much more it is."""
    if line.action == Action.EXCEPTION_MADE and "amount" in line.facts:
        return _EXCEPTION
    micros = line.facts.get("micros")
    is_taken = line.action == Action.BUDGET_TOPPED_UP and isinstance(micros, int) and micros < 0
    return _TAKEN_BACK if is_taken else _ALL[line.action]
