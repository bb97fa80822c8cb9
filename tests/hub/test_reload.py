"""The communities file is edited while the hub runs."""

from __future__ import annotations

import asyncio
import os
from contextlib import closing
from pathlib import Path

import pytest

from catalyst_hub.bootstrap import open_runtime
from catalyst_hub.config import CatalystHub
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.restart import Part
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from tests.hub.communities import (
    COMMUNITIES,
    api,
    catalyst_config,
    groups,
    live_session,
    sign_in,
)
from tests.hub.visitor import Visitor, page

SUVA = """\
  suva:
    title: Suva
    country: FJ
    currency: FJD
    members: [{provider: demo, people: [bo]}]
    champions: [{provider: demo, people: [joao]}]
"""


@pytest.fixture
async def hub(start_hub, tmp_path):
    """It looks only when it is told to."""
    return await start_hub(not_by_itself(tmp_path))


def not_by_itself(folder: Path):
    config = catalyst_config(folder)
    config.CatalystHub.reload_seconds = 0
    return config


def write(folder: Path, text: str) -> None:
    (folder / "communities.yaml").write_text(text)


async def settle(hub) -> None:
    for _ in range(2):
        await hub.authenticator.reload.look()


async def edit(hub, folder: Path, text: str) -> None:
    write(folder, text)
    await settle(hub)


def title(hub) -> str:
    return hub.authenticator.runtime.policy.title[""]


def titled(name: str) -> str:
    return COMMUNITIES.replace("title: Test hub", f"title: {name}")


def again(hub, name: str) -> None:
    hub.users[name]._auth_refreshed = None


async def picked(hub, name: str) -> str:
    async with Visitor(hub) as visitor:
        form = await visitor.get("/hub/login?next=/hub/spawn")
        token = page(form).select_one("input[name=_xsrf]")["value"]
        data = {"_xsrf": token, "provider": "demo", "username": name}
        return (await visitor.client.post(form.url, data=data)).text


async def test_an_edited_file_is_in_force_by_itself(start_hub, tmp_path):
    config = catalyst_config(tmp_path)
    config.CatalystHub.reload_seconds = 1
    hub = await start_hub(config)
    write(tmp_path, COMMUNITIES.replace("title: Small", "title: Tiny"))
    async with asyncio.timeout(60):
        while "Tiny" not in await picked(hub, "kofi"):
            await asyncio.sleep(0.1)


async def test_the_services_beside_the_hub_follow_at_their_next_look(hub, tmp_path):
    config = CatalystHub(config=hub.config)
    with closing(open_runtime(config, accept_policy=False)) as service:
        await edit(hub, tmp_path, titled("Second"))
        assert await service.read(lambda _: service.policy.title[""]) == "Second"


async def test_what_is_accepted_is_in_the_audit_once(hub, tmp_path):
    before = hub.authenticator.runtime.policy.version
    await edit(hub, tmp_path, titled("Second"))
    await settle(hub)
    runtime = hub.authenticator.runtime
    active = await runtime.read(lambda uow: uow.policies.active())
    assert active.version == runtime.policy.version != before


async def test_an_older_version_comes_back_and_quick_changes_end_with_the_last(hub, tmp_path):
    for name in ("Second", "Test hub", "Second"):
        await edit(hub, tmp_path, titled(name))
        assert title(hub) == name
    for name in ("Third", "Fourth", "Fifth"):
        write(tmp_path, titled(name))
        await hub.authenticator.reload.look()
    assert title(hub) == "Second", "none of them had settled"
    await hub.authenticator.reload.look()
    assert title(hub) == "Fifth"


async def test_half_a_file_that_could_be_used_is_not_taken_for_a_whole_one(hub, tmp_path):
    half = COMMUNITIES.partition("  cordoba:\n")[0]
    write(tmp_path, half)
    await hub.authenticator.reload.look()
    write(tmp_path, COMMUNITIES)
    await settle(hub)
    assert set(hub.authenticator.runtime.policy.by_slug) == {"nairobi", "cordoba"}
    assert not hub.authenticator.runtime.former


async def test_neither_clocks_nor_links_nor_replacing_the_file_matter(hub, tmp_path):
    file = tmp_path / "communities.yaml"
    was = file.stat()
    file.write_text(titled("Just hub"))
    os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns - 10**12))
    await settle(hub)
    assert title(hub) == "Just hub", "older than before, and as long"
    (tmp_path / "new.yaml").write_text(titled("Replaced"))
    (tmp_path / "new.yaml").replace(file)
    await settle(hub)
    assert title(hub) == "Replaced"


