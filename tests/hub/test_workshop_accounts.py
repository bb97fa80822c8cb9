"""People without an account elsewhere: in with a code, back with a phrase, on a real hub."""

from __future__ import annotations

import asyncio
import logging
import re
from itertools import pairwise

import httpx
import pytest
from jupyterhub import orm

from catalyst_hub.core.community import Role
from catalyst_hub.core.invitation import Terms, digest
from catalyst_hub.core.phrase import digest as kept_phrase
from catalyst_hub.i18n import word_lists
from catalyst_hub.i18n.word_lists import word_list
from catalyst_hub.usecases.create_invitation import create_invitation
from tests.hub.communities import COMMUNITIES, catalyst_config, groups
from tests.hub.visitor import Visitor, page

CODE = "K7MP4QRX"
SIGN_UP = "/hub/join/account/workshop"
COME_BACK = "/hub/come-back/workshop"
WITH_ACCOUNTS = COMMUNITIES.replace(
    "providers:\n", "providers:\n  workshop: {type: workshop-accounts, title: Workshops}\n"
)


@pytest.fixture
async def hub(start_hub, tmp_path):
    return await start_hub(catalyst_config(tmp_path, WITH_ACCOUNTS))


async def invite(hub, code: str = CODE, seats: int = 5, role: Role = Role.MEMBER) -> int:
    runtime = hub.authenticator.runtime
    kept, terms = digest("test", code), Terms(seats, 7, role)
    made = await runtime.write(
        lambda uow: create_invitation(
            uow, runtime.policy, "nairobi", kept, terms, "amina", runtime.now()
        )
    )
    return made.invitation_id


async def sign_up(visitor: Visitor, name: str = "Wanjiru", code: str = "k7mp 4qrx"):
    return await visitor.submit(await visitor.get(SIGN_UP), code=code, name=name)


def card(answer: httpx.Response) -> tuple[str, str]:
    """The hub name and the phrase of the card that is shown."""
    name, phrase = (entry.text for entry in page(answer).select(".card-to-keep dd"))
    return name, phrase


async def newcomer(hub, name: str = "Wanjiru", language: str = "") -> tuple[str, str]:
    async with Visitor(hub, language) as visitor:
        return card(await sign_up(visitor, name))


async def come_back(visitor: Visitor, name: str, phrase: str, form: str = COME_BACK):
    return await visitor.submit(await visitor.get(form), name=name, phrase=phrase)


def problem(answer: httpx.Response) -> str:
    return page(answer).select_one("[role=alert]").text.strip()


async def people(hub) -> list[str]:
    return sorted(name for (name,) in hub.db.query(orm.User.name))


# --- the first time ---


async def test_the_sign_in_page_offers_both_ways(hub):
    async with Visitor(hub) as visitor:
        form = await visitor.get("/hub/login?next=/hub/spawn")
    links = {link.text: link["href"] for link in page(form).select("main a")}
    assert links["I have a code"] == SIGN_UP
    assert links["I have been here before"] == f"{COME_BACK}?next=%2Fhub%2Fspawn"


async def test_a_code_and_a_name_make_an_account_with_a_phrase(hub):
    await invite(hub)
    async with Visitor(hub) as visitor:
        shown = await sign_up(visitor, "Wanjirũ  Kamau")
        assert (shown.status_code, shown.url.path) == (200, "/hub/phrase")
        name, phrase = card(shown)
        assert name == "wanjiru-kamau"
        assert len(phrase.split()) == 4
        assert set(phrase.split()) <= set(word_list("en"))
        assert groups(hub, name) == {"nairobi"}
        assert not hub.users[name].admin
        picker = await visitor.get("/hub/spawn")
    assert picker.url.path == "/hub/spawn"
    assert "Nairobi" in picker.text


async def test_the_phrase_is_kept_nowhere(hub, tmp_path):
    await invite(hub)
    _, phrase = await newcomer(hub)
    # A single word of hers may stand in any file; two of them side by side do not by chance.
    pairs = [sign.join(pair) for pair in pairwise(phrase.split()) for sign in (" ", "-", "")]
    for file in tmp_path.rglob("*.sqlite*"):
        kept = file.read_bytes()
        assert not any(pair.encode() in kept for pair in pairs), file


async def test_neither_the_log_nor_an_address_shows_a_code_or_a_phrase(hub, caplog):
    await invite(hub)
    hub.log.propagate = True
    with caplog.at_level(logging.DEBUG):
        async with Visitor(hub) as visitor:
            shown = await sign_up(visitor)
            await visitor.get("/hub/logout")
            phrase = card(shown)[1]
            await come_back(visitor, "wanjiru", phrase)
            await come_back(visitor, "wanjiru", "wrong " + phrase)
    told = "\n".join(record.getMessage() for record in caplog.records)
    assert "come-back" in told
    assert phrase not in told
    assert phrase.split()[0] + "+" not in told
    assert "K7MP" not in told.upper()


