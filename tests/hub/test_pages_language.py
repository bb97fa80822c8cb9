"""The language of a page: her choice, her community's, her browser's; and the switch."""

from __future__ import annotations

import pytest

from catalyst_hub.hub.pages.language import is_local_path
from catalyst_hub.i18n import LANGUAGE_NAMES
from tests.hub.communities import COMMUNITIES, catalyst_config
from tests.hub.visitor import Visitor, page

NO_CHOICE = COMMUNITIES.replace("name: lucia, display_name: Lucía, language: es", "name: lucia")


@pytest.fixture
async def hub(start_hub, tmp_path):
    return await start_hub(catalyst_config(tmp_path, NO_CHOICE))


def language(response) -> str:
    return page(response).html["lang"]


async def enter(visitor: Visitor, name: str):
    form = await visitor.get("/hub/login?next=/hub/home")
    return await visitor.submit(form, f'form:has([value="{name}"])')


ACCEPTED = {"": "en", "pt-BR,pt;q=0.9": "pt", "de,fr;q=0.5": "fr", "zh": "en", "ÿ;;q=x": "en"}


async def test_before_sign_in_the_browser_decides(hub):
    async with Visitor(hub) as visitor:
        for accepted, spoken in ACCEPTED.items():
            headers = {"Accept-Language": accepted.encode("latin-1")}
            assert language(await visitor.get("/hub/login", headers=headers)) == spoken


async def test_the_community_speaks_before_the_browser(hub):
    async with Visitor(hub, "fr") as visitor:
        assert language(await enter(visitor, "joao")) == "es"


async def test_the_first_of_two_communities_decides(hub):
    async with Visitor(hub, "fr") as visitor:
        assert language(await enter(visitor, "lucia")) == "en"


async def test_the_switch_leads_back_to_the_page_in_the_chosen_language(hub):
    async with Visitor(hub, "en") as visitor:
        login = await visitor.get("/hub/login?next=/hub/token")
        for chosen in LANGUAGE_NAMES:
            link = page(login).select_one(f"nav a[hreflang={chosen}]")
            switched = await visitor.get(link["href"])
            assert switched.url == login.url
            assert language(switched) == chosen
            assert page(switched).select_one("[aria-current=true]")["lang"] == chosen


async def test_a_choice_goes_with_the_person_to_another_device(hub):
    async with Visitor(hub) as first:
        await enter(first, "kofi")
        await first.get("/hub/language?to=pt")
    async with Visitor(hub) as second:
        assert language(await enter(second, "kofi")) == "pt"


async def test_a_choice_outlives_a_restart_of_the_hub(hub, start_hub, tmp_path):
    async with Visitor(hub) as first:
        await enter(first, "kofi")
        await first.get("/hub/language?to=pt")
    again = await start_hub(catalyst_config(tmp_path, NO_CHOICE))
    async with Visitor(again) as second:
        assert language(await enter(second, "kofi")) == "pt"


async def test_a_language_we_do_not_speak_changes_nothing(hub):
    async with Visitor(hub, "fr") as visitor:
        assert language(await visitor.get("/hub/language?to=tlh&next=/hub/login")) == "fr"


OUTSIDE = [
    "//evil.example",
    "///evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "https://evil.example/",
    "https:evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\r\nSet-Cookie: a=b",
    "evil.example",
    "",
]


async def test_the_switch_leads_nowhere_else(hub):
    async with Visitor(hub) as visitor:
        for address in OUTSIDE:
            asked = {"to": "es", "next": address}
            answer = await visitor.client.get("/hub/language", params=asked, follow_redirects=False)
            assert answer.headers["Location"] == "/hub/home"


@pytest.mark.parametrize("address", ["/hub/home", "/services/catalyst/?month=2026-11#top", "/"])
def test_a_path_of_this_hub_is_local(address):
    assert is_local_path(address, "/")


def test_a_path_beside_a_hub_under_a_prefix_is_not_local():
    assert is_local_path("/jupyter/hub/home", "/jupyter/")
    assert not is_local_path("/elsewhere/", "/jupyter/")
