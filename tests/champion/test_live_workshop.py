"""What an instructor sees on a phone while she teaches, and the report afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy import event

from catalyst_hub.core.community import Identity, Role
from catalyst_hub.core.denial import Code, Denied
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.invitation import Terms
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Plan
from catalyst_hub.usecases.note_denial import note_denial
from tests.champion.site import Site, SitePerson
from tests.champion.test_consents import answer, until_it_is
from tests.champion.test_workshops import forget
from tests.hub.visitor import fields, page
from tests.support.sessions import a_session, running, stopped

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORKSHOPS = "communities/nairobi/workshops"
HELP = "communities/nairobi/people/kofi/help"
#: Of a page without its assets, as it is sent to those who do not compress.
LIGHT = 15_000


def schedule(uow: UnitOfWork, site: Site, title: str, instructor: str) -> int:
    """A workshop of today, taught by somebody, with an invitation for learners."""
    now = site.runtime.now()
    today = local_day(now, "Africa/Nairobi")
    made = uow.workshops.add("nairobi", Plan(title, today, today), "amina", now)
    person = uow.people.by_name(instructor)
    assert person is not None
    uow.workshops.appoint(made.workshop_id, person.person_id, "amina", now)
    terms = Terms(500, 7, workshop_id=made.workshop_id)
    uow.invitations.add("nairobi", f"{made.workshop_id:064}", terms, "amina", now)
    return made.workshop_id


def enrol(uow: UnitOfWork, site: Site, workshop: int, *names: str) -> None:
    """They come with its invitation."""
    now, invitation = site.runtime.now(), uow.invitations.lock(f"{workshop:064}")
    assert invitation is not None
    for name in names:
        person = uow.people.by_name(name) or uow.people.add(
            name, name.title(), Identity("demo", name), now - timedelta(days=3)
        )
        grant = Grant(Source.INVITATION, Role.MEMBER, now)
        uow.memberships.grant(person.person_id, "nairobi", grant)
        uow.invitations.take_seat(invitation.invitation_id, person.person_id, now)


async def taught(site: Site, title: str, *names: str) -> int:
    """The number of a workshop that lucia teaches now, with these learners."""
    number = await site.runtime.write(lambda uow: schedule(uow, site, title, "lucia"))
    await site.runtime.write(lambda uow: enrol(uow, site, number, *names))
    async with site.signed_in("lucia") as lucia:
        token = {"Authorization": f"token {site.app.users['lucia'].new_api_token()}"}
        await lucia.client.post("/hub/api/catalyst/people/lucia", headers=token)
    forget(site)
    return number


@asynccontextmanager
async def teacher(site: Site, language: str = "en") -> AsyncIterator[SitePerson]:
    """Lucia, who reads Spanish unless she chooses otherwise."""
    async with site.signed_in("lucia") as lucia:
        lucia.client.cookies.set("catalyst-language", language)
        yield lucia


async def see_live(person: SitePerson, number: int) -> str:
    return (await person.see(f"{WORKSHOPS}/{number}/live")).text


async def refuse(site: Site, name: str) -> None:
    denied, runtime = Denied(Code.QUOTA_AT_ONCE, "nairobi"), site.runtime
    noted = await runtime.write(
        lambda uow: note_denial(uow, runtime.policy, ServerKey(name), denied, runtime.now())
    )
    assert noted


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def _people(site: Site) -> None:
    for name in ("lucia", "kofi", "amina"):
        async with site.signed_in(name):
            pass


async def test_an_instructor_sees_who_is_stuck_and_why_and_looks_again_by_itself(
    site: Site,
) -> None:
    number = await taught(site, "Plants", "ann", "kofi")
    await refuse(site, "ann")
    async with teacher(site) as lucia:
        answered = await lucia.get(f"{WORKSHOPS}/{number}/live")
        assert answered.headers["Refresh"] == "20"
        shown = page(answered)
        people = [item.text for item in shown.select(".fares li")]
        assert "Ann" in people[0]
        assert "all seats were taken" in people[0]
        assert "has not pressed Start yet" in people[1]
        assert shown.select_one(".glance .stuck dd").text.strip() == "1"
        assert "Ksh" in shown.select_one(".glance").text
        assert not shown.select("script")


async def test_only_whoever_teaches_it_and_champions_see_it(site: Site) -> None:
    number = await taught(site, "Stones", "kofi")
    other = await site.runtime.write(lambda uow: schedule(uow, site, "Elsewhere", "amina"))
    async with teacher(site) as lucia, site.signed_in("amina") as amina:
        assert (await lucia.get(f"{WORKSHOPS}/{number}/live")).status_code == 200
        assert (await lucia.get(f"{WORKSHOPS}/{other}/live")).status_code == 404
        assert (await amina.get(f"{WORKSHOPS}/{other}/live")).status_code == 200
        assert (await amina.get(f"{WORKSHOPS}/999/live")).status_code == 404
        assert (await amina.get(f"communities/mombasa/workshops/{number}/live")).status_code == 404
    async with site.signed_in("kofi") as kofi:
        assert (await kofi.get(f"{WORKSHOPS}/{number}/live")).status_code == 404


async def test_an_instructor_asks_her_own_learners_and_nobody_else(site: Site) -> None:
    await taught(site, "Asking", "ben")
    await site.runtime.write(lambda uow: _admit(uow, site, "cleo"))
    async with teacher(site) as lucia:
        assert (await lucia.get("communities/nairobi/people/ben/help")).status_code == 200
        form = await lucia.get("communities/nairobi/people/ben/help")
        data = fields(page(form).select_one("form:has([name=kind])"))
        other = "communities/nairobi/people/cleo/help"
        assert (await lucia.get(other)).status_code == 404
        asked = await lucia.client.post(f"/services/catalyst/{other}", data=data)
        assert asked.status_code == 404
        people = await lucia.see("communities/nairobi/people?q=cleo")
        assert people.select("a[href$='/help']") == []
        people = await lucia.see("communities/nairobi/people?q=ben")
        assert people.select("a[href$='/ben/help']") != []


def _admit(uow: UnitOfWork, site: Site, name: str) -> None:
    now = site.runtime.now()
    person = uow.people.add(name, name.title(), Identity("demo", name), now)
    uow.memberships.grant(person.person_id, "nairobi", Grant(Source.MANUAL, Role.MEMBER, now))


async def test_a_server_is_started_and_started_again_with_its_owners_consent(site: Site) -> None:
    number = await taught(site, "Starting", "kofi")
    async with site.signed_in("kofi") as kofi, teacher(site) as lucia:
        form = await lucia.get(HELP)
        asked = fields(page(form).select_one("form:has([name=kind])")) | {"kind": "start"}
        await lucia.client.post(form.url, data=asked)
        await answer(kofi, "allow")
        assert "They let you start it until" in await see_live(lucia, number)
        for _ in range(2):
            shown = await lucia.get(HELP)
            start = page(shown).select_one("form[action$='/start']")
            before = site.app.users["kofi"].spawner.orm_spawner.started
            data = fields(start) | {"choice": "python/small", "again": "1"}
            told = await lucia.client.post(str(start["action"]), data=data)
            assert "Their server starts." in told.text
            await until_it_is(True, site)
            assert site.app.users["kofi"].spawner.orm_spawner.started != before
        assert "Working since" in await see_live(lucia, number)
        stop = (await lucia.see(f"{WORKSHOPS}/{number}/live")).select_one("a[href*='/stop']")
        await lucia.press(await lucia.client.get(str(stop["href"])))
        await until_it_is(False, site)


async def test_forty_people_weigh_little_and_more_have_pages(site: Site) -> None:
    names = [f"learner-{number:03}" for number in range(200)]
    number = await taught(site, "Crowd", *names[:40])
    async with teacher(site, "es") as lucia:
        answered = await lucia.get(f"{WORKSHOPS}/{number}/live")
        assert len(page(answered).select(".fares li")) == 40
        assert len(answered.content) < LIGHT
        await site.runtime.write(lambda uow: enrol(uow, site, number, *names[40:]))
        await refuse(site, names[-1])
        first = await lucia.see(f"{WORKSHOPS}/{number}/live")
        assert names[-1].title() in first.select_one(".fares li").text
        assert len(first.select(".fares li")) == 40
        last = await lucia.see(f"{WORKSHOPS}/{number}/live?page=5")
        assert len(last.select(".fares li")) == 40
        assert last.select_one("nav [aria-current]").text == "5"


async def test_the_page_asks_the_store_as_often_for_two_hundred_as_for_two(site: Site) -> None:
    number = await taught(site, "Counting", "ann-counted", "bob-counted")
    async with teacher(site) as lucia:
        await see_live(lucia, number)
        with counted(site) as for_two:
            await see_live(lucia, number)
        names = [f"counted-{each:03}" for each in range(198)]
        await site.runtime.write(lambda uow: enrol(uow, site, number, *names))
        with counted(site) as for_all:
            assert "of 200" in await see_live(lucia, number)
    assert len(for_all) == len(for_two)


@contextmanager
def counted(site: Site) -> Iterator[list[str]]:
    """What the service asks its store meanwhile."""
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    engine = site.service.settings["catalyst"]._store._database.reader
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


async def test_the_report_is_a_page_a_file_and_an_object(site: Site) -> None:
    number = await taught(site, "=Sums", "dora", "eve")

    def run(uow: UnitOfWork) -> None:
        person, now = uow.people.by_name("dora"), site.runtime.now()
        session = a_session(person, community="nairobi", reserved_at=now - timedelta(hours=1))
        running(uow, session, session.reserved_at + timedelta(seconds=20))
        stopped(uow, uow.sessions.get(session.session_id), now)

    await site.runtime.write(run)
    await refuse(site, "eve")
    where = f"{WORKSHOPS}/{number}/report"
    async with site.signed_in("amina") as amina:
        told = (await amina.see(where)).text
        assert "of 2 registered" in told
        assert "All seats were taken" in told
        assert "not known yet" in told
        found = (await amina.get(f"{where}.json")).json()
        assert (found["registered"], found["came"], found["peak"]) == (2, 1, 1)
        assert found["start_median_s"] == 20.0
        assert found["failures"] == {"quota-at-once": 1}
        assert found["came_back"] == {"30": None, "60": None, "90": None}
        file = await amina.get(f"{where}.csv")
        assert "attachment" in file.headers["Content-Disposition"]
        assert '"title","\'=Sums"' in file.text
        assert "dora" not in file.text.lower() + str(found).lower() + told.lower()
    async with teacher(site) as lucia:
        for address in (where, f"{where}.csv", f"{where}.json"):
            assert (await lucia.get(address)).status_code == 404
