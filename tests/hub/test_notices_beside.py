"""Whoever chooses or waits for one server hears that another of hers is going to be stopped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalyst_hub.core.notice import Notice, Reason
from tests.hub.communities import live_session, sign_in
from tests.hub.test_leftovers import started
from tests.hub.test_pages_home import config_with_slow_r
from tests.hub.visitor import Visitor, fields, page, text


@pytest.fixture
async def hub(start_hub, tmp_path):
    """Where all seats of Nairobi are taken, one by Lucía, whose server is going to be stopped."""
    config = config_with_slow_r(tmp_path)
    config.JupyterHub.allow_named_servers = True
    hub = await start_hub(config)
    for name in ("kofi", "lucia"):
        await sign_in(hub, name)
        await started(hub, name)
    session, runtime = await live_session(hub, "lucia"), hub.authenticator.runtime
    now = runtime.now()
    notice = Notice(session.session_id, Reason.OVER_AGE, now, now + timedelta(minutes=30))
    await runtime.write(lambda uow: uow.notices.give(notice))
    return hub


async def press_start(visitor: Visitor, name: str, choice: str):
    form = page(await visitor.get(f"/hub/spawn/lucia/{name}")).select_one("form:has([name=choice])")
    return await visitor.client.post(form["action"], data=fields(form) | {"choice": choice})


async def test_the_pages_before_a_start_tell_of_ones_other_servers(hub):
    async with Visitor(hub) as lucia:
        await lucia.enter("lucia")
        line = await press_start(lucia, "second", "nairobi/python/small")
        assert line.url.path == "/hub/waiting/second"
        slow = await press_start(lucia, "third", "cordoba/r/only")
        assert slow.url.path == "/hub/spawn-pending/lucia/third"
        for waiting in (line, slow):
            assert page(waiting).select_one("main section h2").text == "Your main server"
            assert "This server will be stopped at" in text(waiting)
            assert page(waiting).select_one("form[action*='/keep/']") is not None
            assert "<script" not in waiting.text
        picker = await lucia.get("/hub/spawn/lucia/fourth")
        section = page(picker).select_one("main section:has(.alert)")
        assert section.h2.text == "Your main server"
        assert "This server will be stopped at" in section.text
        await lucia.get("/hub/language?to=es")
        assert "Tu servidor principal" in text(await lucia.get("/hub/spawn/lucia/fourth"))
        assert "Tu servidor principal" in text(await lucia.get("/hub/waiting/second"))
