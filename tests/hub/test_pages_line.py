"""Whoever has a thin line is offered what loads quickly, once, and keeps it."""

from __future__ import annotations

import time

import pytest

from catalyst_hub.core.line import line_of
from catalyst_hub.hub.pages.line import Lines
from tests.hub.communities import COMMUNITIES, catalyst_config
from tests.hub.spawners import NeverUpSpawner
from tests.hub.visitor import Visitor, page, text

LIGHT = COMMUNITIES.replace("interfaces: [lab, notebook]", "interfaces: [lab, notebook, light]")
#: There and back in 0.4 s, then 10 kB in 0.2 s more: a telephone at the edge of its cell.
THIN = (0.0, 0.4, 1.0)


@pytest.fixture
async def hub(start_hub, tmp_path):
    """Everybody may see servers lightly, and no server comes."""
    config = catalyst_config(tmp_path, LIGHT)
    config.JupyterHub.spawner_class = NeverUpSpawner
    return await start_hub(config)


@pytest.fixture
async def kofi(hub):
    """He waits for his server."""
    async with Visitor(hub) as visitor:
        await visitor.enter("kofi")
        await visitor.submit(await visitor.get("/hub/spawn"))
        yield visitor


def lines_of_hub(hub) -> Lines:
    lines: Lines = hub.tornado_application.settings["catalyst_lines"]
    return lines


def measured(lines: Lines, name: str, times: tuple[float, float, float]) -> None:
    for step, at in zip((lines.begin, lines.send, lines.end), times, strict=True):
        step(name, at)


def test_a_thin_line_is_one_on_which_jupyterlab_takes_too_long():
    assert line_of(0.4, 0.6, 10_000).is_thin
    assert not line_of(0.1, 0.102, 10_000).is_thin
    assert not line_of(0.3, 0.3, 10_000).is_thin, "far away, and quick"
    assert line_of(2.0, 2.0, 10_000).is_thin, "a satellite"


def test_a_line_is_known_when_all_three_requests_have_come():
    lines = Lines()
    lines.end("kofi", 3.0)
    lines.begin("kofi", 0.0)
    lines.end("kofi", 1.0)
    assert lines.of("kofi", 1.0) is None
    lines.send("kofi", 2.0)
    lines.end("kofi", 3.0)
    assert lines.of("kofi", 3.0) is not None
    assert lines.of("lucia", 3.0) is None


def test_a_line_is_measured_anew_after_half_an_hour():
    lines = Lines()
    measured(lines, "kofi", THIN)
    assert lines.of("kofi", 1799.0) is not None
    assert lines.of("kofi", 1801.0) is None


OFFER = "Your line is slow now"
WAIT = "/hub/spawn-pending/kofi"


async def test_a_pending_page_measures_once_and_offers_what_fits_a_thin_line(hub, kofi):
    first = await kofi.get(WAIT)
    assert OFFER not in first.text
    sheet = await kofi.get(page(first).select_one("main link")["href"])
    assert sheet.url.path == "/hub/line/sheet.css"
    end = sheet.text.rpartition("url(")[2].partition(")")[0]
    assert (await kofi.get(end)).status_code == 204
    line = lines_of_hub(hub).of("kofi", time.monotonic())
    assert line is not None
    assert not line.is_thin
    second = await kofi.get(WAIT)
    assert OFFER not in second.text
    assert page(second).select_one("main link") is None
    now = time.monotonic()
    measured(lines_of_hub(hub), "kofi", tuple(now - 1 + s for s in THIN))
    third = await kofi.get(WAIT)
    assert OFFER in text(third)
    answer = await kofi.client.post(
        page(third).select_one("form[action^='/hub/light']")["action"],
        data={"_xsrf": page(third).select_one("[name=_xsrf]")["value"]},
        follow_redirects=False,
    )
    assert answer.headers["Location"] == (
        "/hub/spawn-pending/kofi?next=%2Fuser%2Fkofi%2Fcatalyst-hub%2Flight"
    )
    assert OFFER not in (await kofi.get(answer.headers["Location"])).text
    hub.users["kofi"].spawner._spawn_future.cancel()
    runtime = hub.authenticator.runtime
    remembered = await runtime.read(
        lambda uow: uow.choices.last(uow.people.by_name("kofi").person_id)
    )
    assert remembered.interface == "light"


async def test_a_browser_that_saves_data_need_not_be_measured(kofi):
    waiting = await kofi.get(WAIT, headers={"Save-Data": "on"})
    assert OFFER in text(waiting)
    assert page(waiting).select_one("main link") is None


async def test_nobody_measures_or_chooses_for_somebody_else(hub, kofi):
    async with Visitor(hub) as nobody:
        for address in ("/hub/line", "/hub/line/sheet.css", "/hub/line/end.gif"):
            assert "/hub/login" in str((await nobody.get(address)).url)
    async with Visitor(hub) as lucia:
        await lucia.enter("lucia")
        picker = page(await lucia.get("/hub/spawn"))
        sent = {"_xsrf": picker.select_one("[name=_xsrf]")["value"]}
        assert (await lucia.client.post("/hub/light", data=sent)).status_code == 404
        assert (await lucia.client.post("/hub/light")).status_code == 403


async def test_the_picker_measures_too_and_says_which_interface_fits_a_thin_line(hub):
    async with Visitor(hub) as kofi:
        await kofi.enter("kofi")
        first = await kofi.get("/hub/spawn")
        assert page(first).select_one("main link")["href"] == "/hub/line"
        measured(lines_of_hub(hub), "kofi", tuple(time.monotonic() - 1 + s for s in THIN))
        again = await kofi.get("/hub/spawn")
        assert page(again).select_one("main link") is None
        assert "loads much sooner than the others" in text(again)


async def test_whoever_has_nothing_lighter_to_choose_is_not_measured(start_hub, tmp_path):
    app = await start_hub(catalyst_config(tmp_path))
    async with Visitor(app) as kofi:
        await kofi.enter("kofi")
        assert page(await kofi.get("/hub/spawn")).select_one("main link") is None
