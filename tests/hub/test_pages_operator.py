"""The state of the hub, for its operators."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalyst_hub.core.observation import OBSERVER
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from tests.hub.communities import COMMUNITIES, catalyst_config, sign_in
from tests.hub.test_reload import SUVA, edit, settle, write
from tests.hub.visitor import Visitor, page


@pytest.fixture
async def hub(start_hub, tmp_path):
    config = catalyst_config(tmp_path)
    config.CatalystHub.reload_seconds = 0
    hub = await start_hub(config)
    await beat(hub)
    return hub


async def beat(hub, ago: timedelta = timedelta()) -> None:
    runtime = hub.authenticator.runtime
    await runtime.write(lambda uow: uow.heartbeats.beat(OBSERVER, runtime.now() - ago))


async def visited(hub, name: str, path: str = "/hub/operator", language: str = ""):
    async with Visitor(hub, language) as visitor:
        form = await visitor.get("/hub/login?next=/hub/home")
        token = page(form).select_one("input[name=_xsrf]")["value"]
        data = {"_xsrf": token, "provider": "demo", "username": name}
        await visitor.client.post(form.url, data=data)
        return await visitor.get(path)


async def seen(hub, language: str = "") -> str:
    answer = await visited(hub, "root", language=language)
    assert answer.status_code == 200, answer.text
    return page(answer).main.get_text(" ", strip=True)


@pytest.mark.parametrize("name", ["kofi", "amina", "bo"])
async def test_for_everybody_but_operators_there_is_no_such_page(hub, name):
    answer = await visited(hub, name)
    assert answer.status_code == 404
    assert "communities.yaml" not in answer.text


async def test_who_has_not_signed_in_is_sent_to_do_so(hub):
    async with Visitor(hub) as visitor:
        assert (await visitor.get("/hub/operator")).url.path == "/hub/login"


async def test_a_token_of_an_operators_that_may_do_less_does_not_open_it(hub):
    await sign_in(hub, "root")
    token = hub.users["root"].new_api_token(scopes=["read:users:name!user=root"])
    async with Visitor(hub) as visitor:
        headers = {"Authorization": f"token {token}"}
        answer = await visitor.get("/hub/operator", headers=headers)
    assert answer.status_code == 404 or answer.url.path == "/hub/login"


async def test_operators_find_it_in_their_menu_and_others_do_not(hub):
    for name, links in (("root", 1), ("amina", 0)):
        home = page(await visited(hub, name, "/hub/home"))
        assert len(home.select('header a[href$="/hub/operator"]')) == links, name


async def test_when_all_is_well_it_says_so_and_what_is_in_force(hub, tmp_path):
    text = await seen(hub)
    assert "All is well" in text
    assert f"{tmp_path}/communities.yaml" in text
    assert "In force since" in text
    assert "Nothing waits for a restart." in text
    assert "SQLite 3." in text
    assert "Demo (demo): no trouble" in text


async def test_the_mistakes_of_a_bad_file_stand_there_with_their_places(hub, tmp_path):
    await edit(hub, tmp_path, COMMUNITIES.replace("currency: KES", "currency: x"))
    text = await seen(hub)
    assert "The communities file has mistakes. The version before stays in force." in text
    assert "communities.yaml:35:15 communities.nairobi.currency: 'x' is no currency" in text
    await edit(hub, tmp_path, COMMUNITIES)
    assert "has mistakes" not in await seen(hub)


async def test_warnings_of_the_version_in_force_are_asked_about(hub, tmp_path):
    await edit(hub, tmp_path, COMMUNITIES.replace("servers: 2", "servers: 0"))
    text = await seen(hub)
    assert "All is well" in text
    assert "is it meant?" in text
    assert "which can never start" in text


async def test_all_that_waits_for_a_restart_is_told_together(hub, tmp_path):
    changed = COMMUNITIES.replace("title: Demo", "title: Trial") + SUVA
    await edit(hub, tmp_path, changed + SUVA.replace("suva", "apia").replace("Suva", "Apia"))
    text = await seen(hub)
    assert "3 changes wait for a restart of the hub." in text
    assert "One restart of the hub does for all of these." in text
    for sentence in ("New communities: suva, apia.", "Changed ways to sign in: demo."):
        assert sentence in text


async def test_a_file_of_another_hub_says_what_a_restart_would_do(hub, tmp_path):
    await edit(hub, tmp_path, COMMUNITIES.replace("name: test", "name: other"))
    assert "The file calls this hub other now." in await seen(hub)


async def test_a_culler_that_is_gone_is_missed(hub):
    await beat(hub, timedelta(minutes=2))
    assert "no sign of life" not in await seen(hub)
    await beat(hub, timedelta(minutes=4))
    assert "catalyst-culler gives no sign of life." in await seen(hub)


async def test_it_is_there_even_when_the_store_is_not(hub, monkeypatch):
    async with Visitor(hub) as visitor:
        form = await visitor.get("/hub/login?next=/hub/home")
        token = page(form).select_one("input[name=_xsrf]")["value"]
        data = {"_xsrf": token, "provider": "demo", "username": "root"}
        await visitor.client.post(form.url, data=data)

        async def away(work):
            raise StoreUnavailableError("away")

        monkeypatch.setattr(hub.authenticator.runtime, "read", away)
        answer = await visitor.get("/hub/operator")
    assert answer.status_code == 200
    assert "The database does not answer." in answer.text


async def test_it_speaks_the_readers_language(hub, tmp_path):
    await edit(hub, tmp_path, COMMUNITIES + SUVA)
    assert "Comunidades nuevas: suva." in await seen(hub, "es")
    assert "1 mudança espera uma reinicialização do hub." in await seen(hub, "pt")


async def test_it_tells_how_often_the_file_is_looked_at(start_hub, tmp_path):
    config = catalyst_config(tmp_path)
    config.CatalystHub.reload_seconds = 7
    hub = await start_hub(config)
    assert "every 7 seconds" in await seen(hub)
    write(tmp_path, COMMUNITIES)
    await settle(hub)
