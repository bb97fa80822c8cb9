"""Leaving a community from the account page, on a real hub."""

from __future__ import annotations

import pytest

from tests.hub.communities import catalyst_config, groups, live_session, until_ready
from tests.hub.visitor import Visitor, page, text


@pytest.fixture
async def hub(start_hub, tmp_path):
    return await start_hub(catalyst_config(tmp_path))


@pytest.fixture
async def kofi(hub):
    async with Visitor(hub) as visitor:
        yield await visitor.enter("kofi")


async def test_it_is_asked_once_more_and_only_then_done(hub, kofi):
    asked = await kofi.get("/hub/account/leave/nairobi")
    assert page(asked).h1.text == "Leave Nairobi?"
    assert groups(hub, "kofi") == {"nairobi"}
    account = await kofi.submit(asked)
    assert account.url.path == "/hub/account"
    assert "You have left the community." in text(account)
    assert groups(hub, "kofi") == set()


async def test_whoever_left_stays_out_at_the_next_sign_in(hub, kofi):
    await kofi.submit(await kofi.get("/hub/account/leave/nairobi"))
    await kofi.get("/hub/logout")
    await kofi.enter("kofi")
    assert groups(hub, "kofi") == set()
    assert "Communities I left Nairobi" in text(await kofi.get("/hub/account"))


async def test_a_running_server_gets_its_notice(hub, kofi):
    await kofi.submit(await kofi.get("/hub/spawn"))
    await until_ready(hub, "kofi")
    asked = await kofi.get("/hub/account/leave/nairobi")
    assert "The server you run there will be stopped." in text(asked)
    await kofi.submit(asked)
    session = await live_session(hub, "kofi")
    notices = await hub.authenticator.runtime.read(lambda uow: uow.notices.of_live())
    assert set(notices) == {session.session_id}
    await hub.users["kofi"].stop()


async def test_one_comes_back_without_signing_out(hub, kofi):
    await kofi.submit(await kofi.get("/hub/account/leave/nairobi"))
    account = await kofi.submit(
        await kofi.get("/hub/account"), 'form[action="/hub/account/return/nairobi"]'
    )
    assert "Welcome back!" in text(account)
    assert groups(hub, "kofi") == {"nairobi"}


async def test_the_only_champion_is_told_that_nobody_is_left(hub):
    async with Visitor(hub) as amina:
        await amina.enter("amina")
        assert "You are its only champion." in text(await amina.get("/hub/account/leave/nairobi"))


@pytest.mark.parametrize("slug", ["cordoba", "nowhere", "%2F%2Fevil.example", "nairobi-champions"])
async def test_there_is_nothing_to_leave_elsewhere(hub, kofi, slug):
    asked = await kofi.get("/hub/account/leave/nairobi")
    token = page(asked).select_one("input[name=_xsrf]")["value"]
    assert (await kofi.get(f"/hub/account/leave/{slug}")).status_code == 404
    for way in ("leave", "return"):
        answer = await kofi.client.post(f"/hub/account/{way}/{slug}", data={"_xsrf": token})
        assert answer.status_code == 404
    assert groups(hub, "kofi") == {"nairobi"}


async def test_another_sites_form_takes_nobody_out(hub, kofi):
    answer = await kofi.client.post("/hub/account/leave/nairobi")
    assert answer.status_code == 403
    assert groups(hub, "kofi") == {"nairobi"}
