"""The dry run: what becomes of each server, and why; nothing is written by looking."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from catalyst_hub.bootstrap import open_runtime, utc_now
from catalyst_hub.cli import main
from catalyst_hub.config import CatalystHub
from catalyst_hub.core.notice import Notice, Reason
from catalyst_hub.core.observation import OBSERVER
from catalyst_hub.core.server_report import ServerReport
from catalyst_hub.core.spare import Wish
from catalyst_hub.core.trust import OBSERVING
from catalyst_hub.store import Store
from tests.hub.communities import COMMUNITIES
from tests.support.sessions import a_person, a_session, running

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Of the hub ``test``: kofi is told, lucia works, amina is spared, bo will be told."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "communities.yaml").write_text(COMMUNITIES)
    url = f"sqlite:///{tmp_path / 'catalyst.sqlite'}"
    monkeypatch.setenv("CATALYST_DATABASE_URL", url)
    with closing(open_runtime(CatalystHub(), accept_policy=True)) as runtime:
        hub = runtime.policy.hub
    store, now = Store.open(url, hub), utc_now()
    with store.unit_of_work(write=True) as uow:
        uow.heartbeats.beat(OBSERVING, now - 60 * MINUTE)
        uow.heartbeats.beat(OBSERVER, now)
        began, ran = now - 50 * MINUTE, {}
        for name in ("kofi", "lucia", "amina", "bo"):
            session = a_session(a_person(uow, name), community="nairobi", reserved_at=began)
            ran[name] = running(uow, session)
        told = Notice(ran["kofi"].session_id, Reason.IDLE, now, now + 10 * MINUTE)
        uow.notices.give(told)
        uow.server_reports.put(ServerReport(ran["lucia"].session_id, now, now, kinds=("kernel",)))
        wish = Wish(ran["amina"].person_id, "A long run", now + 600 * MINUTE)
        uow.spares.add("nairobi", wish, "root", now)
    yield store
    store.close()


def decisions(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, str]:
    assert main(["culling", "explain", "--json", *words]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {each["server"]: each["decision"] for each in found}


def test_each_server_has_its_decision(capsys: pytest.CaptureFixture[str], store: Store) -> None:
    expected = {"amina": "kept", "bo": "would-tell", "kofi": "told", "lucia": "runs"}
    assert decisions(capsys) == expected
    assert decisions(capsys) == expected
    with store.unit_of_work() as uow:
        assert len(uow.notices.of_live()) == 1, "looking tells nobody"


def test_people_read_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["culling", "explain"]) == 0
    said = capsys.readouterr().out
    assert "kofi in Nairobi (Africa/Nairobi)\n  Stops: " in said
    assert "The hub has heard of no use of it" in said
    assert "A champion keeps it from being stopped as unused until" in said
    assert "It last computed something:" in said


def test_why_a_kind_of_servers_runs_on_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CATALYST_USUAL_CULLING", '{"default_servers": false}')
    with closing(open_runtime(CatalystHub(), accept_policy=True)):
        assert main(["culling", "explain", "--server", "bo"]) == 0
    said = capsys.readouterr().out
    assert "  Servers without a name are not stopped for want of use here.\n" in said
    assert main(["culling", "explain", "--json", "--server", "bo"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["decision"], found["spared_kind"]) == ("runs", "default-servers")
    assert [stop["reason"] for stop in found["stops"]] == ["over-age"]


def test_one_server_is_asked_about(capsys: pytest.CaptureFixture[str]) -> None:
    assert decisions(capsys, "--server", "lucia") == {"lucia": "runs"}
    assert decisions(capsys, "--server", "lucia/") == {"lucia": "runs"}
    assert main(["culling", "explain", "--server", "lucia/second"]) == 1
    assert "no server of lucia/second is running" in capsys.readouterr().err
    assert decisions(capsys, "--community", "cordoba") == {}
