"""Nobody starts or opens another's server without that person's consent."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from jupyterhub import orm
from jupyterhub.scopes import get_scopes_for

from catalyst_hub.core.consent import Answer, AskingRefusal, Kind, Question
from catalyst_hub.core.session import SessionState
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Plan
from catalyst_hub.hub.opening import close_what_has_ended
from catalyst_hub.usecases.appoint_instructor import appoint_instructor
from catalyst_hub.usecases.ask_consent import ask_consent
from catalyst_hub.usecases.remove_member import remove_member
from catalyst_hub.usecases.schedule_workshop import schedule_workshop
from tests.hub.communities import (
    COMMUNITIES,
    api,
    catalyst_config,
    live_session,
    sign_in,
    until_ready,
)
from tests.hub.visitor import Visitor, page

#: What an operator may have given champions on top of ours: all power over servers.
TOO_MUCH = {
    "name": "too-much",
    "groups": ["nairobi-champions"],
    "scopes": ["servers!group=nairobi", "start:servers!group=nairobi"],
}


@pytest.fixture
async def hub(start_hub, tmp_path):
    config = catalyst_config(tmp_path)
    config.JupyterHub.load_roles.append(TOO_MUCH)
    config.JupyterHub.allow_named_servers = True
    hub = await start_hub(config)
    for name in ("amina", "kofi", "lucia", "joao", "root", "bo"):
        await sign_in(hub, name)
    return hub


async def ask(hub: Any, kind: Kind, asked_by: str = "amina", owner: str = "kofi") -> Any:
    runtime = hub.authenticator.runtime
    question = Question("nairobi", owner, asked_by, kind, reason="Your notebook does not open")
    return await runtime.write(
        lambda uow: ask_consent(uow, runtime.policy, question, runtime.now())
    )


async def consent(hub: Any, kind: Kind, word: str = "allow", owner: str = "kofi") -> int:
    """Ask, and let the owner answer on her page."""
    assert await ask(hub, kind, owner=owner) is None
    return await answer(hub, word, owner)


async def answer(hub: Any, word: str, owner: str = "kofi", **fields: str) -> int:
    async with Visitor(hub) as visitor:
        home = await enter(visitor, owner)
        form = page(home).select_one(f"form[action$='/{word}']")
        assert form is not None, home.text
        told = await visitor.submit(home, f"form[action$='/{word}']", **fields)
        assert told.status_code == 200
        return int(form["action"].split("/")[-2])


async def enter(visitor: Visitor, name: str) -> Any:
    form = await visitor.get("/hub/login?next=/hub/home")
    token = page(form).select_one("input[name=_xsrf]")["value"]
    data = {"_xsrf": token, "provider": "demo", "username": name}
    return await visitor.client.post(form.url, data=data)


async def start_own(hub: Any, name: str = "kofi") -> None:
    async with api(hub, name) as client:
        assert (await client.post(f"users/{name}/server")).status_code in {201, 202}
    await until_ready(hub, name)


@pytest.mark.parametrize("path", ["users/kofi/server", "users/kofi/servers/extra"])
@pytest.mark.parametrize("body", [None, {}, {"profile": "python"}, {"profile": "none"}])
async def test_no_scope_starts_anothers_server_by_rest(hub, path, body):
    async with api(hub, "amina") as amina:
        told = await amina.post(path, **({} if body is None else {"json": body}))
    assert (told.status_code, told.json()["denied"]["code"]) == (403, "consent-needed")
    assert await live_session(hub, "kofi") is None


async def test_no_scope_starts_anothers_server_by_the_page(hub):
    async with Visitor(hub) as amina:
        await enter(amina, "amina")
        picker = await amina.get("/hub/spawn/kofi")
        assert picker.status_code == 200
        told = await amina.submit(picker)
    assert told.status_code == 403
    assert "somebody else" in told.text
    assert await live_session(hub, "kofi") is None


async def test_without_that_scope_the_hub_itself_says_no(start_hub, tmp_path):
    hub = await start_hub(catalyst_config(tmp_path))
    for name in ("amina", "kofi"):
        await sign_in(hub, name)
    async with api(hub, "amina") as amina:
        assert (await amina.post("users/kofi/server")).status_code in {403, 404}
        assert (await amina.post("users/kofi/servers/extra")).status_code in {403, 404}
    async with Visitor(hub) as visitor:
        await enter(visitor, "amina")
        assert (await visitor.get("/hub/spawn/kofi")).status_code == 404


async def test_a_consent_lets_its_asker_start_what_the_catalogue_offers(hub):
    number = await consent(hub, Kind.START)
    async with api(hub, "amina") as amina:
        bad = await amina.post(f"catalyst/consents/{number}/start", json={"cmd": "evil"})
        assert (bad.status_code, bad.json()["denied"]["code"]) == (400, "malformed-choice")
        bad = await amina.post(f"catalyst/consents/{number}/start", json={"image": "evil"})
        assert (bad.status_code, bad.json()["denied"]["code"]) == (400, "unfit-image")
        bad = await amina.post(f"catalyst/consents/{number}/start", json={"size": "huge"})
        assert (bad.status_code, bad.json()["denied"]["code"]) == (400, "unknown-size")
        told = await amina.post(f"catalyst/consents/{number}/start", json={"size": "small"})
    assert told.status_code == 201
    session = await live_session(hub, "kofi")
    assert (session.state, session.actor) == (SessionState.RUNNING, "amina")
    async with Visitor(hub) as kofi:
        await enter(kofi, "kofi")
        assert "Amina started your server on" in (await kofi.get("/hub/consents")).text


async def test_the_limits_are_the_owners(hub):
    number = await consent(hub, Kind.START)
    async with api(hub, "amina") as amina:
        assert (await amina.post("users/amina/server", json={"size": "large"})).status_code == 201
        told = await amina.post(f"catalyst/consents/{number}/start", json={"size": "large"})
    assert told.status_code == 201


async def test_a_consent_starts_nothing_in_another_community(hub):
    number = await consent(hub, Kind.START, owner="lucia")
    async with api(hub, "amina") as amina:
        choice = {"community": "cordoba", "profile": "r", "size": "only"}
        told = await amina.post(f"catalyst/consents/{number}/start", json=choice)
    assert (told.status_code, told.json()["denied"]["code"]) == (403, "consent-needed")


@pytest.mark.parametrize("word", ["refuse", "withdraw"])
async def test_what_was_refused_or_taken_back_starts_nothing(hub, word):
    number = await consent(hub, Kind.START, "allow" if word == "withdraw" else word)
    if word == "withdraw":
        await answer(hub, "withdraw")
    async with api(hub, "amina") as amina:
        told = await amina.post(f"catalyst/consents/{number}/start", json={})
        assert told.status_code == 404
        assert (await amina.post("users/kofi/server")).json()["denied"]["code"] == "consent-needed"


async def test_a_question_alone_allows_nothing(hub):
    await ask(hub, Kind.START)
    async with api(hub, "amina") as amina:
        assert (await amina.post("catalyst/consents/1/start", json={})).status_code == 404


@pytest.mark.parametrize("other", ["joao", "bo", "root", "kofi", "lucia"])
async def test_a_consent_is_for_one_person(hub, other):
    started, opened = await consent(hub, Kind.START), await consent(hub, Kind.OPEN)
    async with api(hub, other) as client:
        told = await client.post(f"catalyst/consents/{started}/start", json={})
        assert told.status_code == 404
        assert (await client.post(f"catalyst/consents/{opened}/open")).status_code == 404


async def test_a_consent_to_start_does_not_open_and_the_other_way_round(hub):
    started, opened = await consent(hub, Kind.START), await consent(hub, Kind.OPEN)
    async with api(hub, "amina") as amina:
        assert (await amina.post(f"catalyst/consents/{started}/open")).status_code == 404
        assert (await amina.post(f"catalyst/consents/{opened}/start", json={})).status_code == 404


async def test_a_consent_ends_by_itself(hub):
    number = await consent(hub, Kind.START)
    later(hub, hours=1)
    async with api(hub, "amina") as amina:
        told = await amina.post(f"catalyst/consents/{number}/start", json={})
    assert told.status_code == 404


def later(hub: Any, **time: int) -> None:
    """Move the clock of our own code; the Hub's stays."""
    runtime = hub.authenticator.runtime
    before, passed = runtime.now, timedelta(**time)
    runtime.now = lambda: before() + passed


