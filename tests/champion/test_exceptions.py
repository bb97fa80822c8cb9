"""From the form to the start that the limit would have refused, and back."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio

from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day
from catalyst_hub.usecases.revoke_exception import revoke_exception
from tests.champion.site import COMMUNITIES as PLAIN
from tests.champion.site import PREFIX, Site, SitePerson
from tests.hub.visitor import fields, page

pytestmark = pytest.mark.asyncio(loop_scope="module")

EXCEPTIONS = "communities/nairobi/exceptions"
HOURS = "person.cpu_hours.day..0"
COMMUNITIES = (
    PLAIN.replace(
        "    title: Nairobi\n",
        "    title: Nairobi\n"
        "    bounds: {champions_may_make_exceptions: true, most_exception_days: 9}\n",
    )
    .replace("person: {at_once: {cpu: 2}}", "person: {at_once: {cpu: 2}, per_day: {cpu_hours: 4}}")
    .replace(
        "      title: Python\n",
        "      title: Python\n      quotas: {person: {per_week: {cpu_hours: 9}}}\n",
    )
)


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def as_at_first(site: Site) -> None:
    """Everybody has been here, and has no more than the limits: whichever tests ran before."""
    for name in ("kofi", "lucia", "bo"):
        if not await site.runtime.read(lambda uow, name=name: uow.people.by_name(name)):
            async with site.signed_in(name):
                pass
    now = site.runtime.now()

    def end_all(uow: UnitOfWork) -> None:
        for made in uow.exemptions.in_force("nairobi", now):
            revoke_exception(uow, "nairobi", made.exemption_id, "root", now)

    await site.runtime.write(end_all)


async def make(champion: SitePerson, **terms: str) -> httpx.Response:
    form = await champion.get(EXCEPTIONS)
    asked = {"limit": HOURS, "person": "kofi", "amount": "1", "reason": "Thesis"} | terms
    return await champion.press(form, **asked)


def rows(response: httpx.Response) -> list[str]:
    return [" ".join(row.text.split()) for row in page(response).select("tbody tr")]


def problem(response: httpx.Response) -> str:
    assert response.status_code == 422, response.text
    found = page(response).select_one("#problem")
    assert found is not None
    return found.text


def today(site: Site) -> str:
    return local_day(site.runtime.now(), "Africa/Nairobi").isoformat()


async def test_a_champion_makes_one_the_person_sees_it_and_it_ends(site: Site) -> None:
    async with site.signed_in("amina") as amina, site.signed_in("kofi") as kofi:
        made = await make(amina, amount="2,5", reason="Thesis  is due")
        assert made.status_code == 200, made.text
        row = rows(made)[0]
        assert "2.5 CPU-hours" in row
        assert "Thesis is due Amina" in row
        use = await kofi.get("use")
        assert "You have 2.5 CPU-hours more each day" in use.text
        assert "Given by Amina: Thesis is due" in use.text
        assert "of 6.5 CPU-hours" in use.text
        form = page(made).select_one("tbody form")
        assert form is not None
        ended = await amina.client.post(
            str(form["action"]), data={"_xsrf": str(form.select_one("input")["value"])}
        )
        assert "Ended by Amina" in rows(ended)[0]
        assert "CPU-hours more" not in (await kofi.get("use")).text


async def test_one_for_one_profile_says_for_which(site: Site) -> None:
    async with site.signed_in("amina") as amina, site.signed_in("kofi") as kofi:
        made = await make(amina, limit="person.cpu_hours.week.python.0")
        assert made.status_code == 200, made.text
        [told] = page(await kofi.get("use")).find_all(string=re.compile("You have 1 CPU-hour"))
        assert re.search(r"each week, until the end of .+ · Python\.", told)


async def test_who_asked_reads_how_much_more_and_everybody_who_did_what(site: Site) -> None:
    async with site.signed_in("amina") as amina, site.signed_in("kofi") as kofi:
        asked = await kofi.client.get("/hub/ask-champion/nairobi?limit=person.cpu_hours.day")
        form = page(asked).select_one("main form")
        assert form is not None
        await kofi.client.post(str(asked.url), data=fields(form))
        [link] = page(await amina.get("communities/nairobi/appeals")).select("main a.button")
        filled = await amina.client.get(str(link["href"]))
        await amina.press(filled, limit=HOURS, amount="3", reason="Exam")
        more = "3 CPU-hours more each day, until the end of"
        told = await kofi.client.get("/hub/home")
        assert f"A champion has made an exception: {more}" in told.text
        audit = await amina.get("communities/nairobi/audit")
        assert f"Amina made an exception for Kofi: {more}" in audit.text


async def test_a_name_is_meant_however_it_is_written(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        made = await make(amina, person=" Kofi ", reason="typed on a phone")
        assert made.status_code == 200, made.text
        assert "Kofi kofi" in rows(made)[0]
        assert "another champion" in problem(await make(amina, person="AMINA"))


async def test_the_sentence_says_which_bound_is_met(site: Site) -> None:
    today = local_day(site.runtime.now(), "Africa/Nairobi")
    async with site.signed_in("amina") as amina:
        assert "at most 100%" in problem(await make(amina, amount="4.1"))
        late = (today + timedelta(days=10)).isoformat()
        assert "at most 9 days" in problem(await make(amina, until=late))
        assert "at most 9 days" in problem(await make(amina, until="9999-12-31"))
        early = (today - timedelta(days=1)).isoformat()
        assert "over already" in problem(await make(amina, until=early))
        assert "another champion" in problem(await make(amina, person="amina"))
        assert "called nobody" in problem(await make(amina, person="nobody"))
        # A real name, of whom this community says nothing.
        assert "called bo" in problem(await make(amina, person="bo"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"amount": "lots"}, "as a number"),
        ({"amount": "0"}, "as a number"),
        ({"amount": "-1"}, "as a number"),
        ({"amount": "1e99"}, "as a number"),
        ({"until": "soon"}, "last day"),
        ({"reason": " "}, "say why"),
        ({"person": ""}, "for whom"),
        ({"limit": "community.servers.at_once..0"}, "Everybody shares"),
        ({"limit": "person.gpu.month..0"}, "choose a limit"),
        ({"limit": "x"}, "choose a limit"),
    ],
)
async def test_what_cannot_be_read_is_asked_for_again_and_nothing_is_lost(
    site: Site, words: dict[str, str], sentence: str
) -> None:
    async with site.signed_in("amina") as amina:
        answer = await make(amina, **words)
        assert sentence in problem(answer)
        reason = page(answer).select_one("#reason")
        assert reason is not None
        assert reason["value"] == words.get("reason", "Thesis").strip()


async def test_money_is_offered_to_the_operator_only(site: Site) -> None:
    async with site.signed_in("amina") as amina, site.signed_in("root") as root:
        assert "Budget" not in (await amina.see(EXCEPTIONS)).select("#limit")[0].text
        assert "Budget" in (await root.see(EXCEPTIONS)).select("#limit")[0].text


async def test_an_operator_reads_nothing_of_the_champions_bounds(site: Site) -> None:
    async with site.signed_in("root") as root:
        assert "at most 3660 days" in problem(await make(root, until="9000-01-01"))
        everybody = {"limit": "community.servers.at_once..0", "person": "", "until": today(site)}
        await make(root, amount=str(2**53), **everybody)
        assert "as a number" in problem(await make(root, amount="1", **everybody))


async def test_a_link_fills_in_the_form(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        words = "?person=kofi&unit=cpu_hours&window=day&appeal=77"
        filled = await amina.see(EXCEPTIONS + words)
        assert filled.select_one("#person")["value"] == "kofi"
        assert filled.select_one("option[selected]")["value"] == HOURS
        assert filled.select_one("input[name=appeal]")["value"] == "77"
        odd = await amina.see(EXCEPTIONS + "?person=%22%3E&unit=x&window=")
        assert odd.select_one("#person")["value"] == '">'
        assert odd.select_one("option[selected]") is None


async def test_where_champions_may_not_they_read_who_may(site: Site) -> None:
    async with site.signed_in("joao") as joao:
        seen = await joao.see("communities/mombasa/exceptions")
        assert "The people who run this hub can." in seen.text
        assert seen.select_one("#limit") is None


async def test_one_of_another_community_is_not_there(site: Site) -> None:
    async with site.signed_in("amina") as amina, site.signed_in("joao") as joao:
        made = await make(amina)
        form = page(made).select_one("tbody form")
        assert form is not None
        there = str(form["action"]).replace("nairobi", "mombasa")
        mine = await joao.get("communities/mombasa/people")
        token = page(mine).select_one("input[name=_xsrf]")
        assert token is not None
        answer = await joao.client.post(there, data={"_xsrf": str(token["value"])})
        assert answer.status_code == 404
        assert rows(await amina.get(EXCEPTIONS))[0].endswith("End it (Kofi)")


async def test_it_says_so_in_spanish(site: Site) -> None:
    async with site.signed_in("lucia", language="es") as lucia:
        assert (await lucia.get(EXCEPTIONS)).status_code == 404
    async with site.signed_in("amina", language="es") as amina:
        made = await make(amina, person="lucia")
        assert "CPU" in rows(made)[0]
    async with site.signed_in("lucia", language="es") as lucia:
        use = await lucia.client.get(PREFIX + "use")
        assert "más cada día" in use.text


async def test_programs_make_read_and_end_them_with_a_token(site: Site) -> None:
    async with site.signed_in("amina"), site.stranger() as program:
        token = site.app.users["amina"].new_api_token()
        headers = {"Authorization": f"token {token}"}
        address = f"{PREFIX}{EXCEPTIONS}.json"
        until = local_day(site.runtime.now(), "Africa/Nairobi").isoformat()
        said = {"person": "kofi", "unit": "cpu_hours", "window": "day", "amount": 0.5}
        wrong = await program.client.post(address, headers=headers, json=said | {"until": until})
        assert wrong.status_code == 422
        assert wrong.json() == {"message": "Please say why."}
        said |= {"until": until, "reason": "a script"}
        made = await program.client.post(address, headers=headers, json=said)
        assert made.status_code == 201, made.text
        number = made.json()["exception"]
        first = (await program.client.get(address, headers=headers)).json()["exceptions"][0]
        assert first["exception"] == number
        assert (first["person"], first["amount"], first["until"]) == ("kofi", 1_800_000, until)
        one = f"{PREFIX}{EXCEPTIONS}/{number}.json"
        assert (await program.client.delete(one, headers=headers)).status_code == 204
        ended = (await program.client.get(one, headers=headers)).json()
        assert ended["revoked_by"] == "amina"
        for body in ("[]", "{", '{"unit": {}}'):
            odd = await program.client.post(address, headers=headers, content=body)
            assert odd.status_code == 400, body


async def test_a_page_elsewhere_cannot_use_the_address_for_programs(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        await amina.see(EXCEPTIONS)
        answer = await amina.client.post(f"{PREFIX}{EXCEPTIONS}.json", json={})
        assert answer.status_code == 403
