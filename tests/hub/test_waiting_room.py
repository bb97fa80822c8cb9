"""The waiting room on a real hub: two seats in Nairobi, taken by others."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from catalyst_hub.communities_file import parse
from tests.hub.communities import (
    COMMUNITIES,
    api,
    catalyst_config,
    live_session,
    sign_in,
    until_ready,
)
from tests.hub.spawners import AdmittedNothingSpawner
from tests.hub.test_workshop_denials import a_workshop_of
from tests.hub.visitor import Visitor, page, text

CHOICE = "nairobi/python/small"


@pytest.fixture
async def hub(start_hub, tmp_path):
    """Kofi and Lucía have both seats."""
    config = catalyst_config(tmp_path)
    config.JupyterHub.spawner_class = AdmittedNothingSpawner
    app = await start_hub(config)
    for name in ("kofi", "lucia"):
        await sign_in(app, name)
        assert await start(app, name) == 201
    await sign_in(app, "amina")
    return app


async def start(app: Any, name: str, query: str = "") -> int:
    async with api(app, name) as client:
        options = {"user_options": {"community": "nairobi"}}
        return (await client.post(f"users/{name}/server{query}", json=options)).status_code


async def stop(app: Any, name: str) -> None:
    async with api(app, name) as client:
        assert (await client.delete(f"users/{name}/server")).status_code == 204


async def press_start(visitor: Visitor) -> Any:
    return await visitor.submit(await visitor.get("/hub/spawn"), choice=CHOICE)


async def test_whoever_finds_no_seat_gets_a_place_in_line_and_the_page_looks_again(hub):
    async with Visitor(hub) as amina:
        await amina.enter("amina")
        waiting = await press_start(amina)
    assert (waiting.status_code, waiting.url.path) == (200, "/hub/waiting")
    assert "You are next." in text(waiting)
    seconds, _, address = waiting.headers["Refresh"].partition("; url=")
    assert (int(seconds), address) == (5, "/hub/waiting")
    assert "script" not in waiting.text


async def test_the_hub_starts_for_who_is_there_when_it_is_their_turn(hub):
    async with Visitor(hub) as amina:
        await amina.enter("amina")
        waiting = await press_start(amina)
        await stop(hub, "kofi")
        await until_ready(hub, "amina")
        again = await amina.client.get(waiting.url, follow_redirects=False)
    assert again.headers["Location"] == "/hub/spawn-pending/amina"
    session = await live_session(hub, "amina")
    assert (session.actor, session.choice.size) == ("amina", "small")


async def test_looking_at_the_page_starts_nothing(hub):
    async with Visitor(hub) as amina:
        await amina.enter("amina")
        waiting = await press_start(amina)
        hub._periodic_callbacks["catalyst_waiting"].stop()
        await stop(hub, "kofi")
        for _ in range(3):
            await amina.get(waiting.url.path)
    assert not hub.users["amina"].spawner.active


async def test_who_was_away_finds_a_seat_held_and_a_button(hub, monkeypatch):
    async with Visitor(hub) as amina:
        await amina.enter("amina")
        waiting = await press_start(amina)
        await stop(hub, "kofi")
        await called_while_away(hub, monkeypatch)
        assert await start(hub, "kofi") == 429
        turn = await amina.get(waiting.url.path)
        assert "It is your turn" in text(turn)
        await amina.submit(turn, "form:has([name=profile])")
    await until_ready(hub, "amina")
    assert (await live_session(hub, "amina")).choice.profile == "python"


async def called_while_away(hub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It becomes amina's turn when nobody has seen her for a while."""
    monkeypatch.setattr("catalyst_hub.core.waiting.WaitingPlace.is_there", lambda *_: False)
    async with asyncio.timeout(60):
        while not await seat_of_amina(hub):
            await asyncio.sleep(0.1)


async def seat_of_amina(hub: Any) -> Any:
    runtime = hub.authenticator.runtime
    places = await runtime.read(lambda uow: uow.waiting.of_community("nairobi"))
    return next((p.seat_until for p in places if p.key.user_name == "amina"), None)


async def test_picker_and_home_lead_to_the_line(hub):
    async with Visitor(hub) as amina:
        await amina.enter("amina")
        assert "You can wait for a seat" in text(await amina.get("/hub/spawn"))
        await press_start(amina)
        home = await amina.get("/hub/home")
    link = page(home).find("a", string="See your place in line")
    assert link["href"].rstrip("/") == "/hub/waiting"


