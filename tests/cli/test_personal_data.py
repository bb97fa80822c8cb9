"""``catalyst-hub data`` and ``catalyst-hub erase``, on a real store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catalyst_hub.bootstrap import open_runtime
from catalyst_hub.cli import main
from catalyst_hub.config import CatalystHub
from catalyst_hub.core.community import Identity, Role
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.store import Store
from tests.support.sessions import NOW, a_session, running

COMMUNITIES = """
version: 1
hub:
  name: test
  title: Test
  time_zone: Africa/Nairobi
  operators: [{provider: demo, people: [root]}]
providers: {demo: {type: demo, title: Demo, personas: [{name: kofi}, {name: root}]}}
defaults:
  profiles:
    python:
      title: Python
      environment: {command: [jupyter-lab]}
      sizes: {small: {title: Small, cpu: 1, memory: 1G}}
communities:
  savanna:
    title: Savanna
    time_zone: Africa/Nairobi
    currency: KES
    languages: [en]
    members: [{provider: demo, people: [kofi]}]
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    file = tmp_path / "communities.yaml"
    file.write_text(COMMUNITIES)
    url = f"sqlite:///{tmp_path / 'catalyst.sqlite'}"
    open_runtime(
        CatalystHub(communities_file=str(file), database_url=url), accept_policy=True
    ).close()
    store = Store.open(url, "test")
    with store.unit_of_work(write=True) as uow:
        for name in ("kofi", "root"):
            uow.people.add(name, name.title(), Identity("demo", name), NOW)
        person = uow.people.by_name("kofi")
        champion = Grant(Source.MANUAL, Role.CHAMPION, NOW, {"by": "root"})
        uow.memberships.grant(person.person_id, "savanna", champion)
    store.close()
    return url


def knows(url: str, name: str) -> bool:
    store = Store.open(url, "test")
    with store.unit_of_work() as uow:
        found = uow.people.by_name(name)
    store.close()
    return found is not None


def test_everything_about_a_person_is_printed_as_json(url, capsys):
    assert main(["data", "kofi", "--database-url", url]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["name"] == "kofi"
    assert document["data"]["memberships"][0]["community"] == "savanna"


def test_nobody_has_no_data(url, capsys):
    assert main(["data", "nobody", "--database-url", url]) == 1
    assert "nobody is called nobody" in capsys.readouterr().err


def test_without_yes_it_only_says_what_would_come_of_it(url, capsys):
    assert main(["erase", "kofi", "--database-url", url]) == 2
    said = capsys.readouterr()
    assert "the only champion of savanna" in said.out
    assert "the communities file lists kofi" in said.out
    assert "--yes" in said.err
    assert knows(url, "kofi")


def test_with_yes_a_person_is_forgotten(url, capsys):
    assert main(["erase", "kofi", "--yes", "--database-url", url]) == 0
    assert "kofi is forgotten" in capsys.readouterr().out
    assert not knows(url, "kofi")


def test_nobody_is_forgotten_twice(url, capsys):
    main(["erase", "kofi", "--yes", "--database-url", url])
    assert main(["erase", "kofi", "--yes", "--database-url", url]) == 1
    assert "nobody is called kofi" in capsys.readouterr().err


def test_an_operator_is_refused(url, capsys):
    assert main(["erase", "root", "--yes", "--database-url", url]) == 1
    assert "take them out of the operators" in capsys.readouterr().err
    assert knows(url, "root")


def test_a_running_server_is_in_the_way(url, capsys):
    store = Store.open(url, "test")
    with store.unit_of_work(write=True) as uow:
        running(uow, a_session(uow.people.by_name("kofi")))
    store.close()
    assert main(["erase", "kofi", "--yes", "--database-url", url]) == 1
    assert "has a server: stop it first" in capsys.readouterr().err
    assert knows(url, "kofi")


@pytest.mark.parametrize("command", ["data", "erase"])
def test_no_store_is_made_in_the_wrong_folder(command, tmp_path, capsys):
    missing = tmp_path / "nowhere.sqlite"
    assert main([command, "kofi", "--database-url", f"sqlite:///{missing}"]) == 2
    assert not missing.exists()