async def test_a_question_ends_by_itself(hub):
    await ask(hub, Kind.START)
    later(hub, hours=24)
    async with Visitor(hub) as kofi:
        home = await enter(kofi, "kofi")
        assert not page(home).select("form[action$='/allow']")


async def test_a_consent_dies_with_the_place_of_the_owner(hub):
    number = await consent(hub, Kind.START)
    runtime = hub.authenticator.runtime
    await runtime.write(
        lambda uow: remove_member(uow, runtime.policy, "nairobi", "kofi", "amina", runtime.now())
    )
    async with api(hub, "amina") as amina:
        assert (await amina.post(f"catalyst/consents/{number}/start")).status_code == 404


async def test_a_consent_dies_with_the_place_of_the_asker(hub):
    number = await consent(hub, Kind.START)
    runtime = hub.authenticator.runtime
    await runtime.write(
        lambda uow: remove_member(
            uow, runtime.policy, "nairobi", "amina", "root", runtime.now(), by_operator=True
        )
    )
    async with api(hub, "amina") as amina:
        assert (await amina.post(f"catalyst/consents/{number}/start")).status_code == 404
        told = await amina.post("users/kofi/server")
    assert told.status_code in {403, 404}


async def test_an_instructors_consent_ends_with_the_days_of_her_workshop(hub):
    await instruct_today(hub, "lucia")
    assert await ask(hub, Kind.START, asked_by="lucia") is None
    number = await answer(hub, "allow")
    async with api(hub, "lucia") as lucia:
        told = await lucia.post(f"catalyst/consents/{number}/start", json={})
        assert told.status_code == 201
        assert (await live_session(hub, "kofi")).actor == "lucia"
        await stop_own(hub)
        runtime = hub.authenticator.runtime
        await runtime.write(lambda uow: uow.workshops.cancel(1, runtime.now()))
        assert (await lucia.post(f"catalyst/consents/{number}/start")).status_code == 404


