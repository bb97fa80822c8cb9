"""After a workshop: whoever came for it alone is told, then gone with their files; a real hub."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from jupyterhub import orm

from catalyst_hub.core.farewell import LEADS
from catalyst_hub.core.invitation import Terms, digest
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Answer, Plan, Request
from catalyst_hub.culler.farewells import Farewells
from catalyst_hub.hub.erasure import forget_erased
from catalyst_hub.hub.local_spawner import CatalystLocalSpawner, _home_below
from catalyst_hub.hub_client import HubClient
from catalyst_hub.store.tables import audit, farewells, people
from tests.hub.communities import api, catalyst_config, until_ready
from tests.hub.test_workshop_accounts import WITH_ACCOUNTS, sign_up
from tests.hub.visitor import Visitor, page, text

ZONE, DAYS = "Africa/Nairobi", 30
CODE = "K7MP4QRX"


@pytest.fixture
async def hub(start_hub, tmp_path):
    return await start_hub(catalyst_config(tmp_path, WITH_ACCOUNTS))


async def a_workshop(hub, days_ago: int, clean_after_days: int = DAYS) -> int:
    """One that was so long ago, with a code that still lets in: nobody has to wait for the days."""
    runtime = hub.authenticator.runtime
    now = runtime.now()
    day = local_day(now, ZONE) - timedelta(days=days_ago)

    def make(uow) -> int:
        plan = Plan("Plants", day, day, clean_after_days=clean_after_days)
        made = uow.workshops.add("nairobi", plan, "amina", now)
        terms = Terms(50, 7, workshop_id=made.workshop_id)
        uow.invitations.add("nairobi", digest("test", CODE), terms, "amina", now)
        return made.workshop_id

    return await runtime.write(make)


async def told(hub, name: str, workshop: int, notices: int, days_ago: float = 2) -> None:
    """As if she had been told so often."""
    runtime = hub.authenticator.runtime
    at = runtime.now() - timedelta(days=days_ago)

    def tell(uow) -> None:
        for _ in range(notices):
            uow.farewells.tell(workshop, uow.people.by_name(name).person_id, at)

    await runtime.write(tell)


def culler(hub) -> Farewells:
    """The process's loop, with the token and the scopes that it has."""
    token = hub._service_map["catalyst-culler"].api_token
    return Farewells(hub.authenticator.runtime, HubClient(hub.hub.url + "api", token))


async def rows(hub, table, *columns: str) -> list[tuple]:
    found = table.select()
    runtime = hub.authenticator.runtime
    result = await runtime.read(lambda uow: uow._connection.execute(found).mappings().all())
    return [tuple(row[name] for name in columns) for row in result]


def home_of(tmp_path: Path, name: str) -> Path:
    home = tmp_path / "homes" / name
    home.mkdir(parents=True, exist_ok=True)
    (home / "work.txt").write_text("mine")
    return home


def known_to_the_hub(hub) -> set[str]:
    return {name for (name,) in hub.db.query(orm.User.name)}


async def a_guest(hub, tmp_path: Path, workshop: int, notices: int = len(LEADS)) -> Path:
    """Wanjiru, who signed up with the code, has files, and was told so often."""
    async with Visitor(hub) as visitor:
        await sign_up(visitor)
    await told(hub, "wanjiru", workshop, notices)
    return home_of(tmp_path, "wanjiru")


async def test_whoever_was_told_three_times_is_gone_with_name_and_files(hub, tmp_path):
    workshop = await a_workshop(hub, DAYS + 9)
    home = await a_guest(hub, tmp_path, workshop)
    other = home_of(tmp_path, "kofi")
    await culler(hub).round()
    assert not home.exists()
    assert other.exists()
    assert "wanjiru" not in known_to_the_hub(hub)
    assert "wanjiru" not in {name for (name,) in await rows(hub, people, "name")}
    done = [action for (action,) in await rows(hub, audit, "action")]
    assert done[-3:] == ["farewell:begun", "files:removed", "person:erased"]
    await culler(hub).round()
    assert [action for (action,) in await rows(hub, audit, "action")] == done


@pytest.mark.parametrize("killed_at", ["files", "store", "hub"])
async def test_whoever_is_killed_half_way_goes_on(hub, tmp_path, monkeypatch, killed_at):
    workshop = await a_workshop(hub, DAYS + 9)
    home = await a_guest(hub, tmp_path, workshop)
    place = {
        "files": (CatalystLocalSpawner, "remove_home"),
        "store": ("catalyst_hub.hub.farewell_api.erase_person",),
        "hub": ("catalyst_hub.hub.farewell_api.forget_user",),
    }[killed_at]

    def die(*_args, **_options):
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(*place, die)
        await culler(hub).round()
    assert "wanjiru" in known_to_the_hub(hub)
    if killed_at == "hub":
        await forget_erased(hub, hub.authenticator.runtime)
    else:
        # Nothing calls it off by now.
        assert await rows(hub, farewells, "notices") == [(3,)]
        await culler(hub).round()
    assert not home.exists()
    assert "wanjiru" not in known_to_the_hub(hub)
    assert "wanjiru" not in {name for (name,) in await rows(hub, people, "name")}


