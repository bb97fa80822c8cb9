"""A notice as a sentence: when a server is stopped, why, and what to do now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.notice import Notice
from catalyst_hub.core.window import local_day
from catalyst_hub.i18n.formats import city, day_and_time
from catalyst_hub.i18n.translator import Translator


@dataclass(frozen=True, slots=True)
class NoticeText:
    """When a server is stopped, and what there is to say besides; ``zone`` is the session's."""

    when: str
    more: str
    zone: str


def notice_text(
    notice: Notice, zone: str, community_title: str, now: datetime, translator: Translator
) -> NoticeText:
    """What the owner of the server reads."""
    _ = translator.gettext
    why = _("You cannot run servers in %(community)s any more.", community=community_title)
    now_do = _("Save your work now. Your files are kept.")
    return NoticeText(_when(notice.stop_at, zone, now, translator), f"{why} {now_do}", zone)


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