async def test_a_config_map_swaps_a_folder_behind_links(hub, tmp_path):
    for name in ("First", "Second"):
        (tmp_path / f"..{name}").mkdir()
        (tmp_path / f"..{name}" / "communities.yaml").write_text(titled(name))
    file, data = tmp_path / "communities.yaml", tmp_path / "..data"
    file.unlink()
    file.symlink_to("..data/communities.yaml")
    for name in ("First", "Second", "First"):
        (tmp_path / "..tmp").symlink_to(f"..{name}")
        (tmp_path / "..tmp").rename(data)
        await settle(hub)
        assert title(hub) == name


async def test_a_file_that_is_away_for_a_moment_is_no_news(hub, tmp_path, caplog):
    file = tmp_path / "communities.yaml"
    await settle(hub)
    text = file.read_text()
    file.unlink()
    await hub.authenticator.reload.look()
    file.write_text(text)
    await settle(hub)
    assert hub.authenticator.reload.problems == ()
    file.unlink()
    await settle(hub)
    [problem] = hub.authenticator.reload.problems
    assert problem.what == "there is no such file"


async def test_a_bad_file_keeps_the_last_good_one_and_says_everything_once(
    hub, tmp_path, monkeypatch
):
    said = []
    monkeypatch.setattr(hub.log, "error", lambda text, *facts: said.append(text % facts))
    bad = titled("Second").replace("cpu: 0.5", "cpu: many").replace("currency: KES", "currency: x")
    await edit(hub, tmp_path, bad)
    await settle(hub)
    [line] = said
    assert title(hub) == "Test hub"
    assert "THE HUB GOES ON WITH THE VERSION BEFORE" in line
    assert f"{tmp_path}/communities.yaml:35:15: communities.nairobi.currency" in line
    assert "'many' is no such amount" in line
    assert "'x' is no currency" in line
    assert len(hub.authenticator.reload.problems) == 2
    await edit(hub, tmp_path, titled("Second"))
    assert title(hub) == "Second"
    assert hub.authenticator.reload.problems == ()


async def test_a_bad_file_that_becomes_what_it_was_has_no_problems_any_more(hub, tmp_path):
    for text in ("{", COMMUNITIES):
        await edit(hub, tmp_path, text)
    assert hub.authenticator.reload.problems == ()
    assert title(hub) == "Test hub"


async def test_a_hub_that_began_with_a_bad_file_needs_no_restart_for_a_good_one(
    start_hub, tmp_path
):
    await start_hub(not_by_itself(tmp_path))
    config = not_by_itself(tmp_path)
    write(tmp_path, "{")
    hub = await start_hub(config)
    await settle(hub)
    assert len(hub.authenticator.reload.problems) == 1
    await edit(hub, tmp_path, titled("Second"))
    assert title(hub) == "Second"
    assert hub.authenticator.reload.problems == ()


async def test_while_the_store_is_away_the_version_before_holds_and_the_new_one_waits(
    hub, tmp_path, monkeypatch
):
    runtime = hub.authenticator.runtime

    async def away(policy, text):
        raise StoreUnavailableError("away")

    with monkeypatch.context() as patched:
        patched.setattr(runtime, "put_into_force", away)
        await edit(hub, tmp_path, titled("Second"))
        assert title(hub) == "Test hub"
    await hub.authenticator.reload.look()
    assert title(hub) == "Second"


async def test_a_new_limit_holds_at_the_next_start(hub, tmp_path):
    await edit(hub, tmp_path, COMMUNITIES.replace("servers: 2", "servers: 0"))
    await sign_in(hub, "kofi")
    async with api(hub, "kofi") as kofi:
        answer = await kofi.post("users/kofi/server", json={})
    assert answer.json()["denied"]["limit"]["limit"] == 0


async def test_a_start_is_made_of_the_version_it_was_admitted_by(hub, tmp_path):
    """The size vanishes after the admission and before the server is made."""
    await sign_in(hub, "kofi")
    runtime, write_through = hub.authenticator.runtime, hub.authenticator.runtime.write
    without = COMMUNITIES.replace("        small: {title: Small", "        tiny: {title: Tiny")

    async def then_the_file_changes(work):
        answer = await write_through(work)
        if isinstance(answer, tuple) and isinstance(answer[0], Policy):
            runtime.write = write_through
            await edit(hub, tmp_path, without)
        return answer

    runtime.write = then_the_file_changes
    async with api(hub, "kofi") as kofi:
        answer = await kofi.post(
            "users/kofi/server", json={"community": "nairobi", "profile": "python", "size": "small"}
        )
        assert answer.status_code in {201, 202}, answer.text
        assert runtime.policy.by_slug["nairobi"].profiles[0].size("small") is None
        spawner = hub.users["kofi"].spawner
        assert spawner.mem_limit == 2**30
        assert (await live_session(hub, "kofi")).choice.size == "small"
        await kofi.delete("users/kofi/server")


