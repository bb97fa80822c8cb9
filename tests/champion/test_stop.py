from __future__ import annotations

import asyncio

import httpx
import pytest
from sqlalchemy import create_engine, text

from catalyst_hub.core.session import ServerKey, Session
from tests.champion.site import PREFIX, Site, SitePerson

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGE = "communities/nairobi"
_STOPS = "SELECT actor, subject FROM audit WHERE action = 'server:stop-asked'"


async def _session_of(site: Site, name: str) -> Session | None:
    return await site.runtime.read(lambda uow: uow.sessions.live(ServerKey(name)))


async def _started(site: Site, person: SitePerson, name: str) -> Session:
    if site.app.users[name].spawner.active:
        await site.app.users[name].stop()
    await person.start_server()
    async with asyncio.timeout(60):
        while not site.app.users[name].spawner.ready:
            await asyncio.sleep(0.05)
    session = await _session_of(site, name)
    assert session is not None
    return session


async def _stop_page(champion: SitePerson, session: Session) -> httpx.Response:
    return await champion.get(f"{PAGE}/sessions/{session.session_id}/stop")


async def _audit(site: Site) -> list[tuple[str, str]]:
    """Actor and subject of every stop that was asked for."""
    engine = create_engine(site.runtime.settings.database_url)
    with engine.connect() as connection:
        rows = connection.execute(text(_STOPS)).all()
    engine.dispose()
    return [(actor, subject) for actor, subject in rows]


async def test_a_stop_is_asked_for_twice_then_really_stops_the_server(site: Site) -> None:
    async with site.signed_in("kofi") as kofi, site.signed_in("amina") as amina:
        session = await _started(site, kofi, "kofi")
        link = (await amina.see(PAGE)).select_one("a[href$=stop]")
        assert link is not None
        question = await amina.client.get(str(link["href"]))
        assert "Stop the server of Kofi?" in question.text
        assert site.app.users["kofi"].spawner.ready
        answer = await amina.press(question)
    assert answer.url.path == PREFIX + PAGE
    assert "The server is stopped." in answer.text
    assert not site.app.users["kofi"].spawner.active
    assert await _session_of(site, "kofi") is None
    ended = await site.runtime.read(lambda uow: uow.sessions.get(session.session_id))
    assert ended is not None
    assert ended.ended_at is not None
    assert ("amina", "kofi") in await _audit(site)


async def test_an_old_page_does_not_stop_the_server_started_since(site: Site) -> None:
    async with site.signed_in("kofi") as kofi, site.signed_in("amina") as amina:
        first = await _started(site, kofi, "kofi")
        old = await _stop_page(amina, first)
        await site.app.users["kofi"].stop()
        await _started(site, kofi, "kofi")
        answer = await amina.press(old)
        assert "This server was not running any more." in answer.text
        assert site.app.users["kofi"].spawner.ready
        await site.app.users["kofi"].stop()


async def test_a_forged_form_stops_nothing(site: Site) -> None:
    async with site.signed_in("kofi") as kofi, site.signed_in("amina") as amina:
        session = await _started(site, kofi, "kofi")
        question = await _stop_page(amina, session)
        without = await amina.client.post(question.url, data={})
        wrong = await amina.press(question, _xsrf="2|forged")
        assert without.status_code == wrong.status_code == 403
        assert "Please try again" in wrong.text
        assert site.app.users["kofi"].spawner.ready
        await site.app.users["kofi"].stop()


async def test_the_hub_has_the_last_word(site: Site) -> None:
    """Whoever has left the community is out of its champion's reach."""
    async with site.signed_in("kofi") as kofi, site.signed_in("amina") as amina:
        session = await _started(site, kofi, "kofi")
        question = await _stop_page(amina, session)
        user = site.app.users["kofi"].orm_user
        groups, user.groups = list(user.groups), []
        site.app.db.commit()
        answer = await amina.press(question)
        user.groups = groups
        site.app.db.commit()
        assert "The hub did not stop this server." in answer.text
        assert site.app.users["kofi"].spawner.ready
        await site.app.users["kofi"].stop()


async def test_looking_at_the_question_stops_nothing(site: Site) -> None:
    async with site.signed_in("kofi") as kofi, site.signed_in("amina") as amina:
        session = await _started(site, kofi, "kofi")
        await _stop_page(amina, session)
        assert site.app.users["kofi"].spawner.ready
        await site.app.users["kofi"].stop()
