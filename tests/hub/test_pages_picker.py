"""The picker: looking starts nothing, pressing starts once, a refusal says why."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from catalyst_hub.communities_file.quota_parts import (
    LimitsPart,
    PersonLimitsPart,
    WorkshopLimitsPart,
)
from catalyst_hub.communities_file.quotas import KEYS
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.exemption import Asked
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import Window
from catalyst_hub.hub.pages.picker import _LEFT
from tests.hub.communities import COMMUNITIES, catalyst_config, live_session, until_ready
from tests.hub.visitor import Visitor, fields, page

PRICED = COMMUNITIES.replace("currency: ARS", "currency: ARS\n    prices: {cpu_hour: 12.5}")


@pytest.fixture
async def hub(start_hub, tmp_path):
    return await start_hub(catalyst_config(tmp_path, PRICED))


@pytest.fixture
async def people(hub):
    """Signs in: ``await people("kofi")``."""
    visitors = []

    async def sign_in(name: str, language: str = "") -> Visitor:
        visitor = Visitor(hub, language)
        visitors.append(visitor)
        form = await visitor.get("/hub/login?next=/hub/home")
        await visitor.submit(form, f'form:has([value="{name}"])')
        return visitor

    yield sign_in
    for visitor in visitors:
        await visitor.client.aclose()


async def press_start(visitor: Visitor, **values: str):
    form = page(await visitor.get("/hub/spawn")).select_one("main form")
    return await visitor.client.post(
        form["action"], data=fields(form) | values, follow_redirects=False
    )


def choices(response) -> list[str]:
    return [entry["value"] for entry in page(response).select("input[name=choice]")]


def chosen(response, name: str = "choice") -> str:
    return page(response).select_one(f"input[name={name}][checked]")["value"]


async def test_a_person_of_two_communities_chooses(people):
    picker = await (await people("lucia")).get("/hub/spawn")
    assert [h.text for h in page(picker).select("h2")] == ["Nairobi", "Córdoba"]
    assert "cordoba/r/only" in choices(picker)


async def test_a_person_sees_only_what_she_may_use(people):
    picker = await (await people("kofi")).get("/hub/spawn")
    assert choices(picker) == ["nairobi/python/small", "nairobi/python/large"]


async def test_an_outsider_is_told_whom_to_ask(people):
    picker = await (await people("bo")).get("/hub/spawn")
    assert picker.status_code == 200
    assert "You do not belong to any community of this hub yet." in picker.text
    assert "root@example.org" in picker.text
    assert not choices(picker)


QUERIES = ["", "?language=es", "?community=nairobi&profile=python&size=large", "?opt-size=large"]


async def test_looking_never_starts_anything(hub, people):
    kofi = await people("kofi")
    for query in QUERIES:
        assert (await kofi.get(f"/hub/spawn{query}")).status_code == 200
        assert not hub.users["kofi"].spawner.active
    assert await live_session(hub, "kofi") is None


async def test_a_link_preselects(people):
    link = "/hub/spawn?community=cordoba&profile=python&size=large&interface=notebook"
    picker = await (await people("lucia")).get(link)
    assert chosen(picker) == "cordoba/python/large"
    assert chosen(picker, "interface") == "notebook"


async def test_a_link_with_nonsense_shows_the_usual_picker(people):
    picker = await (await people("lucia")).get("/hub/spawn?community=<b>&choice=a/b/c/d&size=%ff")
    assert (picker.status_code, chosen(picker)) == (200, "nairobi/python/small")


async def test_the_picker_tells_prices_and_what_is_left(people):
    lucia = await people("lucia")
    picker = await lucia.get("/hub/spawn")
    assert "ARS12.50 por hora" in picker.text.replace("\N{NO-BREAK SPACE}", "")
    assert "2 de 2 lugares libres ahora" in picker.text
    assert "Tú: 2 CPU de 2 CPU libres ahora" in picker.text


async def test_what_one_was_given_beyond_the_limits_is_one_line_on_picker_and_home(hub, people):
    kofi, lucia = await people("kofi", "en"), await people("lucia", "en")
    runtime = hub.authenticator.runtime
    asked = Asked("kofi", Unit.CPU, Window.AT_ONCE, 1000, date(2126, 11, 24), "a course")
    person = await runtime.read(lambda uow: uow.people.by_name("kofi"))
    await runtime.write(
        lambda uow: uow.exemptions.add(
            "nairobi", person.person_id, asked, "amina", runtime.now(),
            asked.expires_at("Africa/Nairobi"),
        )
    )  # fmt: skip
    line = "In Nairobi you have 1 CPU more at the same time, until the end of 24 Nov 2126."
    for path in ("/hub/spawn", "/hub/home"):
        told = [note.text for note in page(await kofi.get(path)).select("p.note")]
        assert told == [line]
        assert line not in (await lucia.get(path)).text


async def test_pressing_start_starts(hub, people):
    answer = await press_start(await people("kofi"))
    assert answer.status_code in {302, 303}
    await until_ready(hub, "kofi")
    assert (await live_session(hub, "kofi")).choice.size == "small"


async def test_pressing_start_twice_starts_once(hub, people):
    kofi = await people("kofi")
    answers = await asyncio.gather(*(press_start(kofi) for _ in range(4)))
    assert {answer.status_code for answer in answers} <= {302, 303}
    await until_ready(hub, "kofi")
    sessions = await hub.authenticator.runtime.read(lambda uow: uow.sessions.all_live())
    assert len(sessions) == 1


async def test_a_refused_choice_says_why_and_keeps_the_form(hub, people):
    lucia = await people("lucia")
    answer = await press_start(lucia, choice="nairobi/python/huge")
    assert answer.status_code == 400
    assert "El tamaño «huge» no se ofrece." in answer.text
    assert "amina@example.org" in answer.text
    assert choices(answer)


async def test_whoever_finds_the_community_full_is_told_so_and_led_into_the_line(hub, people):
    for name in ("kofi", "amina"):
        await press_start(await people(name))
    lucia = await people("lucia")
    assert "Los 2 lugares de Nairobi están ocupados." in (await lucia.get("/hub/spawn")).text
    answer = await press_start(lucia, choice="nairobi/python/small")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/hub/waiting"
    line = await lucia.get("/hub/waiting")
    assert "Eres la siguiente persona." in line.text
    assert await live_session(hub, "lucia") is None


async def test_an_interface_that_the_profile_lacks_is_left_out(hub, people):
    lucia = await people("lucia")
    await press_start(lucia, choice="cordoba/r/only", interface="notebook")
    assert (await live_session(hub, "lucia")).choice.interface == "lab"


async def test_a_form_from_another_site_starts_nothing(hub, people):
    kofi = await people("kofi")
    answer = await press_start(kofi, _xsrf="guessed")
    assert answer.status_code == 403
    assert "This form is too old" in answer.text
    assert not hub.users["kofi"].spawner.active


async def test_nobody_opens_the_picker_of_another_person(people):
    answer = await (await people("kofi")).get("/hub/spawn/lucia")
    assert answer.status_code == 404
    assert "There is no such page, or it is not for you." in answer.text


async def test_without_the_store_the_picker_says_so(hub, people, tmp_path):
    kofi = await people("kofi")
    hub.authenticator.runtime._store.close()
    for file in tmp_path.glob("catalyst.sqlite*"):
        file.write_text("this is no database")
    answer = await kofi.get("/hub/spawn")
    assert answer.status_code == 503
    assert "The hub cannot look up your limits right now." in answer.text


async def test_a_refusal_that_comes_late_is_told_on_the_waiting_page(
    start_hub, tmp_path, monkeypatch
):
    monkeypatch.setattr("catalyst_hub.hub.pages.spawn._QUICK_S", 0)
    config = catalyst_config(tmp_path, COMMUNITIES.replace("servers: 2", "servers: 0"))

    async def slow(_spawner: object) -> None:
        await asyncio.sleep(0.5)

    config.Spawner.pre_spawn_hook = slow
    hub = await start_hub(config)
    async with Visitor(hub) as lucia:
        form = await lucia.get("/hub/login?next=/hub/home")
        await lucia.submit(form, 'form:has([value="lucia"])')
        answer = await press_start(lucia, choice="nairobi/python/small")
        told = await lucia.get(answer.headers["Location"] + "?wait=1")
        assert told.status_code == 429
        assert "Tu servidor no se inició" in told.text
        assert "Nairobi no tiene lugares por ahora." in told.text
        assert "amina@example.org" in told.text


async def test_a_named_server_is_chosen_and_started_like_any_other(start_hub, tmp_path):
    config = catalyst_config(tmp_path)
    config.JupyterHub.allow_named_servers = True
    hub = await start_hub(config)
    async with Visitor(hub) as kofi:
        form = await kofi.get("/hub/login?next=/hub/home")
        home = await kofi.submit(form, 'form:has([value="kofi"])')
        picker = await kofi.submit(home, "form[action$=new-server]", server_name="second")
        assert picker.url.path == "/hub/spawn/kofi/second"
        assert await live_session(hub, "kofi", "second") is None
        form = page(picker).select_one("main form")
        await kofi.client.post(form["action"], data=fields(form), follow_redirects=False)
        assert await live_session(hub, "kofi", "second") is not None
        refused = await kofi.submit(home, "form[action$=new-server]", server_name="../admin")
        assert refused.status_code in {400, 404}


def test_there_are_words_for_every_limit_that_the_file_can_have() -> None:
    parts = {
        LimitScope.COMMUNITY: LimitsPart,
        LimitScope.PERSON: PersonLimitsPart,
        LimitScope.WORKSHOP: WorkshopLimitsPart,
    }
    for scope, part in parts.items():
        windows = {window for window, key in KEYS.items() if key in part.model_fields}
        assert {window for of_scope, window in _LEFT if of_scope is scope} == windows