async def test_a_server_that_runs_gives_time(hub, tmp_path):
    workshop = await a_workshop(hub, DAYS + 9)
    async with Visitor(hub) as wanjiru:
        await sign_up(wanjiru)
        await wanjiru.submit(await wanjiru.get("/hub/spawn"))
        await until_ready(hub, "wanjiru")
    await told(hub, "wanjiru", workshop, 3)
    home = home_of(tmp_path, "wanjiru")
    await culler(hub).round()
    assert home.exists()
    await hub.users["wanjiru"].stop()
    await culler(hub).round()
    assert not home.exists()


async def test_nothing_starts_between_the_halves_of_a_removal(hub, tmp_path, monkeypatch):
    workshop = await a_workshop(hub, DAYS + 9)
    home = await a_guest(hub, tmp_path, workshop)

    def die(*_args, **_options):
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr("catalyst_hub.hub.farewell_api.erase_person", die)
        await culler(hub).round()
    async with api(hub, "wanjiru") as client:
        refused = await client.post("users/wanjiru/server", json={"community": "nairobi"})
    assert refused.status_code == 403
    assert refused.json()["denied"]["code"] == "being-removed"
    assert not home.exists()
    await culler(hub).round()
    assert "wanjiru" not in known_to_the_hub(hub)


async def test_files_stay_while_a_start_runs_that_the_store_has_not_seen(
    hub, tmp_path, monkeypatch
):
    workshop = await a_workshop(hub, DAYS + 9)
    home = await a_guest(hub, tmp_path, workshop)
    spawner, runtime = hub.users["wanjiru"].spawner, hub.authenticator.runtime
    write = runtime.write

    async def meanwhile(work):
        spawner._spawn_pending = True
        return await write(work)

    # She starts while the store is asked whether it is time.
    with monkeypatch.context() as patch:
        patch.setattr(runtime, "write", meanwhile)
        await culler(hub).round()
    assert home.exists()
    spawner._spawn_pending = False
    await culler(hub).round()
    assert not home.exists()


async def test_the_page_says_when_and_whoever_stays_stays(hub, tmp_path):
    workshop = await a_workshop(hub, DAYS - 10)
    async with Visitor(hub) as wanjiru:
        await wanjiru.get("/hub/language?to=en")
        await sign_up(wanjiru)
        assert "go on" not in text(await wanjiru.get("/hub/home"))
        await culler(hub).round()
        home = await wanjiru.get("/hub/home")
        assert "Your account and your files go on" in text(home)
        shown = await wanjiru.get("/hub/farewell")
        assert "“Plants”, and that is over" in text(shown)
        assert page(shown).select_one("a[href^='/hub/spawn?next=']") is not None
        kept = await wanjiru.submit(shown, "form[action$='/keep']")
        assert "You stay" in text(kept)
        assert "go on" not in text(await wanjiru.get("/hub/home"))
    await told(hub, "wanjiru", workshop, 3)
    await culler(hub).round()
    assert "wanjiru" in known_to_the_hub(hub)


async def test_of_one_that_was_called_off_nobody_reads_that_it_is_over(hub, tmp_path):
    """It was to be weeks ahead, with so few days after it that people are told at once."""
    workshop = await a_workshop(hub, -DAYS, clean_after_days=LEADS[0].days)
    async with Visitor(hub) as wanjiru:
        await wanjiru.get("/hub/language?to=en")
        await sign_up(wanjiru)
        runtime = hub.authenticator.runtime
        await runtime.write(lambda uow: uow.workshops.cancel(workshop, runtime.now()))
        await culler(hub).round()
        for path in ("/hub/home", "/hub/farewell"):
            assert "“Plants”, and that was called off." in text(await wanjiru.get(path))


async def test_of_one_that_was_declined_after_people_had_come_they_read_that(hub, tmp_path):
    """A champion asked for more than had been granted, or was within the bounds."""
    workshop = await a_workshop(hub, DAYS - 10)
    async with Visitor(hub) as wanjiru:
        await wanjiru.get("/hub/language?to=en")
        await sign_up(wanjiru)
        runtime = hub.authenticator.runtime
        await runtime.write(lambda uow: decline(uow, workshop, runtime.now()))
        await culler(hub).round()
        for path in ("/hub/home", "/hub/farewell"):
            shown = text(await wanjiru.get(path))
            assert "“Plants”, and the people who run this hub have not granted it." in shown
            assert "is over" not in shown


def decline(uow, workshop: int, now) -> None:
    plan = uow.workshops.get(workshop).plan
    assert uow.workshops.change(workshop, plan, None, Request(now, "many people"), now)
    assert uow.workshops.answer(workshop, Answer.DECLINED, "", "root", now)