async def test_who_leaves_the_line_waits_no_longer(hub):
    async with Visitor(hub) as amina:
        await amina.enter("amina")
        home = await amina.submit(await press_start(amina), "form#leave")
        assert home.url.path == "/hub/home"
        picker = await amina.get("/hub/waiting")
    assert picker.url.path == "/hub/spawn/amina"
    assert await seat_of_amina(hub) is None


async def test_a_restart_of_the_hub_keeps_the_line(hub, start_hub, tmp_path):
    async with Visitor(hub) as amina:
        await amina.enter("amina")
        await press_start(amina)
    config = catalyst_config(tmp_path)
    config.JupyterHub.spawner_class = AdmittedNothingSpawner
    config.JupyterHub.cleanup_servers = False
    app = await start_hub(config)
    await until_ready(app, "amina")


async def test_a_program_waits_only_if_it_says_so(hub):
    assert await start(hub, "amina") == 429
    async with api(hub, "amina") as client:
        options = {"user_options": {"community": "nairobi"}}
        answer = await client.post("users/amina/server?wait=1", json=options)
    assert answer.status_code == 202
    assert answer.json()["waiting"] == {"url": "/hub/waiting/"}
    await stop(hub, "kofi")
    await until_ready(hub, "amina")


async def test_nobody_waits_in_the_place_of_somebody_else(hub):
    await sign_in(hub, "root")
    async with api(hub, "root") as client:
        options = {"user_options": {"community": "nairobi"}}
        answer = await client.post("users/amina/server?wait=1", json=options)
    assert answer.status_code == 429


async def test_nobody_starts_from_the_line_who_was_blocked_meanwhile(hub):
    async with Visitor(hub) as amina:
        await amina.enter("amina")
        await press_start(amina)
    blocked = COMMUNITIES.replace(
        "hub:\n", "hub:\n  blocked: [{provider: demo, people: [amina]}]\n"
    )
    hub.authenticator.runtime.policy = parse(blocked)
    await stop(hub, "kofi")
    await asyncio.wait_for(_called(hub), 60)
    assert not hub.users["amina"].spawner.active
    assert await live_session(hub, "amina") is None


async def test_a_place_brings_no_server_back_that_was_deleted(hub, caplog):
    hub.allow_named_servers = True
    hub.tornado_settings["allow_named_servers"] = True
    hub.tornado_application.settings["allow_named_servers"] = True
    async with api(hub, "amina") as client:
        options = {"user_options": {"community": "nairobi"}}
        answer = await client.post("users/amina/servers/second?wait=1", json=options)
        assert answer.status_code == 202
        gone = await client.request("DELETE", "users/amina/servers/second", json={"remove": True})
        assert gone.status_code == 204
    await stop(hub, "kofi")
    await asyncio.wait_for(_called(hub), 60)
    assert await live_session(hub, "amina", "second") is None
    assert "Could not start" not in caplog.text


async def _called(hub: Any) -> None:
    """Until the Hub has tried to start for whoever is next."""
    usher = hub._periodic_callbacks["catalyst_waiting"].callback.__self__
    while not usher._tried or usher._starts:
        await asyncio.sleep(0.05)


async def test_the_page_is_for_people_who_are_signed_in(hub):
    async with Visitor(hub) as stranger:
        answer = await stranger.client.get("/hub/waiting", follow_redirects=False)
    assert answer.headers["Location"].startswith("/hub/login")


async def test_at_the_limit_of_their_workshop_people_wait_for_each_other(start_hub, tmp_path):
    seats = "community: {at_once: {servers: 2}}"
    quotas = f"{seats}\n      workshop: {{at_once: {{servers: 1}}}}"
    config = catalyst_config(tmp_path, COMMUNITIES.replace(seats, quotas))
    config.JupyterHub.spawner_class = AdmittedNothingSpawner
    app = await start_hub(config)
    for name in ("kofi", "amina"):
        await sign_in(app, name)
    await a_workshop_of(app, "kofi", "amina")
    assert await start(app, "kofi") == 201
    async with Visitor(app) as amina:
        await amina.enter("amina")
        waiting = await press_start(amina)
        assert waiting.url.path == "/hub/waiting"
        assert "All that “Plants” may use at once is taken." in text(waiting)
        await stop(app, "kofi")
        await until_ready(app, "amina")


@pytest.mark.parametrize("language", ["es", "pt", "fr"])
async def test_the_page_speaks_the_readers_language(hub, language):
    async with Visitor(hub) as amina:
        await amina.enter("amina", language)
        waiting = await press_start(amina)
    words = {"es": "Eres la siguiente persona", "pt": "Você é a próxima pessoa", "fr": "Vous êtes"}
    assert words[language] in text(waiting)
    assert page(waiting).html["lang"] == language
