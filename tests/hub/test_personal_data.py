"""What is stored about me: to read, to take along, to be forgotten, on a real hub."""

from __future__ import annotations

import pytest
from jupyterhub import orm

from catalyst_hub.hub.erasure import forget_erased
from catalyst_hub.store.tables import people
from catalyst_hub.store.traces import TRACES
from catalyst_hub.usecases.erase_person import erase_person
from tests.hub.communities import api, catalyst_config, groups, until_ready
from tests.hub.visitor import Visitor, page, text


@pytest.fixture
async def hub(start_hub, tmp_path):
    return await start_hub(catalyst_config(tmp_path))


@pytest.fixture
async def kofi(hub):
    async with Visitor(hub) as visitor:
        yield await visitor.enter("kofi")


async def run_a_server(hub, visitor: Visitor, name: str) -> None:
    await visitor.submit(await visitor.get("/hub/spawn"))
    await until_ready(hub, name)


async def be_forgotten(visitor: Visitor, name: str):
    return await visitor.submit(await visitor.get("/hub/account/erase"), name=name)


def known_to_the_hub(hub) -> set[str]:
    return {name for (name,) in hub.db.query(orm.User.name)}


async def erase_in_the_store_only(hub, name: str) -> None:
    runtime = hub.authenticator.runtime
    done = await runtime.write(lambda uow: erase_person(uow, runtime.policy, name, runtime.now()))
    assert done is None


async def test_everything_is_there_to_read(hub, kofi):
    told = text(await kofi.get("/hub/account/data"))
    assert "Who you are (1)" in told
    assert "How you sign in (1)" in told
    assert "Communities you belong to (1)" in told
    assert "person:added" in told


async def test_the_file_has_all_of_it_under_the_documented_keys(hub, kofi):
    await run_a_server(hub, kofi, "kofi")
    await hub.users["kofi"].stop()
    answer = await kofi.get("/hub/account/data.json")
    assert answer.headers["Content-Type"].startswith("application/json")
    assert "attachment" in answer.headers["Content-Disposition"]
    document = answer.json()
    assert document["format"] == "catalyst-hub personal data"
    assert document["version"] == 1
    assert set(document["data"]) == {trace.table.name for trace in TRACES}
    assert document["data"]["people"][0]["name"] == "kofi"
    assert document["data"]["sessions"][0]["user_name"] == "kofi"
    assert document["data"]["identities"][0]["provider"] == "demo"


async def test_nobody_else_is_in_it(hub, kofi):
    async with Visitor(hub) as visitor:
        await visitor.enter("lucia")
    assert "lucia" not in (await kofi.get("/hub/account/data.json")).text


@pytest.mark.parametrize("path", ["data", "data.json", "erase"])
async def test_strangers_see_nothing(hub, path):
    async with Visitor(hub) as visitor:
        assert (await visitor.get(f"/hub/account/{path}")).url.path == "/hub/login"


async def test_whoever_types_their_name_is_forgotten_and_signed_out(hub, kofi):
    token = hub.users["kofi"].new_api_token()
    goodbye = await be_forgotten(kofi, "kofi")
    assert page(goodbye).h1.text == "You are forgotten"
    assert "root@example.org" in text(goodbye)
    assert "kofi" not in known_to_the_hub(hub)
    assert (await kofi.get("/hub/home")).url.path == "/hub/login"
    answer = await kofi.client.get("/hub/api/user", headers={"Authorization": f"token {token}"})
    assert answer.status_code == 403


async def test_another_name_forgets_nobody(hub, kofi):
    answer = await be_forgotten(kofi, "lucia")
    assert answer.status_code == 422
    assert "This is not your name" in text(answer)
    assert "kofi" in known_to_the_hub(hub)


async def test_a_name_from_before_us_may_have_capitals(hub, kofi):
    hub.users["kofi"].orm_user.name = "Kofi"
    hub.db.commit()
    renamed = people.update().where(people.c.name == "kofi").values(name="Kofi")
    await hub.authenticator.runtime.write(lambda uow: uow._connection.execute(renamed))
    assert (await be_forgotten(kofi, "kofi")).url.path == "/hub/erased"
    assert "Kofi" not in known_to_the_hub(hub)


