"""Terms of use: asked for before the first start, once for each version, on a real hub."""

from __future__ import annotations

import pytest

from tests.hub.communities import COMMUNITIES, api, catalyst_config, live_session, until_ready
from tests.hub.visitor import Visitor, fields, page, text

TERMS = """
    terms:
      version: "2026-11"
      text:
        en: |
          Share the machines fairly.

          Keep people's <b>data</b> private.
        es: |
          Comparte las máquinas.
"""
WITH_TERMS = COMMUNITIES.replace("    title: Nairobi\n", "    title: Nairobi" + TERMS)


@pytest.fixture
async def hub(start_hub, tmp_path):
    assert WITH_TERMS != COMMUNITIES
    return await start_hub(catalyst_config(tmp_path, WITH_TERMS))


@pytest.fixture
async def kofi(hub):
    async with Visitor(hub) as visitor:
        yield await visitor.enter("kofi")


async def press_start(visitor: Visitor, choice: str = "nairobi/python/large"):
    return await visitor.submit(await visitor.get("/hub/spawn"), choice=choice)


async def test_the_first_start_leads_to_the_terms_and_back_with_the_choice_kept(hub, kofi):
    terms = await press_start(kofi)
    assert terms.url.path == "/hub/terms/nairobi"
    assert "Share the machines fairly." in text(terms)
    picker = await kofi.submit(terms)
    assert picker.url.path == "/hub/spawn/kofi"
    form = page(picker).select_one("main form")
    assert fields(form)["choice"] == "nairobi/python/large"
    assert not hub.users["kofi"].spawner.active
    await kofi.submit(picker)
    await until_ready(hub, "kofi")
    assert (await live_session(hub, "kofi")).choice.size == "large"
    await hub.users["kofi"].stop()


async def test_they_are_asked_for_once(hub, kofi):
    await kofi.submit(await press_start(kofi))
    await press_start(kofi)
    await until_ready(hub, "kofi")
    await hub.users["kofi"].stop()


async def test_they_speak_the_readers_language_or_the_next_best(hub):
    async with Visitor(hub) as lucia:
        await lucia.enter("lucia", "es")
        terms = await lucia.get("/hub/terms/nairobi")
        assert "Comparte las máquinas." in text(terms)
        assert page(terms).select_one(".panel").get("lang") is None
        await lucia.get("/hub/language?to=fr")
        terms = await lucia.get("/hub/terms/nairobi")
        assert "Share the machines fairly." in text(terms)
        assert page(terms).select_one(".panel")["lang"] == "en"


async def test_the_text_is_text_and_its_paragraphs_stay(hub, kofi):
    terms = page(await kofi.get("/hub/terms/nairobi"))
    assert [p.text for p in terms.select(".written")] == [
        "Share the machines fairly.",
        "Keep people's <b>data</b> private.",
    ]


async def test_a_program_is_told_where_to_accept(hub, kofi):
    async with api(hub, "kofi") as client:
        refused = await client.post("users/kofi/server", json={"community": "nairobi"})
        assert refused.status_code == 403
        assert refused.json()["denied"]["code"] == "terms-not-accepted"
        assert "hub/terms/nairobi" in refused.json()["message"]
        assert not hub.users["kofi"].spawner.active
        await kofi.submit(await kofi.get("/hub/terms/nairobi"))
        assert (await client.post("users/kofi/server", json={})).status_code in {201, 202}
    await until_ready(hub, "kofi")
    await hub.users["kofi"].stop()


async def test_a_community_without_terms_asks_for_nothing(hub):
    async with Visitor(hub) as lucia:
        await lucia.enter("lucia")
        await press_start(lucia, "cordoba/r/only")
        await until_ready(hub, "lucia")
        assert (await lucia.get("/hub/terms/cordoba")).status_code == 404
    await hub.users["lucia"].stop()


async def test_a_new_version_asks_again_and_leaves_servers_alone(hub, kofi, tmp_path):
    await kofi.submit(await kofi.get("/hub/terms/nairobi"))
    await press_start(kofi)
    await until_ready(hub, "kofi")
    runtime = hub.authenticator.runtime
    (tmp_path / "communities.yaml").write_text(WITH_TERMS.replace('"2026-11"', '"2027-01"'))
    for _ in range(2):  # a file counts once it has settled
        await hub.authenticator.reload.look()
    assert runtime.policy.community("nairobi").terms.version == "2027-01"
    assert hub.users["kofi"].spawner.ready
    await hub.users["kofi"].stop()
    assert (await press_start(kofi)).url.path == "/hub/terms/nairobi"


async def test_nobody_accepts_what_has_changed_meanwhile(hub, kofi):
    old = await kofi.get("/hub/terms/nairobi")
    refused = await kofi.submit(old, version="2025-01")
    assert refused.status_code == 409
    assert "They have just changed." in text(refused)
    assert (await press_start(kofi)).url.path == "/hub/terms/nairobi"


async def test_others_have_no_such_page(hub):
    async with Visitor(hub) as bo:
        await bo.enter("bo")
        assert (await bo.get("/hub/terms/nairobi")).status_code == 404
        home = page(await bo.get("/hub/account"))
        assert home.select_one('a[href^="/hub/terms"]') is None
    async with Visitor(hub) as visitor:
        assert (await visitor.get("/hub/terms/nairobi")).url.path == "/hub/login"


@pytest.mark.parametrize("server", ["../../admin", "//evil.example", "a/b"])
async def test_the_way_back_leads_nowhere_else(hub, kofi, server):
    terms = await kofi.get("/hub/terms/nairobi")
    answer = await kofi.client.post(
        terms.url.path,
        data=fields(page(terms).select_one("main form")) | {"server": server},
        follow_redirects=False,
    )
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/hub/spawn/kofi/")
    assert "/" not in answer.headers["Location"].removeprefix("/hub/spawn/kofi/").partition("?")[0]


async def test_one_reads_them_again_from_the_account(hub, kofi):
    await kofi.submit(await kofi.get("/hub/terms/nairobi"))
    account = page(await kofi.get("/hub/account"))
    terms = await kofi.get(account.select_one('a[href^="/hub/terms"]')["href"])
    assert "You accepted them on" in text(terms)
    assert page(terms).select_one("main form") is None
