from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from catalyst_hub import bootstrap
from catalyst_hub.bootstrap import NoPolicyError, Runtime, open_runtime
from catalyst_hub.communities_file import CommunitiesFileError, parse
from catalyst_hub.config import CatalystHub
from catalyst_hub.core.audit import Action
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.unit_of_work import StoreUnavailableError, UnitOfWork
from tests.support.databases import PostgresqlServer
from tests.support.sessions import NOW

_TEXT = """\
version: 1
hub: {name: andes, title: TITLE, time_zone: UTC, languages: [en]}
providers:
  demo: {type: demo, title: Demo, personas: [{name: kofi}]}
communities:
  savanna:
    title: Savanna
    country: KE
    currency: KES
    members: [{provider: demo, everyone: true}]
    profiles:
      python:
        title: Python
        environment: {command: [jupyterhub-singleuser]}
        sizes: {small: {title: Small, cpu: 1, memory: 1G}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "communities.yaml"
    _write(file, "First")
    return file


@pytest.fixture
def config(file: Path, tmp_path: Path) -> CatalystHub:
    url = f"sqlite:///{tmp_path / 'catalyst.sqlite'}"
    return CatalystHub(communities_file=str(file), database_url=url)


def _write(file: Path, title: str) -> None:
    file.write_text(_TEXT.replace("TITLE", title))


@contextmanager
def _open(config: CatalystHub, *, as_hub: bool = True) -> Iterator[Runtime]:
    runtime = open_runtime(config, accept_policy=as_hub, now=lambda: NOW)
    try:
        yield runtime
    finally:
        runtime.close()


def _title(runtime: Runtime) -> str:
    return runtime.policy.title[""]


def _add(name: str) -> object:
    return lambda uow: uow.people.add(name, name, None, NOW)


async def test_the_hub_puts_its_file_into_force(config: CatalystHub) -> None:
    with _open(config) as runtime:
        active = await runtime.read(lambda uow: uow.policies.active())
    assert active is not None
    assert active.version == runtime.policy.version
    assert (_title(runtime), runtime.policy.hub, active.accepted_at) == ("First", "andes", NOW)


def test_a_bad_file_leaves_the_last_good_one_in_force_loudly(
    config: CatalystHub, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with _open(config):
        pass
    file.write_text(file.read_text().replace("cpu: 1", "cpu: many").replace("KES", "shillings"))
    config.log.propagate = True
    with caplog.at_level("ERROR"), _open(config) as runtime:
        assert _title(runtime) == "First"
    assert "GOES ON WITH THE VERSION OF 2026-11-21" in caplog.text
    assert "many" in caplog.text
    assert "shillings" in caplog.text
    file.unlink()
    with _open(config) as runtime:
        assert _title(runtime) == "First"


def test_a_bad_file_with_nothing_to_go_back_to_is_an_error_with_every_problem(
    config: CatalystHub, file: Path
) -> None:
    file.write_text(file.read_text().replace("cpu: 1", "cpu: many").replace("KES", "shillings"))
    with pytest.raises(CommunitiesFileError) as refused, _open(config):
        pass
    assert len(refused.value.problems) == 2


def test_an_older_file_comes_into_force_again(config: CatalystHub, file: Path) -> None:
    for title in ("First", "Second", "First"):
        _write(file, title)
        with _open(config) as runtime:
            assert _title(runtime) == title
    file.write_text("")
    with _open(config) as runtime:
        assert _title(runtime) == "First"


async def test_a_service_follows_what_the_hub_puts_into_force(
    config: CatalystHub, file: Path
) -> None:
    with _open(config):
        pass
    with _open(config, as_hub=False) as service:
        assert _title(service) == "First"
        _write(file, "Second")
        assert await service.read(lambda _: _title(service)) == "First", "the Hub has not read it"
        with _open(config):
            pass
        assert await service.read(lambda _: _title(service)) == "Second"
        assert await service.write(lambda _: service.policy.hub) == "andes"


def test_a_service_before_its_hub_says_so(config: CatalystHub) -> None:
    with pytest.raises(NoPolicyError, match="andes has put no communities file into force"):
        open_runtime(config, accept_policy=False)


@pytest.mark.postgresql
def test_on_a_shared_server_a_hub_never_takes_the_name_of_another(
    config: CatalystHub, file: Path, postgresql_server: PostgresqlServer
) -> None:
    config.database_url = postgresql_server.new_database()
    with _open(config):
        pass
    file.write_text("")
    with pytest.raises(CommunitiesFileError), _open(config):
        pass
    config.hub = "andes"
    with _open(config) as runtime:
        assert runtime.policy.hub == "andes"


@pytest.mark.postgresql
def test_on_a_shared_server_a_bad_file_that_still_says_its_hub_is_enough(
    config: CatalystHub, file: Path, postgresql_server: PostgresqlServer
) -> None:
    config.database_url = postgresql_server.new_database()
    good = file.read_text()
    for name in ("andes", "sahel"):
        file.write_text(good.replace("andes", name))
        with _open(config):
            pass
    for bad in (good.replace("cpu: 1", "cpu: many"), good + "  - {nowhere"):
        file.write_text(bad)
        with _open(config) as runtime, _open(config, as_hub=False) as service:
            assert (runtime.policy.hub, service.policy.hub) == ("andes", "andes")
    for unknown in (good.replace("andes", "andess") + "{", "{" + good):
        file.write_text(unknown)
        with pytest.raises(CommunitiesFileError), _open(config):
            pass


@pytest.mark.postgresql
async def test_two_hubs_of_one_server_have_versions_of_their_own(
    config: CatalystHub, file: Path, tmp_path: Path, postgresql_server: PostgresqlServer
) -> None:
    config.database_url = postgresql_server.new_database()
    other = CatalystHub(
        communities_file=str(tmp_path / "other.yaml"), database_url=config.database_url
    )
    text = file.read_text().replace("andes", "sahel")
    (tmp_path / "other.yaml").write_text(text)
    with _open(config) as andes, _open(other) as sahel, _open(other, as_hub=False) as service:
        await andes.put_into_force(parse(file.read_text().replace("First", "Second")), "Second")
        assert (_title(andes), _title(sahel)) == ("Second", "First")
        assert await service.read(lambda _: _title(service)) == "First"
        edited = text.replace("First", "Third")
        await sahel.put_into_force(parse(edited), edited)
        assert await service.read(lambda _: _title(service)) == "Third"
        assert _title(andes) == "Second"


async def test_a_service_that_reads_one_version_slowly_ends_with_the_last(
    config: CatalystHub, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, may_go_on = threading.Event(), threading.Event()
    at_once = bootstrap.communities_file.parse

    def slowly(text: str, *rest: Any) -> Policy:
        if "Second" in text:
            reading.set()
            may_go_on.wait(60)
        return at_once(text, *rest)

    with _open(config) as hub, _open(config, as_hub=False) as service:
        monkeypatch.setattr(bootstrap.communities_file, "parse", slowly)
        second, third = (file.read_text().replace("First", name) for name in ("Second", "Third"))
        await hub.put_into_force(at_once(second), second)
        slow = asyncio.create_task(service.read(lambda _: _title(service)))
        await asyncio.to_thread(reading.wait, 10)
        await hub.put_into_force(at_once(third), third)
        last = asyncio.create_task(service.read(lambda _: _title(service)))
        await asyncio.sleep(0.2)
        may_go_on.set()
        await asyncio.gather(slow, last)
        assert _title(service) == "Third"


async def test_writes_are_done_in_the_order_in_which_they_were_handed_in(
    config: CatalystHub,
) -> None:
    done: list[int] = []

    def work(number: int, pause: float) -> object:
        return lambda _: (time.sleep(pause), done.append(number))

    with _open(config) as runtime:
        await asyncio.gather(*(runtime.write(work(n, 0.01 * (5 - n))) for n in range(5)))
    assert done == [0, 1, 2, 3, 4]


async def test_who_stops_waiting_does_not_stop_the_work(config: CatalystHub) -> None:
    may_go_on = threading.Event()

    def hold(uow: UnitOfWork) -> None:
        may_go_on.wait(60)
        uow.people.add("kofi", "Kofi", None, NOW)

    with _open(config) as runtime:
        running = asyncio.create_task(runtime.write(hold))
        queued = asyncio.create_task(runtime.write(_add("amina")))
        await asyncio.sleep(0)
        for task in (running, queued):
            task.cancel()
        await asyncio.gather(running, queued, return_exceptions=True)
        assert running.cancelled()
        assert queued.cancelled()
        may_go_on.set()
        names = ("kofi", "amina")
        after = await runtime.write(lambda uow: [uow.people.by_name(name) for name in names])
    assert None not in after


async def test_closing_finishes_what_was_handed_in(config: CatalystHub) -> None:
    with _open(config) as runtime:
        task = asyncio.create_task(runtime.write(_add("kofi")))
        await asyncio.sleep(0)
    await task
    with _open(config) as runtime:
        assert await runtime.read(lambda uow: uow.people.by_name("kofi")) is not None


async def test_reading_and_the_hub_go_on_while_something_is_written(config: CatalystHub) -> None:
    may_go_on = threading.Event()
    with _open(config) as runtime:
        slow = asyncio.create_task(runtime.write(lambda _: may_go_on.wait(60)))
        assert await runtime.read(lambda uow: uow.policies.active()) is not None
        assert not slow.done()
        may_go_on.set()
        assert await slow


async def test_those_in_line_behind_a_locked_database_get_their_answer_together(
    config: CatalystHub, tmp_path: Path
) -> None:
    with _open(config) as runtime:
        other = sqlite3.connect(tmp_path / "catalyst.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        before = time.monotonic()
        answers = await asyncio.gather(
            *(runtime.write(_add(f"person-{n}")) for n in range(20)), return_exceptions=True
        )
        assert time.monotonic() - before < 30, "not two seconds for each"
        assert {type(answer) for answer in answers} == {StoreUnavailableError}
        other.close()
        assert (await runtime.write(_add("kofi"))).name == "kofi"


async def test_what_the_hub_accepted_is_in_the_audit(config: CatalystHub) -> None:
    with _open(config), _open(config):
        pass
    plain = sqlite3.connect(config.database_url.removeprefix("sqlite:///"))
    rows = plain.execute("SELECT action FROM audit").fetchall()
    plain.close()
    assert rows == [(Action.POLICY_ACCEPTED,)]
