"""Two people have the form of one workshop open: neither takes away what the other has changed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import httpx
import pytest

from catalyst_hub.champion.workshop_forms import Written, plan_in
from catalyst_hub.champion.workshop_merging import dispute_texts, form_of, merged
from catalyst_hub.core.community import Community
from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Nights, Plan
from catalyst_hub.i18n import translator
from tests.champion.site import PREFIX, Site, SitePerson
from tests.champion.test_workshops import send
from tests.hub.visitor import page

DAY = date(2026, 12, 1)
PLAN = Plan("Plants", DAY, DAY, (Meeting(DAY, "09:00", "11:00"),), seats=20, budget_micros=500_000)
HERE = Community("nairobi", {"": "Nairobi"}, "KE", ("en",), "Africa/Nairobi", "KES")
TWO_TUESDAYS = (PLAN.meetings[0], Meeting(date(2026, 12, 8), "09:00", "11:00"))


def sent(weekdays: frozenset[int] = frozenset(), /, **words: str) -> Written:
    """The form of the plan as a browser sends it, some of it changed."""
    form = form_of(PLAN)
    return Written({**form.words, **words}, weekdays, form.seen)


def read(written: Written) -> Plan:
    return plan_in(written, HERE, translator("en"), DAY)


@pytest.mark.parametrize(
    "theirs",
    [
        {},
        {"title": "Trees"},
        {"meetings": TWO_TUESDAYS, "last_on": date(2026, 12, 8)},
        {"seats": 30, "nights": Nights.KEPT},
        {"profile": "python", "size": "small", "budget_micros": None},
        {"warm_minutes": 0, "idle_minutes": 30, "clean_after_days": 7, "language": "es"},
        {"max_age_minutes": 480, "grace_minutes": 0, "ceiling_minutes": 45},
    ],
)
def test_of_a_form_in_which_nothing_was_changed_all_is_theirs(theirs: dict[str, object]) -> None:
    now = replace(PLAN, **theirs)  # type: ignore[arg-type]
    found = merged(sent(), now)
    assert found.disputed == ()
    assert read(found.written) == now
    assert merged(found.written, now).written == found.written


def test_what_each_has_changed_is_there_together() -> None:
    now = replace(PLAN, title="Trees", seats=30)
    found = merged(sent(material="https://example.org/x.git", starts="10:00"), now)
    assert found.disputed == ()
    assert read(found.written) == replace(
        now,
        material="https://example.org/x.git",
        meetings=(Meeting(DAY, "10:00", "11:00"),),
    )


def test_who_has_written_the_same_disputes_nothing() -> None:
    assert merged(sent(seats="30"), replace(PLAN, seats=30)).disputed == ()


def test_of_what_both_have_changed_hers_is_kept_and_taken_when_she_goes_on() -> None:
    now = replace(PLAN, title="Trees", seats=30)
    found = merged(sent(seats="25"), now)
    assert found.disputed == ("seats",)
    assert read(found.written) == replace(now, seats=25)
    again = merged(found.written, now)
    assert (again.disputed, read(again.written)) == ((), replace(now, seats=25))


def test_days_hours_and_days_of_the_week_are_one_thing() -> None:
    now = replace(PLAN, meetings=(Meeting(DAY, "10:00", "11:00"),))
    assert merged(sent(frozenset({1})), now).disputed == ("days",)
    assert merged(sent(last_on="2026-12-02"), now).disputed == ("days",)


def test_what_browsers_make_of_a_form_changes_nothing() -> None:
    odd = (*TWO_TUESDAYS, Meeting(date(2026, 12, 9), "10:00", "24:00"))
    plan = replace(PLAN, meetings=odd, last_on=date(2026, 12, 9))
    form = form_of(plan)
    words = {**form.words, "times": form["times"].replace("\n", "\r\n")}
    assert merged(replace(form, words=words), replace(plan, title="Trees")).disputed == ()
    to_midnight = replace(PLAN, meetings=(Meeting(DAY, "20:00", "24:00"),))
    form = form_of(to_midnight)
    found = merged(replace(form, words={**form.words, "ends": "00:00"}), PLAN)
    assert (found.disputed, read(found.written)) == ((), PLAN)


def test_a_form_that_does_not_say_what_it_was_opened_with_says_everything() -> None:
    now = replace(PLAN, seats=30)
    for seen in ("", "no such thing"):
        found = merged(replace(sent(), seen=seen), now)
        assert (found.disputed, read(found.written)) == ((), PLAN)


def test_the_sentences_tell_who_and_what_in_the_words_of_the_form() -> None:
    now = replace(
        PLAN, warm_minutes=0, clean_after_days=None, nights=Nights.KEPT, meetings=TWO_TUESDAYS
    )
    disputed, by = ("days", "warm", "nights", "clean", "material"), {"warm": "Amina"}
    told = list(dispute_texts(disputed, now, by, HERE, translator("en")))
    assert told[0] == (
        "“When” was changed meanwhile. It is now: "
        "Tue, Dec 1 · 09:00–11:00; Tue, Dec 8 · 09:00–11:00"
    )
    assert told[1] == "Amina has changed “Start servers ahead” meanwhile. It is now: Not at all"
    assert told[2].endswith("It is now: Servers run on")
    assert told[3].endswith("It is now: Never: they stay")
    assert told[4].endswith("It is now: –")
    assert "nothing is saved" in told[5]


async def a_workshop(site: Site, champion: SitePerson, title: str) -> str:
    """Its address."""
    day = (local_day(site.runtime.now(), "Africa/Nairobi") + timedelta(days=1)).isoformat()
    form = await champion.get("communities/nairobi/workshops/new")
    words = {"title": title, "first_on": day, "last_on": day, "seats": "20"}
    made = await send(champion, await champion.press(form, **words), "/workshops")
    return made.url.path.removeprefix(PREFIX)


async def change(person: SitePerson, form: httpx.Response, path: str, **words: str) -> str:
    """The page after the plan was seen and saved."""
    return (await send(person, await person.press(form, **words), path)).text


@pytest.mark.asyncio(loop_scope="module")
async def test_two_champions_change_a_workshop_from_forms_opened_at_the_same_time(
    site: Site,
) -> None:
    async with site.signed_in("amina") as amina, site.signed_in("root") as root:
        path = await a_workshop(site, amina, "Shared")
        hers, theirs = [await each.get(f"{path.lstrip('/')}/change") for each in (amina, root)]
        assert "is changed" in await change(root, theirs, path, seats="25", starts="10:00")
        plan = await amina.press(hers, title="Ours")
        assert "10:00–12:00" in plan.text
        assert "is changed" in (await send(amina, plan, path)).text
        disputed = await amina.press(hers, seats="30")
        assert disputed.status_code == 422
        assert "has changed “How many people” meanwhile. It is now: 25" in disputed.text
        title, seats = (page(disputed).select_one(each) for each in ("#title", "#seats"))
        assert title is not None
        assert seats is not None
        assert (title["value"], seats["value"]) == ("Ours", "30")
        assert "is changed" in await change(amina, disputed, path)
        kept = await site.runtime.read(lambda uow: uow.workshops.get(int(path.rpartition("/")[2])))
    assert kept is not None
    assert (kept.title, kept.seats, kept.meetings[0].starts) == ("Ours", 30, "10:00")


@pytest.mark.asyncio(loop_scope="module")
async def test_what_changes_between_the_plan_and_the_button_stays_too(site: Site) -> None:
    async with site.signed_in("amina") as amina, site.signed_in("root") as root:
        path = await a_workshop(site, amina, "Between")
        forms = [await each.get(f"{path.lstrip('/')}/change") for each in (amina, root)]
        hers = await amina.press(forms[0], title="Hers")
        theirs = await root.press(forms[1], seats="22")
        # At the same instant, so that both have read before either has written.
        await asyncio.gather(send(amina, hers, path), send(root, theirs, path))
        kept = await site.runtime.read(lambda uow: uow.workshops.get(int(path.rpartition("/")[2])))
    assert kept is not None
    assert (kept.title, kept.seats) == ("Hers", 22)
