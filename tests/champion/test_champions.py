"""Who is champion, and the list that champions may take along."""

from __future__ import annotations

import csv
from io import StringIO

import httpx
import pytest

from tests.champion.site import COMMUNITIES as PLAIN
from tests.champion.site import PREFIX, Site, SitePerson
from tests.champion.test_people import texts
from tests.hub.communities import groups
from tests.hub.visitor import page

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: In Mombasa champions may appoint until there are two.
COMMUNITIES = PLAIN.replace(
    "members: [{provider: demo, people: [joao]}]",
    "bounds: {champions_may_appoint: true, most_champions: 2, most_invitation_seats: 5}\n"
    "    members: [{provider: demo, people: [joao, lucia, bo]}]",
)
MOMBASA, NAIROBI = "communities/mombasa", "communities/nairobi"


async def press(person: SitePerson, address: str) -> httpx.Response:
    return await person.press(await person.get(address))


async def test_a_champion_appoints_within_bounds_and_the_new_one_steps_down(site: Site) -> None:
    async with site.signed_in("lucia") as lucia, site.signed_in("bo"):
        async with site.signed_in("joao") as joao:
            question = await joao.get(f"{MOMBASA}/people/lucia/appoint")
            assert "Make Lucía a champion of Mombasa?" in question.text
            assert "mombasa-champions" not in groups(site.app, "lucia")
            answer = await joao.press(question)
            assert "They are a champion of the community now." in answer.text
            assert "mombasa-champions" in groups(site.app, "lucia")
            refused = await press(joao, f"{MOMBASA}/people/bo/appoint")
            assert "as many champions as the people who run this hub allow" in refused.text
            assert groups(site.app, "bo") == {"mombasa"}
        await press(lucia, f"{MOMBASA}/people/lucia/dismiss")
        assert "mombasa-champions" not in groups(site.app, "lucia")
        assert "mombasa" in groups(site.app, "lucia")


async def test_of_people_elsewhere_a_champion_learns_nothing(site: Site) -> None:
    async with site.signed_in("amina"), site.signed_in("joao") as joao:
        for name in ("amina", "nobody"):
            for below in ("appoint", "dismiss", "phrase/card", "help"):
                answer = await joao.get(f"{MOMBASA}/people/{name}/{below}")
                assert (answer.status_code, "Amina" in answer.text) == (404, False), below


async def test_without_the_operators_word_there_is_no_button_and_no_way_around(
    site: Site,
) -> None:
    async with site.signed_in("kofi"), site.signed_in("amina") as amina:
        people = await amina.get(f"{NAIROBI}/people")
        assert not page(people).select("a[href$='/appoint']")
        asked = await amina.get(f"{NAIROBI}/people/kofi/appoint")
        assert "champions are made by the people who run it" in asked.text
        forced = await amina.client.post(
            f"{PREFIX}{NAIROBI}/people/kofi/appoint", data={"_xsrf": token_on(people)}
        )
        assert "champions are made by the people who run it" in forced.text
    assert groups(site.app, "kofi") == {"nairobi"}


def token_on(response: httpx.Response) -> str:
    token = page(response).select_one("form[method=post] input[name=_xsrf]")
    assert token is not None
    return str(token["value"])


async def test_a_champion_dismisses_no_other_and_a_rule_dismisses_nobody(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        assert (await amina.get(f"{NAIROBI}/people/kofi/dismiss")).status_code == 404
        answer = await press(amina, f"{NAIROBI}/people/amina/dismiss")
        assert "A rule of this hub makes them a champion." in answer.text
    assert groups(site.app, "amina") == {"nairobi", "nairobi-champions"}


async def test_the_operator_makes_and_unmakes_a_champion_who_loses_the_pages_at_once(
    site: Site,
) -> None:
    async with site.signed_in("kofi") as kofi, site.signed_in("root") as root:
        await press(root, f"{NAIROBI}/people/kofi/appoint")
        assert "nairobi-champions" in groups(site.app, "kofi")
        assert (await kofi.get(f"{NAIROBI}/audit")).status_code == 200
        answer = await press(root, f"{NAIROBI}/people/kofi/dismiss")
        assert "They are a member like everybody now." in answer.text
        site.service.settings["hub_auth"].cache.clear()  # its few seconds have passed
        assert (await kofi.get(f"{NAIROBI}/audit")).status_code == 404


async def test_the_form_holds_the_bounds_of_invitations(site: Site) -> None:
    async with site.signed_in("joao") as joao:
        form = await joao.get(f"{MOMBASA}/invitations")
        assert "at most 5" in form.text
        answer = await joao.press(form, seats="6")
        assert answer.status_code == 422
        assert "An invitation here has at most 5 seats" in texts(answer, "[role=alert]")[0]


async def test_the_list_is_narrowed_to_one_role(site: Site) -> None:
    async with site.signed_in("kofi"), site.signed_in("amina") as amina:
        for role, names in {"champion": ["Amina amina"], "instructor": []}.items():
            answer = await amina.get(f"{NAIROBI}/people?role={role}")
            assert texts(answer, "tbody th") == names
        members = texts(await amina.get(f"{NAIROBI}/people?role=member"), "tbody th")
        assert "Kofi kofi" in members
        assert "Amina amina" not in members


async def test_the_list_for_a_spreadsheet_has_names_no_formulas_and_is_noted(site: Site) -> None:
    async with site.signed_in("kofi"), site.signed_in("amina") as amina:
        people = await amina.get(f"{NAIROBI}/people")
        kofi = await site.runtime.read(lambda uow: uow.people.by_name("kofi"))
        await site.runtime.write(
            lambda uow: uow.people.signed_in(kofi, "=HYPERLINK(1)", site.runtime.now())
        )
        answer = await amina.client.post(
            f"{PREFIX}{NAIROBI}/people.csv", data={"_xsrf": token_on(people)}
        )
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert 'filename="nairobi-people-' in answer.headers["Content-Disposition"]
        listed = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
        row = next(row for row in listed if row["name"] == "kofi")
        assert row["shown_as"] == "'=HYPERLINK(1)"
        assert row["role"] == "member"
        assert "rule" in row["came_by"].split()
        deeds = texts(await amina.get(f"{NAIROBI}/audit"), ".deeds li")
        assert deeds[0].endswith("Amina took a list of the people out of the hub.")


async def test_a_forged_form_exports_nothing(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        await amina.get(f"{NAIROBI}/people")
        answer = await amina.client.post(f"{PREFIX}{NAIROBI}/people.csv", data={"_xsrf": "2|x"})
        assert answer.status_code == 403