async def instruct_today(hub: Any, name: str) -> None:
    runtime = hub.authenticator.runtime
    now, today = runtime.now(), local_day(runtime.now(), "Africa/Nairobi")

    def appoint(uow: UnitOfWork) -> None:
        plan = Plan("Python for geologists", today, today)
        workshop = schedule_workshop(uow, runtime.policy, "nairobi", plan, "amina", now)
        number = workshop.workshop_id
        no = appoint_instructor(uow, runtime.policy, "nairobi", number, name, "amina", now)
        assert no is None

    await runtime.write(appoint)
    async with api(hub, name) as client:
        assert (await client.post(f"catalyst/people/{name}")).status_code == 204


async def stop_own(hub: Any) -> None:
    async with api(hub, "kofi") as kofi:
        assert (await kofi.delete("users/kofi/server")).status_code in {202, 204}


async def test_a_token_without_the_champions_scope_uses_no_consent(hub):
    number = await consent(hub, Kind.START)
    async with api(hub, "amina") as amina:
        token = hub.users["amina"].new_api_token(scopes=["read:users!user=amina"])
        amina.headers["Authorization"] = f"token {token}"
        assert (await amina.post(f"catalyst/consents/{number}/start", json={})).status_code == 404


async def test_an_admins_server_is_beyond_a_champions_reach(hub):
    started, opened = await consent(hub, Kind.START), await consent(hub, Kind.OPEN)
    hub.users["kofi"].orm_user.admin = True
    hub.db.commit()
    async with api(hub, "amina") as amina:
        assert (await amina.post(f"catalyst/consents/{started}/start", json={})).status_code == 404
        assert (await amina.post(f"catalyst/consents/{opened}/open")).status_code == 404


