"""Who instructs and who is invited, for programs, which bring their own token."""

from __future__ import annotations

import asyncio
import getpass
import logging
from datetime import timedelta
from itertools import count
from typing import Any

import httpx
import pytest

from catalyst_hub.cli import main
from catalyst_hub.core.invitation import as_code
from tests.champion.site import PREFIX, Site
from tests.champion.test_invitations import everything_in
from tests.champion.test_workshops import INSTRUCTORS, forget, today
from tests.champion.test_workshops_api import program_of
from tests.hub.communities import groups

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAIROBI, CORDOBA = (f"{PREFIX}communities/{slug}" for slug in ("nairobi", "cordoba"))
INVITATIONS = f"{NAIROBI}/invitations.json"
NUMBERS = count(1)

WRONG = (
    ('{"seats": 0, "days": 7}', "seats is a whole number from 1"),
    ('{"seats": -1, "days": 7}', "seats is a whole number from 1"),
    ('{"seats": 2, "days": 0}', "days is a whole number from 1"),
    ('{"seats": NaN, "days": 7}', "seats is a whole number"),
    ('{"seats": 1e400, "days": 7}', "seats is a whole number"),
    ('{"seats": 1.5, "days": 7}', "seats is a whole number"),
    ('{"seats": true, "days": 7}', "seats is a whole number"),
    ('{"seats": "2", "days": 7}', "seats is a whole number"),
    ('{"days": 7}', "seats is a whole number"),
    ('{"seats": 2}', "days is a whole number"),
    ('{"seats": 2, "days": 7, "note": 5}', "note is a string"),
    ('{"seats": 2, "days": 7, "note": "a\\u0000"}', "note is a string"),
    ('{"seats": 2, "days": 7, "note": "a\\u001b[2Jb"}', "a note is a line"),
    ('{"seats": 2, "days": 7, "note": "' + "x" * 81 + '"}', "at most 80 characters"),
    ('{"seats": 2, "days": 7, "for": "everybody"}', "for is one of members, champions"),
    ('{"seats": 2, "days": 7, "for": ["members"]}', "for is a string"),
    ('{"seats": 2, "days": 7, "for": "learners"}', "learners are of a workshop"),
    ('{"seats": 2, "days": 7, "workshop": 1}', "members are of no workshop"),
    ('{"seats": 2, "days": 7, "for": "learners", "workshop": 0}', "number of a workshop"),
    ('{"seats": 2, "days": 7, "for": "learners", "workshop": -1}', "number of a workshop"),
    (f'{{"seats": 2, "days": 7, "for": "learners", "workshop": {10**30}}}', "of a workshop"),
    ('{"seats": 2, "days": 7, "for": "learners", "workshop": "1"}', "workshop is a whole"),
    ('{"seats": 2, "days": 7, "code": "K7MP-4QRX"}', "there is no 'code'"),
)


async def workshop_of(champion: httpx.AsyncClient, site: Site) -> int:
    """One of today and tomorrow. The same sent twice would be one and the same."""
    first, title = today(site), f"Plants {next(NUMBERS)}"
    days = {"first_on": str(first), "last_on": str(first + timedelta(days=1))}
    made = await champion.post(f"{NAIROBI}/workshops.json", json={"title": title, **days})
    assert made.status_code == 201, made.text
    number: int = made.json()["workshop"]
    return number


def instructors_of(number: int, name: str = "", community: str = NAIROBI) -> str:
    return f"{community}/workshops/{number}/instructors{f'/{name}' if name else ''}.json"


def terms(**more: Any) -> dict[str, Any]:
    return {"seats": 2, "days": 7, **more}


# --- instructors ---


