"""Exceptions as pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.champion.exception_forms import title_of
from catalyst_hub.core.community import Community
from catalyst_hub.core.exemption import last_day
from catalyst_hub.i18n import Translator
from catalyst_hub.i18n.exemptions import per_window
from catalyst_hub.usecases.list_exceptions import Listed


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """One exception; ``name`` is empty for the whole community, ``state`` while it counts."""

    number: int
    name: str
    account: str
    more: str
    until: str
    reason: str
    by: str
    state: str


def exception_row(
    listed: Listed,
    community: Community,
    names: Mapping[str, str],
    now: datetime,
    translator: Translator,
) -> ExceptionRow:
    """One in the reader's language; ``names`` are display names by hub name."""
    made, person = listed.exemption, listed.person
    title = title_of(community, made.profile, translator)
    return ExceptionRow(
        number=made.exemption_id,
        name=person.shown_as if person else "",
        account=person.name if person else "",
        more=per_window(made, community.currency, translator, title),
        until=translator.day(last_day(made, community.zone)),
        reason=made.reason,
        by=names.get(made.made_by, made.made_by),
        state=_state(listed, names, now, translator),
    )


def _state(listed: Listed, names: Mapping[str, str], now: datetime, translator: Translator) -> str:
    made = listed.exemption
    if made.revoked_by is not None:
        by = names.get(made.revoked_by, made.revoked_by)
        return translator.gettext("Ended by %(by)s", by=by)
    return "" if made.is_in_force(now) else translator.gettext("Over")
