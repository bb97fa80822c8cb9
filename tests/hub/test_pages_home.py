"""One's own server: started, waited for, called off, stopped, without JavaScript."""

from __future__ import annotations

import pytest
from traitlets.config import Config

from tests.hub.communities import (
    COMMUNITIES,
    LIGHT_SERVER,
    catalyst_config,
    live_session,
    until,
    until_ready,
)
from tests.hub.visitor import Visitor, fields, page

SLOW = "environment: {command: [sh, -c, sleep 60]}"


def with_slow_r(text: str) -> str:
    """R in Córdoba takes a minute to start."""
    head, found, tail = text.rpartition("environment: {command: [")
    return head + SLOW + tail[tail.index("]}") + 2 :] if found else text


@pytest.fixture
async def hub(start_hub, tmp_path):
    assert str(LIGHT_SERVER) in COMMUNITIES
    return await start_hub(config_with_slow_r(tmp_path))


def config_with_slow_r(folder) -> Config:
    config = catalyst_config(folder, with_slow_r(COMMUNITIES))
    config.LocalProcessSpawner.interrupt_timeout = 1
    return config


@pytest.fixture
async def lucia(hub):
    async with Visitor(hub) as visitor:
        await enter(visitor)
        yield visitor


async def enter(visitor: Visitor) -> None:
    await visitor.get("/hub/language?to=en")
    form = await visitor.get("/hub/login?next=/hub/home")
    await visitor.submit(form, 'form:has([value="lucia"])')


async def start(visitor: Visitor, choice: str):
    form = page(await visitor.get("/hub/spawn")).select_one("main form")
    data = fields(form) | {"choice": choice}
    return await visitor.client.post(form["action"], data=data, follow_redirects=False)


def heading(response) -> str:
    return page(response).select_one("main h2").text


async def test_home_of_a_person_without_a_server_leads_to_the_picker(hub, lucia):
    home = await lucia.get("/hub/home")
    assert heading(home) == "Your server is not running"
    picker = await lucia.get(page(home).select_one("main a.button")["href"])
    assert picker.url.path == "/hub/spawn/lucia"
    assert not hub.users["lucia"].spawner.active


async def test_a_running_server_is_opened_or_stopped_from_home(hub, lucia):
    await start(lucia, "nairobi/python/small")
    await until(lambda: hub.users["lucia"].spawner.ready)
    home = await lucia.get("/hub/home")
    assert heading(home) == "Your server is running"
    assert "Python · Nairobi" in home.text
    assert page(home).select_one("main a.button")["href"] == "/user/lucia/"
    stopped = await lucia.submit(home, "form[action^='/hub/stop']")
    assert stopped.url.path == "/hub/home"
    await until(lambda: not hub.users["lucia"].spawner.active)
    assert await live_session(hub, "lucia") is None


async def test_a_server_tells_the_time_of_the_community_it_was_started_in(start_hub, tmp_path):
    hub = await start_hub(catalyst_config(tmp_path))
    async with Visitor(hub) as lucia:
        await enter(lucia)
        await start(lucia, "cordoba/r/only")
        await until_ready(hub, "lucia")
        home = page(await lucia.get("/hub/home")).main.text
    assert "rdoba time" in home.partition("Running since")[2]
    assert "Nairobi" not in home


async def test_waiting_shows_a_page_that_asks_again_by_itself(lucia):
    waiting = await lucia.get((await start(lucia, "cordoba/r/only")).headers["Location"])
    assert waiting.status_code == 200
    assert "Your server is starting" in waiting.text
    assert waiting.headers["Refresh"].endswith("url=/hub/spawn-pending/lucia?wait=1")
    progress = page(waiting).select_one("[data-progress-url]")["data-progress-url"]
    assert progress.startswith("/hub/api/users/lucia/server/progress?_xsrf=")


async def test_a_stranger_is_asked_to_sign_in(hub):
    async with Visitor(hub) as stranger:
        for path in (
            "/hub/home",
            "/hub/spawn",
            "/hub/spawn-pending/lucia?wait=1",
            "/hub/user/lucia/",
        ):
            answer = await stranger.get(path)
            assert (answer.status_code, answer.url.path) == (200, "/hub/login")
            assert answer.url.params["next"] == path


async def test_asking_again_is_answered_when_the_server_runs(hub, lucia, monkeypatch):
    monkeypatch.setattr("catalyst_hub.hub.pages.spawn._QUICK_S", 0)
    location = (await start(lucia, "nairobi/python/small")).headers["Location"]
    answer = await lucia.client.get(location + "?wait=1", follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/user/lucia/")


async def test_who_starts_what_is_quick_sees_no_waiting_page(hub, lucia):
    answer = await start(lucia, "nairobi/python/small")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/user/lucia/")


async def test_a_start_can_be_called_off(hub, lucia):
    waiting = await lucia.get((await start(lucia, "cordoba/r/only")).headers["Location"])
    home = await lucia.submit(waiting, "form[action^='/hub/stop']")
    assert home.url.path == "/hub/home"
    await until(lambda: not hub.users["lucia"].spawner.active)
    assert await live_session(hub, "lucia") is None


async def test_stopping_what_does_not_run_does_no_harm(lucia):
    home = await lucia.get("/hub/home")
    token = lucia.client.cookies.get("_xsrf", path="/hub/")
    answer = await lucia.client.post("/hub/stop", data={"_xsrf": token})
    assert (answer.status_code, heading(answer)) == (200, heading(home))


async def test_another_site_cannot_stop_a_server(hub, lucia):
    await start(lucia, "nairobi/python/small")
    await until(lambda: hub.users["lucia"].spawner.ready)
    answer = await lucia.client.post("/hub/stop", data={"_xsrf": "guessed"})
    assert answer.status_code == 403
    assert hub.users["lucia"].spawner.ready


async def test_the_address_of_a_stopped_server_offers_to_start_it_again(hub, lucia):
    answer = await lucia.get("/hub/user/lucia/lab/tree/first.ipynb")
    assert answer.status_code == 424
    button = page(answer).select_one("main a.button")
    assert button.text == "Start again"
    picker = await lucia.get(button["href"])
    assert "next=%2Fhub%2Fuser%2Flucia%2Flab" in page(picker).select_one("main form")["action"]
    assert not hub.users["lucia"].spawner.active


@pytest.mark.parametrize("quick_s", [0, 10])
async def test_a_start_that_fails_tells_so_in_plain_words(
    start_hub, tmp_path, monkeypatch, quick_s
):
    monkeypatch.setattr("catalyst_hub.hub.pages.spawn._QUICK_S", quick_s)
    config = config_with_slow_r(tmp_path)
    config.Spawner.http_timeout = 2
    hub = await start_hub(config)
    async with Visitor(hub) as lucia:
        await enter(lucia)
        failed = await start(lucia, "cordoba/r/only")
        if not quick_s:
            await until(lambda: not hub.users["lucia"].spawner.active)
            failed = await lucia.get(failed.headers["Location"])
    assert failed.status_code == 500
    assert "Your server did not start" in failed.text
    assert "The server did not answer." in failed.text
    assert "Traceback" not in failed.text
