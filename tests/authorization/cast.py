"""The persons of the table, and what their requests are about: a new one each time."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import count
from types import TracebackType
from typing import Any, Self

import httpx
from jupyterhub import orm
from jupyterhub.roles import assign_default_roles

from catalyst_hub.core.community import Identity, Role
from catalyst_hub.core.denial import Allowance, LimitScope
from catalyst_hub.core.exemption import Asked
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.invitation import ALPHABET, Terms, code_of, digest, shown
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.spare import Wish
from catalyst_hub.core.unit_of_work import Person, UnitOfWork
from catalyst_hub.core.window import Window, local_day
from catalyst_hub.core.workshop import Plan
from tests.authorization.table import PLACEHOLDER, Row
from tests.champion.site import COMMUNITIES as OF_SITE
from tests.champion.site import PREFIX, Site, SitePerson
from tests.support.sessions import a_session, running

#: Who plays whom. The three instructors are members of Nairobi; their workshops there are over,
#: run now, or are still to come.
NAMES = {
    "learner": "kofi",
    "other": "joao",
    "champion": "amina",
    "before": "tutor-before",
    "during": "tutor-during",
    "after": "tutor-after",
    "operator": "root",
}
_DAYS = {"tutor-before": (3, 5), "tutor-during": (-1, 1), "tutor-after": (-5, -3)}
_API = "/hub/api/"
COMMUNITIES = OF_SITE.replace(
    "      - {name: bo, display_name: Bo}\n",
    "      - {name: bo, display_name: Bo}\n"
    + "".join(f"      - {{name: {name}, display_name: {name}}}\n" for name in _DAYS),
).replace("people: [kofi, lucia]", f"people: [kofi, lucia, {', '.join(_DAYS)}]")


class Cast:
    """Everybody, signed in once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._exits = AsyncExitStack()
        self._browsers: dict[str, SitePerson] = {}
        self._tokens: dict[str, str] = {}
        self._numbers = count(1)

    async def __aenter__(self) -> Self:
        self._program = await self._exits.enter_async_context(self._site.stranger())
        for name in ("bo", *NAMES.values()):
            await self._sign_in(name)
            self._tokens[name] = self._site.app.users[name].new_api_token()
        await self._site.runtime.write(self._teach)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._exits.aclose()

    async def _sign_in(self, name: str) -> None:
        browser = await self._exits.enter_async_context(self._site.stranger())
        self._browsers[name] = await browser.sign_in(name)

    def _teach(self, uow: UnitOfWork) -> None:
        now = self._site.runtime.now()
        today = local_day(now, "Africa/Nairobi")
        for name, (first, last) in _DAYS.items():
            days = (today + timedelta(days=offset) for offset in (first, last))
            workshop = uow.workshops.add("nairobi", Plan(name, *days), "amina", now)
            person = uow.people.by_name(name)
            assert person is not None
            uow.workshops.appoint(workshop.workshop_id, person.person_id, "amina", now)

    async def follow(self) -> None:
        """Let the Hub hear who instructs."""
        for name in _DAYS:
            address = f"{_API}catalyst/people/{name}"
            await self._program.client.post(address, headers=self._token("kofi"))

    # --- one request ---

    async def answer(self, row: Row, person: str) -> str:
        """What a person is answered: the status; ``login`` for being sent to sign in."""
        address = await self._filled(row.address, person)
        body = await self._filled(row.body, person)
        name = NAMES.get(person)
        if name is not None and not address.startswith((PREFIX, _API)):
            return await self._from_page(row.method, address, body, name)
        self._program.client.cookies.clear()
        token = self._token(name) if name else {}
        return _in_short(await self._send(self._program, row.method, address, body, token))

    async def _from_page(self, method: str, address: str, body: str, name: str) -> str:
        browser = self._browsers[name]
        if method != "GET":
            body = "&".join(filter(None, (body, f"_xsrf={_xsrf(browser)}")))
        answer = _in_short(await self._send(browser, method, address, body, {}))
        if address == "/hub/logout":
            await self._sign_in(name)
        return answer

    async def _send(
        self, person: SitePerson, method: str, address: str, body: str, headers: dict[str, str]
    ) -> httpx.Response:
        what: dict[str, Any] = {}
        if body.startswith(("{", "[")):
            what = {"json": json.loads(body)}
        elif body:
            what = {"data": dict(httpx.QueryParams(body).items())}
        return await person.client.request(
            method, address, headers=headers, follow_redirects=False, **what
        )

    def _token(self, name: str) -> dict[str, str]:
        return {"Authorization": f"token {self._tokens[name]}"}

    # --- what it is about ---

    async def _filled(self, text: str, person: str) -> str:
        for word in PLACEHOLDER.findall(text):
            value = await self._makers[word](person)
            text = text.replace(f"{{{word}}}", value)
        return text

    @property
    def _makers(self) -> dict[str, Callable[[str], Awaitable[str]]]:
        return {
            "self": self._self,
            "member": self._member,
            "taught": self._taught,
            "tutor": self._tutor,
            "stranger": self._stranger,
            "user": self._user,
            "code": self._code,
            "invitation": self._invitation,
            "learners": self._of_learners,
            "workshop": self._workshop,
            "running": self._running,
            "session": self._session,
            "request": self._request,
            "exception": self._exception,
            "spare": self._spare,
            "appeal": self._appeal,
            "token": self._token_id,
            "group": self._group,
            "today": self._today,
        }

    async def _self(self, person: str) -> str:
        return NAMES.get(person, "nobody")

    async def _today(self, person: str) -> str:
        return local_day(self._site.runtime.now(), "Africa/Nairobi").isoformat()

    async def _tutor(self, person: str) -> str:
        """A member who instructs in the workshop that runs now, beside its instructor."""
        return await self._site.runtime.write(self._teaches_too)

    def _teaches_too(self, uow: UnitOfWork) -> str:
        tutor, now = self._admitted(uow), self._site.runtime.now()
        uow.workshops.appoint(int(self._workshop_now(uow)), tutor.person_id, "amina", now)
        return tutor.name

    async def _stranger(self, person: str) -> str:
        """Known to the store, in no community."""
        return (await self._site.runtime.write(self._added)).name

    def _added(self, uow: UnitOfWork) -> Person:
        name = f"person-{next(self._numbers)}"
        return uow.people.add(name, name, Identity("demo", name), self._site.runtime.now())

    async def _member(self, person: str) -> str:
        """Known to the store only, a member of Nairobi."""
        return (await self._site.runtime.write(self._admitted)).name

    def _admitted(self, uow: UnitOfWork) -> Person:
        person, now = self._added(uow), self._site.runtime.now()
        grant = Grant(Source.MANUAL, Role.MEMBER, now, {"by": "amina"})
        uow.memberships.grant(person.person_id, "nairobi", grant)
        return person

    async def _taught(self, person: str) -> str:
        """A member who came for the workshop that runs now."""
        return await self._site.runtime.write(self._came)

    def _came(self, uow: UnitOfWork) -> str:
        code = code_of(len(ALPHABET) ** 7 + next(self._numbers))
        number = int(self._invited(uow, code, int(self._workshop_now(uow))))
        person = self._admitted(uow)
        uow.invitations.take_seat(number, person.person_id, self._site.runtime.now())
        return person.name

    async def _user(self, person: str) -> str:
        """A member whom the Hub knows, too."""
        name, app = await self._member(person), self._site.app
        user = orm.User(name=name)
        app.db.add(user)
        app.db.commit()
        user.groups.append(orm.Group.find(app.db, "nairobi"))
        assign_default_roles(app.db, entity=user)
        app.db.commit()
        return name

    async def _code(self, person: str) -> str:
        code = code_of(len(ALPHABET) ** 7 + next(self._numbers))
        await self._site.runtime.write(lambda uow: self._invited(uow, code, None))
        return shown(code)

    def _invited(self, uow: UnitOfWork, code: str, workshop_id: int | None) -> str:
        terms, kept = Terms(5, 5, workshop_id=workshop_id), digest("test", code)
        now = self._site.runtime.now()
        return str(uow.invitations.add("nairobi", kept, terms, "amina", now).invitation_id)

    async def _invitation(self, person: str) -> str:
        code = code_of(len(ALPHABET) ** 7 + next(self._numbers))
        return await self._site.runtime.write(lambda uow: self._invited(uow, code, None))

    async def _running(self, person: str) -> str:
        """The workshop that runs now, whose instructor is one of the persons."""
        return await self._site.runtime.read(self._workshop_now)

    def _workshop_now(self, uow: UnitOfWork) -> str:
        return next(
            str(w.workshop_id) for w in uow.workshops.of("nairobi") if w.title == "tutor-during"
        )

    async def _of_learners(self, person: str) -> str:
        """An invitation for its learners."""
        code = code_of(len(ALPHABET) ** 7 + next(self._numbers))
        return await self._site.runtime.write(
            lambda uow: self._invited(uow, code, int(self._workshop_now(uow)))
        )

    async def _workshop(self, person: str) -> str:
        now = self._site.runtime.now()
        today = local_day(now, "Africa/Nairobi")
        workshop = await self._site.runtime.write(
            lambda uow: uow.workshops.add("nairobi", Plan("New", today, today), "amina", now)
        )
        return str(workshop.workshop_id)

    async def _request(self, person: str) -> str:
        """Somebody asks to join Nairobi."""
        now = self._site.runtime.now()

        def ask(uow: UnitOfWork) -> str:
            return str(uow.join_requests.add("nairobi", self._added(uow).person_id, "", now))

        return await self._site.runtime.write(ask)

    async def _spare(self, person: str) -> str:
        """A member whose servers are not stopped as idle."""
        now = self._site.runtime.now()

        def spare(uow: UnitOfWork) -> str:
            wish = Wish(self._admitted(uow).person_id, "x", now + timedelta(days=1))
            return str(uow.spares.add("nairobi", wish, "amina", now).spare_id)

        return await self._site.runtime.write(spare)

    async def _exception(self, person: str) -> str:
        """One CPU more for a member, today."""
        now = self._site.runtime.now()
        today = local_day(now, "Africa/Nairobi")

        def allow(uow: UnitOfWork) -> str:
            asked = Asked("somebody", Unit.CPU, Window.AT_ONCE, 1000, today, "x")
            who, ends_at = self._admitted(uow).person_id, asked.expires_at("Africa/Nairobi")
            made = uow.exemptions.add("nairobi", who, asked, "amina", now, ends_at)
            return str(made.exemption_id)

        return await self._site.runtime.write(allow)

    async def _appeal(self, person: str) -> str:
        """A member asks for more CPUs at once."""
        runtime = self._site.runtime

        def ask(uow: UnitOfWork) -> str:
            limit = Allowance(LimitScope.PERSON, Unit.CPU, Window.AT_ONCE, 2000, 2000)
            who = self._admitted(uow).person_id
            return str(uow.appeals.add("nairobi", who, limit, "KES", "", runtime.now()))

        return await runtime.write(ask)

    async def _session(self, person: str) -> str:
        """Of a member whose server the Hub does not know of."""
        runtime = self._site.runtime

        def run(uow: UnitOfWork) -> str:
            now = runtime.now()
            session = a_session(self._admitted(uow), community="nairobi", reserved_at=now)
            return running(uow, session).session_id

        return await runtime.write(run)

    async def _group(self, person: str) -> str:
        db, name = self._site.app.db, f"group-{next(self._numbers)}"
        db.add(orm.Group(name=name))
        db.commit()
        return name

    async def _token_id(self, person: str) -> str:
        user = self._site.app.users["bo"]
        user.new_api_token()
        return f"a{user.orm_user.api_tokens[-1].id}"


def _xsrf(browser: SitePerson) -> str:
    return next(
        str(cookie.value)
        for cookie in browser.client.cookies.jar
        if cookie.name == "_xsrf" and cookie.path == "/hub/"
    )


def _in_short(answer: httpx.Response) -> str:
    is_to_sign_in = "/hub/login" in answer.headers.get("Location", "") or "/hub/api/oauth2/" in (
        answer.headers.get("Location", "")
    )
    return "login" if answer.status_code == 302 and is_to_sign_in else str(answer.status_code)