async def test_a_link_fills_in_its_code_for_people_without_an_account(hub):
    await invite(hub)
    async with Visitor(hub) as visitor:
        ways = await visitor.get(f"/hub/join/{CODE}")
        assert ways.url.path == "/hub/login"
        [way] = [a["href"] for a in page(ways).select("main a") if a.text == "I have a code"]
        form = await visitor.get(way)
        assert page(form).select_one("#code")["value"] == "K7MP-4QRX"
        assert page(form).h1.text == "Join Nairobi?"
        name, _ = card(await visitor.submit(form, name="Wanjiru"))
        # The code has done its work.
        assert page(await visitor.get("/hub/join")).select_one("#code")["value"] == ""
    assert groups(hub, name) == {"nairobi"}


@pytest.mark.parametrize("wanted", ["root", "Root", "ROOT@example.org", "ro\u0301ot"])
async def test_whoever_calls_herself_like_an_operator_is_nobody_special(hub, wanted):
    await invite(hub)
    name, _ = await newcomer(hub, wanted)
    assert name == "root-2"
    assert not hub.users[name].admin
    assert groups(hub, name) == {"nairobi"}


async def test_names_of_admins_and_of_users_are_given_to_nobody_else(start_hub, tmp_path):
    config = catalyst_config(tmp_path, WITH_ACCOUNTS)
    config.Authenticator.admin_users = {"boss"}
    hub = await start_hub(config)
    await invite(hub)
    async with Visitor(hub) as visitor:
        form = await visitor.get("/hub/login?next=/hub/home")
        token = page(form).select_one("input[name=_xsrf]")["value"]
        data = {"_xsrf": token, "provider": "demo", "username": "amina"}
        await visitor.client.post(form.url, data=data)
    names = [(await newcomer(hub, wanted))[0] for wanted in ("boss", "Amina", "Amina", "!?")]
    assert names == ["boss-2", "amina-2", "amina-3", "person"]
    assert not any(hub.users[name].admin for name in names)
    assert all(groups(hub, name) == {"nairobi"} for name in names)


async def test_a_rule_that_lists_a_name_lets_in_nobody_who_takes_it(start_hub, tmp_path):
    rule = "champions: [{provider: workshop, people: [wanjiru]}, {provider: demo, people: [amina]}]"
    text = WITH_ACCOUNTS.replace("champions: [{provider: demo, people: [amina]}]", rule)
    hub = await start_hub(catalyst_config(tmp_path, text))
    await invite(hub)
    name, _ = await newcomer(hub, "wanjiru")
    assert groups(hub, name) == {"nairobi"}


async def test_a_form_that_is_sent_twice_makes_one_account_and_one_phrase(hub):
    number = await invite(hub, seats=1)
    async with Visitor(hub) as visitor:
        form = await visitor.get(SIGN_UP)
        sent = [visitor.submit(form, code=CODE, name="Wanjiru") for _ in range(3)]
        cards = {card(answer) for answer in await asyncio.gather(*sent)}
        assert len(cards) == 1
    runtime = hub.authenticator.runtime
    invitation = await runtime.read(lambda uow: uow.invitations.get(number))
    assert invitation.used == 1
    assert await people(hub) == ["wanjiru"]
    async with Visitor(hub) as elsewhere:
        answer = await come_back(elsewhere, *cards.pop())
    assert answer.url.path != COME_BACK


async def test_a_form_whose_answer_was_lost_is_sent_again_with_the_same_result(hub):
    await invite(hub, seats=1)
    async with Visitor(hub) as visitor:
        form = await visitor.get(SIGN_UP)
        token = dict(visitor.client.cookies)
        first = card(await visitor.submit(form, code=CODE, name="Wanjiru"))
        visitor.client.cookies = httpx.Cookies(token)
        assert card(await visitor.submit(form, code=CODE, name="Wanjiru")) == first


async def test_going_back_on_a_shared_computer_gives_nobody_the_account_before(hub):
    await invite(hub)
    async with Visitor(hub) as visitor:
        form = await visitor.get(SIGN_UP)
        assert form.headers["Cache-Control"] == "no-store"
        token = dict(visitor.client.cookies)
        first = card(await visitor.submit(form, code=CODE, name="Wanjiru"))
        visitor.client.cookies = httpx.Cookies(token)
        second = card(await visitor.submit(form, code=CODE, name="Otieno"))
    assert (first[0], second[0]) == ("wanjiru", "otieno")
    assert first[1] != second[1]