async def test_a_new_community_works_without_a_restart_but_for_its_champions(hub, tmp_path):
    await edit(hub, tmp_path, COMMUNITIES + SUVA)
    assert "Suva" in await picked(hub, "bo")
    assert groups(hub, "bo") == {"suva"}
    await sign_in(hub, "joao")
    assert "suva-champions" in groups(hub, "joao")
    async with api(hub, "joao") as joao:
        scopes = (await joao.get("user")).json()["scopes"]
    assert not [scope for scope in scopes if scope.endswith("!group=suva")]
    [reason] = hub.authenticator.reload.reasons
    assert (reason.part, reason.name) == (Part.COMMUNITY_NEW, "suva")


async def test_a_community_that_is_gone_leaves_nobody_a_place_or_power_active_or_not(hub, tmp_path):
    for name in ("lucia", "joao"):
        await sign_in(hub, name)
    hub.users["lucia"].sync_groups(["nairobi", "cordoba", "beta-testers"])
    await edit(hub, tmp_path, COMMUNITIES.partition("  cordoba:\n")[0])
    assert groups(hub, "lucia") == {"nairobi", "beta-testers"}
    assert groups(hub, "joao") == set()
    async with api(hub, "joao") as joao:
        assert (await joao.get("users/lucia")).status_code in {403, 404}
    assert hub.authenticator.reload.reasons == ()


async def test_a_refresh_that_began_before_does_not_bring_a_gone_community_back(hub, tmp_path):
    await sign_in(hub, "joao")
    user = hub.users["joao"]
    await edit(hub, tmp_path, COMMUNITIES.partition("  cordoba:\n")[0])
    user.sync_groups(["cordoba", "cordoba-champions"])
    model = await hub.authenticator.from_store(user)
    assert model["groups"] == []


async def test_a_community_that_left_while_the_hub_was_down_is_cleared_at_the_start(
    start_hub, tmp_path
):
    first = await start_hub(not_by_itself(tmp_path))
    await sign_in(first, "joao")
    assert groups(first, "joao") == {"cordoba", "cordoba-champions"}
    config = not_by_itself(tmp_path)
    write(tmp_path, COMMUNITIES.partition("  cordoba:\n")[0])
    hub = await start_hub(config)
    assert groups(hub, "joao") == set()


async def test_a_community_that_comes_back_has_its_champions_again_without_a_restart(hub, tmp_path):
    for text in (COMMUNITIES.partition("  cordoba:\n")[0], COMMUNITIES):
        await edit(hub, tmp_path, text)
    await sign_in(hub, "joao")
    async with api(hub, "joao") as joao:
        scopes = (await joao.get("user")).json()["scopes"]
    assert "custom:catalyst:champion!group=cordoba" in scopes


async def test_nothing_of_a_file_for_another_hub_is_in_force(hub, tmp_path):
    other = COMMUNITIES.replace("name: test", "name: other").replace("Test hub", "Other hub")
    await edit(hub, tmp_path, other)
    assert title(hub) == "Test hub"
    [reason] = hub.authenticator.reload.reasons
    assert (reason.part, reason.name) == (Part.HUB_NAME, "other")
    await edit(hub, tmp_path, COMMUNITIES)
    assert hub.authenticator.reload.reasons == ()


async def test_a_provider_that_is_gone_lets_nobody_in_and_a_new_one_waits(hub, tmp_path):
    renamed = COMMUNITIES.replace("providers:\n  demo:", "providers:\n  elsewhere:")
    await edit(hub, tmp_path, renamed.replace("provider: demo", "provider: elsewhere"))
    async with Visitor(hub) as visitor:
        form = await visitor.get("/hub/login")
        assert not page(form).select("input[name=provider]")
        token = page(form).select_one("input[name=_xsrf]")
        data = {"provider": "demo", "username": "kofi"}
        data |= {"_xsrf": token["value"] if token else visitor.client.cookies["_xsrf"]}
        assert (await visitor.client.post("/hub/login", data=data)).status_code == 403
    [reason] = hub.authenticator.reload.reasons
    assert (reason.part, reason.name) == (Part.PROVIDER_NEW, "elsewhere")


async def test_what_nobody_expected_of_a_version_does_not_end_the_watch(
    start_hub, tmp_path, monkeypatch
):
    config = catalyst_config(tmp_path)
    config.CatalystHub.reload_seconds = 1
    hub = await start_hub(config)
    reload, failed = hub.authenticator.reload, asyncio.Event()

    async def fail():
        failed.set()
        raise RuntimeError("nobody expected this")

    with monkeypatch.context() as patched:
        patched.setattr(reload, "look", fail)
        await asyncio.wait_for(failed.wait(), 60)
    write(tmp_path, titled("Second"))
    async with asyncio.timeout(60):
        while title(hub) != "Second":
            await asyncio.sleep(0.05)
