"""``/hub/operator/maintenance``: the hub, or one community, pauses; announced, held, ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tornado.web import HTTPError, authenticated

from catalyst_hub.core.maintenance import (
    LONGEST_MESSAGE,
    Maintenance,
    Objection,
    Pause,
    moment,
)
from catalyst_hub.core.profile import Texts, text_in
from catalyst_hub.hub.announcements import Announcements
from catalyst_hub.hub.operators import require_operator
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.hub.pages.maintenances import words_of
from catalyst_hub.i18n import LANGUAGE_NAMES
from catalyst_hub.i18n.formats import city
from catalyst_hub.i18n.maintenances import objection_text
from catalyst_hub.usecases.announce_maintenance import announce_maintenance
from catalyst_hub.usecases.end_maintenance import end_maintenance
from catalyst_hub.usecases.list_maintenances import list_maintenances

_TIMES = ("starts_at", "ends_at", "drain_at")


class _OperatorsPage(Localized):
    is_strict = True

    async def tell_everybody(self) -> None:
        """On the pages at once, not at the next look."""
        announcements: Announcements = self.settings["catalyst_announcements"]
        await announcements.look()

    def lead_back(self) -> None:
        """To the list, where what was done can be seen."""
        self.redirect(self.hub_url("operator", "maintenance"), status=303)


class MaintenancePage(_OperatorsPage):
    """What is announced, and a form for one more."""

    @authenticated
    async def get(self) -> None:
        """Show both to operators; for everybody else there is no such page."""
        require_operator(self)
        await self._show("")

    @authenticated
    async def post(self) -> None:
        """Announce it; what is wrong with it stands above the form, which stays filled in."""
        name, runtime = require_operator(self).name, self.runtime
        try:
            pause = self._pause()
        except ValueError:
            await self._refuse(self.translator.gettext("A time is missing its day or its hour."))
            return
        made = await self.change(
            lambda uow: announce_maintenance(uow, runtime.policy, pause, name, runtime.now())
        )
        if isinstance(made, Objection):
            await self._refuse(objection_text(made, self.translator))
            return
        await self.tell_everybody()
        self.lead_back()

    def _pause(self) -> Pause:
        """As it was written; times are those of the place that pauses."""
        policy, slug = self.runtime.policy, self.get_body_argument("community", "")
        zone = (policy.community(slug) or policy).zone
        starts_at, ends_at, drain_at = (self._moment(name, zone) for name in _TIMES)
        return Pause(slug or None, self._message(), starts_at or self._now(), ends_at, drain_at)

    def _now(self) -> datetime:
        return self.runtime.now()

    def _moment(self, name: str, zone: str) -> datetime | None:
        written = self.get_body_argument(name, "")
        return moment(written, zone) if written else None

    def _message(self) -> Texts:
        languages = ("", *self.runtime.policy.languages)
        written = {code: self.get_body_argument(_field(code), "") for code in languages}
        return {code: text for code, text in written.items() if text}

    async def _refuse(self, problem: str) -> None:
        self.set_status(400)
        await self._show(problem)

    async def _show(self, problem: str) -> None:
        runtime = self.runtime
        found = await self.read(lambda uow: list_maintenances(uow, runtime.now()))
        self.set_header("Cache-Control", "private, no-store")
        html = await self.render_template(
            "catalyst/maintenance.html",
            current=[self._row(maintenance) for maintenance in found],
            problem=problem,
            places=list(self._places()),
            languages_of_hub=[(_field(c), c, LANGUAGE_NAMES[c]) for c in runtime.policy.languages],
            longest=LONGEST_MESSAGE,
            written=lambda name: self.get_body_argument(name, ""),
        )
        self.finish(html)

    def _row(self, maintenance: Maintenance) -> dict[str, Any]:
        return {"number": maintenance.maintenance_id, "text": words_of(self, maintenance)}

    def _places(self) -> Iterator[tuple[str, str]]:
        """What can pause, and whose time its times are."""
        _, policy, locale = self.translator.gettext, self.runtime.policy, self.translator.locale
        yield "", _("The whole hub (%(city)s time)", city=city(policy.zone, locale))
        for community in policy.communities:
            title = text_in(community.title, self.translator.language)
            yield (
                community.slug,
                _("%(title)s (%(city)s time)", title=title, city=city(community.zone, locale)),
            )


def _field(language: str) -> str:
    return f"message_{language}" if language else "message"


class EndPage(_OperatorsPage):
    """``POST /hub/operator/maintenance/NUMBER/end``."""

    @authenticated
    async def get(self, number: str) -> None:
        """A reload after the POST: nothing to do."""
        require_operator(self)
        self.lead_back()

    @authenticated
    async def post(self, number: str) -> None:
        """End it, or call it off; one that is over already stays as it was."""
        name, runtime = require_operator(self).name, self.runtime
        ended = await self.change(
            lambda uow: end_maintenance(uow, int(number), name, runtime.now())
        )
        if ended is None:
            raise HTTPError(404)
        await self.tell_everybody()
        self.lead_back()


def routes() -> Iterator[tuple[str, type[_OperatorsPage]]]:
    """Routes below ``/hub``."""
    yield r"/operator/maintenance", MaintenancePage
    yield r"/operator/maintenance/(\d{1,18})/end", EndPage