async def test_whom_the_hub_has_made_an_admin_a_champion_does_not_start_by_the_page(hub):
    """Until the next look into the store, within a minute, this is the Hub's word alone."""
    await consent(hub, Kind.START)
    async with Visitor(hub) as amina:
        await enter(amina, "amina")
        picker = await amina.get("/hub/spawn/kofi")
        hub.users["kofi"].orm_user.admin = True
        hub.db.commit()
        assert (await amina.submit(picker)).status_code == 403
    assert await live_session(hub, "kofi") is None


async def test_an_operators_server_is_beyond_a_champions_reach_whatever_was_said(
    start_hub, tmp_path
):
    both = COMMUNITIES.replace("people: [kofi, lucia]", "people: [kofi, lucia, root]")
    config = catalyst_config(tmp_path, both)
    config.JupyterHub.load_roles.append(TOO_MUCH | {"scopes": ["servers"]})
    hub = await start_hub(config)
    for name in ("amina", "root"):
        await sign_in(hub, name)
    assert await ask(hub, Kind.START, owner="root") is AskingRefusal.OPERATOR
    runtime = hub.authenticator.runtime

    def force(uow: UnitOfWork) -> None:
        root = uow.people.by_name("root").person_id
        until = runtime.now() + timedelta(hours=1)
        for kind in Kind:
            question = Question("nairobi", "root", "amina", kind)
            number = uow.consents.add(question, root, runtime.now(), until).consent_id
            uow.consents.answer(number, Answer.ALLOWED, runtime.now(), until)

    await runtime.write(force)
    async with api(hub, "amina") as amina:
        assert (await amina.post("catalyst/consents/1/start", json={})).status_code == 404
        assert (await amina.post("catalyst/consents/2/open")).status_code == 404
        told = await amina.post("users/root/server")
    assert told.json()["denied"]["code"] == "consent-needed"


