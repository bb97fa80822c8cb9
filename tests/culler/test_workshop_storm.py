"""Everybody of a workshop opens the hub at once: some servers are up, some start, nobody sees an
error, and whoever else comes waits with a place."""

from __future__ import annotations

import asyncio
from datetime import date

from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.workshop import Plan
from catalyst_hub.culler.workshops import WorkshopRunner
from tests.culler.clockwork import ROOMY, Clockwork, at
from tests.hub.communities import catalyst_config, sign_in
from tests.hub.spawners import AdmittedNothingSpawner
from tests.hub.visitor import Visitor, fields, page, text

PEOPLE = [f"learner-{number:02}" for number in range(20)]
#: Two seats for everybody, and more people than those.
FULL = ROOMY.replace(
    "    quotas:\n      person: {at_once: {cpu: 2}}",
    "    quotas: {community: {at_once: {servers: 2}}}",
).replace(
    "      - {name: dayo",
    "".join(f"      - {{name: {n}}}\n" for n in PEOPLE) + "      - {name: dayo",
)
DAY = date(2040, 6, 5)


async def come(hub, name: str) -> list[int]:
    """Open the hub, and press start where the server does not run yet, up to one's own server:
    every status on the way."""
    async with Visitor(hub) as person:
        await person.enter(name)
        seen = await person.get("/hub/spawn", follow_redirects=False)
        statuses = [seen.status_code]
        if seen.status_code == 200:
            form = page(seen).select_one("main form")
            seen = await person.client.post(seen.url, data=fields(form), follow_redirects=False)
            statuses.append(seen.status_code)
        # There is no proxy: what is a server's would come back to the hub.
        while seen.is_redirect and not seen.headers["Location"].startswith("/user/"):
            seen = await person.get(seen.headers["Location"], follow_redirects=False)
            statuses.append(seen.status_code)
        return statuses


async def test_twenty_come_at_once_and_all_are_served(start_hub, tmp_path, monkeypatch):
    config = catalyst_config(tmp_path, FULL)
    config.JupyterHub.spawner_class = AdmittedNothingSpawner
    hub = await start_hub(config)
    for name in (*PEOPLE, "kofi", "lucia", "amina"):
        await sign_in(hub, name)
    clock = Clockwork(hub, monkeypatch, at("2040-06-04T12:00+03:00"))
    plan = Plan("Plants", DAY, DAY, (Meeting(DAY, "09:00", "12:00"),), seats=len(PEOPLE))
    await clock.register(await clock.schedule(plan), PEOPLE, "K7MP4QRX")
    # Half of the warm window has passed when the culler dies.
    clock.now = at("2040-06-05T08:47:30+03:00")
    await WorkshopRunner(clock.runtime, clock.client).round()
    assert 0 < len(await clock.running()) < len(PEOPLE)
    clock.now = at("2040-06-05T09:00+03:00")
    try:
        told = await asyncio.gather(*(come(hub, name) for name in PEOPLE))
        assert {status for statuses in told for status in statuses} <= {200, 302, 303}
        async with asyncio.timeout(60):
            while not all(hub.users[name].spawner.ready for name in PEOPLE):
                await asyncio.sleep(0.05)
        # The community's own two seats are as free for others as on any day.
        for name in ("kofi", "lucia"):
            assert set(await come(hub, name)) <= {200, 302, 303}
        async with Visitor(hub) as amina:
            await amina.enter("amina")
            waiting = await amina.submit(await amina.get("/hub/spawn"))
        assert waiting.status_code == 200
        assert "/waiting" in waiting.url.path, text(waiting)
    finally:
        for name in (*PEOPLE, "kofi", "lucia"):
            await hub.users[name].stop()
