"""Maintenance on a real hub: who may announce it, where it is read, what it holds up."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from catalyst_hub.core.maintenance import Pause
from catalyst_hub.usecases.announce_maintenance import announce_maintenance
from tests.hub.communities import (
    COMMUNITIES,
    api,
    catalyst_config,
    live_session,
    sign_in,
    until_ready,
)
from tests.hub.visitor import Visitor, text

PAGE = "/hub/operator/maintenance"
MESSAGE = "New disks <b>tonight</b>"


@pytest.fixture
async def hub(start_hub, tmp_path):
    return await start_hub(catalyst_config(tmp_path))


async def announce(hub, **said: str):
    async with Visitor(hub) as root:
        await root.enter("root")
        form = await root.get(PAGE)
        return await root.submit(form, f'form[action="{PAGE}"]', **{"message": MESSAGE} | said)


@pytest.mark.parametrize("name", ["amina", "kofi", "bo"])
async def test_only_operators_find_the_page_and_the_address_for_programs(hub, name):
    async with Visitor(hub) as visitor:
        await visitor.enter(name)
        assert (await visitor.get(PAGE)).status_code == 404
    async with api(hub, name) as client:
        for answer in (
            await client.get("catalyst/maintenances"),
            await client.post("catalyst/maintenances", json={"message": "x"}),
            await client.delete("catalyst/maintenances/1"),
        ):
            assert answer.status_code == 404


async def test_a_token_of_an_operators_that_may_do_less_announces_nothing(hub):
    await sign_in(hub, "root")
    async with api(hub, "root") as client:
        token = hub.users["root"].new_api_token(scopes=["read:users:name!user=root"])
        client.headers["Authorization"] = f"token {token}"
        answer = await client.post("catalyst/maintenances", json={"message": "x"})
        assert answer.status_code in {403, 404}


async def test_it_stands_on_every_page_that_people_come_by_and_nothing_starts(hub):
    answer = await announce(hub)
    assert answer.status_code == 200
    assert "Test hub: maintenance now" in text(answer)
    async with Visitor(hub) as kofi:
        pages = [await kofi.get("/hub/login")]
        await kofi.enter("kofi")
        pages += [await kofi.get("/hub/home"), await kofi.get("/hub/spawn")]
        for page in pages:
            assert "Test hub: maintenance now" in text(page), page.url
            assert MESSAGE in text(page)
            assert MESSAGE not in page.text, "it is text, never markup"
        assert "Nairobi is paused for maintenance" in text(pages[-1])
        refused = await kofi.submit(pages[-1])
    assert refused.status_code == 503
    assert "Nairobi is paused for maintenance" in text(refused)
    assert await live_session(hub, "kofi") is None


async def test_programs_are_told_the_code_and_until_when(hub):
    ends_at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    await sign_in(hub, "root")
    async with api(hub, "root") as root:
        said = {"message": {"es": "Discos"}, "ends_at": ends_at.isoformat()}
        made = await root.post("catalyst/maintenances", json=said)
        assert made.status_code == 201
        assert (await root.get("catalyst/maintenances")).json() == [made.json()]
    await sign_in(hub, "kofi")
    async with api(hub, "kofi") as kofi:
        denied = await kofi.post("users/kofi/server", json={})
    assert denied.status_code == 503
    assert denied.json()["denied"]["code"] == "maintenance"
    assert denied.json()["denied"]["until"] == ends_at.isoformat()


async def test_operators_start_all_the_same(start_hub, tmp_path):
    communities = COMMUNITIES.replace("people: [kofi, lucia]", "people: [kofi, lucia, root]")
    hub = await start_hub(catalyst_config(tmp_path, communities))
    await announce(hub)
    async with api(hub, "root") as root:
        answer = await root.post("users/root/server", json={})
    assert answer.status_code in {201, 202}, answer.text
    await until_ready(hub, "root")


async def test_ended_it_is_gone_from_the_pages_at_once(hub):
    await announce(hub)
    async with Visitor(hub) as root:
        await root.enter("root")
        page = await root.submit(await root.get(PAGE), 'form[action$="/end"]')
        assert "No maintenance is announced." in text(page)
        assert "maintenance" not in text(await root.get("/hub/home"))


async def test_times_are_those_of_the_place_that_pauses_and_named(hub):
    times = {"starts_at": "2030-01-02T14:00", "ends_at": "2030-01-02T16:00"}
    answer = await announce(hub, community="nairobi", **times)
    assert "Nairobi: maintenance from Wed, Jan 2, 14:00 until 16:00 (Nairobi time)" in text(answer)
    async with Visitor(hub, "es") as lucia:
        await lucia.enter("lucia", "es")
        home = text(await lucia.get("/hub/home"))
        assert "Nairobi: mantenimiento desde" in home
        assert "14:00 hasta 16:00 (hora de Nairobi)" in home
    async with Visitor(hub) as joao:
        assert "maintenance" not in text(await joao.get("/hub/login"))
        await joao.enter("joao")
        assert "maintenance" not in text(await joao.get("/hub/home"))


async def test_what_is_wrong_stands_above_the_form_which_stays_filled_in(hub):
    answer = await announce(hub, starts_at="2030-01-02T14:00", ends_at="2030-01-01T14:00")
    assert answer.status_code == 400
    assert "The end has to be after the start." in text(answer)
    assert 'value="2030-01-02T14:00"' in answer.text
    for name in ("starts_at", "ends_at", "drain_at"):
        assert (await announce(hub, **{name: "tomorrow"})).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"note": "x"},
        {"message": ""},
        {"message": 7},
        {"message": {"en": 7}},
        {"message": "half a character: \ud800"},
        {"message": {"en": "nothing: \0"}},
        {"message": "x", "community": "\ud800"},
        {"message": "x", "starts_at": 7},
        {"message": "x", "ends_at": "soon"},
        {"message": "x", "community": "elsewhere"},
        {"message": "x", "community": ["nairobi"]},
        {"message": "x", "drain_at": "1999-01-01T00:00+00:00"},
    ],
)
async def test_programs_that_send_nonsense_are_told_so(hub, body):
    await sign_in(hub, "root")
    async with api(hub, "root") as root:
        answer = await root.post("catalyst/maintenances", content=json.dumps(body))
        assert answer.status_code == 400, answer.text
        assert (await root.get("catalyst/maintenances")).json() == []
        assert (await root.delete("catalyst/maintenances/999")).status_code == 404


async def test_a_restart_of_the_hub_changes_nothing(hub, start_hub, tmp_path):
    await announce(hub)
    again = await start_hub(catalyst_config(tmp_path))
    async with Visitor(again) as visitor:
        await again.tornado_settings["catalyst_announcements"].look()
        assert "Test hub: maintenance now" in text(await visitor.get("/hub/login"))


async def test_one_announced_elsewhere_is_seen_at_the_next_look(hub):
    runtime, settings = hub.authenticator.runtime, hub.tornado_settings
    pause = Pause(None, {"": "x"}, runtime.now())
    await runtime.write(
        lambda uow: announce_maintenance(uow, runtime.policy, pause, "root", runtime.now())
    )
    async with Visitor(hub) as visitor:
        assert "maintenance" not in text(await visitor.get("/hub/login"))
        await settings["catalyst_announcements"].look()
        assert "Test hub: maintenance now" in text(await visitor.get("/hub/login"))
