"""A limit is used up: what a person reads and can do, before the server stops and afterwards."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from catalyst_hub.culler.enforcer import Enforcer
from catalyst_hub.culler.stopper import Stopper
from catalyst_hub.hub_client import HubClient
from tests.hub.communities import COMMUNITIES, api, catalyst_config, latest_session, sign_in
from tests.hub.test_leftovers import started
from tests.hub.visitor import Visitor, page, text

#: As much as is held for one server: it starts, and there is nothing left.
_QUOTA = "      person: {per_day: {server_hours: 0.25}}"
LIMITED = COMMUNITIES.replace("      person: {at_once: {cpu: 2}}", _QUOTA)
#: The notice is over at once; what is held for it is in the time to stop.
AT_ONCE = LIMITED.replace(
    "  contact: root@example.org",
    "  contact: root@example.org\n  enforcement: {notice: 0, every: 1m, stop_time: 14m}",
)


@pytest.fixture
async def hub(start_hub, tmp_path):
    """Where kofi runs a server that has just used up all there is."""
    hub = await start_hub(catalyst_config(tmp_path, LIMITED))
    await sign_in(hub, "kofi")
    await started(hub, "kofi")
    await Enforcer(hub.authenticator.runtime).round()
    yield hub
    await hub.users["kofi"].stop()


@pytest.fixture
async def stopped(start_hub, tmp_path):
    """Where that server was stopped."""
    hub = await start_hub(catalyst_config(tmp_path, AT_ONCE))
    await sign_in(hub, "kofi")
    await started(hub, "kofi")
    await Enforcer(hub.authenticator.runtime).round()
    token = hub._service_map["catalyst-culler"].api_token
    await Stopper(hub.authenticator.runtime, HubClient(hub.hub.url + "api", token)).round()
    assert not hub.users["kofi"].spawner.active
    return hub


async def stop_at(hub):
    runtime = hub.authenticator.runtime
    [notice] = (await runtime.read(lambda uow: uow.notices.of_live())).values()
    return notice.stop_at


async def test_the_page_says_when_and_why_and_lets_one_keep_it_once(hub):
    told_at = await stop_at(hub)
    async with Visitor(hub) as kofi:
        await kofi.enter("kofi")
        home = await kofi.get("/hub/home")
        assert "This server will be stopped at" in text(home)
        assert "used up what you may use today (server-hours)" in text(home)
        assert "Save your work now. Your files are kept. You can start again from" in text(home)
        home = await kofi.submit(home, "form[action*='/keep/']")
        assert await stop_at(hub) == told_at + timedelta(minutes=30)
        assert page(home).select_one("form[action*='/keep/']") is None
        assert page(home).select_one("a[href*='ask-champion']") is not None


async def test_the_picker_says_so_as_well_and_in_the_readers_language(hub):
    async with Visitor(hub) as kofi:
        await kofi.enter("kofi", "es")
        home = await kofi.get("/hub/home")
        assert "Ya usaste todo lo que puedes usar hoy" in text(home)
        assert "Conservarlo 30 minutos más" in text(home)
        await hub.users["kofi"].stop()
        picker = await kofi.get("/hub/spawn")
        [link] = page(picker).select("a[href*='ask-champion']")
        assert link.text == "Preguntar a mi champion"
        form = await kofi.get(link["href"])
        assert "Horas de servidor: 0" in text(form)


async def test_who_has_asked_is_not_offered_it_again(hub):
    async with Visitor(hub) as kofi:
        await kofi.enter("kofi")
        home = await kofi.get("/hub/home")
        link = page(home).select_one("a[href*='ask-champion']")["href"]
        home = await kofi.submit(await kofi.get(link), message="please")
        assert page(home).select_one("a[href*='ask-champion']") is None
        assert "You have asked your champions." in text(home)


async def test_afterwards_the_pages_say_why_until_it_was_read(stopped):
    session = await latest_session(stopped, "kofi")
    assert session.end_reason == "quota"
    async with Visitor(stopped) as kofi:
        await kofi.enter("kofi")
        home = await kofi.get("/hub/home")
        why = "(Nairobi time). Your limit for"
        assert why in text(home)
        assert "was reached (server-hours). Your files are kept. You can" in text(home)
        gone = await kofi.get("/hub/user/kofi/lab")
        assert gone.status_code == 424
        assert why in text(gone)
        home = await kofi.submit(home, "form[action*='/dismiss']")
        assert why not in text(home)


async def test_a_refused_start_leads_to_the_champions_as_well(stopped):
    async with Visitor(stopped) as kofi:
        await kofi.enter("kofi")
        refused = await kofi.submit(await kofi.get("/hub/spawn"))
        assert refused.status_code == 429
        assert page(refused).select_one("a[href*='ask-champion/nairobi']") is not None


async def test_a_token_for_something_else_hears_of_no_server(hub):
    async with api(hub, "kofi") as own:
        heard = await own.get("catalyst/notices")
        assert [notice["server"] for notice in heard.json()["notices"]] == [""]
        for scopes in (["users:activity!user"], ["access:servers!user"], ["read:users!user"]):
            made = await own.post("users/kofi/tokens", json={"scopes": scopes})
            headers = {"Authorization": f"token {made.json()['token']}"}
            async with httpx.AsyncClient(headers=headers) as narrow:
                answer = await narrow.get(hub.hub.url + "api/catalyst/notices")
            assert answer.status_code == 403 or answer.json()["notices"] == []


async def test_nobody_hears_of_somebody_elses_servers(hub):
    await sign_in(hub, "lucia")
    async with api(hub, "lucia") as lucia, api(hub, "kofi") as kofi:
        assert (await lucia.get("catalyst/notices")).json()["notices"] == []
        [notice] = (await kofi.get("catalyst/notices")).json()["notices"]
        refused = await lucia.post(f"catalyst/notices/{notice['id']}/keep")
        assert refused.status_code == 404
