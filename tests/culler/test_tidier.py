"""Old details go by themselves, as long as the communities file in force says so."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from catalyst_hub.bootstrap import Runtime, open_runtime
from catalyst_hub.config import CatalystHub
from catalyst_hub.core.policy import Policy
from catalyst_hub.culler.tidier import Tidier
from catalyst_hub.store import SqlUnitOfWork
from tests.cli.test_personal_data import COMMUNITIES
from tests.support.sessions import HOUR, NOW, a_person, a_session, running, stopped

_KEEPING = COMMUNITIES.replace("title: Test\n", "title: Test\n  keep_details_for: 90d\n", 1)


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    """What the culler opens, with 600 old sessions of one person: more than one step has."""
    file = tmp_path / "communities.yaml"
    file.write_text(_KEEPING)
    config = CatalystHub(
        communities_file=str(file), database_url=f"sqlite:///{tmp_path / 'catalyst.sqlite'}"
    )
    open_runtime(config, accept_policy=True).close()
    runtime = open_runtime(config, accept_policy=False, now=lambda: NOW)
    with runtime._store.unit_of_work(write=True) as uow:
        person = a_person(uow)
        for number in range(600):
            begun_at = NOW - timedelta(days=100, hours=number)
            session = running(uow, a_session(person, reserved_at=begun_at, server_name="mine"))
            stopped(uow, session, begun_at + HOUR)
    yield runtime
    runtime.close()


async def _named(runtime: Runtime) -> int:
    def count(uow: SqlUnitOfWork) -> int:
        ids = uow.details.old_sessions(uow.inspection.people_after(0, 5), NOW)
        return len(ids)

    return await runtime.read(count)


async def test_a_round_takes_all_names_that_are_old_and_the_next_finds_none(
    runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    assert await _named(runtime) == 600
    with caplog.at_level(logging.INFO):
        await Tidier(runtime).round()
    assert await _named(runtime) == 0
    assert "600 old rows have lost their details" in caplog.text
    caplog.clear()
    await Tidier(runtime).round()
    assert caplog.text == ""


async def test_without_a_word_in_the_file_everything_stays(runtime: Runtime) -> None:
    assert runtime.policy.keep_details_for == timedelta(days=90)
    runtime.policy = _for_ever(runtime.policy)
    await Tidier(runtime).round()
    assert await _named(runtime) == 600


def _for_ever(policy: Policy) -> Policy:
    return replace(policy, keep_details_for=None)
