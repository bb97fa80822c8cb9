"""People as pages show them: what they are, since when, and why they are in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_timedelta

from catalyst_hub.core.audit import COMMUNITIES_FILE
from catalyst_hub.core.community import Community
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.roster import Member, Removal
from catalyst_hub.core.storage import Home, Level
from catalyst_hub.core.window import local_day
from catalyst_hub.i18n import Translator
from catalyst_hub.i18n.grounds import reason, role_name
from catalyst_hub.i18n.storage import how_full


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A member. ``reasons`` say why they are in, each a sentence; ``teaches`` the workshops that
    they instruct in, today or later; ``actions`` are pairs of an address's last part and a
    button's words. ``files`` says how full their home is, where anybody measures."""

    name: str
    account: str
    role: str
    teaches: str
    since: str
    reasons: tuple[str, ...]
    seen: str
    is_dormant: bool
    actions: tuple[tuple[str, str], ...]
    files: str = ""
    is_filling_up: bool = False


@dataclass(frozen=True, slots=True)
class RemovalRow:
    """Somebody who was taken out."""

    name: str
    account: str
    by: str
    on: str
    may_return: bool


def person_row(
    member: Member,
    community: Community,
    policy: Policy,
    names: Mapping[str, str],
    now: datetime,
    translator: Translator,
    *,
    actions: Iterable[tuple[str, str]],
    home: Home | None = None,
) -> PersonRow:
    """A member in the reader's language; ``names`` are display names by hub name."""
    _ = translator.gettext
    return PersonRow(
        name=member.person.shown_as,
        account=member.person.name,
        role=_("Operator") if member.is_operator else role_name(member.role, translator),
        teaches=", ".join(member.teaches),
        since=translator.day(local_day(member.since, community.zone)),
        reasons=tuple(reason(grant, policy, names, translator) for grant in member.grants),
        seen=_days_ago(member.seen_on, now.date(), translator),
        is_dormant=member.is_dormant(now),
        actions=tuple((where, _(words)) for where, words in actions),
        files=how_full(home, translator) if home else "",
        is_filling_up=home is not None and home.level is not Level.FINE,
    )


def removal_row(
    removal: Removal,
    community: Community,
    names: Mapping[str, str],
    translator: Translator,
) -> RemovalRow:
    """Somebody who was taken out or left, in the reader's language."""
    person = removal.person
    return RemovalRow(
        name=person.shown_as,
        account=person.name,
        by=_remover(removal, names, translator),
        on=translator.day(local_day(removal.removed_at, community.zone)),
        may_return=not (removal.has_left or removal.removed_by == COMMUNITIES_FILE),
    )


def _remover(removal: Removal, names: Mapping[str, str], translator: Translator) -> str:
    if removal.has_left:
        return translator.gettext("Left by their own choice")
    if removal.removed_by == COMMUNITIES_FILE:
        return translator.gettext("The people who run this hub")
    return names.get(removal.removed_by) or removal.removed_by


def _days_ago(day: date, today: date, translator: Translator) -> str:
    """Sign-ins and use are known by the day."""
    if day >= today:
        return translator.gettext("today")
    return format_timedelta(
        day - today, granularity="day", add_direction=True, locale=translator.locale
    )
