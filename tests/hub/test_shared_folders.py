"""A community's servers see its folder; a workshop's material opens by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catalyst_hub.core.choice import Choice
from catalyst_hub.core.shared_folder import SharedFolder
from catalyst_hub.core.workshop import Plan
from catalyst_hub.hub.shared_links import link_folders
from catalyst_hub.usecases.find_surroundings import find_surroundings
from tests.hub.communities import api, catalyst_config, sign_in

CHOICE = Choice("nairobi", "python", "small", "lab")
MATERIAL = "https://github.com/amina/course"


@pytest.fixture
async def hub(start_hub, tmp_path):
    config = catalyst_config(tmp_path)
    config.CatalystLocalSpawner.shared_dir = str(tmp_path / "shared")
    app = await start_hub(config)
    for name in ("amina", "kofi", "lucia"):
        await sign_in(app, name)
    return app


async def a_workshop(app, day_offset: int = 0, material: str | None = MATERIAL) -> int:
    """Of Nairobi, for a day; Lucía instructs."""
    day = (datetime.now(UTC) + timedelta(days=day_offset)).date()
    plan = Plan("Genomes", day - timedelta(days=1), day + timedelta(days=1), material=material)
    runtime = app.authenticator.runtime

    def make(uow):
        made = uow.workshops.add("nairobi", plan, "amina", runtime.now())
        lucia = uow.people.by_name("lucia")
        uow.workshops.appoint(made.workshop_id, lucia.person_id, "amina", runtime.now())
        return made.workshop_id

    return await runtime.write(make)


async def started(app, name: str):
    options = {"community": "nairobi", "profile": "python", "size": "small"}
    async with api(app, name) as client:
        answer = await client.post(f"users/{name}/server", json=options)
        assert answer.status_code == 201
    return app.users[name].spawner


async def test_everybody_reads_and_champions_and_instructors_write(hub):
    workshop = await a_workshop(hub)
    runtime, rights = hub.authenticator.runtime, {}
    for name in ("amina", "kofi", "lucia"):
        found = await runtime.read(
            lambda uow, who=name: find_surroundings(uow, runtime.policy, who, CHOICE, runtime.now())
        )
        rights[name] = {folder.name: folder.is_writable for folder in found.folders}
    folder = f"nairobi.workshop-{workshop}"
    assert rights == {
        "amina": {"nairobi": True, folder: True},
        "kofi": {"nairobi": False, folder: False},
        "lucia": {"nairobi": True, folder: True},
    }


async def test_a_workshop_that_does_not_run_has_no_folder_and_gives_no_right(hub):
    await a_workshop(hub, day_offset=30)
    spawner = await started(hub, "lucia")
    assert spawner._shared == (SharedFolder("nairobi", is_writable=False),)


async def test_one_folder_is_seen_in_every_home(hub, tmp_path):
    await started(hub, "kofi")
    (tmp_path / "shared" / "nairobi" / "data.csv").write_text("a,b")
    seen = tmp_path / "homes" / "kofi" / "shared" / "nairobi" / "data.csv"
    assert seen.read_text() == "a,b"
    assert [p.name for p in (tmp_path / "shared").iterdir()] == ["nairobi"]


async def test_what_a_workshop_works_with_opens_when_its_people_start(hub):
    await a_workshop(hub)
    assert (await started(hub, "lucia")).default_url == (
        "/git-pull?repo=https%3A%2F%2Fgithub.com%2Famina%2Fcourse&urlpath=lab%2Ftree%2Fcourse"
    )
    kofi = await started(hub, "kofi")
    assert kofi.default_url == "/lab", "he does not take part"
    assert kofi.environment["CATALYST_LANGUAGE"] == "en"


def test_links_follow_what_a_person_may_see_and_leave_what_is_hers(tmp_path: Path) -> None:
    real, place = tmp_path / "real", tmp_path / "home" / "shared"
    first = (SharedFolder("nairobi", is_writable=False), SharedFolder("old", is_writable=False))
    link_folders(real, place, first)
    (place / "mine").mkdir()
    (place / "elsewhere").symlink_to(tmp_path)
    link_folders(real, place, first[:1])
    assert sorted(p.name for p in place.iterdir()) == ["elsewhere", "mine", "nairobi"]
    assert (real / "old").is_dir(), "it is others' still"


def test_something_of_hers_with_the_same_name_stays(tmp_path: Path) -> None:
    place = tmp_path / "home" / "shared"
    (place / "nairobi").mkdir(parents=True)
    (place / "gone").symlink_to(tmp_path / "nothing")
    folders = [SharedFolder(name, is_writable=True) for name in ("nairobi", "gone")]
    link_folders(tmp_path / "real", place, folders)
    assert not (place / "nairobi").is_symlink()
    assert (place / "gone").readlink() == tmp_path / "nothing"