async def test_a_form_that_was_used_is_no_way_in_after_the_phrase_has_changed(hub):
    await invite(hub)
    async with Visitor(hub) as visitor:
        form = await visitor.get(SIGN_UP)
        token = dict(visitor.client.cookies)
        await visitor.submit(form, code=CODE, name="Wanjiru")
        account = await visitor.get("/hub/account")
        await visitor.submit(account, 'form[action$="phrase/new"]')
        visitor.client.cookies = httpx.Cookies(token)
        answer = await visitor.submit(form, code=CODE, name="Wanjiru")
        assert answer.status_code == 403
        assert "used already" in problem(answer)
        assert (await visitor.get("/hub/home")).url.path == "/hub/login"


async def refused(hub, code: str) -> httpx.Response:
    async with Visitor(hub) as visitor:
        return await sign_up(visitor, "Otieno", code)


async def test_every_code_that_lets_nobody_in_says_so_and_keeps_what_was_typed(hub):
    runtime = hub.authenticator.runtime
    await invite(hub, "TAKEN222", seats=1)
    async with Visitor(hub) as visitor:
        await sign_up(visitor, code="TAKEN222")
    ended = await invite(hub, "ENDED222")
    await runtime.write(lambda uow: uow.invitations.revoke(ended, "amina", runtime.now()))
    answers = [await refused(hub, c) for c in ("TAKEN222", "ENDED222", "NNNN2222", "no code")]
    assert {answer.status_code for answer in answers} == {403}
    assert {problem(answer) for answer in answers} == {problem(answers[0])}
    assert "This code lets nobody in." in problem(answers[0])
    assert page(answers[0]).select_one("#code")["value"] == "TAKEN222"
    assert page(answers[0]).select_one("#name")["value"] == "Otieno"
    assert await people(hub) == ["wanjiru"]


async def test_power_over_others_is_for_people_with_an_account(hub):
    await invite(hub, "CHAMPS22", role=Role.CHAMPION)
    answer = await refused(hub, "CHAMPS22")
    assert answer.status_code == 403
    assert "sign in first" in problem(answer)
    assert await people(hub) == []


async def test_without_a_name_nothing_is_lost(hub):
    await invite(hub)
    async with Visitor(hub) as visitor:
        answer = await sign_up(visitor, " \u202e ")
        assert (answer.status_code, problem(answer)) == (400, "Please type a name.")
        assert page(answer).select_one("#code")["value"] == "k7mp 4qrx"


async def test_what_was_typed_comes_back_as_text(hub):
    async with Visitor(hub) as visitor:
        for form, typed in ((SIGN_UP, "code"), (COME_BACK, "phrase")):
            values = {"name": '"><script>alert(1)</script>', typed: "x"}
            answer = await visitor.submit(await visitor.get(form), **values)
            assert answer.status_code == 403
            assert "<script>" not in answer.text
            assert "script-src" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("form", ["", "1" * 32, "2|1:0|10:1700000000|13:catalyst-form|4:eA==|00"])
async def test_a_forged_form_makes_no_account(hub, form):
    await invite(hub)
    async with Visitor(hub) as visitor:
        answer = await visitor.submit(
            await visitor.get(SIGN_UP), code=CODE, name="Wanjiru", form=form
        )
        assert answer.status_code == 403
        assert "This form is too old" in answer.text
        assert (await visitor.client.post(SIGN_UP, data={"code": CODE})).status_code == 403
    assert await people(hub) == []


@pytest.mark.parametrize("slug", ["demo", "atlantis"])
async def test_other_providers_have_no_such_pages(hub, slug):
    async with Visitor(hub) as visitor:
        for below in ("/hub/join/account/", "/hub/come-back/"):
            assert (await visitor.get(below + slug)).status_code == 404
            form = page(await visitor.get(COME_BACK)).select_one("main form")
            data = {"_xsrf": form.select_one("[name=_xsrf]")["value"], "name": "kofi"}
            assert (await visitor.client.post(below + slug, data=data)).status_code == 404


# --- coming back ---


@pytest.mark.parametrize("language", ["en", "es", "pt", "fr"])
async def test_a_phrase_is_in_the_language_of_the_page_and_works_in_every_other(hub, language):
    await invite(hub)
    name, phrase = await newcomer(hub, language=language)
    assert set(phrase.split()) <= set(word_list(language))
    for other in ("en", "es", "pt", "fr"):
        async with Visitor(hub, other) as visitor:
            answer = await come_back(visitor, name, phrase)
            assert answer.url.path == "/hub/spawn", answer.url
    assert hub.authenticator.languages[name] == language