async def test_a_program_appoints_and_dismisses_and_the_hub_hears_of_it_at_once(site: Site) -> None:
    async with program_of(site, "amina") as amina, program_of(site, "kofi"):
        number = await workshop_of(amina, site)
        made = await amina.post(instructors_of(number), json={"person": " Kofi "})
        assert made.status_code == 201, made.text
        found = made.json()
        assert found.pop("appointed_at").endswith("+00:00")
        assert found == {"person": "kofi", "shown_as": "Kofi", "appointed_by": "amina"}
        assert groups(site.app, "kofi") == {"nairobi", INSTRUCTORS}
        listed = await amina.get(instructors_of(number))
        assert listed.json() == {"instructors": [made.json()]}
        again = await amina.post(instructors_of(number), json={"person": "kofi"})
        assert (again.status_code, again.json()["code"]) == (422, "already")
        assert (await amina.delete(instructors_of(number, "kofi"))).status_code == 204
        assert groups(site.app, "kofi") == {"nairobi"}
        assert (await amina.delete(instructors_of(number, "kofi"))).status_code == 404
        assert (await amina.get(instructors_of(number))).json() == {"instructors": []}


async def test_who_cannot_instruct_is_said_in_the_readers_language(site: Site) -> None:
    spanish = {"Cookie": "catalyst-language=es"}
    async with site.signed_in("root"), site.signed_in("joao"), program_of(site, "amina") as amina:
        there = instructors_of(await workshop_of(amina, site))
        for name, code, sentence in (
            ("bo2", "not-in", "Nadie en esta comunidad se llama bo2."),
            ("joao", "not-in", "Nadie en esta comunidad se llama joao."),
            ("root", "operator", "root administra este hub"),
        ):
            answer = await amina.post(there, json={"person": name}, headers=spanish)
            assert (answer.status_code, answer.json()["code"]) == (422, code)
            assert sentence in answer.json()["message"]


async def test_one_that_was_called_off_has_no_instructors_and_gets_none(site: Site) -> None:
    async with program_of(site, "amina") as amina:
        number = await workshop_of(amina, site)
        await amina.post(instructors_of(number), json={"person": "amina"})
        await amina.delete(f"{NAIROBI}/workshops/{number}.json")
        refused = await amina.post(instructors_of(number), json={"person": "kofi"})
        assert (refused.status_code, refused.json()["code"]) == (422, "no-workshop")
        assert (await amina.get(instructors_of(number))).json() == {"instructors": []}


async def test_an_object_that_names_nobody_is_told_what_is_wrong(site: Site) -> None:
    async with program_of(site, "amina") as amina:
        there = instructors_of(await workshop_of(amina, site))
        for body in (
            b"{}",
            b'{"person": 7}',
            b'{"person": null}',
            b'{"person": ["kofi"]}',
            b'{"person": "\\ud800"}',
            b'{"person": "a\\u0000b"}',
            b'{"person": "kofi", "since": 1}',
        ):
            answer = await amina.post(there, content=body)
            assert (answer.status_code, answer.json()["code"]) == (422, None), body
            message = answer.json()["message"]
            assert message.startswith(("person is a string", "there is no 'since'"))


async def test_the_workshop_of_another_community_is_not_there_and_stays_as_it_is(
    site: Site,
) -> None:
    async with program_of(site, "amina") as amina, program_of(site, "root") as root:
        number = await workshop_of(amina, site)
        await amina.post(instructors_of(number), json={"person": "amina"})
        before = (await amina.get(instructors_of(number))).json()
        assert len(before["instructors"]) == 1
        there, hers = (instructors_of(number, name, CORDOBA) for name in ("", "amina"))
        for answer in (
            await root.get(there),
            await root.post(there, json={"person": "lucia"}),
            await root.delete(hers),
            await root.get(instructors_of(10**17)),
            await root.delete(instructors_of(number, "nobody%00")),
        ):
            assert answer.status_code == 404
        assert (await amina.get(instructors_of(number))).json() == before


# --- invitations ---


