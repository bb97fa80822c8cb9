"""A workshop on a phone: made in a minute, taught by somebody who is a plain member otherwise."""

from __future__ import annotations

from datetime import date, timedelta

import httpx
import pytest

from catalyst_hub.core.window import local_day
from tests.champion.site import PREFIX, Site, SitePerson
from tests.champion.test_people import texts, until
from tests.hub.communities import groups
from tests.hub.visitor import fields, page

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAIROBI = "communities/nairobi"
WORKSHOPS = f"{NAIROBI}/workshops"
INSTRUCTORS = "nairobi-instructors"
MONEY = ("Cost", "Budget", "Ksh")


def today(site: Site) -> date:
    return local_day(site.runtime.now(), "Africa/Nairobi")


async def make(
    champion: SitePerson, title: str, first: date | str, last: date | str
) -> httpx.Response:
    """One that takes place on all of its days, planned and made."""
    words = {"title": title, "first_on": str(first), "last_on": str(last), "starts": "", "ends": ""}
    plan = await champion.press(await champion.get(f"{WORKSHOPS}/new"), **words)
    if plan.status_code != 200:
        return plan
    return await send(champion, plan, "/workshops")


async def made_today(champion: SitePerson, site: Site, title: str) -> httpx.Response:
    return await make(champion, title, today(site), today(site) + timedelta(days=1))


async def send(
    person: SitePerson, response: httpx.Response, action: str, **more: str
) -> httpx.Response:
    """Send the form of a page that goes to this address."""
    form = page(response).select_one(f"main form[action$='{action}']")
    assert form is not None, response.text
    return await person.client.post(str(form["action"]), data=fields(form) | more)


def forget(site: Site) -> None:
    """Let the seconds pass for which the service believes what the Hub has said."""
    site.service.settings["hub_auth"].cache.clear()


async def test_a_workshop_is_made_and_its_instructor_teaches_until_dismissed(site: Site) -> None:
    async with site.signed_in("kofi") as kofi, site.signed_in("amina") as amina:
        assert (await kofi.get(NAIROBI)).status_code == 404
        workshop = await made_today(amina, site, "Plants")
        assert texts(workshop, "h1") == ["Plants"]
        assert "Today" in workshop.text
        appointed = await send(amina, workshop, "/instructors", name=" Kofi ")
        assert "They are an instructor of this workshop now." in appointed.text
        assert groups(site.app, "kofi") == {"nairobi", INSTRUCTORS}
        forget(site)
        home = await kofi.get()
        assert home.url.path == PREFIX + NAIROBI
        tabs = texts(home, "main nav a")
        assert {"Overview", "People", "Workshops", "Invitations"} <= set(tabs)
        assert "Who did what" not in tabs
        dismissed = await send(amina, appointed, "/kofi/dismiss")
        assert "no longer" in dismissed.text
        assert groups(site.app, "kofi") == {"nairobi"}
        forget(site)
        assert (await kofi.get(NAIROBI)).status_code == 404


async def test_an_instructor_sees_no_money_and_stops_a_learners_server(site: Site) -> None:
    async with site.signed_in("lucia") as lucia, site.signed_in("kofi") as kofi:
        async with site.signed_in("amina") as amina:
            overview = await amina.get(NAIROBI)
            assert all(word in overview.text for word in MONEY)
            workshop = await made_today(amina, site, "Stopping")
            await send(amina, workshop, "/instructors", name="kofi")
        await lucia.start_server()
        await until(lambda: bool(site.app.users["lucia"].spawner.ready))
        forget(site)
        overview = await kofi.get(NAIROBI)
        assert "Lucía" in overview.text
        assert not [word for word in MONEY if word in overview.text]
        link = page(overview).select_one("main td.act a[href*='/stop']")
        assert link is not None
        await kofi.press(await kofi.client.get(str(link["href"])))
        assert not site.app.users["lucia"].spawner.active
        people = await kofi.get(f"{NAIROBI}/people")
        assert "Lucía" in people.text
        assert not page(people).select("form[method=post], td.act a[href$='/remove']")


async def test_an_instructor_invites_learners_of_her_workshop_only(site: Site) -> None:
    async with site.signed_in("kofi") as kofi, site.signed_in("bo") as bo:
        async with site.signed_in("amina") as amina:
            workshop = await made_today(amina, site, "Inviting")
            await send(amina, workshop, "/instructors", name="kofi")
            sheet = await amina.press(await amina.get(f"{NAIROBI}/invitations"), note="Amina's own")
        forget(site)
        hers = await kofi.get(str(workshop.url.path).removeprefix(PREFIX))
        assert "Invite learners" in hers.text
        assert "Invite instructors" not in hers.text
        number = workshop.url.path.split("/")[-1]
        form = await kofi.get(f"{NAIROBI}/invitations?for=learners-{number}")
        assert "Amina&#39;s own" not in form.text
        assert not page(form).select("option[value^=instructors], option[value='']")
        made = await kofi.press(
            form, **{"for": f"learners-{number}"}, seats="1", days="1", note="For Bo"
        )
        code = page(made).select_one("strong.code")
        assert code is not None, made.text
        assert (await kofi.client.get(sheet.url)).status_code == 404
        await bo.press(await bo.client.get("/hub/join"), code=code.text)
        assert groups(site.app, "bo") == {"nairobi"}
        listed = await kofi.get(f"{NAIROBI}/invitations")
        assert "For Bo" in listed.text


