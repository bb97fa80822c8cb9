"""Why a server stops although nothing is used up: nobody uses it, or it is too old."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from babel.units import format_unit

from catalyst_hub.core.culling import Use
from catalyst_hub.core.culling_rules import SaidBy
from catalyst_hub.core.notice import Reason
from catalyst_hub.i18n.translator import N_, Translator

_UNITS = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(0, 60)))


def duration_text(lasts: timedelta, translator: Translator) -> str:
    """``1 hour 30 minutes``; what is shorter than a minute counts as one."""
    left = max(lasts, timedelta(minutes=1))
    parts: list[str] = []
    for name, unit in _UNITS:
        count, left = divmod(left, unit)
        if count:
            parts.append(format_unit(count, f"duration-{name}", locale=translator.locale))
    return " ".join(parts)


def limit_text(facts: Mapping[str, object], titles: Mapping[str, str], speak: Translator) -> str:
    """``1 hour``, and whose limit that is where it is not everybody's: ``15 minutes (servers with
    a GPU)``. ``titles`` are those of profiles by slug."""
    seconds = facts.get("limit_s")
    lasts = duration_text(timedelta(seconds=seconds if isinstance(seconds, int) else 0), speak)
    by, name = str(facts.get("by")), str(facts.get("name", ""))
    if by == SaidBy.PROFILE:
        return f"{lasts} ({titles.get(name, name)})"
    return f"{lasts} ({speak.gettext(_OF[by])})" if by in _OF else lasts


def ground_template(reason: Reason, facts: Mapping[str, object]) -> str:
    """Why it is going to be stopped; ``%(limit)s`` is that of :func:`limit_text`."""
    if reason is Reason.OVER_AGE:
        return N_("It has run for long enough: servers are stopped %(limit)s after their start.")
    ceiling = str(facts.get("ceiling", ""))
    if ceiling in _CEILINGS:
        return _CEILINGS[ceiling]
    if facts.get("is_reported"):
        return N_("Nobody uses it, and servers are stopped after %(limit)s without use.")
    return N_(
        "The hub has heard of no use of it, and servers are stopped after %(limit)s without use."
    )


def stay_template(reason: Reason) -> str:
    """What its owner can do about it."""
    if reason is Reason.OVER_AGE:
        return N_("You can start it again right after that.")
    return N_("If you work in it before then, it is not stopped.")


def stopped_template(reason: Reason, facts: Mapping[str, object]) -> str:
    """Why it was stopped."""
    if reason is Reason.OVER_AGE:
        return N_("It had run for as long as servers may: %(limit)s.")
    if facts.get("ceiling"):
        return N_("Nobody had touched it for very long, although something in it went on.")
    return N_("Nobody had used it for %(limit)s.")


#: What was there in its memory when it stopped.
LOST = N_(
    "What was only in its memory, such as the variables of a notebook, is gone. You can start"
    " again whenever you like."
)
_OF: Mapping[str, str] = {
    SaidBy.GPU: N_("servers with a GPU"),
    SaidBy.WORKSHOP: N_("servers of a workshop"),
    SaidBy.SCHEDULE: N_("at that time of day"),
    SaidBy.PERSON: N_("a personal limit"),
}
_CEILINGS: Mapping[str, str] = {
    Use.WORKED: N_(
        "It is still computing, but nobody has touched it for so long that this does not count"
        " any more."
    ),
    Use.OPEN: N_(
        "A page of it is still open, but nobody has touched it for so long that this does not"
        " count any more."
    ),
}
