"""What somebody writes to make an exception, read; and the limits there are to choose from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from catalyst_hub.champion.wording import N_
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.exemption import LONGEST_REASON, Asked, MakingRefusal, open_to_champions
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.quantity import QuantityError, parse_amount
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import Unit
from catalyst_hub.i18n import Translator
from catalyst_hub.i18n.exemptions import per_window

#: Where the decimals follow a comma. In money two digits do: "1,500" is fifteen hundred.
_COMMA = re.compile(r"\d+,\d{1,2}")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_USUAL_DAYS = 7
#: Too late for every bound; there is no day after the very last one, at which it could end.
_LATEST = date(2999, 12, 31)
NO_AMOUNT = N_("Please say how much more, as a number such as 5.")

REFUSALS: Mapping[MakingRefusal, str] = MappingProxyType(
    {
        MakingRefusal.NOT_ALLOWED: N_(
            "Champions make no exceptions here. The people who run this hub can."
        ),
        MakingRefusal.NOT_IN: N_("Nobody in this community is called %(name)s."),
        MakingRefusal.ONESELF: N_("Please ask another champion to make one for you."),
        MakingRefusal.NO_SUCH_LIMIT: N_("There is no such limit here. Please choose another."),
        MakingRefusal.MONEY: N_("Only the people who run this hub can allow more money."),
        MakingRefusal.OVER: N_("This day is over already."),
        MakingRefusal.TOO_LONG: N_("An exception holds for at most %(days)s days."),
        MakingRefusal.TOO_MUCH: N_(
            "That is too much: all exceptions to this limit together add at most %(percent)s to it."
        ),
    }
)


class UnreadableError(Exception):
    """Something of the form cannot be read; its text is the sentence to show, untranslated."""


@dataclass(frozen=True, slots=True)
class Written:
    """The form as it was filled in. ``limit`` is one of :func:`value_of`; ``appeal`` the number of
    the appeal that this answers, or empty."""

    person: str
    limit: str
    amount: str
    until: str
    reason: str
    appeal: str = ""


@dataclass(frozen=True, slots=True)
class LimitChoice:
    """A limit to raise: the form's value, and what it is called with its number."""

    value: str
    name: str


def limit_choices(
    community: Community, translator: Translator, *, by_operator: bool
) -> dict[LimitScope, list[LimitChoice]]:
    """The limits that may be raised, by whose they are."""
    limits = community.all_limits
    if not by_operator:
        limits = open_to_champions(limits, community.bounds)
    return {
        scope: [
            LimitChoice(value_of(limit), _name(limit, community, translator))
            for limit in limits
            if limit.scope is scope
        ]
        for scope in (LimitScope.PERSON, LimitScope.COMMUNITY)
    }


def _name(limit: Limit, community: Community, translator: Translator) -> str:
    title = title_of(community, limit.profile, translator)
    text = per_window(limit, community.currency, translator, title)
    return f"{translator.gettext('Budget')}: {text}" if limit.is_budget else text


def title_of(community: Community, profile: str | None, translator: Translator) -> str:
    """The title of a profile, or its slug when it is gone; empty for none."""
    found = community.profile(profile) if profile else None
    return text_in(found.title, translator.language) if found else profile or ""


def value_of(limit: Limit) -> str:
    """How forms name a limit: ``person.gpu_hours.rolling..30``."""
    return ".".join((limit.scope, limit.unit, limit.window, limit.profile or "", str(limit.days)))


def meant(community: Community, words: Mapping[str, str]) -> str:
    """The limit that a link means by ``scope``, ``unit``, ``window``, ``profile``, and ``days`` if
    it says them; or nothing."""
    for limit in community.all_limits:
        its = {
            "scope": limit.scope.value,
            "unit": limit.unit.value,
            "window": limit.window.value,
            "profile": limit.profile or "",
            "days": str(limit.days or ""),
        }
        if words.items() <= its.items():
            return value_of(limit)
    return ""


def usual_day(community: Community, today: date, *, by_operator: bool) -> date:
    """The last day that the form proposes."""
    days = _USUAL_DAYS if by_operator else min(_USUAL_DAYS, community.bounds.most_exception_days)
    return today + timedelta(days=days)


def asked_in(written: Written, community: Community) -> Asked:
    """The exception that a form asks for; raises UnreadableError."""
    limit = next((x for x in community.all_limits if value_of(x) == written.limit), None)
    if limit is None:
        raise UnreadableError(N_("Please choose a limit."))
    if limit.scope is LimitScope.PERSON and not written.person:
        raise UnreadableError(N_("Please say for whom."))
    if limit.scope is LimitScope.COMMUNITY and written.person:
        raise UnreadableError(
            N_("Everybody shares this limit. Please leave the name empty, or choose another limit.")
        )
    reason = " ".join(written.reason.split())[:LONGEST_REASON]
    if not reason:
        raise UnreadableError(N_("Please say why."))
    return Asked(
        written.person,
        limit.unit,
        limit.window,
        amount_in(limit.unit, written.amount, community.currency),
        _day(written.until),
        reason,
        limit.profile,
        limit.days,
    )


def amount_in(unit: Unit, written: str, currency: str) -> int:
    """The canonical integer of what somebody wrote, more than 0; raises UnreadableError."""
    text = written.strip()
    if _COMMA.fullmatch(text):
        text = text.replace(",", ".")
    if unit is Unit.MEMORY and _NUMBER.fullmatch(text):
        text += "G"
    try:
        amount = parse_amount(unit, text, currency)
    except QuantityError:
        amount = 0
    if amount <= 0:
        raise UnreadableError(NO_AMOUNT)
    return amount


def _day(written: str) -> date:
    try:
        return min(date.fromisoformat(written.strip()), _LATEST)
    except ValueError:
        raise UnreadableError(N_("Please give the last day, like %(today)s.")) from None
