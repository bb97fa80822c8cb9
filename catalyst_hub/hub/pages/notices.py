"""Beside a server that is going to be stopped, or was: when, why, and what its owner can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tornado.web import authenticated

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.appeal import plea_path
from catalyst_hub.core.keeping import Keepable, KeepRefusal
from catalyst_hub.core.notice import Notice
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.session import Session
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.i18n import N_, Translator
from catalyst_hub.i18n.notices import NoticeText, notice_text, place_of, stopped_text
from catalyst_hub.usecases.dismiss_notice import dismiss_notice
from catalyst_hub.usecases.keep_server import keep_server
from catalyst_hub.usecases.show_notices import NoticesView, Told, show_notices

_MINUTE = timedelta(minutes=1)
REFUSALS: Mapping[KeepRefusal, str] = {
    KeepRefusal.NO_NOTICE: N_("This server is not going to be stopped any more."),
    KeepRefusal.NOT_FOR_THIS: N_("The stop cannot be put off, for the reason that is told here."),
    KeepRefusal.USED_UP: N_("The stop was put off as often as it can be."),
    KeepRefusal.TOO_LATE: N_("It is too late: the server is being stopped."),
}


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice in the reader's words. ``keep`` is what the button says, empty without one; ``ask``
    the path below ``/hub`` where champions are asked, empty where they cannot help or were."""

    session_id: str
    reason: str
    server: str
    text: NoticeText
    keep: str
    ask: str
    has_asked: bool


@dataclass(frozen=True, slots=True)
class StoppedRow:
    """Why a server was stopped, until its owner has read it or started it again."""

    session_id: str
    sentence: str


def notice_row(
    told: Told, view: NoticesView, runtime: Runtime, translator: Translator
) -> NoticeRow:
    """What one notice says."""
    session, notice = told.session, told.notice
    slug = session.choice.community
    place = place_of(runtime.policy, slug, translator)
    text = notice_text(notice, session.zone, place, runtime.now(), translator)
    has_asked = view.has_asked(slug)
    return NoticeRow(
        session.session_id,
        notice.reason.value,
        session.key.server_name,
        text,
        keep_label(notice, told.keep, translator),
        "" if has_asked else plea_path(slug, notice.facts),
        has_asked,
    )


def keep_label(notice: Notice, keep: Keepable | None, translator: Translator) -> str:
    """``Keep it 30 minutes more``, or nothing."""
    if keep is None:
        return ""
    minutes = max(1, round((keep.until - notice.stop_at) / _MINUTE))
    return translator.ngettext(
        "Keep it %(n)s minute more", "Keep it %(n)s minutes more", minutes, n=minutes
    )


async def notices_on(page: Localized) -> dict[str, Any]:
    """The same as :func:`notices_words`, looked up for the signed-in person. Nothing while the
    store is away: what else is on the page is still of use."""
    runtime, name = page.runtime, page.current_user.name
    try:
        view = await runtime.read(
            lambda uow: show_notices(uow, runtime.policy, name, runtime.now())
        )
    except StoreUnavailableError:
        page.log.warning("The store is away: %s sees no notices", name)
        view = NoticesView()
    return notices_words(page, view)


async def notices_beside(page: Localized, server_name: str | None = None) -> dict[str, Any]:
    """What a page about a server that does not run yet says of the signed-in person's others, each
    below its name; of all of hers where it is not known, or somebody else's.

    Such a page looks again every few seconds, for hundreds of people at once: the store is asked
    about nobody who has nothing else that runs.
    """
    if not any(spawner.ready for spawner in page.current_user.spawners.values()):
        return {"beside": []}
    told: dict[str, NoticeRow] = (await notices_on(page))["notices"]
    others = (row for name, row in told.items() if name != server_name)
    return {"beside": [(_heading(row.server, page.translator), row) for row in others]}


def _heading(server_name: str, translator: Translator) -> str:
    if not server_name:
        return translator.gettext("Your main server")
    return translator.gettext("Your server “%(name)s”", name=server_name)


def notices_words(page: Localized, view: NoticesView) -> dict[str, Any]:
    """What the templates show of it, by the name of the server."""
    runtime, speak = page.runtime, page.translator
    return {
        "notices": {
            server: notice_row(told, view, runtime, speak) for server, told in view.told.items()
        },
        "stopped": {
            server: StoppedRow(session.session_id, _stopped(session, notice, runtime.policy, speak))
            for server, (session, notice) in view.stopped.items()
        },
    }


def _stopped(session: Session, notice: Notice, policy: Policy, speak: Translator) -> str:
    at = notice.asked_at or notice.stop_at
    place = place_of(policy, session.choice.community, speak)
    return stopped_text(notice, at, session.zone, place, speak)


class KeepPage(Localized):
    """``POST /hub/keep/SESSION/REASON``: the button below a notice."""

    is_strict = True

    def get(self, session_id: str, reason: str) -> None:
        """A reload after the form was sent: nothing to do."""
        self.redirect(self.hub_url("home"))

    @authenticated
    async def post(self, session_id: str, reason: str) -> None:
        """Put it off; home says until when, or that it cannot be put off any more."""
        runtime, name = self.runtime, self.current_user.name
        await self.change(
            lambda uow: keep_server(uow, runtime.policy, name, session_id, reason, runtime.now())
        )
        self.redirect(self.hub_url("home"), status=303)


class DismissPage(Localized):
    """``POST /hub/stopped/SESSION/dismiss``: the reader knows why it was stopped."""

    is_strict = True

    def get(self, session_id: str) -> None:
        """A reload after the form was sent: nothing to do."""
        self.redirect(self.hub_url("home"))

    @authenticated
    async def post(self, session_id: str) -> None:
        """Show it no more."""
        runtime, name = self.runtime, self.current_user.name
        await self.change(lambda uow: dismiss_notice(uow, name, session_id, runtime.now()))
        self.redirect(self.hub_url("home"), status=303)


def routes() -> list[tuple[str, type[Localized]]]:
    """Below ``/hub``."""
    return [
        (r"/keep/([^/]+)/([a-z-]+)", KeepPage),
        (r"/stopped/([^/]+)/dismiss", DismissPage),
    ]
