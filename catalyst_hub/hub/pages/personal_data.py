"""``/hub/account/data`` and ``/hub/account/erase``: what is stored about me; be forgotten."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from tornado.web import HTTPError, authenticated

from catalyst_hub.core.erasure import ErasingRefusal
from catalyst_hub.core.personal_data import PersonalData
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import local_day
from catalyst_hub.hub.erasure import forget_user
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.i18n import N_, Translator
from catalyst_hub.i18n.formats import city, day_and_time
from catalyst_hub.usecases.erase_person import erase_person
from catalyst_hub.usecases.export_personal_data import export_personal_data
from catalyst_hub.usecases.prepare_erasure import prepare_erasure

#: A page for people; whoever wants all has the file.
_SHOWN = 50
_LONGEST = 255
#: What people call each table.
TITLES: Mapping[str, str] = MappingProxyType(
    {
        "people": N_("Who you are"),
        "identities": N_("How you sign in"),
        "return_phrases": N_("Your return phrase"),
        "memberships": N_("Communities you belong to"),
        "removals": N_("Communities you left or were taken out of"),
        "join_requests": N_("Requests to join"),
        "invitations": N_("Invitations you made or came with"),
        "redemptions": N_("When you came with an invitation"),
        "acceptances": N_("Terms of use you accepted"),
        "consents": N_("Who asked to start or open a server"),
        "workshops": N_("Workshops you made or teach"),
        "instructors": N_("Since when you teach"),
        "workshop_denials": N_("When you could not start in a workshop"),
        "farewells": N_("Notices that your files go after a workshop"),
        "choices": N_("What you started last"),
        "sessions": N_("Servers you ran"),
        "notices": N_("Notices that a server will stop"),
        "server_reports": N_("When your servers were last busy"),
        "keeps": N_("When a server of yours was kept a while longer"),
        "person_days": N_("What you used, by day"),
        "person_months": N_("What you used, by month"),
        "workshop_days": N_("What you used in workshops, by day"),
        "exceptions": N_("Exceptions for you or by you"),
        "appeals": N_("When you asked a champion for more"),
        "waiting_places": N_("When you waited for a seat"),
        "storage_uses": N_("How full your home directory is"),
        "spares": N_("When your servers were not to be stopped"),
        "top_ups": N_("What you paid into a budget"),
        "maintenances": N_("Maintenance you announced"),
        "mails": N_("Mail to you"),
        "audit": N_("What was done by you or with you"),
    }
)


async def my_data(page: Any) -> dict[str, object] | None:
    """The words of ``catalyst/account_data.html``, which has links only; None: of a user that the
    operator made by hand nothing is stored."""
    name = page.current_user.name
    person = await page.runtime.read(lambda uow: uow.people.by_name(name))
    return {} if person is not None else None


class _DataPage(Localized):
    """Finds all that is stored about whoever asks; of nobody else."""

    is_strict = True

    async def find(self) -> PersonalData:
        """Everything about the signed-in person."""
        runtime, name = self.runtime, self.current_user.name
        found = await self.read(lambda uow: export_personal_data(uow, name, runtime.now()))
        if found is None:
            raise HTTPError(404)
        return found


class DataPage(_DataPage):
    """To read."""

    @authenticated
    async def get(self) -> None:
        """Show it, the newest rows of each kind."""
        data, speak = await self.find(), self.translator
        zone = self.runtime.policy.zone
        kinds = [
            {
                "title": speak.gettext(TITLES[table]),
                "count": len(rows),
                "shown": [_written(row, zone, speak) for row in rows[-_SHOWN:][::-1]],
            }
            for table, rows in data.rows.items()
            if rows
        ]
        self.finish(await self.render_template("catalyst/data.html", kinds=kinds))


class DataFile(_DataPage):
    """To take along."""

    @authenticated
    async def get(self) -> None:
        """All of it as JSON."""
        data = await self.find()
        name = f"{data.name}-{data.made_at:%Y-%m-%d}.json"
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(data.document(), ensure_ascii=False, indent=2))


def _written(row: Mapping[str, object], zone: str, speak: Translator) -> Sequence[tuple[str, str]]:
    """What a row says, without what it leaves empty."""
    words = ((key, _word(key, value, row, zone, speak)) for key, value in row.items())
    return [(key, word) for key, word in words if word]


def _word(key: str, value: Any, row: Mapping[str, object], zone: str, speak: Translator) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return _instant(value, zone, speak)
        case date():
            return speak.day(value)
        case Mapping():
            parts = ((part, _word(part, said, row, zone, speak)) for part, said in value.items())
            return ", ".join(f"{part}: {said}" for part, said in parts)
        case int():
            return _amount(key, value, str(row.get("currency", "")), speak)
    return str(value)


def _instant(at: datetime, zone: str, speak: Translator) -> str:
    """With the year: what is stored may be old."""
    return speak.gettext(
        "%(day)s, %(time)s (%(city)s time)",
        day=speak.day(local_day(at, zone)),
        time=day_and_time(at, zone, speak.locale)[1],
        city=city(zone, speak.locale),
    )


def _amount(key: str, value: int, currency: str, speak: Translator) -> str:
    match key:
        case "micros" | "rate_micros":
            return speak.money(value, currency)
        case "mib_ms":
            return speak.amount(Unit.GIB_HOURS, value, "")
        case "memory_bytes":
            return speak.memory(value)
        case "cpu_milli":
            return speak.cpu(value)
        case _ if key.endswith("_ms"):
            return speak.hours(value)
    return speak.number(value)


class ErasePage(Localized):
    """Explains what goes and what stays; whoever then types their name is forgotten."""

    is_strict = True

    @authenticated
    async def get(self) -> None:
        """Explain."""
        await self._show()

    @authenticated
    async def post(self) -> None:
        """Forget her in the store, then in the Hub."""
        user, runtime = self.current_user, self.runtime
        name, typed = user.name, self.get_body_argument("name", "").strip()[:_LONGEST]
        if typed.lower() != name.lower():
            self.set_status(422)
            await self._show(self.translator.gettext("This is not your name on this hub."))
            return
        if user.admin or _has_servers(user):
            self.set_status(409)
            await self._show()
            return
        no = await self.change(lambda uow: erase_person(uow, runtime.policy, name, runtime.now()))
        if no is not None:
            self.set_status(409)
            await self._show()
            return
        forget_user(self.authenticator, self.users, user)
        self.clear_login_cookie()
        self.redirect(self.hub_url("erased"), status=303)

    async def _show(self, problem: str = "") -> None:
        runtime, name = self.runtime, self.current_user.name
        is_admin, is_busy = self.current_user.admin, _has_servers(self.current_user)
        outlook = await self.read(
            lambda uow: prepare_erasure(uow, runtime.policy, name, runtime.now())
        )
        if outlook is None:
            raise HTTPError(404)
        html = await self.render_template(
            "catalyst/erase.html",
            account=name,
            problem=problem,
            is_operator=is_admin or outlook.refusal is ErasingRefusal.OPERATOR,
            has_servers=is_busy or outlook.refusal is ErasingRefusal.SERVERS,
            is_listed=outlook.is_listed,
            alone_in=[text_in(c.title, self.translator.language) for c in outlook.alone_in],
            contact=runtime.policy.contact,
        )
        self.finish(html)


def _has_servers(user: Any) -> bool:
    return any(spawner.active for spawner in user.spawners.values())


class ErasedPage(Localized):
    """``/hub/erased``: the last page, for somebody the hub does not know any more."""

    is_strict = True

    async def get(self) -> None:
        """Say that it is done, and what is not ours to do."""
        contact = self.runtime.policy.contact
        self.finish(await self.render_template("catalyst/erased.html", contact=contact))


def routes() -> list[tuple[Any, ...]]:
    """Below ``/hub``."""
    return [
        (r"/account/data", DataPage),
        (r"/account/data\.json", DataFile),
        (r"/account/erase", ErasePage),
        (r"/erased", ErasedPage),
    ]
