"""Signing in with the demo provider: names, groups, operators, and refusals."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from jupyterhub import orm
from jupyterhub.user import User
from sqlalchemy import event

from catalyst_hub.core.belonging import Belonging
from tests.hub.communities import COMMUNITIES, api, catalyst_config, groups
from tests.hub.visitor import Visitor, page


async def sign_in(visitor: Visitor, name: str, provider: str = "demo", **fields: str):
    form = await visitor.get("/hub/login?next=/hub/home")
    token = page(form).select_one("input[name=_xsrf]")["value"]
    data = {"_xsrf": token, "provider": provider, "username": name, **fields}
    return await visitor.client.post(form.url, data=data)


@pytest.fixture
async def hub(start_hub, tmp_path):
    return await start_hub(catalyst_config(tmp_path))


@pytest.fixture
async def visitor(hub):
    async with Visitor(hub) as visitor:
        yield visitor


def again(hub, name: str) -> None:
    """Let the next request ask the store, as it would a minute later."""
    hub.users[name]._auth_refreshed = None


async def test_a_person_gets_the_groups_of_her_communities(hub, visitor):
    answer = await sign_in(visitor, "lucia")
    assert (answer.status_code, answer.url.path) == (200, "/hub/home")
    assert groups(hub, "lucia") == {"nairobi", "cordoba"}


async def test_a_champion_gets_the_champions_group_too(hub, visitor):
    await sign_in(visitor, "amina")
    assert groups(hub, "amina") == {"nairobi", "nairobi-champions"}


async def test_an_outsider_may_look_and_has_no_groups(hub, visitor):
    assert (await sign_in(visitor, "bo")).status_code == 200
    assert groups(hub, "bo") == set()


async def test_an_operator_is_an_admin_by_identity_and_in_no_community(hub, visitor):
    await sign_in(visitor, "root")
    assert hub.users["root"].admin
    assert groups(hub, "root") == set()


async def test_the_persona_buttons_are_forms_of_their_own_fields(hub, visitor):
    form = await visitor.get("/hub/login")
    sent = {(tag["name"], tag.get("value")) for tag in page(form).select("form [name]")}
    assert {("provider", "demo"), ("username", "kofi")} <= sent


@pytest.mark.parametrize(
    ("name", "provider", "fields"),
    [
        ("nobody", "demo", {}),
        ("", "demo", {}),
        ("kofi", "", {}),
        ("kofi", "github", {}),
        ("ko\x00fi", "demo", {"password": "x" * 10_000}),
        ("k" * 100_000, "demo", {}),
    ],
)
async def test_who_is_not_known_stays_outside_with_a_sentence(
    visitor, capfd, name, provider, fields
):
    answer = await sign_in(visitor, name, provider, **fields)
    assert answer.status_code == 403
    assert "The name or the password is wrong." in answer.text
    assert "Traceback" not in capfd.readouterr().err


async def test_a_name_in_admin_users_is_nobodys_by_sign_in(start_hub, tmp_path):
    config = catalyst_config(tmp_path)
    config.Authenticator.admin_users = {"joao"}
    hub = await start_hub(config)
    async with Visitor(hub) as visitor:
        await sign_in(visitor, "joao")
    assert groups(hub, "joao") == set()
    assert groups(hub, "joao-2") == {"cordoba", "cordoba-champions"}
    assert not hub.users["joao-2"].admin


async def test_a_person_whose_name_becomes_an_admins_is_none_at_the_first_request(
    start_hub, tmp_path
):
    first = await start_hub(catalyst_config(tmp_path))
    async with Visitor(first) as visitor:
        await sign_in(visitor, "joao")
        cookies = visitor.client.cookies
    config = catalyst_config(tmp_path)
    config.Authenticator.admin_users = {"joao"}
    config.JupyterHub.cookie_secret = first.cookie_secret
    hub = await start_hub(config)
    async with Visitor(hub) as visitor:
        visitor.client.cookies = cookies
        assert (await visitor.get("/hub/admin")).status_code in {403, 404}
    assert not hub.users["joao"].admin
    assert "admin" not in {role.name for role in hub.users["joao"].roles}


async def test_a_hub_user_that_was_there_before_is_nobodys_by_sign_in(hub, visitor):
    await sign_in(visitor, "root")
    async with api(hub, "root") as admin:
        assert (await admin.post("users/kofi")).status_code == 201
    async with Visitor(hub) as other:
        await sign_in(other, "kofi")
    assert groups(hub, "kofi") == set()
    assert groups(hub, "kofi-2") == {"nairobi"}


async def test_the_operators_own_groups_survive_sign_in_and_refresh(hub, visitor):
    await sign_in(visitor, "kofi")
    hub.users["kofi"].sync_groups(["nairobi", "beta-testers"])
    async with Visitor(hub) as elsewhere:
        await sign_in(elsewhere, "kofi")
    assert groups(hub, "kofi") == {"nairobi", "beta-testers"}
    await forget_rules(hub, "kofi")
    again(hub, "kofi")
    await visitor.get("/hub/home")
    assert groups(hub, "kofi") == {"beta-testers"}


async def forget_rules(hub, name: str) -> None:
    runtime = hub.authenticator.runtime
    await runtime.write(
        lambda uow: uow.memberships.follow(
            uow.people.by_name(name).person_id, Belonging({}), runtime.now()
        )
    )


async def test_a_newcomers_groups_need_no_transaction_of_their_own(hub, visitor, monkeypatch):
    async with Visitor(hub) as operator:
        await sign_in(operator, "root")
    async with api(hub, "root") as client:
        await client.post("groups/nairobi")
        await client.post("groups/cordoba")
    missing = []
    stock = User.sync_groups

    def watched(user, names):
        missing.append(set(names) - {group.name for group in user.orm_user.groups})
        stock(user, names)

    monkeypatch.setattr(User, "sync_groups", watched)
    await sign_in(visitor, "lucia")
    assert (missing, groups(hub, "lucia")) == ([set()], {"nairobi", "cordoba"})


async def test_a_newcomer_is_written_down_once_and_whole(hub, visitor):
    async with Visitor(hub) as operator:
        await sign_in(operator, "root")
    async with api(hub, "root") as client:
        await client.post("groups/nairobi")
    written = []
    event.listen(hub.db, "after_flush", lambda session, _: written.append(set(session.new)))
    await sign_in(visitor, "kofi")
    assert (await visitor.get("/hub/home")).status_code == 200
    # The other is the Hub's own: what her provider has given it.
    [[user, server], []] = [
        sorted(new, key=lambda row: type(row) is orm.Spawner) for new in written
    ]
    assert ([role.name for role in user.roles], server.user) == (["user"], user)
    assert groups(hub, "kofi") == {"nairobi"}


async def test_a_group_that_was_deleted_is_made_again_for_the_next_newcomer(hub, visitor):
    for name in ("kofi", "lucia", "root"):
        async with Visitor(hub) as other:
            await sign_in(other, name)
    async with api(hub, "root") as client:
        assert (await client.delete("groups/nairobi")).status_code == 204
    await sign_in(visitor, "amina")
    assert groups(hub, "amina") == {"nairobi", "nairobi-champions"}


async def test_a_group_given_behind_the_stores_back_does_not_last(hub, visitor):
    await sign_in(visitor, "kofi")
    hub.users["kofi"].sync_groups(["nairobi", "nairobi-champions"])
    again(hub, "kofi")
    await visitor.get("/hub/home")
    assert groups(hub, "kofi") == {"nairobi"}


async def test_who_is_signed_in_stays_so_while_the_store_is_away(hub, visitor, tmp_path):
    await sign_in(visitor, "kofi")
    with closing(sqlite3.connect(tmp_path / "catalyst.sqlite", isolation_level=None)) as other:
        other.execute("ALTER TABLE people RENAME TO away")
    again(hub, "kofi")
    answer = await visitor.get("/hub/home")
    assert (answer.status_code, answer.url.path) == (200, "/hub/home")
    assert groups(hub, "kofi") == {"nairobi"}


async def test_signing_in_says_so_while_the_store_is_locked(visitor, tmp_path):
    with closing(sqlite3.connect(tmp_path / "catalyst.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = await sign_in(visitor, "kofi")
    assert answer.status_code == 503
    assert "The hub cannot look up who you are right now." in answer.text


async def test_who_is_blocked_is_told_by_the_form_whom_to_ask(start_hub, tmp_path):
    blocked = "  blocked: [{provider: demo, people: [bo]}]\n"
    config = catalyst_config(tmp_path, COMMUNITIES.replace("hub:\n", f"hub:\n{blocked}"))
    async with Visitor(await start_hub(config)) as visitor:
        answer = await sign_in(visitor, "bo")
    assert answer.status_code == 403
    assert "do not let this account in. Questions? Ask root@example.org." in answer.text


async def test_a_personas_language_is_spoken_until_the_person_chooses(hub, visitor):
    answer = await sign_in(visitor, "lucia")
    assert page(answer).html["lang"] == "es"


ANY_NAME = """
version: 1
hub: {name: test}
providers:
  demo: {type: demo, any_name: true, shared_password: open, personas: [{name: somebody}]}
communities:
  all:
    title: All
    members: [{provider: demo, everyone: true}]
    profiles:
      python: {environment: {command: [x]}, sizes: {s: {cpu: 1, memory: 1G}}}
"""


async def test_any_name_with_the_shared_password_is_for_load_tests(start_hub, tmp_path):
    hub = await start_hub(catalyst_config(tmp_path, ANY_NAME))
    async with Visitor(hub) as visitor:
        assert (await sign_in(visitor, "learner-1", password="wrong")).status_code == 403
        assert (await sign_in(visitor, "learner-1", password="open")).status_code == 200
    assert groups(hub, "learner-1") == {"all"}


async def test_who_came_by_the_front_page_is_led_straight_to_the_picker(hub, visitor):
    form = await visitor.get("/hub/")
    token = page(form).select_one("input[name=_xsrf]")["value"]
    data = {"_xsrf": token, "provider": "demo", "username": "kofi"}
    answer = await visitor.client.post(form.url, data=data)
    assert answer.url.path == "/hub/spawn"
    assert len(answer.history) == 1