async def test_an_invitation_for_instructors_lets_somebody_teach_who_was_a_stranger(
    site: Site,
) -> None:
    async with site.signed_in("joao") as joao, site.signed_in("amina") as amina:
        workshop = await made_today(amina, site, "Guests")
        link = page(workshop).select_one("a[href*='for=instructors']")
        assert link is not None
        form = await amina.client.get(str(link["href"]))
        chosen = page(form).select_one("option[selected]")
        assert chosen is not None
        assert chosen.text == "Instructors of Guests"
        sheet = await amina.press(form, **{"for": str(chosen["value"])}, seats="1", days="2")
        code = page(sheet).select_one("strong.code")
        assert code is not None, sheet.text
        await joao.press(await joao.client.get("/hub/join"), code=code.text)
        assert {"nairobi", INSTRUCTORS} <= groups(site.app, "joao")
        assert "João" in (await amina.client.get(workshop.url)).text
        deeds = texts(await amina.get(f"{NAIROBI}/audit"), ".deeds li")
        assert any(deed.endswith("João became an instructor of Guests (Amina).") for deed in deeds)


async def test_calling_off_asks_once_more_and_ends_the_power_at_once(site: Site) -> None:
    async with site.signed_in("lucia"), site.signed_in("amina") as amina:
        workshop = await made_today(amina, site, "Mistake")
        await send(amina, workshop, "/instructors", name="lucia")
        assert INSTRUCTORS in groups(site.app, "lucia")
        question = await amina.client.get(f"{workshop.url.path}/cancel")
        assert "Call off Mistake?" in question.text
        assert INSTRUCTORS in groups(site.app, "lucia")
        answer = await amina.press(question)
        assert "The workshop is called off" in answer.text
        assert INSTRUCTORS not in groups(site.app, "lucia")


@pytest.mark.parametrize(
    ("title", "first", "last", "sentence"),
    [
        ("", 0, 0, "Please say what the workshop is called."),
        ("x" * 81, 0, 0, "Please find a title of at most 80 letters."),
        ("Plants", 2, 1, "The last day comes before the first."),
        ("Plants", -2, -1, "These days are over already."),
        ("Plants", 0, 400, "A workshop lasts at most 366 days."),
        ("Plants", 800, 801, "This is more than two years ahead."),
        ("Plants", "soon", "2026-13-01", "Please give the first and the last day, each like 20"),
        ("Plants", "", "", "Please give the first and the last day"),
        ("Plants", "9999-12-31", "9999-12-31", "This is more than two years ahead."),
    ],
)
async def test_what_cannot_be_a_workshop_is_said_and_nothing_typed_is_lost(
    site: Site, title: str, first: int | str, last: int | str, sentence: str
) -> None:
    days = [
        day if isinstance(day, str) else str(today(site) + timedelta(days=day))
        for day in (first, last)
    ]
    async with site.signed_in("amina") as amina:
        answer = await make(amina, title, *days)
    assert answer.status_code == 422
    assert sentence in texts(answer, "[role=alert]")[0]
    assert page(answer).select_one("#title")["value"] == title  # type: ignore[index]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("bo2", "Nobody in this community is called bo2."),
        ("root", "root runs this hub and is in no community."),
    ],
)
async def test_who_cannot_instruct_is_said_with_the_reason(
    site: Site, name: str, sentence: str
) -> None:
    async with site.signed_in("root"), site.signed_in("amina") as amina:
        workshop = await made_today(amina, site, "Refusals")
        answer = await send(amina, workshop, "/instructors", name=name)
    assert answer.status_code == 422
    assert sentence in texts(answer, "[role=alert]")[0]


async def test_a_workshop_of_another_community_is_not_there(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        workshop = await made_today(amina, site, "Ours")
    elsewhere = f"communities/cordoba/workshops/{workshop.url.path.split('/')[-1]}"
    async with site.signed_in("root") as root:
        for below in ("", "/cancel"):
            assert (await root.get(elsewhere + below)).status_code == 404
        form = await root.get("communities/cordoba/workshops/new")
        data = fields(page(form).select_one("main form"))  # type: ignore[arg-type]
        for below in ("/instructors", "/instructors/kofi/dismiss", "/cancel"):
            await root.client.post(f"{PREFIX}{elsewhere}{below}", data=data | {"name": "lucia"})
    async with site.signed_in("amina") as amina:
        assert "Today" in (await amina.client.get(workshop.url)).text


async def test_a_title_with_markup_is_shown_as_text(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        await made_today(amina, site, "<script>alert(1)</script>")
        for below in (WORKSHOPS, f"{NAIROBI}/invitations", f"{NAIROBI}/audit"):
            assert "<script>" not in (await amina.get(below)).text