def without_accents(text: str) -> str:
    return text.translate(str.maketrans("áéíóúñàèùâêîôûç", "aeiounaeuaeiouc"))


async def test_case_accents_hyphens_and_gaps_do_not_matter(hub):
    await invite(hub)
    name, phrase = await newcomer(hub, "Lucía Gómez", "es")
    spellings = [
        phrase.upper(),
        without_accents(phrase),
        phrase.replace(" ", " - "),
        f"  {phrase.title()}. ",
        phrase.replace(" ", "\t\t"),
    ]
    for typed in spellings:
        async with Visitor(hub) as visitor:
            answer = await come_back(visitor, "LUCIA gomez", typed)
            assert answer.url.path == "/hub/spawn", typed
    assert name == "lucia-gomez"


async def test_wrong_phrases_and_unknown_names_are_told_the_same(hub):
    await invite(hub)
    name, phrase = await newcomer(hub)
    first, *others = phrase.split()
    wrong = [
        (name, " ".join([*others, first])),
        (name, " ".join(others)),
        (name, ""),
        ("nobody", phrase),
        ("", phrase),
        ("amina", phrase),
    ]
    answers = []
    for who, words in wrong:
        async with Visitor(hub) as visitor:
            answers.append(await come_back(visitor, who, words))
            assert (await visitor.get("/hub/home")).url.path == "/hub/login"
    assert {(answer.status_code, problem(answer)) for answer in answers} == {
        (403, problem(answers[0]))
    }
    assert page(answers[0]).select_one("#phrase").get("value") is None


async def test_a_phrase_opens_no_account_that_came_in_otherwise(hub):
    await invite(hub)
    name, phrase = await newcomer(hub)
    runtime = hub.authenticator.runtime

    def give_amina_hers(uow):
        kept = uow.phrases.of(uow.people.by_name(name).person_id)
        amina = uow.people.add("amina", "Amina", None, runtime.now())
        uow.phrases.keep(amina.person_id, kept.digest, runtime.now())

    await runtime.write(give_amina_hers)
    async with Visitor(hub) as visitor:
        assert (await come_back(visitor, "amina", phrase)).status_code == 403


@pytest.mark.parametrize("goal", ["https://evil.example/", "//evil.example", "/\\evil.example"])
async def test_coming_back_leads_nowhere_else(hub, goal):
    await invite(hub)
    name, phrase = await newcomer(hub)
    async with Visitor(hub) as visitor:
        answer = await come_back(visitor, name, phrase, f"{COME_BACK}?next={goal}")
    assert answer.url.host == httpx.URL(hub.hub.url).host
    assert answer.url.path.startswith("/hub/")


async def test_coming_back_leads_where_one_wanted_to_go(hub):
    await invite(hub)
    name, phrase = await newcomer(hub)
    async with Visitor(hub) as visitor:
        form = await visitor.get("/hub/account")
        [way] = [a["href"] for a in page(form).select("main a") if "before" in a.text]
        answer = await come_back(visitor, name, phrase, way)
    assert answer.url.path == "/hub/account"


async def test_who_is_refreshed_stays_signed_in_whatever_becomes_of_the_phrase(hub):
    await invite(hub)
    async with Visitor(hub) as visitor:
        name, _ = card(await sign_up(visitor))
        user = hub.users[name]
        runtime = hub.authenticator.runtime
        person = await runtime.read(lambda uow: uow.people.by_name(name))
        await runtime.write(
            lambda uow: uow.phrases.keep(person.person_id, "00:00", runtime.now(), "amina")
        )
        for _ in range(3):
            user._auth_refreshed = 0
            assert await hub.authenticator.refresh_user(user) is True
            assert (await visitor.get("/hub/home")).url.path == "/hub/home"
        account = await visitor.get("/hub/account")
    assert "amina gave you a new phrase" in account.text


# --- another phrase ---


async def test_a_person_makes_another_phrase_and_the_old_one_is_worth_nothing(hub):
    await invite(hub)
    async with Visitor(hub) as visitor:
        name, old = card(await sign_up(visitor))
        account = await visitor.get("/hub/account")
        assert "Made:" in account.text
        shown = await visitor.submit(account, 'form[action$="phrase/new"]')
        again = await visitor.submit(account, 'form[action$="phrase/new"]')
        assert card(shown) == card(again)
        new = card(shown)[1]
    assert new != old
    async with Visitor(hub) as visitor:
        assert (await come_back(visitor, name, old)).status_code == 403
        assert (await come_back(visitor, name, new)).status_code == 200


