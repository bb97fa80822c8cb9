"""``/hub/farewell``: after a workshop. Stay, or take one's files along; both without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tornado.httputil import url_concat
from tornado.web import authenticated

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.farewell import Leaving
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.core.workshop import WorkshopState
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.i18n import N_, Translator
from catalyst_hub.usecases.keep_account import keep_account
from catalyst_hub.usecases.show_farewell import show_farewell

#: Below a server that has our extension; see :mod:`catalyst_hub.takeaway`.
_ZIP = "catalyst-hub/files.zip"
_OVER = N_("You came for the workshop “%(title)s”, and that is over.")
_WHY = {
    WorkshopState.CANCELLED: N_("You came for the workshop “%(title)s”, and that was called off."),
    WorkshopState.DECLINED: N_(
        "You came for the workshop “%(title)s”, and the people who run this hub have not granted"
        " it."
    ),
}
_NOTES = {
    "kept": N_("You stay: your account and your files are kept."),
    "late": N_("It is too late: your account is being removed."),
}


@dataclass(frozen=True, slots=True)
class FarewellText:
    """Of which workshop the account was, what became of that, and when the account goes, by the
    clock of its community."""

    title: str
    why: str
    when: str


def farewell_text(leaving: Leaving, runtime: Runtime, translator: Translator) -> FarewellText:
    """What somebody reads who is told."""
    workshop = leaving.workshop
    community = runtime.policy.community(workshop.community)
    zone = community.zone if community else runtime.policy.zone
    why = translator.gettext(_WHY.get(leaving.became, _OVER))
    title = workshop.title
    return FarewellText(title, why % {"title": title}, translator.instant(leaving.goes_at, zone))


def farewell_sentence(leaving: Leaving, runtime: Runtime, translator: Translator) -> str:
    """All of it in one sentence, for JupyterLab."""
    text = farewell_text(leaving, runtime, translator)
    return translator.gettext(
        "Your account of the workshop “%(title)s” and all your files here are removed on %(when)s.",
        title=text.title,
        when=text.when,
    )


async def farewell_notices(handler: Any, name: str, speak: Translator) -> list[dict[str, Any]]:
    """The same for JupyterLab, as one more notice of nothing that stops; none for nearly all."""
    runtime: Runtime = handler.settings["catalyst"]
    found = await runtime.read(lambda uow: show_farewell(uow, runtime.policy, name, runtime.now()))
    if found is None:
        return []
    asking = speak.gettext("Stay, or take my files along")
    return [
        {
            "id": f"farewell/{found.workshop.workshop_id}",
            "server": None,
            "reason": "farewell",
            "sentence": farewell_sentence(found, runtime, speak),
            "stop_at": None,
            "reminders": found.guest.farewell.notices if found.guest.farewell else 0,
            "zone": None,
            "keep": None,
            "ask": {"label": asking, "url": f"{handler.hub.base_url}farewell"},
        }
    ]


async def farewell_on(page: Localized) -> FarewellText | None:
    """What the page of one's servers says of it; nothing while the store is away."""
    runtime, name = page.runtime, page.current_user.name
    try:
        found = await runtime.read(
            lambda uow: show_farewell(uow, runtime.policy, name, runtime.now())
        )
    except StoreUnavailableError:
        return None
    return farewell_text(found, runtime, page.translator) if found else None


class FarewellPage(Localized):
    """When the account goes, and what its owner can do about it."""

    is_strict = True

    @authenticated
    async def get(self) -> None:
        """Show it; whoever stays reads that nothing happens."""
        runtime, user = self.runtime, self.current_user
        name = user.name
        found = await self.read(lambda uow: show_farewell(uow, runtime.policy, name, runtime.now()))
        note = _NOTES.get(self.get_query_argument("note", ""), "")
        is_running = user.spawner.ready
        self.finish(
            await self.render_template(
                "catalyst/farewell.html",
                farewell=farewell_text(found, runtime, self.translator) if found else None,
                note=self.translator.gettext(note) if note else "",
                zip_url=user.server_url("") + _ZIP if is_running else "",
                server_url=user.server_url(""),
                start_url=url_concat(self.hub_url("spawn"), {"next": self.hub_url("farewell")}),
            )
        )


class StayPage(Localized):
    """``POST /hub/farewell/keep``: the button."""

    is_strict = True

    def get(self) -> None:
        """A reload after the form was sent: nothing to do."""
        self.redirect(self.hub_url("farewell"))

    @authenticated
    async def post(self) -> None:
        """Stay; whoever was going to anyhow does."""
        runtime, name = self.runtime, self.current_user.name
        is_kept = await self.change(lambda uow: keep_account(uow, name, runtime.now()))
        is_told = await self.read(lambda uow: uow.farewells.is_told(name))
        note = "kept" if is_kept else "late" if is_told else ""
        self.redirect(self.hub_url("farewell") + (f"?note={note}" if note else ""), status=303)


def routes() -> list[tuple[Any, ...]]:
    """Below ``/hub``."""
    return [(r"/farewell", FarewellPage), (r"/farewell/keep", StayPage)]
