"""From an invitation to a running server, on a real hub."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pytest

from catalyst_hub.core.guesses import OF_A_PERSON
from catalyst_hub.core.invitation import Terms, digest
from catalyst_hub.core.session import Session
from catalyst_hub.usecases.create_invitation import create_invitation
from catalyst_hub.usecases.remove_member import remove_member
from tests.hub.communities import api, catalyst_config, groups, live_session, sign_in, until_ready
from tests.hub.visitor import Visitor, page

CODE = "K7MP4QRX"


@pytest.fixture
async def hub(start_hub, tmp_path):
    return await start_hub(catalyst_config(tmp_path))


@pytest.fixture
async def bo(hub):
    async with Visitor(hub) as visitor:
        yield await signed_in(visitor, "bo")


async def signed_in(visitor: Visitor, name: str) -> Visitor:
    await through_sign_in(visitor, await visitor.get("/hub/login?next=/hub/home"), name)
    return visitor


async def through_sign_in(visitor: Visitor, form: httpx.Response, name: str) -> httpx.Response:
    token = page(form).select_one("input[name=_xsrf]")["value"]
    data = {"_xsrf": token, "provider": "demo", "username": name}
    return await visitor.client.post(form.url, data=data)


async def invite(hub, code: str = CODE, seats: int = 5, days: int = 7) -> None:
    runtime = hub.authenticator.runtime
    kept, terms = digest("test", code), Terms(seats, days)
    await runtime.write(
        lambda uow: create_invitation(
            uow, runtime.policy, "nairobi", kept, terms, "amina", runtime.now()
        )
    )


async def join(visitor: Visitor, code: str = "k7mp 4qrx") -> httpx.Response:
    return await visitor.submit(await visitor.get("/hub/join"), code=code)


async def test_a_code_that_is_typed_lets_in_at_once_without_signing_out(hub, bo):
    await invite(hub)
    welcome = await join(bo)
    assert welcome.status_code == 200
    assert "Welcome to Nairobi!" in welcome.text
    assert groups(hub, "bo") == {"nairobi"}


async def test_the_latecomer_starts_a_server_in_the_same_minute(hub, bo):
    [button] = page(await bo.get("/hub/spawn")).select("main a.button[href$='/join']")
    assert button.text == "Join a community"
    await invite(hub)
    await join(bo)
    await bo.submit(await bo.get("/hub/spawn"))
    await until_ready(hub, "bo")
    session = await live_session(hub, "bo")
    assert isinstance(session, Session)
    assert session.choice.community == "nairobi"
    await hub.users["bo"].stop()


async def test_a_link_leads_through_sign_in_and_back_with_the_code_in_no_address(hub):
    await invite(hub)
    async with Visitor(hub) as visitor:
        form = await visitor.get(f"/hub/join/{CODE}")
        assert form.url.path == "/hub/login"
        assert CODE not in str(form.url)
        asked = await through_sign_in(visitor, form, "bo")
        assert (asked.url.path, asked.status_code) == ("/hub/join", 200)
        assert page(asked).select_one("#code")["value"] == "K7MP-4QRX"
        assert page(asked).h1.text == "Join Nairobi?"
        assert groups(hub, "bo") == set()
        welcome = await visitor.submit(asked)
    assert "Welcome to Nairobi!" in welcome.text


async def test_looking_at_links_is_no_way_to_guess(hub, bo):
    await invite(hub)
    for n in range(2, 10):
        asked = await bo.get(f"/hub/join/WRNG{n}{n}{n}{n}")
        assert page(asked).h1.text == "Join a community"
        await bo.get("/hub/join")  # a reload is not one more guess
    for code in ("WRNG2345", "WRNG2346"):
        await bo.get(f"/hub/join/{code}")
    asked = await bo.get(f"/hub/join/{CODE}")
    assert page(asked).h1.text == "Join a community"
    assert (await bo.submit(asked, code=CODE)).status_code == 429


async def test_looking_at_the_right_link_costs_no_guess(hub, bo):
    await invite(hub)
    for _ in range(2 * OF_A_PERSON):
        asked = await bo.get(f"/hub/join/{CODE}")
        assert page(asked).h1.text == "Join Nairobi?"
    assert "Welcome to Nairobi!" in (await bo.submit(asked)).text


async def test_the_cookie_of_a_link_is_for_the_form_only(hub):
    async with Visitor(hub) as visitor:
        answer = await visitor.client.get(f"/hub/join/{CODE}", follow_redirects=False)
    cookie = answer.headers["Set-Cookie"]
    assert "Path=/hub/join" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


async def test_the_log_does_not_show_codes(hub, caplog):
    await invite(hub)
    hub.log.propagate = True
    with caplog.at_level(logging.DEBUG):
        async with Visitor(hub) as visitor:
            form = await visitor.get(f"/hub/join/{CODE}")
            await through_sign_in(visitor, form, "bo")
            await join(visitor)
    told = [record.getMessage() for record in caplog.records if record.name == hub.log.name]
    assert any("/hub/join/[secret]" in line for line in told)
    assert not any(CODE in line or "K7MP-4QRX" in line for line in told)


@pytest.mark.parametrize(
    "link",
    [
        "/hub/join/https:%2F%2Fevil.example",
        "/hub/join/%2F%2Fevil.example",
        f"/hub/join/{CODE}?next=https://evil.example/",
        "/hub/join?next=//evil.example&url=//evil.example",
        "/hub/join/%0d%0aLocation:%20https:%2F%2Fevil.example",
        "/hub/joined/%2F%2Fevil.example",
    ],
)
async def test_no_link_leads_elsewhere(hub, bo, link):
    await invite(hub)
    answer = await bo.client.get(link, follow_redirects=False)
    assert answer.headers.get("Location", "/hub/join") == "/hub/join"
    if answer.status_code == 302:
        welcome = await bo.submit(await bo.get(link), code=CODE)
        assert welcome.url.path == "/hub/joined/nairobi"
        assert welcome.url.host == httpx.URL(hub.hub.url).host


async def refusals(hub, bo) -> dict[str, httpx.Response]:
    """What a person is told of codes that let her in nowhere, each for another reason."""
    runtime = hub.authenticator.runtime
    await invite(hub, "TAKEN222", seats=1)
    async with Visitor(hub) as visitor:
        await join(await signed_in(visitor, "joao"), "TAKEN222")
    await invite(hub, "EXPRD222", days=1)
    invitation = (await runtime.read(lambda uow: uow.invitations.of("nairobi")))[0]
    await runtime.write(
        lambda uow: uow.invitations.revoke(invitation.invitation_id, "amina", runtime.now())
    )
    await invite(hub, "REMVD222")
    await join(bo, "REMVD222")
    await runtime.write(
        lambda uow: remove_member(uow, runtime.policy, "nairobi", "bo", "amina", runtime.now())
    )
    codes = ("TAKEN222", "EXPRD222", "REMVD222", "NNNN2222", "no code")
    return {code: await join(bo, code) for code in codes}


async def test_every_refusal_is_the_same(hub, bo):
    answers = await refusals(hub, bo)
    said = {page(answer).select_one("[role=alert]").text.strip() for answer in answers.values()}
    assert {answer.status_code for answer in answers.values()} == {403}
    assert len(said) == 1
    assert "This code lets nobody in." in said.pop()
    assert groups(hub, "bo") == {"nairobi"}  # until the hub is told of the removal


async def test_guessing_ends_after_ten_wrong_codes_even_all_at_once(hub, bo):
    await invite(hub)
    form = await bo.get("/hub/join")
    wrong = [f"WRNG{n}{n}{n}{n}" for n in range(2, 10)] * 3
    answers = await asyncio.gather(*(bo.submit(form, code=code) for code in wrong))
    assert sorted(a.status_code for a in answers).count(403) == OF_A_PERSON
    refused = await bo.submit(form, code=CODE)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert "too many wrong codes" in refused.text
    assert groups(hub, "bo") == set()
    async with Visitor(hub) as visitor:
        welcome = await join(await signed_in(visitor, "joao"), CODE)
    assert "Welcome to Nairobi!" in welcome.text


async def test_a_forged_form_lets_nobody_in(hub, bo):
    await invite(hub)
    answer = await bo.client.post("/hub/join", data={"code": CODE})
    assert answer.status_code == 403
    assert groups(hub, "bo") == set()


async def test_nobody_is_let_in_by_looking_at_a_link(hub, bo):
    await invite(hub)
    await bo.get(f"/hub/join/{CODE}")
    assert groups(hub, "bo") == set()


async def test_what_was_typed_comes_back_as_text(hub, bo):
    answer = await join(bo, '"><script>alert(1)</script>')
    assert "<script>" not in answer.text
    assert "script-src" not in answer.headers["Content-Security-Policy"]


async def test_the_welcome_of_a_community_is_for_its_people(hub, bo):
    for slug in ("nairobi", "atlantis"):
        assert (await bo.get(f"/hub/joined/{slug}")).status_code == 404


@pytest.mark.parametrize(
    ("language", "title"),
    [("es", "Únete a una comunidad"), ("pt", "Entre numa comunidade"), ("fr", "Rejoindre une")],
)
async def test_the_form_speaks_the_readers_language(hub, language, title):
    async with Visitor(hub, language) as visitor:
        await signed_in(visitor, "bo")
        answer = await visitor.get("/hub/join")
    assert title in answer.text


# --- a change that somebody else made reaches the Hub at once ---


async def remove(hub, name: str) -> None:
    runtime = hub.authenticator.runtime
    await runtime.write(
        lambda uow: remove_member(uow, runtime.policy, "nairobi", name, "amina", runtime.now())
    )


async def test_the_hub_reads_the_store_again_when_it_is_told_of_a_person(hub):
    await sign_in(hub, "kofi")
    await sign_in(hub, "amina")
    await remove(hub, "kofi")
    assert groups(hub, "kofi") == {"nairobi"}
    async with api(hub, "amina") as amina:
        assert (await amina.post("catalyst/people/kofi")).status_code == 204
    assert groups(hub, "kofi") == set()


async def test_whoever_asks_learns_nothing_of_who_there_is(hub):
    await sign_in(hub, "kofi")
    async with api(hub, "kofi") as kofi:
        answers = [await kofi.post(f"catalyst/people/{name}") for name in ("bo", "kofi", "%00")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(204, b"")}


async def test_strangers_and_forged_forms_tell_the_hub_nothing(hub, bo):
    async with Visitor(hub) as stranger:
        answer = await stranger.client.post("/hub/api/catalyst/people/bo")
        assert answer.status_code == 403
    assert (await bo.client.post("/hub/api/catalyst/people/bo")).status_code == 403