async def test_jupyterlab_hears_of_it(hub, tmp_path):
    await a_workshop(hub, DAYS - 10)
    async with Visitor(hub) as wanjiru:
        await wanjiru.get("/hub/language?to=en")
        await sign_up(wanjiru)
        await culler(hub).round()
        async with api(hub, "wanjiru") as server:
            (notice,) = (await server.get("catalyst/notices")).json()["notices"]
    assert "all your files here are removed on" in notice["sentence"]
    assert notice["ask"]["url"] == "/hub/farewell"
    assert notice["keep"] is None


async def test_only_the_culler_may_say_farewell(hub, tmp_path):
    workshop = await a_workshop(hub, DAYS + 9)
    home = await a_guest(hub, tmp_path, workshop)
    async with Visitor(hub) as amina:
        await amina.enter("amina")
    async with api(hub, "amina") as champion:
        answer = await champion.post(f"catalyst/farewells/{workshop}/wanjiru")
        assert answer.status_code == 403
    headers = {"Authorization": f"token {hub._service_map['catalyst-culler'].api_token}"}
    async with httpx.AsyncClient(base_url=hub.hub.url + "api/", headers=headers) as process:
        for path in ("99/wanjiru", f"{workshop}/amina", f"{workshop}/nobody"):
            refused = await process.post(f"catalyst/farewells/{path}")
            assert refused.status_code == 409, path
    assert home.exists()


async def test_a_spawner_without_homes_says_that_somebody_has_to_delete(hub, tmp_path, monkeypatch):
    workshop = await a_workshop(hub, DAYS + 9)
    home = await a_guest(hub, tmp_path, workshop)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    hub.users["wanjiru"].spawner.home_dir = str(elsewhere)
    await culler(hub).round()
    assert home.exists()
    assert elsewhere.exists()
    facts = dict(await rows(hub, audit, "action", "facts"))["files:removed"]
    assert facts == {"files": "left"}


async def test_a_home_that_is_a_link_to_another_is_not_removed_with_that(hub, tmp_path):
    workshop = await a_workshop(hub, DAYS + 9)
    async with Visitor(hub) as visitor:
        await sign_up(visitor)
    await told(hub, "wanjiru", workshop, len(LEADS))
    other = home_of(tmp_path, "kofi")
    (tmp_path / "homes" / "wanjiru").symlink_to(other)
    await culler(hub).round()
    assert (other / "work.txt").exists()
    assert dict(await rows(hub, audit, "action", "facts"))["files:removed"] == {"files": "left"}


@pytest.mark.parametrize("name", ["..", ".", "kofi/..", "../homes"])
def test_a_name_that_leads_elsewhere_has_no_home_to_remove(tmp_path, name):
    homes = tmp_path / "homes"
    (homes / "kofi").mkdir(parents=True)
    assert _home_below(str(homes), name) is None
    assert _home_below(str(homes), "kofi") == homes / "kofi"


async def test_whom_the_hub_has_forgotten_leaves_files_that_somebody_has_to_delete(hub, tmp_path):
    workshop = await a_workshop(hub, DAYS + 9)
    home = await a_guest(hub, tmp_path, workshop)
    hub.users.delete(hub.users["wanjiru"])
    await culler(hub).round()
    assert home.exists()
    assert dict(await rows(hub, audit, "action", "facts"))["files:removed"] == {"files": "left"}


async def test_files_go_though_the_hub_has_forgotten_the_server(hub, tmp_path):
    workshop = await a_workshop(hub, DAYS + 9)
    home = await a_guest(hub, tmp_path, workshop)
    user = hub.users["wanjiru"]
    for spawner in user.orm_spawners.values():
        hub.db.delete(spawner)
    hub.db.commit()
    user.spawners.clear()
    await culler(hub).round()
    assert not home.exists()
    assert dict(await rows(hub, audit, "action", "facts"))["files:removed"] == {"files": "removed"}


async def test_the_operator_may_say_how_homes_are_deleted(hub, tmp_path):
    workshop = await a_workshop(hub, DAYS + 9)
    home = await a_guest(hub, tmp_path, workshop)
    asked = []

    async def delete_home(spawner) -> bool:
        asked.append(spawner.user.name)
        return True

    hub.users["wanjiru"].spawner.home_remover = delete_home
    await culler(hub).round()
    assert asked == ["wanjiru"]
    assert home.exists()
    assert dict(await rows(hub, audit, "action", "facts"))["files:removed"] == {"files": "removed"}


async def test_two_rounds_at_once_remove_once(hub, tmp_path):
    workshop = await a_workshop(hub, DAYS + 9)
    home = await a_guest(hub, tmp_path, workshop)
    await asyncio.gather(culler(hub).round(), culler(hub).round())
    assert not home.exists()
    done = [action for (action,) in await rows(hub, audit, "action")]
    assert done.count("person:erased") == 1
