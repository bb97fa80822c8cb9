"""A notice as a sentence: when a server is stopped, why, and what to do now; and afterwards, why
it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from babel.dates import format_skeleton

from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.notice import OF_CULLING, Notice, Reason
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import Window, local_day
from catalyst_hub.i18n.culling import (
    LOST,
    ground_template,
    limit_text,
    stay_template,
    stopped_template,
)
from catalyst_hub.i18n.formats import city, day_and_time
from catalyst_hub.i18n.translator import N_, Translator
from catalyst_hub.i18n.units import unit_inside


@dataclass(frozen=True, slots=True)
class Place:
    """What people call a community, and its profiles by their slugs."""

    title: str
    profiles: Mapping[str, str] = field(default_factory=dict)


def place_of(policy: Policy, slug: str, translator: Translator) -> Place:
    """The community of that slug; one that is gone goes by its slug."""
    community = policy.community(slug)
    if community is None:
        return Place(slug)
    language = translator.language
    titles = {each.slug: text_in(each.title, language) for each in community.profiles}
    return Place(text_in(community.title, language), titles)


@dataclass(frozen=True, slots=True)
class NoticeText:
    """When a server is stopped, and what there is to say besides; ``zone`` is the session's."""

    when: str
    more: str
    zone: str

    @property
    def sentence(self) -> str:
        """All of it, the time first: where there is little room the end is cut off."""
        return f"{self.when} {self.more}"


def notice_text(
    notice: Notice, zone: str, place: Place, now: datetime, translator: Translator
) -> NoticeText:
    """What the owner of the server reads."""
    more = (
        ground_text(notice.reason, notice.facts, place, translator),
        translator.gettext("Save your work now. Your files are kept."),
        again_text(notice.reason, notice.facts, zone, place, translator),
    )
    when = _when(notice.stop_at, zone, now, translator)
    return NoticeText(when, " ".join(filter(None, more)), zone)


def _when(at: datetime, zone: str, now: datetime, translator: Translator) -> str:
    """``… at 14:05 (Nairobi time).``; with the day where it is not today's."""
    if local_day(at, zone) != local_day(now, zone):
        when = translator.instant(at, zone)
        return translator.gettext("This server will be stopped on %(when)s.", when=when)
    return translator.gettext(
        "This server will be stopped at %(time)s (%(city)s time).",
        time=day_and_time(at, zone, translator.locale)[1],
        city=city(zone, translator.locale),
    )


def ground_text(
    reason: Reason, facts: Mapping[str, object], place: Place, translator: Translator
) -> str:
    """Why, as it stands now. ``facts`` are those of the notice; unknown words say less."""
    window = str(facts.get("window"))
    match reason:
        case Reason.REMOVED:
            template = _REMOVED
        case Reason.MAINTENANCE:
            template = N_("The people who run this hub are going to work on it.")
        case Reason.UNUSED if "title" not in facts:
            template = _TRIED
        case Reason.WORKSHOP | Reason.UNUSED:
            template = _OF_WORKSHOP[reason]
        case Reason.IDLE | Reason.OVER_AGE:
            template = ground_template(reason, facts)
        case Reason.BUDGET:
            template = _BUDGET.get(window, _BUDGET[""])
        case _:
            of_scope = _QUOTA.get(str(facts.get("scope")), _QUOTA[LimitScope.COMMUNITY])
            template = of_scope.get(window, of_scope[""])
    return translator.gettext(template, **_words(facts, place, translator))


def _words(facts: Mapping[str, object], place: Place, translator: Translator) -> dict[str, object]:
    """What sentences about a ground may speak of."""
    return {
        "community": place.title,
        "what": _what(facts, place, translator),
        "workshop": facts.get("title"),
        "limit": limit_text(facts, place.profiles, translator),
    }


def again_text(
    reason: Reason, facts: Mapping[str, object], zone: str, place: Place, translator: Translator
) -> str:
    """When the reader can start again, or who can help. Empty where no limit is in the way, and
    where the facts are of a version that did not know. Of culling, what keeps the server."""
    if reason in OF_CULLING:
        return translator.gettext(stay_template(reason))
    if reason not in {Reason.BUDGET, Reason.QUOTA} or "again_at" not in facts:
        return ""
    at, is_budget = facts["again_at"], reason is Reason.BUDGET
    if not isinstance(at, str):
        is_prepaid = is_budget and facts.get("window") == Window.TOTAL
        return translator.gettext(_HELP[is_prepaid], community=place.title)
    when = translator.instant(datetime.fromisoformat(at), zone)
    again = translator.gettext("You can start again from %(when)s.", when=when)
    if not is_budget:
        return again
    sooner = translator.gettext(
        "If you need it sooner, ask the champions of %(community)s.", community=place.title
    )
    return f"{again} {sooner}"


