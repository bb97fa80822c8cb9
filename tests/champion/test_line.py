"""Who waits for a seat, as champions see it; and letting somebody go first."""

from __future__ import annotations

import pytest

from catalyst_hub.core.session import ServerKey
from catalyst_hub.usecases.list_waiting import list_waiting
from catalyst_hub.usecases.wait_for_seat import wait_for_seat
from tests.champion.site import PREFIX, Site
from tests.hub.visitor import fields

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGE = "communities/nairobi"


async def _wait(site: Site, name: str) -> None:
    runtime = site.runtime
    key, options = ServerKey(name, "line"), {"community": "nairobi"}
    work = lambda uow: wait_for_seat(uow, runtime.policy, key, options, runtime.now())  # noqa: E731
    assert await runtime.write(work) is not None


async def _line(site: Site) -> list[str]:
    runtime = site.runtime
    work = lambda uow: list_waiting(uow, runtime.policy, "nairobi", runtime.now())  # noqa: E731
    return [each.person.name for each in await runtime.read(work)]


@pytest.fixture(autouse=True)
def _nobody_is_called(site: Site) -> None:
    """There are seats enough here: the hub would let them in at once."""
    site.app._periodic_callbacks["catalyst_waiting"].stop()


async def test_a_champion_sees_the_line_and_lets_one_person_go_first(site: Site) -> None:
    async with site.signed_in("kofi"), site.signed_in("lucia"), site.signed_in("amina") as amina:
        for name in ("kofi", "lucia", "amina"):
            await _wait(site, name)
        forms = (await amina.see(PAGE)).select("form[action$=pass]")
        # None by her own name: nobody goes first by her own word.
        assert len(forms) == 2
        answer = await amina.client.post(str(forms[1]["action"]), data=fields(forms[1]))
    assert "The next free seat is theirs." in answer.text
    assert "Goes first." in answer.text
    assert await _line(site) == ["lucia", "kofi", "amina"]


async def test_nobody_goes_first_by_her_own_word(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        form = (await amina.see(PAGE)).select_one("form[action$=pass]")
        assert form is not None
        own = await site.runtime.read(lambda uow: uow.waiting.of_server(ServerKey("amina", "line")))
        assert own is not None
        address = f"{PREFIX}{PAGE}/line/{own.place_id}/pass"
        answer = await amina.client.post(address, data=fields(form))
    assert "They were not waiting any more" in answer.text
    assert await _line(site) == ["lucia", "kofi", "amina"]
