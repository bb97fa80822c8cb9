"""Two hubs, one database, one budget of seats: everybody rushes in at both doors at once.

Real hubs in processes of their own, a real sign-in and a real start for each person; only the
servers do nothing. ``make chaos`` sends 300 people for 100 seats, for each seed.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

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


@pytest.fixture
def hubs(database_url: str, tmp_path: Path) -> Iterator[list[RunningHub]]:
    with ExitStack() as stack:
        yield [
            stack.enter_context(_hub(tmp_path / name, name, database_url))
            for name in ("nairobi", "dakar")
        ]


def _hub(folder: Path, name: str, database_url: str) -> ExitStack:
    folder.mkdir()
    file = folder / "communities.yaml"
    text = COMMUNITIES.format(seats=_SEATS).replace("name: benchmark,", f"name: {name},", 1)
    file.write_text(text)
    return running(  # type: ignore[return-value]
        "catalyst", folder, BENCH_COMMUNITIES=str(file), BENCH_DATABASE_URL=database_url
    )


async def _rush(hubs: list[RunningHub], dice: random.Random) -> list[Learner]:
    learners = [
        Learner(hubs[number % 2].url, f"learner-{number:03d}", hubs[number % 2].directory)
        for number in range(_PEOPLE)
    ]
    delays = [dice.uniform(0, _RUSH_S) for _ in learners]

    async def come(learner: Learner, delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        await learner.run()

    await asyncio.gather(*map(come, learners, delays))
    return learners


def _sessions(database_url: str) -> Counter[tuple[str, str]]:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT hub, state FROM sessions"))
        found = Counter((hub, state) for hub, state in rows)
    engine.dispose()
    return found


@pytest.mark.parametrize("seed", moments((1.0,), 1.0))
def test_the_seats_of_both_hubs_together_are_given_exactly_once(
    hubs: list[RunningHub], database_url: str, seed: float
) -> None:
    learners = asyncio.run(_rush(hubs, random.Random(seed)))
    refused = Counter(learner.refused for learner in learners if learner.refused)
    assert _PEOPLE - refused.total() == _SEATS, refused
    # Told why, and no error page among it.
    assert all(said.startswith("429 ") for said in refused), refused
    sessions = _sessions(database_url)
    assert sum(n for (_, state), n in sessions.items() if state == "running") == _SEATS
    # Both doors were open.
    assert {hub for hub, state in sessions if state == "running"} == {"nairobi", "dakar"}
