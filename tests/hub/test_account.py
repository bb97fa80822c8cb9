"""One's own account: who I am here, where I belong and why."""

from __future__ import annotations

import pytest

from tests.hub.communities import catalyst_config
from tests.hub.visitor import Visitor, page


@pytest.fixture
async def hub(start_hub, tmp_path):
    return await start_hub(catalyst_config(tmp_path))


async def entered(visitor: Visitor, name: str) -> Visitor:
    form = await visitor.get("/hub/login?next=/hub/home")
    await visitor.submit(form, f'form:has([value="{name}"])')
    return visitor


async def account_of(hub, name: str, language: str = "en") -> str:
    async with Visitor(hub, language) as visitor:
        await entered(visitor, name)
        return page(await visitor.get("/hub/account")).main.get_text(" ", strip=True)


async def test_it_says_who_i_am_and_why_i_belong(hub):
    text = await account_of(hub, "kofi")
    assert "Kofi" in text
    assert "Your name on this hub: kofi" in text
    assert "Nairobi Member since" in text
    assert "On the list of the community: kofi" in text


async def test_it_speaks_the_readers_language(hub):
    text = await account_of(hub, "lucia", "es")
    assert "Tu nombre en este hub: lucia" in text
    assert "Miembro desde el" in text


async def test_who_belongs_nowhere_is_told_how_to_join(hub):
    text = await account_of(hub, "bo")
    assert "You do not belong to any community" in text
    assert "Join a community" in text


async def test_strangers_sign_in_first(hub):
    async with Visitor(hub) as visitor:
        assert (await visitor.get("/hub/account")).url.path == "/hub/login"


async def test_every_page_of_the_signed_in_leads_there(hub):
    async with Visitor(hub) as visitor:
        await entered(visitor, "kofi")
        home = page(await visitor.get("/hub/home"))
    assert home.select_one('header a[href="/hub/account"]').text == "My account"


async def test_a_note_that_nobody_knows_says_nothing(hub):
    async with Visitor(hub) as visitor:
        await entered(visitor, "kofi")
        answer = await visitor.get("/hub/account?note=<b>pwned</b>")
    assert page(answer).select_one(".note") is None
    assert "pwned</b>" not in answer.text
