"""A champion asks, the owner decides, and only then something is started or opened."""

from __future__ import annotations

import asyncio

import pytest

from tests.champion.site import Site, SitePerson
from tests.hub.visitor import fields, page

pytestmark = pytest.mark.asyncio(loop_scope="module")

HELP = "communities/nairobi/people/kofi/help"


async def answer(kofi: SitePerson, word: str) -> None:
    """The owner presses a button on her own page."""
    home = await kofi.client.get("/hub/home")
    form = page(home).select_one(f"form[action$='/{word}']")
    assert form is not None, home.text
    told = await kofi.client.post(home.url.join(form["action"]), data=fields(form))
    assert told.status_code == 200


async def press(amina: SitePerson, word: str, **changed: str):
    """A button of the page about Kofi; her answer is not followed."""
    shown = await amina.get(HELP)
    form = page(shown).select_one(f"form[action$='/{word}']")
    assert form is not None, shown.text
    data = fields(form) | changed
    address = shown.url.join(form["action"])
    return await amina.client.post(address, data=data, follow_redirects=False)


async def ask(amina: SitePerson, kind: str, **changed: str):
    shown = await amina.get(HELP)
    form = page(shown).select_one("form:has([name=kind])")
    return await amina.client.post(shown.url, data=fields(form) | {"kind": kind} | changed)


async def until_it_is(ready: bool, site: Site) -> None:
    async with asyncio.timeout(60):
        while bool(site.app.users["kofi"].spawner.ready) != ready:
            await asyncio.sleep(0.05)


async def test_the_way_of_a_question(site: Site) -> None:
    async with site.signed_in("kofi") as kofi, site.signed_in("amina") as amina:
        assert "Help…" in (await amina.see("communities/nairobi/people")).text
        told = await ask(amina, "start", reason="  Your <b>first</b>   server ")
        assert "They see your question on their own page now" in told.text
        assert "You have asked them this already" in (await ask(amina, "start")).text
        home = await kofi.client.get("/hub/home")
        assert "May Amina start your server for you?" in page(home).text
        assert "Your <b>first</b> server" in page(home).text
        assert page(await amina.get(HELP)).select("form[action$='/start']") == []

        await answer(kofi, "allow")
        assert "Amina can start your server" in (await kofi.client.get("/hub/home")).text
        refused = await press(amina, "start", choice="python/huge")
        assert (refused.status_code, "huge" in refused.text) == (400, True)
        started = await press(amina, "start", choice="python/small")
        assert started.headers["Location"].endswith("note=started")
        await until_it_is(True, site)
        assert site.app.users["kofi"].spawner.user_options["size"] == "small"
        again = await press(amina, "start", choice="python/small")
        assert again.headers["Location"].endswith("note=runs")

        await ask(amina, "open")
        await answer(kofi, "allow")
        opened = await press(amina, "open")
        assert (opened.status_code, opened.headers["Location"]) == (303, "/user/kofi/")
        told = page(await kofi.client.get("/hub/consents")).text
        assert "Amina started your server on" in told
        assert "Opened on" in told

        home = await kofi.client.get("/hub/home")
        form = page(home).select_one("form:has([name=stop])")
        data = fields(form) | {"stop": "1"}
        await kofi.client.post(home.url.join(form["action"]), data=data)
        await until_it_is(False, site)
        assert "They took it back." in (await amina.get(HELP)).text
        deeds = (await amina.see("communities/nairobi/audit")).text
        assert "Amina opened the server of Kofi, who had allowed it." in deeds
        assert "Amina started a server for Kofi." in deeds
        assert "Kofi started a server" not in deeds


async def test_what_one_allows_is_not_used_by_the_page_about_another(site: Site) -> None:
    async with (
        site.signed_in("kofi") as kofi,
        site.signed_in("lucia"),
        site.signed_in("amina") as amina,
    ):
        await ask(amina, "open")
        await answer(kofi, "allow")
        assert (await amina.get(HELP.replace("kofi", "lucia"))).status_code == 200
        shown = await amina.get(HELP)
        form = page(shown).select_one("form[action$='/open']")
        address = str(shown.url.join(form["action"]))
        other = address.replace("/people/kofi/", "/people/lucia/")
        for each, status in ((other, 404), (address, 303)):
            data = fields(form)
            sent = await amina.client.post(each, data=data, follow_redirects=False)
            assert sent.status_code == status, each


async def test_outsiders_learn_nothing(site: Site) -> None:
    async with site.signed_in("kofi"), site.signed_in("bo") as bo:
        assert (await bo.get(HELP)).status_code == 404
    async with site.signed_in("joao") as joao:
        assert (await joao.get(HELP)).status_code == 404
        assert (await joao.get(f"{HELP}/1/start")).status_code == 404


async def test_there_is_no_page_about_people_elsewhere(site: Site) -> None:
    async with site.signed_in("joao"), site.signed_in("amina") as amina:
        assert (await amina.get("communities/nairobi/people/joao/help")).status_code == 404
        assert (await amina.get("communities/nairobi/people/nobody/help")).status_code == 404


@pytest.mark.parametrize("changed", [{"kind": "own"}, {"kind": ""}, {"server": "x" * 31}])
async def test_nothing_else_can_be_asked(site: Site, changed: dict[str, str]) -> None:
    async with site.signed_in("kofi"), site.signed_in("amina") as amina:
        asked = {"kind": "open"} | changed
        assert (await ask(amina, **asked)).status_code == 400


async def test_an_operator_asks_nobody_and_is_asked_by_nobody(site: Site) -> None:
    async with site.signed_in("root") as root:
        assert (await root.get(HELP)).status_code == 404
