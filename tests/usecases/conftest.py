"""The use cases on SQLite, and a few of them on PostgreSQL as well. CATALYST_USECASES_ON runs all
on one of the two: ``sqlite`` or ``postgresql``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from tests.support.databases import BOTH, ON_POSTGRESQL, PostgresqlServer, postgresql_server
from tests.usecases.world import World

__all__ = ["postgresql_server"]

#: Modules, and tests of others. They are chosen by what they write: rows that are there already,
#: several at once, and what goes with a row. Each of them costs a database.
_ON_BOTH = {
    "test_notices",
    "test_workshops_run",
    "test_a_code_lets_its_bearer_in_for_good",
    "test_a_champion_lets_somebody_pass_everybody_without_a_seat",
    "test_hubs_that_share_a_database_share_the_line",
    "test_the_seat_of_a_workshop_calls_its_people_past_whoever_cannot_have_it",
    "test_who_finds_no_seat_waits_in_the_order_in_which_they_came",
    "test_whoever_came_for_it_alone_is_told_three_times_and_goes",
    "test_whoever_was_invited_to_no_workshop_stays",
    "test_what_has_begun_goes_on_and_is_not_called_off",
}
_CHOSEN = {"sqlite": ["sqlite"], "postgresql": [ON_POSTGRESQL], None: ["sqlite"]}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "new_database" in metafunc.fixturenames:
        said = os.environ.get("CATALYST_USECASES_ON")
        names = {metafunc.module.__name__.rpartition(".")[2], metafunc.function.__name__}
        kinds = BOTH if said is None and names & _ON_BOTH else _CHOSEN[said]
        metafunc.parametrize("new_database", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def new_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], str]:
    """Makes one more, and answers its URL."""
    if request.param == "sqlite":
        return lambda: f"sqlite:///{tmp_path_factory.mktemp('world') / 'catalyst.sqlite'}"
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    return server.new_database


@pytest.fixture
def world(new_database: Callable[[], str]) -> Iterator[World]:
    world = World(new_database())
    yield world
    world.close()