async def test_a_program_invites_learners_and_is_told_the_code_once(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with program_of(site, "amina") as amina, site.signed_in("bo") as bo:
        number = await workshop_of(amina, site)
        asked = terms(**{"for": "learners"}, workshop=number, note=" Hack week ")
        made = await amina.post(INVITATIONS, json=asked)
        assert made.status_code == 201, made.text
        assert made.headers["Cache-Control"] == "private, no-store"
        facts = made.json()
        code, link = facts.pop("code"), facts.pop("link")
        assert httpx.URL(link).path == f"/hub/join/{code}"
        assert facts["note"] == "Hack week"
        assert (facts["for"], facts["workshop"]) == ("learners", number)
        assert (facts["seats"], facts["used"], facts["state"]) == (2, 0, "open")
        assert facts["made_by"] == "amina"
        kept = as_code(code)
        assert kept is not None
        for text in (code, kept):
            assert text not in caplog.text
            assert text.encode() not in everything_in(site.runtime.settings.database_url)
        one = f"{NAIROBI}/invitations/{facts['invitation']}.json"
        assert (await amina.get(one)).json() == facts
        assert facts in (await amina.get(INVITATIONS)).json()["invitations"]
        await bo.press(await bo.client.get("/hub/join"), code=code)
        assert groups(site.app, "bo") == {"nairobi"}
        assert (await amina.get(one)).json()["used"] == 1
        for _ in range(2):
            assert (await amina.delete(one)).status_code == 204
        ended = (await amina.get(one)).json()
        assert ended["state"] == "revoked"
        assert ended["revoked_at"]


async def test_what_is_no_invitation_is_told_what_is_wrong_and_makes_nothing(site: Site) -> None:
    async with program_of(site, "amina") as amina:
        before = (await amina.get(INVITATIONS)).json()
        for asked, words in WRONG:
            answer = await amina.post(INVITATIONS, content=asked)
            assert (answer.status_code, answer.json()["code"]) == (422, None), asked
            assert words in answer.json()["message"]
        assert (await amina.get(INVITATIONS)).json() == before


async def test_what_is_no_object_is_not_understood(site: Site) -> None:
    async with program_of(site, "amina") as amina:
        number = await workshop_of(amina, site)
        for body in (b"", b"[]", b"{", b"[" * 100_000, b"\xff"):
            for address in (INVITATIONS, instructors_of(number)):
                assert (await amina.post(address, content=body)).status_code == 400


async def test_an_invitation_beyond_the_bounds_is_refused_in_the_readers_language(
    site: Site,
) -> None:
    async with program_of(site, "amina") as amina:
        for beyond in (terms(seats=501), terms(days=91), terms(seats=10**30), terms(days=10**30)):
            spanish = {"Cookie": "catalyst-language=es"}
            answer = await amina.post(INVITATIONS, json=beyond, headers=spanish)
            assert (answer.status_code, answer.json()["code"]) == (422, "out-of-bounds")
            assert "500 lugares como máximo" in answer.json()["message"]


async def test_nobody_is_invited_to_a_workshop_that_takes_nobody_or_is_elsewhere(
    site: Site,
) -> None:
    async with program_of(site, "amina") as amina, program_of(site, "root") as root:
        ours, cancelled = [await workshop_of(amina, site) for _ in "ab"]
        await amina.delete(f"{NAIROBI}/workshops/{cancelled}.json")
        for program, address, number in (
            (amina, INVITATIONS, cancelled),
            (amina, INVITATIONS, 10**17),
            (root, f"{CORDOBA}/invitations.json", ours),
        ):
            for whom in ("learners", "instructors"):
                asked = terms(**{"for": whom}, workshop=number)
                answer = await program.post(address, json=asked)
                assert (answer.status_code, answer.json()["code"]) == (422, "no-workshop")


async def test_an_invitation_of_another_community_is_neither_shown_nor_ended(site: Site) -> None:
    async with program_of(site, "amina") as amina, program_of(site, "root") as root:
        made = (await amina.post(INVITATIONS, json=terms(note="Ours"))).json()
        elsewhere = f"{CORDOBA}/invitations/{made['invitation']}.json"
        assert (await root.get(elsewhere)).status_code == 404
        assert (await root.delete(elsewhere)).status_code == 404
        assert "Ours" not in (await root.get(f"{CORDOBA}/invitations.json")).text
        one = f"{NAIROBI}/invitations/{made['invitation']}.json"
        assert (await amina.get(one)).json()["state"] == "open"


async def test_champions_are_invited_by_who_runs_the_hub_alone(site: Site) -> None:
    asked = terms(**{"for": "champions"})
    async with program_of(site, "amina") as amina, program_of(site, "root") as root:
        before = (await amina.get(INVITATIONS)).json()
        assert (await amina.post(INVITATIONS, json=asked)).status_code == 404
        assert (await amina.get(INVITATIONS)).json() == before
        made = await root.post(INVITATIONS, json=asked)
        assert (made.status_code, made.json()["for"]) == (201, "champions")


async def test_an_instructor_sees_makes_and_ends_what_is_for_her_own_learners(site: Site) -> None:
    async with program_of(site, "amina") as amina, program_of(site, "lucia") as lucia:
        hers, other = [await workshop_of(amina, site) for _ in "ab"]
        assert (await lucia.get(INVITATIONS)).status_code == 404
        await amina.post(instructors_of(hers), json={"person": "lucia"})
        forget(site)
        made = [
            (await amina.post(INVITATIONS, json=terms(**{"for": whom}, workshop=number))).json()
            for whom, number in (("learners", hers), ("instructors", hers), ("learners", other))
        ]
        listed = (await lucia.get(INVITATIONS)).json()["invitations"]
        assert [each["invitation"] for each in listed] == [made[0]["invitation"]]
        for each, status in zip(made, (204, 404, 404), strict=True):
            one = f"{NAIROBI}/invitations/{each['invitation']}.json"
            assert (await lucia.delete(one)).status_code == status
        for whom, number, status in (
            ("learners", hers, 201),
            ("instructors", hers, 422),
            ("learners", other, 422),
        ):
            answer = await lucia.post(INVITATIONS, json=terms(**{"for": whom}, workshop=number))
            assert answer.status_code == status, answer.text
        assert (await lucia.post(INVITATIONS, json=terms())).status_code == 422
        assert (await lucia.get(instructors_of(hers))).status_code == 404
        assert (await amina.delete(instructors_of(hers, "lucia"))).status_code == 204


# --- by whoever runs the hub, at its command line ---


async def test_what_is_done_at_the_command_line_the_hub_that_runs_follows_within_a_minute(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = site.runtime.settings
    where = ("--database-url", settings.database_url)
    where += ("--communities-file", str(settings.communities_file))

    async def call(action: str, number: int, *more: str) -> list[str]:
        words = ["workshops", action, str(number), *more, *where]
        assert await asyncio.to_thread(main, words) == 0
        return capsys.readouterr().out.splitlines()

    async with program_of(site, "amina") as amina, site.signed_in("lucia") as lucia:
        number = await workshop_of(amina, site)
        capsys.readouterr()
        for option, expected in (("--appoint", {INSTRUCTORS}), ("--dismiss", set())):
            await call("instructors", number, option, "lucia")
            site.app.users["lucia"]._auth_refreshed = 0  # the minute has passed
            await lucia.client.get("/hub/home")
            assert groups(site.app, "lucia") & {INSTRUCTORS} == expected
        code, *_ = await call("invite", number, "--seats", "1", "--days", "1", "--instructors")
        await lucia.press(await lucia.client.get("/hub/join"), code=code)
        assert INSTRUCTORS in groups(site.app, "lucia")
        [listed] = await call("invitations", number)
        assert listed.split()[1:3] == ["instructors", "1/1"]
        async with site.signed_in("amina") as browser:
            for below in ("invitations", "audit"):
                shown = (await browser.get(f"communities/nairobi/{below}")).text
                assert f"{getpass.getuser()} at the command line" in shown
                assert "service:command-line" not in shown
        assert (await amina.delete(instructors_of(number, "lucia"))).status_code == 204