def stopped_text(
    notice: Notice, at: datetime, zone: str, place: Place, translator: Translator
) -> str:
    """What the owner reads when the server has been stopped ``at`` that time."""
    period = _period(notice, zone, translator)
    template = {
        Reason.REMOVED: _REMOVED,
        Reason.MAINTENANCE: N_("There was work to do on the hub."),
        Reason.BUDGET: _SPENT[bool(period)],
        **_WAS_OF_WORKSHOP,
        **({} if "title" in notice.facts else {Reason.UNUSED: _WAS_TRIED}),
        **{each: stopped_template(each, notice.facts) for each in OF_CULLING},
    }.get(notice.reason, _reached(notice.facts, is_known=bool(period)))
    when = translator.gettext(
        "Your server was stopped on %(when)s.", when=translator.instant(at, zone)
    )
    why = translator.gettext(template, **_words(notice.facts, place, translator), period=period)
    kept = translator.gettext("Your files are kept.")
    if notice.reason in OF_CULLING:
        return " ".join((when, why, kept, translator.gettext(LOST)))
    again = again_text(notice.reason, notice.facts, zone, place, translator)
    return " ".join(filter(None, (when, why, kept, again)))


def _reached(facts: Mapping[str, object], *, is_known: bool) -> str:
    """Whose limit it was, and whether it is known for which period."""
    if facts.get("scope") == LimitScope.WORKSHOP:
        return N_("The limit of your workshop was reached (%(what)s).")
    return _REACHED[facts.get("scope") == LimitScope.PERSON, is_known]


def _what(facts: Mapping[str, object], place: Place, translator: Translator) -> str:
    """``CPU-hours``; with the profile where the limit is for one alone."""
    unit = str(facts.get("unit"))
    name = unit_inside(Unit(unit), translator) if unit in set(Unit) else ""
    profile = str(facts.get("profile") or "")
    return ", ".join(filter(None, (name, place.profiles.get(profile, profile))))


def _period(notice: Notice, zone: str, translator: Translator) -> str:
    """The day, week or month of which the limit was, or nothing."""
    day = local_day(notice.given_at, zone)
    match notice.facts.get("window"):
        case Window.DAY:
            return translator.day(day)
        case Window.WEEK:
            monday = translator.day(day - timedelta(days=day.weekday()))
            return translator.gettext("the week of %(day)s", day=monday)
        case Window.MONTH:
            return format_skeleton("yMMMM", day, locale=translator.locale)
        case _:
            return ""


#: Whether it is credit that is missing.
_HELP: Mapping[bool, str] = {
    True: N_(
        "You can start again as soon as credit is paid in: ask the champions of %(community)s."
    ),
    False: N_("The champions of %(community)s can help you to start again."),
}
_REMOVED = N_("You cannot run servers in %(community)s any more.")

_OF_WORKSHOP: Mapping[Reason, str] = {
    Reason.WORKSHOP: N_("The workshop “%(workshop)s” is over."),
    Reason.UNUSED: N_(
        "It was started ahead for the workshop “%(workshop)s”, and nobody has opened it."
    ),
}
_TRIED = N_("It was started to try how long that takes, and nobody has opened it.")
_WAS_TRIED = N_("It had been started to try how long that takes, and nobody had opened it.")
_WAS_OF_WORKSHOP: Mapping[Reason, str] = {
    Reason.WORKSHOP: N_("The workshop “%(workshop)s” was over."),
    Reason.UNUSED: N_(
        "It had been started ahead for the workshop “%(workshop)s”, and nobody had opened it."
    ),
}

#: By window; the empty word for all that the calendar does not divide.
_BUDGET: Mapping[str, str] = {
    Window.DAY: N_("The budget of %(community)s for today is spent."),
    Window.WEEK: N_("The budget of %(community)s for this week is spent."),
    Window.MONTH: N_("The budget of %(community)s for this month is spent."),
    "": N_("The budget of %(community)s is spent."),
}
_QUOTA: Mapping[str, Mapping[str, str]] = {
    LimitScope.PERSON: {
        Window.DAY: N_("You have used up what you may use today (%(what)s)."),
        Window.WEEK: N_("You have used up what you may use this week (%(what)s)."),
        Window.MONTH: N_("You have used up what you may use this month (%(what)s)."),
        "": N_("You have used up what you may use (%(what)s)."),
    },
    LimitScope.COMMUNITY: {
        Window.DAY: N_("%(community)s has used up what it may use today (%(what)s)."),
        Window.WEEK: N_("%(community)s has used up what it may use this week (%(what)s)."),
        Window.MONTH: N_("%(community)s has used up what it may use this month (%(what)s)."),
        "": N_("%(community)s has used up what it may use (%(what)s)."),
    },
    "workshop": {"": N_("Your workshop has used up what it may use (%(what)s).")},
}
#: Whether it is known for which period.
_SPENT: Mapping[bool, str] = {
    True: N_("The budget of %(community)s for %(period)s was spent."),
    False: N_("The budget of %(community)s was spent."),
}
#: Whether the limit is one of the person's own, and whether it is known for which period.
_REACHED: Mapping[tuple[bool, bool], str] = {
    (True, True): N_("Your limit for %(period)s was reached (%(what)s)."),
    (True, False): N_("Your limit was reached (%(what)s)."),
    (False, True): N_("The limit of %(community)s for %(period)s was reached (%(what)s)."),
    (False, False): N_("The limit of %(community)s was reached (%(what)s)."),
}
