"""Two hubs, one database, one budget of seats: everybody rushes in at both doors at once.

Real hubs in processes of their own, a real sign-in and a real start for each person; only the
servers do nothing. ``make chaos`` sends 300 people for 100 seats, for each seed.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from benchmarks.hub import RunningHub, running
from benchmarks.learner import Learner
from benchmarks.storm import COMMUNITIES
from tests.support.chaos import ROUNDS as ROUNDS_OF_CHAOS
from tests.support.chaos import moments

_PEOPLE, _SEATS = (300, 100) if ROUNDS_OF_CHAOS else (40, 12)
#: Seconds over which people come.
_RUSH_S = 1.0


#: A server costs one a second, and a quarter of an hour is set aside for each: five fit.
_BUDGET, _FIT = 5 * 900 + 400, 5


@pytest.fixture
def hubs(database_url: str, tmp_path: Path) -> Iterator[list[RunningHub]]:
    with _two_hubs(tmp_path, database_url, COMMUNITIES.format(seats=_SEATS)) as both:
        yield both


@pytest.fixture
def thrifty_hubs(database_url: str, tmp_path: Path) -> Iterator[list[RunningHub]]:
    """The same community, with a budget in place of its seats."""
    text = COMMUNITIES.format(seats=_SEATS).partition("    quotas:")[0]
    text = text.replace("server_hour: 0.01", "server_hour: 3600")
    with _two_hubs(tmp_path, database_url, f"{text}    budget: {{amount: {_BUDGET}}}\n") as both:
        yield both


@contextmanager
def _two_hubs(folder: Path, database_url: str, text: str) -> Iterator[list[RunningHub]]:
    with ExitStack() as stack:
        yield [
            stack.enter_context(_hub(folder / name, name, database_url, text))
            for name in ("nairobi", "dakar")
        ]


def _hub(
    folder: Path, name: str, database_url: str, text: str
) -> AbstractContextManager[RunningHub]:
    folder.mkdir()
    file = folder / "communities.yaml"
    file.write_text(text.replace("name: benchmark,", f"name: {name},", 1))
    return running("catalyst", folder, BENCH_COMMUNITIES=str(file), BENCH_DATABASE_URL=database_url)


async def _rush(hubs: list[RunningHub], dice: random.Random, people: int) -> list[Learner]:
    learners = [
        Learner(hubs[number % 2].url, f"learner-{number:03d}", hubs[number % 2].directory)
        for number in range(people)
    ]
    delays = [dice.uniform(0, _RUSH_S) for _ in learners]

    async def come(learner: Learner, delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        await learner.run()

    await asyncio.gather(*map(come, learners, delays))
    return learners


def _sessions(database_url: str) -> Counter[tuple[str, str]]:
    rows = _rows(database_url, "SELECT hub, state FROM sessions")
    return Counter((hub, state) for hub, state in rows)


def _waiting(database_url: str) -> int:
    return len(_rows(database_url, "SELECT place_id FROM waiting_places WHERE over_at IS NULL"))


def _rows(database_url: str, query: str) -> list[tuple[Any, ...]]:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


@pytest.mark.parametrize("seed", moments((1.0,), 1.0))
def test_the_seats_of_both_hubs_together_are_given_exactly_once(
    hubs: list[RunningHub], database_url: str, seed: float
) -> None:
    learners = asyncio.run(_rush(hubs, random.Random(seed), _PEOPLE))
    refused = Counter(learner.refused for learner in learners if learner.refused)
    assert _PEOPLE - refused.total() == _SEATS, refused
    # Everybody else stands in the one line of both hubs.
    assert set(refused) == {"200 Waiting for a seat · Benchmark"}
    assert _waiting(database_url) == refused.total()
    sessions = _sessions(database_url)
    assert sum(n for (_, state), n in sessions.items() if state == "running") == _SEATS
    # Both doors were open.
    assert {hub for hub, state in sessions if state == "running"} == {"nairobi", "dakar"}


def test_money_that_both_hubs_share_is_promised_exactly_once(
    thrifty_hubs: list[RunningHub], database_url: str
) -> None:
    learners = asyncio.run(_rush(thrifty_hubs, random.Random(1), 4 * _FIT))
    refused = Counter(learner.refused for learner in learners if learner.refused)
    assert 4 * _FIT - refused.total() == _FIT, refused
    assert all(said.startswith("429 ") for said in refused), refused
    sessions = _sessions(database_url)
    assert sum(n for (_, state), n in sessions.items() if state == "running") == _FIT
