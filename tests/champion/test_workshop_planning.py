"""A workshop is planned on a phone: the plan is seen before anything is made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
import pytest_asyncio

from catalyst_hub.core.meeting import Oddity, oddity
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day
from catalyst_hub.i18n import translator
from tests.champion.site import COMMUNITIES as PLAIN
from tests.champion.site import PREFIX, Site, SitePerson
from tests.champion.test_people import texts
from tests.champion.test_workshops import send
from tests.hub.visitor import fields, page

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORKSHOPS = "communities/nairobi/workshops"
COMMUNITIES = PLAIN.replace(
    "    budget: {amount: 500}\n",
    "    budget: {amount: 500}\n    bounds: {most_workshop_seats: 30}\n",
).replace(
    "    title: Mombasa\n    country: KE\n    time_zone: Africa/Nairobi\n",
    "    title: Mombasa\n    country: CL\n    time_zone: America/Santiago\n",
)


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def alone(site: Site) -> AsyncIterator[None]:
    """No test leaves a workshop at the hours of the next: together they are held to the bounds."""
    yield
    now = site.runtime.now()

    def call_off(uow: UnitOfWork) -> None:
        for workshop in uow.workshops.of("nairobi"):
            uow.workshops.cancel(workshop.workshop_id, now)

    await site.runtime.write(call_off)


def tomorrow(site: Site) -> date:
    return local_day(site.runtime.now(), "Africa/Nairobi") + timedelta(days=1)


async def planned(champion: SitePerson, site: Site, **words: str) -> httpx.Response:
    day = tomorrow(site).isoformat()
    usual = {"title": "Plants", "first_on": day, "last_on": day, "seats": "20"}
    form = await champion.get(f"{WORKSHOPS}/new")
    return await champion.press(form, **(usual | words))


def odd_day(site: Site, odd: Oddity, hour: str) -> str:
    """The next on which the clocks of Santiago do this to an hour."""
    days = (tomorrow(site) + timedelta(days=number) for number in range(366))
    return next(day for day in days if oddity(day, hour, "America/Santiago") is odd).isoformat()


@pytest.mark.parametrize(
    ("odd", "hours", "words"),
    [
        (Oddity.SKIPPED, ("00:30", "02:00"), "leave this hour out"),
        (Oddity.DOUBLED, ("23:30", "24:00"), "this hour comes twice"),
    ],
)
async def test_an_hour_that_a_change_of_the_clocks_takes_or_doubles_is_refused(
    site: Site, odd: Oddity, hours: tuple[str, str], words: str
) -> None:
    day = odd_day(site, odd, hours[0])
    said = {"title": "Owls", "seats": 5}
    meeting = {"day": day, "starts": hours[0], "ends": hours[1]}
    async with site.signed_in("root") as root:
        form = await root.get("communities/mombasa/workshops/new")
        refused = await root.press(form, title="Owls", seats="5", times=f"{day} {'-'.join(hours)}")
        assert (refused.status_code, words in texts(refused, "[role=alert]")[0]) == (422, True)
        token = site.app.users["root"].new_api_token()
    async with site.stranger() as program:
        told = await program.client.post(
            f"{PREFIX}communities/mombasa/workshops.json",
            json={**said, "meetings": [meeting]},
            headers={"Authorization": f"token {token}"},
        )
        assert (told.status_code, told.json()["code"]) == (422, f"{odd.value}-hour")
        assert words in told.json()["message"]


async def made_so_far(site: Site) -> int:
    return await site.runtime.read(lambda uow: len(uow.workshops.of("nairobi")))


async def test_the_plan_is_shown_and_nothing_is_made_until_the_button(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        plan = await planned(amina, site, instructors="amina")
        assert plan.status_code == 200
        assert texts(plan, "h1") == ["The plan for Plants"]
        assert {"What it needs", "What it will cost"} <= set(texts(plan, "h2"))
        assert "The workshop takes place." in plan.text
        assert "/workshops/" not in plan.url.path.removesuffix("/new")
        made = await send(amina, plan, "/workshops")
    assert "The workshop is made." in made.text
    assert "09:00–12:00" in made.text
    assert "Invite learners" in made.text


async def test_correcting_leads_back_to_the_form_with_everything_that_was_typed(site: Site) -> None:
    async with site.signed_in("amina", "es") as amina:
        before = await made_so_far(site)
        words = {"title": "Plantas", "material": "https://example.org/x.git", "idle": "20"}
        plan = await planned(amina, site, **words)
        back, form = page(plan).select_one("button[formaction]"), page(plan).select_one("main form")
        assert back is not None
        assert form is not None
        corrected = await amina.client.post(
            str(back["formaction"]), data=fields(form) | {"edit": "1"}
        )
        assert page(corrected).select_one("#title")["value"] == "Plantas"  # type: ignore[index]
        assert "https://example.org/x.git" in corrected.text
        assert page(corrected).select_one("#idle [selected]")["value"] == "20"  # type: ignore[index]
        assert await made_so_far(site) == before


async def test_beyond_the_bounds_it_is_asked_for_with_a_reason_and_does_not_take_place(
    site: Site,
) -> None:
    async with site.signed_in("amina") as amina:
        plan = await planned(amina, site, title="Crowd", seats="31")
        assert "It is for more than 30 people." in plan.text
        assert texts(plan, "main form button")[0] == "Ask for it"
        again = await send(amina, plan, "/workshops")
        assert again.status_code == 422
        assert "Say why you need it" in texts(again, "[role=alert]")[0]
        asked = await send(amina, again, "/workshops", reason="A whole faculty comes")
    assert "It waits for an answer" in asked.text
    assert "A whole faculty comes" in asked.text


async def test_the_operator_needs_nobodys_word(site: Site) -> None:
    async with site.signed_in("root") as root:
        plan = await planned(root, site, title="Ours", seats="31")
        made = await send(root, plan, "/workshops")
    assert "The workshop is made." in made.text


async def test_a_change_is_planned_and_made_from_the_page_of_the_workshop(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        made = await send(amina, await planned(amina, site, title="Moved"), "/workshops")
        link = page(made).select_one("main a[href$='/change']")
        assert link is not None
        form = await amina.client.get(str(link["href"]))
        assert page(form).select_one("#starts")["value"] == "09:00"  # type: ignore[index]
        plan = await amina.press(form, starts="10:00", seats="12", idle="30")
        assert "10:00–12:00" in plan.text
        assert "09:00–12:00" in (await amina.client.get(made.url)).text
        changed = await send(amina, plan, made.url.path.removeprefix(PREFIX))
    assert "The workshop is changed." in changed.text
    assert "10:00–12:00" in changed.text
    assert "stop after 30 minutes" in texts(changed, "dl.facts dd")


async def test_when_its_servers_stop_is_chosen_shown_and_chosen_anew(site: Site) -> None:
    chosen = {"idle": "20", "max_age": "480", "ceiling": "120", "grace": "30"}
    async with site.signed_in("amina") as amina:
        made = await send(amina, await planned(amina, site, title="Brief", **chosen), "/workshops")
        told = dict(zip(texts(made, "dl.facts dt"), texts(made, "dl.facts dd"), strict=True))
        form = await amina.client.get(f"{made.url.copy_with(query=None)}/change")
        marked = {name: page(form).select_one(f"#{name} [selected]") for name in chosen}
        again = await amina.press(form, max_age="", grace="0")
        changed = await send(amina, again, made.url.path.removeprefix(PREFIX))
    assert told["Idle servers"] == "stop after 20 minutes"
    assert told["All servers"] == "stop 8 hours after their start"
    assert told["A computation or open page"].startswith("counts as use for 2 hours after somebody")
    assert told["A new server"] == "is left alone for 30 minutes"
    assert {name: option and option["value"] for name, option in marked.items()} == chosen
    assert "All servers" not in texts(changed, "dl.facts dt")
    assert "stops like the others" in texts(changed, "dl.facts dd")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"starts": "12:00", "ends": "09:00"}, "12:00–09:00: The end has to come after"),
        ({"starts": "25:00", "ends": "26:00"}, "Please write hours like 09:00"),
        ({"seats": "0"}, "Please say for how many people it is."),
        ({"seats": "100000"}, "A workshop is for at most 5000 people."),
        ({"times": "2026-12-01 09:00-10:00\n" * 10_000}, "A workshop has at most 500 times."),
        ({"server": "none/such"}, "This community has no such environment."),
        ({"material": "javascript:alert(1)"}, "Please give the material as a web address"),
        ({"instructors": "nobody-here"}, "Nobody in this community is called nobody-here."),
        ({"budget": "0"}, "Please set aside more than nothing"),
        ({"warm": "9999"}, "Servers are started at most 180 minutes ahead."),
        ({"idle": "5"}, "Unused servers stop after 10 to 1440 minutes."),
        ({"max_age": "5"}, "Servers stop at the latest 60 to 44640 minutes after their start."),
        ({"grace": "1441"}, "New servers are left alone for 0 to 1440 minutes."),
        ({"ceiling": "9"}, "What goes on untouched keeps a server for 10 to 44640 minutes."),
        ({"times": "9999-12-31 09:00-24:00"}, "This is more than two years ahead."),
        ({"times": "0001-01-01 00:00-01:00"}, "These days are over already."),
        ({"first_on": "9999-12-31", "last_on": "9999-12-31"}, "more than two years ahead."),
    ],
)
async def test_what_cannot_be_planned_is_said_and_nothing_is_made(
    site: Site, words: dict[str, str], sentence: str
) -> None:
    before = await made_so_far(site)
    async with site.signed_in("amina") as amina:
        refused = await planned(amina, site, **words)
    assert refused.status_code == 422
    assert sentence in texts(refused, "[role=alert]")[0]
    assert await made_so_far(site) == before


async def test_the_form_says_that_the_hours_of_today_are_over(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = local_day(site.runtime.now(), "Africa/Nairobi")
    noon = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
    monkeypatch.setattr(site.service.settings["catalyst"], "now", lambda: noon)
    async with site.signed_in("amina") as amina:
        first = {"first_on": today.isoformat(), "starts": "09:00", "ends": "12:00"}
        refused = await planned(amina, site, **first, last_on=today.isoformat())
        assert refused.status_code == 422
        assert texts(refused, "[role=alert]") == [
            "The hours of today are over already. Please choose later ones, or another day."
        ]
        tomorrow = (today + timedelta(days=1)).isoformat()
        plan = await planned(amina, site, **first, last_on=tomorrow)
    assert plan.status_code == 200
    assert "The hours of its first day," in texts(plan, ".alert")[0]


async def test_who_cannot_instruct_keeps_the_workshop_from_being_made(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        before = await made_so_far(site)
        plan = await planned(amina, site, title="Nobody")
        refused = await send(amina, plan, "/workshops", instructors="nobody-here")
        assert refused.status_code == 422
        assert "Nobody in this community is called nobody-here." in refused.text
        assert await made_so_far(site) == before


async def test_an_instructor_sees_times_and_no_money(site: Site) -> None:
    async with site.signed_in("kofi") as kofi:
        async with site.signed_in("amina") as amina:
            today = local_day(site.runtime.now(), "Africa/Nairobi").isoformat()
            plan = await planned(
                amina, site, title="Taught", first_on=today, instructors="kofi", budget="5"
            )
            made = await send(amina, plan, "/workshops")
            assert "Budget" in texts(made, "dl.facts dt")
        site.service.settings["hub_auth"].cache.clear()
        seen = await kofi.client.get(made.url)
        assert "09:00–12:00" in seen.text
        assert "Budget" not in texts(seen, "dl.facts dt")
        assert (await kofi.get(f"{WORKSHOPS}/new")).status_code == 404


async def asked_for(site: Site, title: str) -> str:
    """The address of a workshop that waits for an answer."""
    async with site.signed_in("amina") as amina:
        plan = await planned(amina, site, title=title, seats="31")
        made = await send(amina, plan, "/workshops", reason="A whole faculty comes")
    assert made.status_code == 200
    return made.url.path


@pytest.mark.parametrize(
    ("answer", "says"),
    [("granted", "have granted it."), ("declined", "have not granted it")],
)
async def test_the_operator_answers_with_a_reply_and_the_champion_reads_it(
    site: Site, answer: str, says: str
) -> None:
    path = await asked_for(site, f"Answered {answer}")
    async with site.signed_in("root") as root:
        listed = await root.get("workshops")
        assert f"Answered {answer}" in listed.text
        assert "A whole faculty comes" in listed.text
        question = await root.client.get(f"{path}/answer")
        assert "It is for more than 30 people." in question.text
        assert "What it will cost" in texts(question, "h2")
        await send(root, question, "/answer", answer=answer, reply="We have looked")
        assert f"Answered {answer}" not in (await root.get("workshops")).text
    async with site.signed_in("amina") as amina:
        page_of_it = await amina.client.get(path)
        assert says in page_of_it.text
        assert "We have looked" in page_of_it.text
        assert ("Invite learners" in page_of_it.text) is (answer == "granted")


async def test_nobody_but_operators_answers(site: Site) -> None:
    path = await asked_for(site, "Not by herself")
    async with site.signed_in("amina") as amina:
        form = await amina.client.get(f"{path}/change")
        data = fields(page(form).select_one("main form")) | {"answer": "granted"}  # type: ignore[arg-type]
        assert (await amina.client.get(f"{path}/answer")).status_code == 404
        assert (await amina.client.post(f"{path}/answer", data=data)).status_code == 404
        assert (await amina.get("workshops")).status_code == 404
        assert "It waits for an answer" in (await amina.client.get(path)).text


async def test_an_answer_that_is_none_is_refused(site: Site) -> None:
    path = await asked_for(site, "Neither")
    async with site.signed_in("root") as root:
        question = await root.client.get(f"{path}/answer")
        assert (await send(root, question, "/answer", answer="perhaps")).status_code == 400


async def test_a_rehearsal_shows_what_learners_will_find_and_changes_nothing(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        plan = await planned(amina, site, title="Rehearsed", seats="25", server="python/small")
        made = await send(amina, plan, "/workshops")
        link = page(made).select_one("main a[href$='/rehearsal']")
        assert link is not None
        shown = await amina.client.get(str(link["href"]))
        assert "Nothing is started and nothing changes." in shown.text
        assert f'value="{tomorrow(site)}T09:00"' in shown.text
        assert "Workshop “Rehearsed”, until" in shown.text
        assert "12:00 (Nairobi time)" in shown.text
        assert "marked already" in shown.text
        assert "Can start." in shown.text
        evening = await amina.client.get(f"{link['href']}?at={tomorrow(site)}T20:00")
        assert "The workshop is not on then" in evening.text
        await amina.press(await amina.client.get(f"{made.url.path}/cancel"))
        assert "was called off" in (await amina.client.get(str(link["href"]))).text


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("yesterday", "such as 2026-12-01T09:00"),
        ("2020-01-01T09:00", "still to come"),
        ("9999-12-31T23:59", "within the next three years"),
    ],
)
async def test_what_is_no_instant_to_come_cannot_be_rehearsed(
    site: Site, at: str, words: str
) -> None:
    async with site.signed_in("amina") as amina:
        plan = await planned(amina, site, title=f"Never {at}")
        made = await send(amina, plan, "/workshops")
        refused = await amina.client.get(f"{made.url.path}/rehearsal?at={at}")
    assert refused.status_code == 422
    assert words in texts(refused, "[role=alert]")[0]


async def test_a_calendar_fills_the_form_and_a_workshop_goes_back_into_one(site: Site) -> None:
    day = tomorrow(site)
    text = (
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Frogs\nDTSTART:{day:%Y%m%d}T100000\n"
        "DURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    async with site.signed_in("amina") as amina:
        ask = await amina.get(f"{WORKSHOPS}/calendar")
        form = await send(amina, ask, "/calendar", text=text)
        assert f"{day} 10:00-11:00" in form.text
        plan = await send(amina, form, "/new", times=f"{day} 10:00-11:00", seats="5")
        made = await send(amina, plan, "/workshops")
        assert "10:00–11:00" in made.text
        file = await amina.client.get(f"{made.url.path}.ics")
        assert file.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert f"DTSTART:{day:%Y%m%d}T070000Z" in file.text
        off = await send(amina, ask, "/calendar", text=text.replace("DUR", "STATUS:CANCELLED\nDUR"))
        assert (off.status_code, "no times of anything" in off.text) == (422, True)
        broken = await send(amina, ask, "/calendar", text=text.replace("T100000", "T990000"))
        assert broken.status_code == 422
        assert "Line 4 of the file cannot be used" in texts(broken, "[role=alert]")[0]
        many = await send(
            amina, ask, "/calendar", text=text.replace("DUR", "RRULE:FREQ=DAILY;COUNT=10000\nDUR")
        )
        assert "A workshop has at most 500 times." in texts(many, "[role=alert]")[0]
        rule = "RRULE:FREQ=DAILY;INTERVAL=1000"
        long = await send(amina, ask, "/calendar", text=text.replace("DUR", f"{rule}\nDUR"))
        assert (long.status_code, texts(form, "[role=status]")) == (200, [])
        [note] = texts(long, "[role=status]")
        beyond = translator("en", "KE").day(day + timedelta(days=1000))
        assert f"was not taken over from {beyond} on" in note


async def test_without_the_library_the_page_says_how_to_get_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalyst_hub.champion.calendars.IS_THERE", False)
    async with site.signed_in("amina") as amina:
        asked = await amina.get(f"{WORKSHOPS}/calendar")
        assert "pip install 'catalyst-hub[calendar]'" in asked.text.replace("&#39;", "'")
        assert not page(asked).select("main form")