async def test_looking_at_the_page_forgets_nobody(hub, kofi):
    told = text(await kofi.get("/hub/account/erase"))
    assert "What is not ours to erase" in told
    assert "please ask root@example.org" in told
    assert "lists you by name" in told
    assert "kofi" in known_to_the_hub(hub)


async def test_a_server_has_to_be_stopped_first(hub, kofi):
    form = await kofi.get("/hub/account/erase")
    await run_a_server(hub, kofi, "kofi")
    assert "Save your work and stop it first." in text(await kofi.get("/hub/account/erase"))
    refused = await kofi.submit(form, name="kofi")
    assert refused.status_code == 409
    assert "kofi" in known_to_the_hub(hub)
    await hub.users["kofi"].stop()


async def test_who_runs_the_hub_leaves_the_file_first(hub):
    async with Visitor(hub) as root:
        await root.enter("root")
        answer = await root.get("/hub/account/erase")
    assert "Take yourself out of the operators" in text(answer)
    assert page(answer).select_one("main form") is None


async def test_the_last_champion_is_told_what_it_means(hub):
    async with Visitor(hub) as amina:
        await amina.enter("amina")
        told = text(await amina.get("/hub/account/erase"))
    assert "You are the only champion of Nairobi." in told


async def test_the_same_human_is_somebody_new_and_never_gets_the_name_again(hub, kofi):
    await be_forgotten(kofi, "kofi")
    await kofi.enter("kofi")
    assert "kofi-2" in known_to_the_hub(hub)
    assert "Your name on this hub: kofi-2" in text(await kofi.get("/hub/account"))


async def test_nor_after_a_restart_when_the_hub_has_forgotten_too(hub, kofi, start_hub, tmp_path):
    await be_forgotten(kofi, "kofi")
    again = await start_hub(catalyst_config(tmp_path))
    async with Visitor(again) as visitor:
        await visitor.enter("kofi")
    assert known_to_the_hub(again) >= {"kofi-2"}
    assert "kofi" not in known_to_the_hub(again)


async def test_files_are_kept(hub, kofi, tmp_path):
    await run_a_server(hub, kofi, "kofi")
    await hub.users["kofi"].stop()
    (work,) = (tmp_path / "homes").glob("*kofi*")
    (work / "thesis.txt").write_text("months of work")
    await be_forgotten(kofi, "kofi")
    assert (work / "thesis.txt").read_text() == "months of work"


async def test_a_hub_killed_between_the_two_forgets_the_user_later(hub, kofi, start_hub, tmp_path):
    await erase_in_the_store_only(hub, "kofi")
    again = await start_hub(catalyst_config(tmp_path))
    assert "kofi" in known_to_the_hub(again)
    assert "catalyst_erased" in again._periodic_callbacks
    await forget_erased(again, again.authenticator.runtime)
    assert "kofi" not in known_to_the_hub(again)


async def test_until_then_the_name_opens_nothing(hub, kofi):
    await erase_in_the_store_only(hub, "kofi")
    async with api(hub, "kofi") as client:
        refused = await client.post("users/kofi/server", json={})
    assert refused.status_code == 403
    assert not hub.users["kofi"].spawner.active


async def test_a_user_of_whom_nothing_is_stored_has_an_account_without_data(hub, kofi):
    await erase_in_the_store_only(hub, "kofi")
    account = await kofi.get("/hub/account")
    assert account.status_code == 200
    assert "My data" not in text(account)
    assert (await kofi.get("/hub/account/data.json")).status_code == 404


async def test_people_who_were_not_erased_stay(hub, kofi):
    async with Visitor(hub) as visitor:
        await visitor.enter("lucia")
    await erase_in_the_store_only(hub, "kofi")
    await forget_erased(hub, hub.authenticator.runtime)
    assert "lucia" in known_to_the_hub(hub)
    assert groups(hub, "lucia") == {"nairobi", "cordoba"}


async def test_another_sites_form_forgets_nobody(hub, kofi):
    answer = await kofi.client.post("/hub/account/erase", data={"name": "kofi"})
    assert answer.status_code == 403
    assert "kofi" in known_to_the_hub(hub)
