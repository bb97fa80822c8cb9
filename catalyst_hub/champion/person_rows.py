"""People as pages show them: what they are, since when, and why they are in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from babel.dates import format_timedelta

from catalyst_hub.champion.wording import N_
from catalyst_hub.core.community import Community, Role
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.roster import Member, Removal
from catalyst_hub.core.window import local_day
from catalyst_hub.i18n import Translator

_ROLES: Mapping[Role, str] = MappingProxyType(
    {Role.MEMBER: N_("Member"), Role.CHAMPION: N_("Champion")}
)
_BY_RULE: Mapping[str, str] = MappingProxyType(
    {
        "people": N_("On the list of the community: %(word)s"),
        "groups": N_("In the group %(word)s (%(provider)s)"),
        "email_domains": N_("Verified e-mail address at %(word)s (%(provider)s)"),
        "everyone": N_("Everybody who signs in with %(provider)s"),
    }
)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A member. ``reasons`` say why they are in, each a sentence."""

    name: str
    account: str
    role: str
    since: str
    reasons: tuple[str, ...]
    seen: str
    is_dormant: bool
    may_remove: bool


@dataclass(frozen=True, slots=True)
class RemovalRow:
    """Somebody who was taken out."""

    name: str
    account: str
    by: str
    on: str


def person_row(
    member: Member,
    community: Community,
    policy: Policy,
    names: Mapping[str, str],
    now: datetime,
    translator: Translator,
    *,
    may_remove: bool,
) -> PersonRow:
    """A member in the reader's language; ``names`` are display names by hub name."""
    _ = translator.gettext
    return PersonRow(
        name=member.person.display_name or member.person.name,
        account=member.person.name,
        role=_("Operator") if member.is_operator else _(_ROLES[member.role]),
        since=translator.day(local_day(member.since, community.zone)),
        reasons=tuple(reason(grant, policy, names, translator) for grant in member.grants),
        seen=_days_ago(member.seen_on, now.date(), translator),
        is_dormant=member.is_dormant(now),
        may_remove=may_remove,
    )


def removal_row(
    removal: Removal,
    community: Community,
    names: Mapping[str, str],
    now: datetime,
    translator: Translator,
) -> RemovalRow:
    """Somebody who was taken out, in the reader's language."""
    person = removal.person
    return RemovalRow(
        name=person.display_name or person.name,
        account=person.name,
        by=names.get(removal.removed_by) or removal.removed_by,
        on=translator.day(local_day(removal.removed_at, community.zone)),
    )


def reason(grant: Grant, policy: Policy, names: Mapping[str, str], translator: Translator) -> str:
    """Why somebody is in, as a sentence."""
    _, grounds = translator.gettext, grant.grounds
    by = str(grounds.get("by", ""))
    if grant.source is Source.INVITATION:
        return _("Came with an invitation of %(name)s", name=names.get(by) or by)
    if grant.source is Source.MANUAL:
        return _("Added by %(name)s", name=names.get(by) or by)
    sentence = _BY_RULE.get(str(grounds.get("kind", "")))
    if sentence is None:
        return _("By a rule of this hub")
    provider = policy.provider(str(grounds.get("provider", "")))
    title = text_in(provider.title, translator.language) if provider else grounds.get("provider")
    return _(sentence) % {"word": grounds.get("word", ""), "provider": title}


def _days_ago(day: date, today: date, translator: Translator) -> str:
    """Sign-ins and use are known by the day."""
    if day >= today:
        return translator.gettext("today")
    return format_timedelta(
        day - today, granularity="day", add_direction=True, locale=translator.locale
    )
