"""Limits as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from catalyst_hub.champion.wording import limit_title
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Allowance, LimitScope
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.resources import HOUR_MS, Unit
from catalyst_hub.core.window import Window
from catalyst_hub.i18n import Translator

#: From this percentage on a limit is shown as nearly reached.
_NEARLY = 80
_ALL = 100
#: How many of the canonical integers make one; of what is not here, an hour's milliseconds.
_ONE = {Unit.SERVERS: 1, Unit.GPU: 1, Unit.CPU: 1000, Unit.GIB_HOURS: 1024 * HOUR_MS}


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One limit. ``percent`` of it are used or held; ``level`` is "fine", "nearly" or "full";
    "busy" is a limit on what is there at the same time when all of it is: nothing is used up.

    ``held`` is empty when nothing is; ``resets`` says when there is more of it, and is empty for
    limits on what is there at the same time.
    """

    title: str
    used: str
    limit: str
    left: str
    held: str
    resets: str
    percent: int
    level: str


def limit_row(limit: Allowance, community: Community, translator: Translator) -> LimitRow:
    """One limit; when it starts again is said in the community's zone, by name."""

    def amount(value: int) -> str:
        return translator.amount(limit.unit, value, community.currency)

    percent = percent_of(limit.used + limit.held, limit.limit)
    return LimitRow(
        title=limit_title(limit, translator, _profile_title(limit, community, translator)),
        used=_bare(limit.unit, limit.used, translator) or amount(limit.used),
        limit=amount(limit.limit),
        left=amount(limit.left),
        held=amount(limit.held) if limit.held else "",
        resets=_resets(limit, community, translator),
        percent=percent,
        level=_level(limit, percent),
    )


def _profile_title(limit: Allowance, community: Community, translator: Translator) -> str:
    """Of the one profile that is limited, if it is one."""
    if limit.profile is None:
        return ""
    profile = community.profile(limit.profile)
    return text_in(profile.title, translator.language) if profile else limit.profile


def _resets(limit: Allowance, community: Community, translator: Translator) -> str:
    _ = translator.gettext
    if limit.window is Window.TOTAL:
        return _("Does not start again by itself.")
    if limit.resets_at is None:
        return ""
    when = translator.instant(limit.resets_at, community.zone)
    if limit.comes_back is not None:
        amount = translator.amount(limit.unit, limit.comes_back[1], community.currency)
        return _("%(amount)s come back on %(when)s.", amount=amount, when=when)
    if limit.window is Window.WORKSHOP:
        return _("Holds until %(when)s.", when=when)
    return _("Starts again on %(when)s.", when=when)


def _bare(unit: Unit, amount: int, translator: Translator) -> str:
    """The number without its unit, to stand before the limit: ``3 of 15 servers``. Empty for
    units that change with the amount."""
    if unit in (Unit.MONEY, Unit.MEMORY):
        return ""
    return translator.number(Decimal(amount) / _ONE.get(unit, HOUR_MS))


def _level(limit: Allowance, percent: int) -> str:
    if percent < _NEARLY:
        return "fine"
    if percent < _ALL:
        return "nearly"
    return "busy" if limit.window is Window.AT_ONCE else "full"


def percent_of(part: int, whole: int) -> int:
    """Whole percent, rounded down, 0 to 100; a limit of nothing is always reached."""
    return min(_ALL, 100 * part // whole) if whole > 0 else _ALL


def monthly_money(limits: Iterable[Allowance]) -> Allowance | None:
    """The limit on a month's money that matters most: the budget, else a quota."""
    month = (limit for limit in limits if limit.window is Window.MONTH and limit.profile is None)
    money = [limit for limit in month if limit.unit is Unit.MONEY]
    return max(money, key=lambda limit: limit.is_budget, default=None)


def by_weight(limits: Iterable[Allowance]) -> list[Allowance]:
    """The budget first: it is what people ask about."""
    return sorted(limits, key=lambda limit: not limit.is_budget)


def seats_of(limits: Iterable[Allowance], translator: Translator) -> str:
    """How many servers may run at the same time; empty: as many as people like."""
    shared = (a for a in limits if a.scope is LimitScope.COMMUNITY and a.profile is None)
    seats = [a.limit for a in shared if a.unit is Unit.SERVERS]
    return translator.number(min(seats)) if seats else ""
