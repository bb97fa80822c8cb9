"""The Hub was away when somebody was removed: the culler's next look makes up for it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from catalyst_hub.culler.observer import Observer
from catalyst_hub.hub_client import HubClient
from catalyst_hub.usecases.remove_member import remove_member
from tests.hub.communities import api, catalyst_config, groups, live_session, sign_in


def culler_of(hub) -> Observer:
    token = hub._service_map["catalyst-culler"].api_token
    client = HubClient(hub.hub.url + "api", token)
    return Observer(hub.authenticator.runtime, client, timedelta(seconds=150))


async def test_the_culler_has_the_hub_stop_what_a_removed_person_left_running(start_hub, tmp_path):
    hub = await start_hub(catalyst_config(tmp_path))
    runtime = hub.authenticator.runtime
    await sign_in(hub, "kofi")
    async with api(hub, "kofi") as kofi:
        await kofi.post("users/kofi/server")
    async with asyncio.timeout(30):
        while not hub.users["kofi"].spawner.ready:
            await asyncio.sleep(0.05)
    await runtime.write(
        lambda uow: remove_member(uow, runtime.policy, "nairobi", "kofi", "amina", runtime.now())
    )
    assert hub.users["kofi"].spawner.ready
    await culler_of(hub).look()
    assert not hub.users["kofi"].spawner.active
    assert groups(hub, "kofi") == set()
    assert await live_session(hub, "kofi") is None
    lines = await runtime.read(lambda uow: uow.audit.latest("nairobi", ["server:stop-asked"], 5))
    assert [(line.actor, line.subject) for line in lines] == [("service:hub", "kofi")]