async def test_whoever_came_in_with_a_phrase_that_was_given_is_out_with_it(hub):
    await invite(hub)
    runtime = hub.authenticator.runtime
    async with Visitor(hub) as owner, Visitor(hub) as stranger:
        name, _ = card(await sign_up(owner))
        person = await runtime.read(lambda uow: uow.people.by_name(name))
        given = kept_phrase("one two three four", b"salt")
        await runtime.write(
            lambda uow: uow.phrases.keep(person.person_id, given, runtime.now(), "amina")
        )
        await come_back(stranger, name, "one two three four")
        assert (await stranger.get("/hub/account")).url.path == "/hub/account"
        account = await owner.get("/hub/account")
        assert "That signs out all your other browsers." in account.text
        _, new = card(await owner.submit(account, 'form[action$="phrase/new"]'))
        assert (await stranger.get("/hub/account")).url.path == "/hub/login"
        assert (await owner.get("/hub/account")).url.path == "/hub/account"
    async with Visitor(hub) as later:
        assert (await come_back(later, name, new)).status_code == 200


async def test_people_with_accounts_elsewhere_have_no_phrase_to_change(hub):
    await invite(hub)
    async with Visitor(hub) as visitor, Visitor(hub) as other:
        form = await visitor.get("/hub/login?next=/hub/account")
        token = page(form).select_one("input[name=_xsrf]")["value"]
        data = {"_xsrf": token, "provider": "demo", "username": "kofi"}
        account = await visitor.client.post(form.url, data=data)
        assert "return phrase" not in account.text
        await sign_up(other)
        hers = page(await other.get("/hub/account"))
        field = hers.select_one('form[action$="phrase/new"] [name=form]')["value"]
        xsrf = page(account).select_one("input[name=_xsrf]")
        token = xsrf["value"] if xsrf else visitor.client.cookies["_xsrf"]
        answer = await visitor.client.post("/hub/phrase/new", data={"_xsrf": token, "form": field})
    assert answer.status_code in {403, 404}


async def test_the_card_is_for_the_one_whose_it_is(hub):
    await invite(hub)
    async with Visitor(hub) as visitor:
        shown = await sign_up(visitor)
        assert shown.headers["Cache-Control"] == "no-store"
        cookie = next(c for c in visitor.client.cookies.jar if c.name == "catalyst-phrase")
        assert cookie.has_nonstandard_attr("HttpOnly")
        phrase = card(shown)[1]
        # One short word can stand in random letters by chance; all of them cannot.
        assert not all(word in cookie.value for word in phrase.split())
        await visitor.get("/hub/logout")
        form = await visitor.get("/hub/login?next=/hub/phrase")
        token = page(form).select_one("input[name=_xsrf]")["value"]
        data = {"_xsrf": token, "provider": "demo", "username": "kofi"}
        answer = await visitor.client.post(form.url, data=data)
    assert answer.url.path == "/hub/phrase"
    assert phrase not in answer.text
    assert not page(answer).select(".card-to-keep")


async def test_a_hub_without_such_accounts_offers_none(start_hub, tmp_path):
    hub = await start_hub(catalyst_config(tmp_path))
    async with Visitor(hub) as visitor:
        assert "I have a code" not in (await visitor.get("/hub/login")).text
        assert (await visitor.get(SIGN_UP)).status_code == 404


async def test_a_hub_without_lists_of_words_says_what_to_install(
    start_hub, tmp_path, monkeypatch, capfd
):
    monkeypatch.setattr(word_lists, "find_spec", lambda _: None)
    with pytest.raises(SystemExit):
        await start_hub(catalyst_config(tmp_path, WITH_ACCOUNTS))
    assert "pip install 'catalyst-hub[workshop]'" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("language", "ways"),
    [
        ("es", {"Tengo un código", "Ya estuve aquí antes"}),
        ("pt", {"Tenho um código", "Já estive aqui antes"}),
        ("fr", {"J’ai un code", "Je suis déjà venu(e) ici"}),
    ],
)
async def test_the_ways_in_speak_the_readers_language(hub, language, ways):
    async with Visitor(hub, language) as visitor:
        form = await visitor.get("/hub/login")
    assert ways <= {link.text for link in page(form).select("main a")}


def test_no_word_list_is_a_secret() -> None:
    for language in ("en", "es", "pt", "fr"):
        words = word_list(language)
        assert len(words) == len(set(words)) == 2048
        assert not any(re.search(r"[\s-]", word) for word in words)
