"""Who is blocked stays out and is told whom to ask; whom nobody confirms keeps her place only."""

from __future__ import annotations

import pytest

from tests.hub.communities import api, groups
from tests.hub.visitor import Visitor, page
from tests.identity.test_renewal import is_signed_in
from tests.identity.world import sign_in

HOME = "/hub/login?next=/hub/home"


def rules(**community: object) -> dict[str, object]:
    savanna = {
        "title": "Savanna",
        "members": [{"provider": "uni", "everyone": True}],
        "champions": [{"provider": "uni", "groups": ["leads"]}],
    }
    return {"savanna": savanna | community}


LEADS = {"preferred_username": "amina", "groups": ["leads"]}
BLOCKED = [{"provider": "uni", "groups": ["expelled"]}]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The people who run this hub do not let this account in."),
        ("es", "Las personas que administran este hub no dejan entrar a esta cuenta."),
    ],
)
async def test_who_is_blocked_is_told_so_and_whom_to_ask(world, idp, capfd, language, sentence):
    await idp.says("1", preferred_username="bo", groups=["expelled"])
    hub = await world.start(rules(), uni=idp, hub={"blocked": BLOCKED, "contact": "root@uni.edu"})
    async with Visitor(hub, language=language) as visitor:
        answer = await sign_in(visitor, "uni", "1", HOME)
        assert answer.status_code == 403
        assert sentence in answer.text
        assert "root@uni.edu" in answer.text
        assert (await visitor.get("/hub/home")).url.path == "/hub/login"
    assert world.identities() == {}
    assert "Traceback" not in capfd.readouterr().err


async def test_who_is_blocked_meanwhile_is_signed_out_and_in_no_group(world, idp, capfd):
    await idp.says("1", preferred_username="bo")
    hub = await world.start(rules(), uni=idp, hub={"blocked": BLOCKED})
    async with Visitor(hub) as bo:
        await sign_in(bo, "uni", "1", HOME)
        assert groups(hub, "bo") == {"savanna"}
        await idp.says("1", preferred_username="bo", groups=["expelled"])
        world.later(minutes=6)
        assert not await is_signed_in(bo)
        assert groups(hub, "bo") == set()
        async with api(hub, "bo") as server:
            assert (await server.get("user")).json()["groups"] == []
    await idp.says("1", preferred_username="bo")
    async with Visitor(hub) as bo:
        assert (await sign_in(bo, "uni", "1", HOME)).url.path == "/hub/home"
    assert groups(hub, "bo") == {"savanna"}
    assert "Traceback" not in capfd.readouterr().err


async def test_who_is_blocked_in_one_community_may_sign_in(world, idp):
    await idp.says("1", preferred_username="bo", groups=["expelled"])
    hub = await world.start(rules(blocked=BLOCKED), uni=idp)
    async with Visitor(hub) as bo:
        assert (await sign_in(bo, "uni", "1", HOME)).url.path == "/hub/home"
    assert groups(hub, "bo") == set()


@pytest.fixture
async def amina(world, idp):
    await idp.says("1", **LEADS)
    hub = await world.start(rules(), uni=idp)
    async with Visitor(hub) as visitor:
        await sign_in(visitor, "uni", "1", HOME)
        assert groups(hub, "amina") == {"savanna", "savanna-champions"}
        yield visitor


async def test_in_a_long_outage_she_stays_signed_in_without_power(world, idp, amina):
    hub = world.app
    idp.kill()
    world.later(hours=3.9)
    assert await is_signed_in(amina)
    assert groups(hub, "amina") == {"savanna", "savanna-champions"}
    world.later(hours=4.1)
    assert await is_signed_in(amina)
    assert groups(hub, "amina") == {"savanna"}
    account = await amina.get("/hub/account")
    assert "has not confirmed for hours" in page(account).text


async def test_power_comes_back_with_the_next_confirmation(world, idp, amina):
    await idp.answers(503)
    world.later(hours=4.1)
    assert await is_signed_in(amina)
    assert groups(world.app, "amina") == {"savanna"}
    await idp.answers(None)
    world.later(hours=4.3)
    assert await is_signed_in(amina)
    assert groups(world.app, "amina") == {"savanna", "savanna-champions"}


async def test_the_champions_service_notices_within_a_minute(world, idp, amina):
    """It asks the Hub about her token, and the Hub asks the store once a minute."""
    hub = world.app
    await idp.answers(503)
    async with api(hub, "amina") as service:
        world.later(hours=4.1)
        assert (await service.get("user")).json()["groups"] == ["savanna"]
    assert hub.authenticator.auth_refresh_age == 60


async def test_a_restart_of_the_hub_is_no_confirmation(world, idp, amina):
    idp.kill()
    config = world.settings(cookie_secret=world.app.cookie_secret)
    hub = await world.start(rules(), config=config, uni=idp)
    world.later(hours=4.1)
    assert await is_signed_in(amina)
    assert groups(hub, "amina") == {"savanna"}


async def look(hub) -> None:
    """Two looks find that the file has settled."""
    for _ in range(2):
        await hub.authenticator.reload.look()


async def test_a_name_on_the_list_is_out_when_the_file_is_edited(world, idp, tmp_path):
    await idp.says("1", preferred_username="bo")
    hub = await world.start(rules(), uni=idp)
    file, blocked = tmp_path / "communities.yaml", "  blocked: [{provider: uni, people: [Bo]}]\n"
    async with Visitor(hub) as bo:
        await sign_in(bo, "uni", "1", HOME)
        file.write_text(file.read_text().replace("hub:\n", f"hub:\n{blocked}"))
        await look(hub)
        world.later(minutes=1)
        assert not await is_signed_in(bo)
        assert groups(hub, "bo") == set()
        file.write_text(file.read_text().replace(blocked, ""))
        await look(hub)
        world.later(minutes=2)
        assert await is_signed_in(bo)
        assert groups(hub, "bo") == {"savanna"}