async def test_the_store_that_cannot_be_asked_allows_nothing(start_hub, tmp_path):
    config = catalyst_config(tmp_path)
    config.JupyterHub.load_roles.append(TOO_MUCH)
    config.CatalystHub.admit_when_store_is_unavailable = True
    hub = await start_hub(config)
    for name in ("amina", "kofi"):
        await sign_in(hub, name)
    await consent(hub, Kind.START)
    with closing(sqlite3.connect(tmp_path / "catalyst.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with api(hub, "amina") as amina:
            told = await amina.post("users/kofi/server")
    assert told.json()["denied"]["code"] == "store-unavailable"


async def test_a_service_that_may_start_servers_is_named_and_the_owner_is_told(start_hub, tmp_path):
    config = catalyst_config(tmp_path)
    config.JupyterHub.services.append({"name": "kofi", "api_token": "warm-" * 8})
    config.JupyterHub.load_roles.append(
        {"name": "warm", "services": ["kofi"], "scopes": ["start:servers"]}
    )
    hub = await start_hub(config)
    await sign_in(hub, "kofi")
    async with api(hub, "kofi") as client:
        client.headers["Authorization"] = "token " + "warm-" * 8
        assert (await client.post("users/kofi/server")).status_code == 201
    assert (await live_session(hub, "kofi")).actor == "service:kofi"


async def test_a_token_of_the_owners_answers_no_question(hub):
    """Whoever has a server open holds the token of that server."""
    await ask(hub, Kind.OPEN)
    token = hub.users["kofi"].new_api_token()
    async with Visitor(hub) as visitor:
        told = await visitor.client.post(
            "/hub/consents/1/allow", headers={"Authorization": f"token {token}"}
        )
        assert told.status_code in {403, 405} or "/hub/login" in str(told.url)
    async with api(hub, "amina") as amina:
        assert (await amina.post("catalyst/consents/1/open")).status_code == 404


async def test_nobody_answers_for_another(hub):
    await ask(hub, Kind.START)
    async with Visitor(hub) as amina:
        home = await enter(amina, "amina")
        xsrf = page(await amina.get("/hub/join")).select_one("input[name=_xsrf]")["value"]
        assert home.status_code == 200
        await amina.client.post("/hub/consents/1/allow", data={"_xsrf": xsrf})
        assert (await amina.client.post("/hub/consents/1/allow")).status_code == 403
    async with api(hub, "amina") as client:
        assert (await client.post("catalyst/consents/1/start", json={})).status_code == 404


async def test_looking_answers_nothing(hub):
    await ask(hub, Kind.START)
    async with Visitor(hub) as kofi:
        await enter(kofi, "kofi")
        assert (await kofi.get("/hub/consents/1/allow")).status_code == 200
        home = await kofi.get("/hub/home")
        assert page(home).select("form[action$='/allow']")


# --- opening ---


def scopes_of(hub: Any, name: str) -> set[str]:
    return {s for s in get_scopes_for(hub.users[name].orm_user) if s.startswith("access:servers")}


async def test_opening_is_a_share_that_ends_with_the_consent(hub):
    await start_own(hub)
    number = await consent(hub, Kind.OPEN)
    assert "access:servers!server=kofi/" not in scopes_of(hub, "amina")
    async with api(hub, "amina") as amina:
        told = await amina.post(f"catalyst/consents/{number}/open")
        assert (told.status_code, told.json()) == (200, {"url": "/user/kofi/"})
    assert "access:servers!server=kofi/" in scopes_of(hub, "amina")
    await answer(hub, "withdraw")
    assert "access:servers!server=kofi/" not in scopes_of(hub, "amina")
    assert not hub.db.query(orm.Share).count()


@pytest.mark.parametrize(("leaver", "by_operator"), [("kofi", False), ("amina", True)])
async def test_a_share_goes_with_the_place_of_either(hub, leaver, by_operator):
    await start_own(hub)
    number = await consent(hub, Kind.OPEN)
    runtime = hub.authenticator.runtime
    async with api(hub, "amina") as amina:
        await amina.post(f"catalyst/consents/{number}/open")
        assert hub.db.query(orm.Share).count() == 1
        await runtime.write(
            lambda uow: remove_member(
                uow, runtime.policy, "nairobi", leaver, "root", runtime.now(),
                by_operator=by_operator,
            )
        )  # fmt: skip
        assert (await amina.post(f"catalyst/people/{leaver}")).status_code == 204
    assert not hub.db.query(orm.Share).count()
    assert "access:servers!server=kofi/" not in scopes_of(hub, "amina")


async def test_a_share_of_the_owners_own_making_is_left_alone(hub):
    await start_own(hub)
    amina, kofi = hub.users["amina"].orm_user, hub.users["kofi"]
    orm.Share.grant(hub.db, kofi.orm_spawners[""], amina)
    number = await consent(hub, Kind.OPEN)
    async with api(hub, "amina") as client:
        assert (await client.post(f"catalyst/consents/{number}/open")).status_code == 200
    await answer(hub, "withdraw")
    assert hub.db.query(orm.Share).count() == 1


async def test_while_the_store_cannot_say_nobody_is_let_in(hub, tmp_path):
    await start_own(hub)
    number = await consent(hub, Kind.OPEN)
    async with api(hub, "amina") as amina:
        await amina.post(f"catalyst/consents/{number}/open")
    file, away = tmp_path / "catalyst.sqlite", tmp_path / "away"
    file.rename(away)
    await close_what_has_ended(hub.db, hub.authenticator.runtime)
    away.rename(file)
    assert not hub.db.query(orm.Share).count()


async def test_the_hub_itself_heeds_no_end_of_a_share(hub):
    """Why we take shares back ourselves: without our look, an hour later she would be in."""
    await start_own(hub)
    number = await consent(hub, Kind.OPEN)
    async with api(hub, "amina") as amina:
        await amina.post(f"catalyst/consents/{number}/open")
    share = hub.db.query(orm.Share).one()
    share.expires_at = orm.utcnow() - timedelta(minutes=1)
    hub.db.commit()
    assert "access:servers!server=kofi/" in scopes_of(hub, "amina")
    later(hub, hours=1)
    await close_what_has_ended(hub.db, hub.authenticator.runtime)
    assert "access:servers!server=kofi/" not in scopes_of(hub, "amina")


async def test_a_stopped_server_is_not_opened(hub):
    number = await consent(hub, Kind.OPEN)
    async with api(hub, "amina") as amina:
        assert (await amina.post(f"catalyst/consents/{number}/open")).status_code == 409
    assert not hub.db.query(orm.Share).count()
