"""How full homes are: whose limit counts, who is warned, how often, and what is shown."""

from __future__ import annotations

import random
import string
from dataclasses import replace

import pytest
from kubespawner.slugs import escape_slug
from kubespawner.slugs import safe_slug as kubes_own

from catalyst_hub.core.community import StorageLimit
from catalyst_hub.core.home_folders import escaped, folders_of, safe_slug
from catalyst_hub.core.storage import HomeSize, Level
from catalyst_hub.usecases.record_storage import record_storage
from catalyst_hub.usecases.show_homes import show_home
from tests.usecases.world import CORDOBA, NAIROBI, POLICY, World

GIB = 1024**3


@pytest.fixture
def limited(world: World) -> World:
    """Ten GiB each in Nairobi, twenty in Cordoba."""
    nairobi = replace(NAIROBI, storage=StorageLimit(10 * GIB))
    cordoba = replace(CORDOBA, storage=StorageLimit(20 * GIB, 50))
    world.policy = replace(POLICY, communities=(nairobi, cordoba))
    for name in ("kofi", "lucia"):
        world.sign_in(name, email=f"{name}@example.org", is_email_verified=True)
    return world


def measure(world: World, name: str, gib: float, quota: int | None = None) -> None:
    sizes = {name: HomeSize(int(gib * GIB), quota)}
    world.do(lambda uow: record_storage(uow, world.policy, sizes, world.now))


def home(world: World, name: str):
    return world.do(lambda uow: show_home(uow, world.policy, name, world.now))


def warnings(world: World) -> int:
    rows = world.rows("SELECT count(*) FROM mails WHERE kind = 'storage-warning'")
    return int(rows[0][0])


def test_it_is_shown_against_the_limit_of_the_community(limited):
    assert home(limited, "kofi") is None
    measure(limited, "kofi", 7.95)
    seen = home(limited, "kofi")
    assert (seen.percent, seen.limit_bytes, seen.level) == (79, 10 * GIB, Level.FINE)
    assert seen.measured_at == limited.now


@pytest.mark.parametrize(
    ("gib", "level"),
    [
        (7.9, Level.FINE),
        (8, Level.WARNED),
        (9.99, Level.WARNED),
        (10, Level.FULL),
        (12, Level.FULL),
    ],
)
def test_levels(limited, gib, level):
    measure(limited, "kofi", gib)
    assert home(limited, "kofi").level is level


def test_who_belongs_to_several_communities_has_the_largest_limit(limited):
    measure(limited, "lucia", 9)
    seen = home(limited, "lucia")
    assert (seen.limit_bytes, seen.warn_percent, seen.level) == (20 * GIB, 50, Level.FINE)


def test_what_the_file_system_holds_to_comes_first_where_it_is_less(limited):
    measure(limited, "kofi", 4, quota=5 * GIB)
    assert home(limited, "kofi").limit_bytes == 5 * GIB
    measure(limited, "kofi", 4, quota=50 * GIB)
    assert home(limited, "kofi").limit_bytes == 10 * GIB


def test_without_any_limit_there_is_nothing_to_show(world):
    world.sign_in("kofi")
    measure(world, "kofi", 9)
    assert home(world, "kofi") is None
    measure(world, "kofi", 9, quota=10 * GIB)
    assert home(world, "kofi").level is Level.WARNED


def test_a_raised_limit_counts_at_once(limited):
    measure(limited, "kofi", 10)
    nairobi = replace(NAIROBI, storage=StorageLimit(100 * GIB))
    limited.policy = replace(limited.policy, communities=(nairobi, CORDOBA))
    assert home(limited, "kofi").level is Level.FINE


def test_she_is_warned_once_and_again_only_after_real_relief(limited):
    for gib in (7, 8.1, 8.5, 10, 7.8, 8.2):
        limited.later(hours=1)
        measure(limited, "kofi", gib)
    assert warnings(limited) == 1
    measure(limited, "kofi", 7.4)
    measure(limited, "kofi", 8.2)
    assert warnings(limited) == 2


def test_people_whom_nobody_knows_are_passed_over(limited):
    measure(limited, "nobody", 9)
    assert limited.rows("SELECT count(*) FROM storage_uses")[0][0] == 0


def test_folders_are_found_whichever_way_kubespawner_writes_them():
    letters = string.ascii_lowercase + string.digits + "-._@ üÉ日"
    chance = random.Random(4)
    names = ["kofi", "a", "-", "2x", "a--b", "Ä", "x" * 60, "lucía@uni.edu", "x-", ".", "a" * 48]
    names += ["".join(chance.choices(letters, k=chance.randint(1, 60))) for _ in range(3000)]
    for name in names:
        assert safe_slug(name) == kubes_own(name, max_length=48), name
        assert escaped(name) == escape_slug(name), name
    whose = folders_of(["kofi", "lucía@uni.edu"])
    assert whose["luc-c3-ada-40uni-2eedu"] == "lucía@uni.edu"
    assert whose["kofi"] == "kofi"


def test_a_folder_that_is_somebodys_very_name_is_nobody_elses():
    one = "a@b"
    other = escaped(one)
    assert folders_of([one, other])[other] == other
    assert folders_of([other, one])[other] == other
