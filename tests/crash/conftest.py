from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crash.crashing_hub import PERSONAS, CrashingHub


@pytest.fixture(scope="session")
def the_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrashingHub]:
    hub = CrashingHub(tmp_path_factory.mktemp("crash"))
    try:
        hub.start()
        yield hub
    finally:
        hub.end()


@pytest.fixture(scope="session")
def _names() -> Iterator[str]:
    return iter(PERSONAS)


@pytest.fixture
def hub(the_hub: CrashingHub) -> CrashingHub:
    """A hub that is there, whatever the test before has done to it."""
    the_hub.die_nowhere()
    if not the_hub.is_alive:
        the_hub.start()
    return the_hub


@pytest.fixture
def kofi(hub: CrashingHub, _names: Iterator[str]) -> str:
    """Somebody who has signed in, and has done nothing yet."""
    name = next(_names)
    hub.sign_in(name)
    return name


@pytest.fixture
def lucia(hub: CrashingHub, _names: Iterator[str]) -> str:
    """Somebody else."""
    name = next(_names)
    hub.sign_in(name)
    return name
