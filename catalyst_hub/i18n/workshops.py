"""Workshops in words: why there can be no such workshop."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType

from catalyst_hub.core.workshop import Plan
from catalyst_hub.core.workshop_plan import (
    CEILING_MINUTES,
    GRACE_MINUTES,
    IDLE_MINUTES,
    LONGEST_CLEANING,
    LONGEST_MATERIAL,
    LONGEST_TITLE,
    MAX_AGE_MINUTES,
    MOST_DAYS,
    MOST_MEETINGS,
    MOST_SEATS,
    MOST_WARM_MINUTES,
    OF_MEETINGS,
    OddMeeting,
    PlanRefusal,
    odd_meetings,
    with_days_of_meetings,
)
from catalyst_hub.i18n.translator import N_, Translator

_REFUSALS: Mapping[PlanRefusal, str] = MappingProxyType(
    {
        PlanRefusal.NO_TITLE: N_("Please say what the workshop is called."),
        PlanRefusal.LONG_TITLE: N_("Please find a title of at most %(letters)s letters."),
        PlanRefusal.ODD_TITLE: N_("The title has signs in it that cannot be shown."),
        PlanRefusal.BACKWARDS: N_("The last day comes before the first."),
        PlanRefusal.OVER: N_("These days are over already."),
        PlanRefusal.HOURS_OVER: N_(
            "The hours of today are over already. Please choose later ones, or another day."
        ),
        PlanRefusal.TOO_LONG: N_("A workshop lasts at most %(days)s days. Please make several."),
        PlanRefusal.TOO_FAR: N_("This is more than two years ahead."),
        PlanRefusal.NO_ZONE: N_("There is no such time zone."),
        PlanRefusal.NO_MEETINGS: N_("Between the first and the last day there is no such day."),
        PlanRefusal.TOO_MANY: N_("A workshop has at most %(meetings)s times. Please make several."),
        PlanRefusal.NO_HOUR: N_("Please write hours like 09:00, and the end of the day as 24:00."),
        PlanRefusal.ENDS_FIRST: N_("The end has to come after the beginning, on the same day."),
        PlanRefusal.OUTSIDE: N_("This is before the first day, or after the last."),
        PlanRefusal.OVERLAPPING: N_("This begins before the time before it has ended."),
        PlanRefusal.SKIPPED_HOUR: N_(
            "The clocks go forward that day, and leave this hour out. Please choose another."
        ),
        PlanRefusal.DOUBLED_HOUR: N_(
            "The clocks go back that day, and this hour comes twice. Please choose another."
        ),
        PlanRefusal.NO_SEATS: N_("Please say for how many people it is."),
        PlanRefusal.MOST_SEATS: N_("A workshop is for at most %(seats)s people."),
        PlanRefusal.NO_PROFILE: N_("This community has no such environment."),
        PlanRefusal.NO_SIZE: N_("This environment has no such size."),
        PlanRefusal.NO_LANGUAGE: N_("This hub does not speak that language."),
        PlanRefusal.NO_LINK: N_(
            "Please give the material as a web address that begins with https://, with no spaces, "
            "name or password in it."
        ),
        PlanRefusal.LONG_LINK: N_("Please find a link of at most %(link)s letters."),
        PlanRefusal.WARMING: N_("Servers are started at most %(minutes)s minutes ahead."),
        PlanRefusal.CLEANING: N_("People and files stay for 1 to %(cleaning)s days after the end."),
        PlanRefusal.IDLE: N_(
            "Unused servers stop after %(shortest_idle)s to %(longest_idle)s minutes."
        ),
        PlanRefusal.MAX_AGE: N_(
            "Servers stop at the latest %(shortest_age)s to %(longest_age)s minutes after their "
            "start."
        ),
        PlanRefusal.GRACE: N_("New servers are left alone for 0 to %(longest_grace)s minutes."),
        PlanRefusal.CEILING: N_(
            "What goes on untouched keeps a server for %(shortest_ceiling)s to "
            "%(longest_ceiling)s minutes."
        ),
        PlanRefusal.NO_BUDGET: N_("Please set aside more than nothing, or leave this empty."),
        PlanRefusal.TOO_DEAR: N_("There is not so much money left to set aside."),
        PlanRefusal.BEYOND: N_(
            "This is more than your community may arrange by itself. Say why you need it, and the "
            "people who run this hub will answer."
        ),
        PlanRefusal.PAST: N_("What has begun already cannot be changed."),
        PlanRefusal.NOT_THERE: N_("This workshop is over or called off."),
    }
)
#: People correct a few at a time.
_MOST_ODD = 5
_WHERE = N_("%(day)s, %(starts)s–%(ends)s: %(what)s")
_NUMBERS: Mapping[str, object] = MappingProxyType(
    {
        "letters": LONGEST_TITLE,
        "days": MOST_DAYS,
        "meetings": MOST_MEETINGS,
        "seats": MOST_SEATS,
        "link": LONGEST_MATERIAL,
        "minutes": MOST_WARM_MINUTES,
        "cleaning": LONGEST_CLEANING,
        "shortest_idle": IDLE_MINUTES[0],
        "longest_idle": IDLE_MINUTES[-1],
        "shortest_age": MAX_AGE_MINUTES[0],
        "longest_age": MAX_AGE_MINUTES[-1],
        "longest_grace": GRACE_MINUTES[-1],
        "shortest_ceiling": CEILING_MINUTES[0],
        "longest_ceiling": CEILING_MINUTES[-1],
    }
)


def refusal_text(refusal: PlanRefusal, speak: Translator, odd: OddMeeting | None = None) -> str:
    """What is wrong, and what to do, in a sentence; of an ``odd`` meeting, with its day and
    hours."""
    what = speak.gettext(_REFUSALS[refusal]) % _NUMBERS
    if odd is None:
        return what
    meeting = odd.meeting
    facts = {"day": speak.day(meeting.day_on), "starts": meeting.starts, "ends": meeting.ends}
    return speak.gettext(_WHERE) % {**facts, "what": what}


def problems(refusal: PlanRefusal, plan: Plan, zone: str, speak: Translator) -> list[str]:
    """What is wrong in sentences; of times, the first of them that are, each with its day."""
    if refusal not in OF_MEETINGS:
        return [refusal_text(refusal, speak)]
    odd = list(islice(odd_meetings(with_days_of_meetings(plan), zone), _MOST_ODD))
    if odd and odd[0].refusal is refusal:
        return [refusal_text(each.refusal, speak, each) for each in odd]
    return [refusal_text(refusal, speak)]
