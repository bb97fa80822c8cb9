"""An image of one's own, in the picker and over the REST API."""

from __future__ import annotations

import pytest

from tests.hub.communities import COMMUNITIES, catalyst_config, live_session
from tests.hub.visitor import Visitor, fields, page

_OWN = "environment:\n        own_image: {pattern: '^quay[.]io/.+:.+$'}\n"
OWN = COMMUNITIES.replace("environment:\n", _OWN, 1)
FIELD = "image:nairobi/python"
MINE = "quay.io/kofi/maps:2026.1"


@pytest.fixture
async def hub(start_hub, tmp_path):
    return await start_hub(catalyst_config(tmp_path, OWN))


@pytest.fixture
async def kofi(hub):
    async with Visitor(hub) as visitor:
        form = await visitor.get("/hub/login?next=/hub/home")
        await visitor.submit(form, 'form:has([value="kofi"])')
        yield visitor


async def press_start(visitor: Visitor, **values: str):
    form = page(await visitor.get("/hub/spawn")).select_one("main form")
    return await visitor.client.post(
        form["action"], data=fields(form) | values, follow_redirects=False
    )


async def test_the_picker_asks_for_it_and_starts_with_it(hub, kofi):
    picker = page(await kofi.get("/hub/spawn"))
    field = picker.select_one(f'input[name="{FIELD}"]')
    assert picker.select_one(f'label[for="{field["id"]}"]').text == "Your image"
    answer = await press_start(kofi, **{FIELD: f" {MINE} "})
    assert answer.status_code in (302, 303)
    spawner = hub.users["kofi"].spawners[""]
    assert spawner.user_options["image"] == MINE


async def test_what_does_not_fit_is_refused_and_stays_to_be_corrected(hub, kofi):
    answer = await press_start(kofi, **{FIELD: "docker.io/kofi/maps:1"})
    assert answer.status_code == 400
    assert "The image “docker.io/kofi/maps:1” cannot be started here." in answer.text
    assert page(answer).select_one(f'input[name="{FIELD}"]')["value"] == "docker.io/kofi/maps:1"
    assert await live_session(hub, "kofi") is None


async def test_without_one_the_person_is_asked_to_write_it(kofi):
    answer = await press_start(kofi)
    assert answer.status_code == 400
    assert "Write in which image you want to start." in answer.text


async def test_what_was_written_for_another_profile_is_left_out(kofi):
    answer = await press_start(kofi, **{"image:cordoba/r": MINE})
    assert "Write in which image you want to start." in answer.text
