"""Trying a limit on a month that is past, from the form to the list of days."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import pytest_asyncio

from catalyst_hub.champion.trials import TRIES_OF_A_PERSON
from catalyst_hub.core.unit_of_work import UnitOfWork
from tests.champion.site import Site
from tests.support.sessions import HOUR, a_session, running, stopped

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
TRIAL = "communities/nairobi/trial"
ASKED = f"{TRIAL}?kind=server_hours/month&scope=person&month=2026-10"


def _october(uow: UnitOfWork) -> None:
    kofi = uow.people.by_name("kofi")
    assert kofi is not None
    for day in (5, 20):
        morning = datetime(2026, 10, day, 6, tzinfo=UTC)
        session = a_session(kofi, community="nairobi", reserved_at=morning)
        stopped(uow, running(uow, session), morning + 6 * HOUR)


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def _used(site: Site) -> None:
    async with site.signed_in("kofi"):
        await site.runtime.write(_october)


async def test_a_champion_sees_whom_it_would_have_stopped(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        first = await amina.see(TRIAL)
        assert first.select_one("[role=status]") is None
        (named,) = (await amina.see(f"{ASKED}&amount=10&names=1")).select("tbody tr")
        assert " ".join(named.text.split()) == "kofi Tue, 20 Oct"
        plain = await amina.see(f"{ASKED}&amount=10")
        assert "kofi" not in plain.select("tbody")[0].text
        assert "1 of 1 person would have been stopped." in plain.text
        assert "0 of 1 person" in (await amina.see(f"{ASKED}&amount=12")).text


async def test_the_form_keeps_what_was_asked(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        words = "?kind=servers/at_once&scope=community&month=2026-09&amount=3"
        seen = await amina.see(TRIAL + words)
        chosen = [tag["value"] for tag in seen.select("option[selected]")]
        assert chosen == ["servers/at_once", "community", "2026-09"]
        assert "3 servers at the same time · all together" in seen.text


@pytest.mark.parametrize(
    "words",
    ["&amount=x", "&amount=1&kind=x", "&amount=1&scope=workshop", "&amount=1&month=2026-13"],
)
async def test_what_makes_no_sense_is_said_so(site: Site, words: str) -> None:
    pairs = dict(pair.split("=") for pair in words[1:].split("&"))
    usual = {"kind": "server_hours/month", "scope": "person", "month": "2026-10"} | pairs
    async with site.signed_in("amina") as amina:
        address = TRIAL + "?" + "&".join(f"{key}={value}" for key, value in usual.items())
        answer = await amina.get(address)
        assert answer.status_code == 422


async def test_who_tries_very_many_has_to_wait_and_nobody_else_does(site: Site) -> None:
    async with site.signed_in("amina") as amina, site.signed_in("root") as root:
        statuses = []
        while not statuses or (statuses[-1] == 200 and len(statuses) <= TRIES_OF_A_PERSON):
            answer = await amina.get(f"{ASKED}&amount=10")
            statuses.append(answer.status_code)
        assert statuses[-1] == 429
        assert int(answer.headers["Retry-After"]) > 3000
        assert "You have tried many limits in a short time." in answer.text
        assert (await amina.get(TRIAL)).status_code == 200
        assert (await root.get(f"{ASKED}&amount=10")).status_code == 200
