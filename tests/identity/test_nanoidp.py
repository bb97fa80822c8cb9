"""The same way with another program as the provider, beside the strict one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.communities import groups
from tests.hub.visitor import Visitor
from tests.identity.nano import NanoIdp
from tests.identity.test_renewal import MINUTES, is_signed_in
from tests.identity.world import to_provider

START = "/hub/login?next=/hub/home"
RULES = {
    "savanna": {"title": "Savanna", "members": [{"provider": "lab", "groups": ["LEARNERS"]}]},
    "pampa": {"title": "Pampa", "members": [{"provider": "uni", "everyone": True}]},
}


@pytest.fixture
def nano(tmp_path: Path, hub_port: int) -> Iterator[NanoIdp]:
    nano = NanoIdp(tmp_path / "nano", f"http://127.0.0.1:{hub_port}/hub/oauth_callback/lab")
    nano.start(
        kofi={"email": "kofi@lab.edu", "groups": ["learners"]},
        bo={"email": "bo@lab.edu", "groups": ["others"]},
    )
    yield nano
    nano.kill()


async def sign_in(visitor: Visitor, name: str):
    form = await to_provider(visitor, "lab", START)
    return await visitor.submit(form, "form", username=name, password="x")


async def test_people_of_two_programs_sign_in_side_by_side(world, idp, nano):
    await idp.says("1", preferred_username="kofi")
    hub = await world.start(RULES, uni=idp, lab=nano)
    async with Visitor(hub) as visitor:
        uni = await to_provider(visitor, "uni", START)
        assert (await sign_in(visitor, "kofi")).url.path == "/hub/home"
        assert (await visitor.submit(uni, "form", account="1")).url.path == "/hub/home"
    assert world.identities() == {("lab", "kofi"): "kofi", ("uni", "1"): "kofi-2"}
    assert groups(hub, "kofi") == {"savanna"}
    assert groups(hub, "kofi-2") == {"pampa"}


async def test_it_is_asked_again_and_its_outage_changes_nothing(world, nano):
    hub = await world.start({"savanna": RULES["savanna"]}, lab=nano)
    async with Visitor(hub) as visitor:
        await sign_in(visitor, "kofi")
        nano.kill()
        nano.start(kofi={"email": "kofi@lab.edu", "groups": []})
        world.later(minutes=MINUTES)
        assert await is_signed_in(visitor)
        assert groups(hub, "kofi") == set()
        nano.kill()
        world.later(minutes=2 * MINUTES)
        assert await is_signed_in(visitor)
