"""The budget's page: where it stands, what follows, and paying in."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest

from catalyst_hub.bootstrap import utc_now
from catalyst_hub.core.workshop import Plan
from tests.champion.site import COMMUNITIES as PLAIN
from tests.champion.site import PREFIX, Site, SitePerson
from tests.hub.communities import live_session
from tests.hub.visitor import page

pytestmark = pytest.mark.asyncio(loop_scope="module")

BUDGET = "communities/nairobi/budget"
COMMUNITIES = (
    PLAIN.replace(
        "budget: {amount: 500}", "budget: {amount: 500}\n    bounds: {champions_may_top_up: 100}"
    ).replace(
        "    title: Mombasa\n",
        "    title: Mombasa\n    prices: {cpu_hour: 1}\n    budget: {amount: 9}\n",
    )
    + """\
  kisumu:
    title: Kisumu
    country: KE
    currency: KES
    languages: [en]
    members: [{provider: demo, people: [kofi]}]
    champions: [{provider: demo, people: [joao]}]
    prices: {cpu_hour: 3600}
    budget: {credit: prepaid}
"""
)


async def pay(person: SitePerson, **words: str) -> httpx.Response:
    form = await person.get(BUDGET)
    return await person.press(form, **{"amount": "40", "reason": "a course"} | words)


def problem(response: httpx.Response) -> str:
    assert response.status_code == 422, response.text
    found = page(response).select_one("#problem")
    assert found is not None
    return found.text


async def test_a_champion_pays_in_and_everybody_who_may_see_it_does(site: Site) -> None:
    async with site.signed_in("amina") as amina, site.signed_in("root") as root:
        paid = await pay(amina)
        assert "It is paid in." in paid.text
        assert "of Ksh540" in page(paid).select_one(".limits").text.replace("\xa0", "")
        seen = " ".join((await root.see(BUDGET)).text.split())
        assert "a course" in seen
        assert "amina" in seen
        audit = (await amina.see("communities/nairobi/audit")).text
        assert "topped up the budget" in audit


async def test_more_than_the_bound_is_refused_and_what_was_written_stays(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        refused = await pay(amina, amount="1000", reason="a dream")
        assert "100" in problem(refused)
        field = page(refused).select_one("#reason")
        assert field is not None
        assert field["value"] == "a dream"
        assert "Write an amount" in problem(await pay(amina, amount="lots"))
        assert "Please write why" in problem(await pay(amina, reason=" "))


async def test_the_steps_are_told_with_what_they_mean(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        amina.client.cookies.set("catalyst-language", "fr")
        steps = (await amina.see(BUDGET)).select("main li strong")
        assert [step.text for step in steps if "%" in step.text] == [
            "50\xa0%",
            "80\xa0%",
            "95\xa0%",
            "100\xa0%",
        ]
        assert "mises de côté" in steps[2].parent.text + steps[1].parent.text


async def test_where_champions_may_not_pay_in_there_is_no_form(site: Site) -> None:
    async with site.signed_in("joao") as joao:
        seen = await joao.see("communities/mombasa/budget")
        assert seen.select_one("main form") is None
        assert "Only the people who run this hub may pay in here." in seen.text


async def test_a_community_without_a_budget_has_no_such_page(site: Site) -> None:
    async with site.signed_in("root") as root:
        assert (await root.get("communities/cordoba/budget")).status_code == 404
        assert "/budget" not in (await root.get("communities/cordoba")).text
        assert "/budget" in (await root.get("communities/nairobi")).text


async def test_what_is_set_aside_for_workshops_is_told(site: Site) -> None:
    now = utc_now()
    # Whatever the zone, it is not over.
    plan = Plan("Plants", now.date(), now.date() + timedelta(days=1), budget_micros=100_000_000)
    made = await site.runtime.write(
        lambda uow: uow.workshops.add("nairobi", plan, "amina", now, "KES")
    )
    async with site.signed_in("amina") as amina:
        seen = " ".join((await amina.see(BUDGET)).text.split()).replace("\xa0", "")
        assert "Set aside for workshops: -Ksh100.00" in seen
    async with site.stranger() as program:
        headers = {"Authorization": f"token {site.app.users['amina'].new_api_token()}"}
        answer = await program.client.get(f"{PREFIX}{BUDGET}.json", headers=headers)
        assert answer.json()["set_aside"] == 100_000_000
    await site.runtime.write(lambda uow: uow.workshops.cancel(made.workshop_id, now))


async def test_programs_pay_in_with_their_own_token(site: Site) -> None:
    async with site.signed_in("root"), site.stranger() as program:
        token = site.app.users["root"].new_api_token()
        headers, address = {"Authorization": f"token {token}"}, f"{PREFIX}{BUDGET}.json"
        before = (await program.client.get(address, headers=headers)).json()
        assert before["window"] == "month"
        said = {"amount": "-5", "reason": "by a program"}
        paid = await program.client.post(address, headers=headers, json=said)
        assert paid.status_code == 201, paid.text
        assert paid.json()["credit"] == before["credit"] - 5_000_000
        wrong = await program.client.post(address, headers=headers, json=said | {"amount": "x"})
        assert wrong.status_code == 422
        assert "300" in wrong.json()["message"]


async def test_a_page_elsewhere_cannot_use_the_address_for_programs(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        await amina.see(BUDGET)
        answer = await amina.client.post(f"{PREFIX}{BUDGET}.json", json={})
        assert answer.status_code == 403


async def test_the_step_that_is_taken_stands_on_the_first_page(site: Site) -> None:
    async with site.signed_in("root") as root, site.signed_in("joao") as joao:
        assert "put aside" not in (await joao.see("communities/mombasa")).text
        address = f"{PREFIX}communities/mombasa/budget"
        form = await root.client.get(address)
        await root.press(form, amount="-9", reason="nothing is left")
        seen = (await joao.see("communities/mombasa")).text
        assert "Nothing that costs money can be started" in seen


async def is_up(site: Site, name: str) -> None:
    async with asyncio.timeout(60):
        while not ((session := await live_session(site.app, name)) and session.running_at):
            await asyncio.sleep(0.05)


async def test_prepaid_credit_is_empty_until_somebody_pays_in(site: Site) -> None:
    async with site.signed_in("root") as root, site.signed_in("kofi") as kofi:
        budget = f"{PREFIX}communities/kisumu/budget"
        assert "The prepaid credit of Kisumu is spent" in (await kofi.client.get("/hub/spawn")).text
        assert "paid in" in (await kofi.client.get("/hub/spawn")).text
        empty = await root.client.get(budget)
        assert "Used up." in empty.text
        paid = await root.press(empty, amount="10000", reason="the grant")
        seen = " ".join(page(paid).text.split())
        assert "of Ksh10,000.00" in seen
        assert "Starts again" not in seen
        picker = await kofi.client.get("/hub/spawn")
        assert "The prepaid credit" not in picker.text
        assert "If the servers that run now go on" not in seen
        await kofi.press(picker, choice="kisumu/python/large")
        await is_up(site, "kofi")
        seen = " ".join((await root.see("communities/kisumu/budget")).text.split())
        assert "If the servers that run now go on, it is empty on" in seen
        assert "At this pace" not in seen
