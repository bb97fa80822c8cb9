"""Quotas in every scope and window, of communities and of profiles."""

from __future__ import annotations

import pytest

from catalyst_hub.communities_file import Problem, check, parse
from catalyst_hub.communities_file.problem import CommunitiesFileError
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import HOUR_MS, MIB, Unit
from catalyst_hub.core.window import Window
from tests.communities_file.bad_files import GOOD


def _gpu(quotas: str) -> str:
    """A profile with one size, and its quotas."""
    size = "environment: {command: x}, sizes: {one: {cpu: 1, memory: 1G, gpu: 1}}"
    return f"    profiles: {{gpu: {{{size}, quotas: {quotas}}}}}\n"


def _limits(lines: str) -> tuple[Limit, ...]:
    [community] = parse(GOOD + lines).communities
    return community.limits


def _quotas(written: str) -> tuple[Limit, ...]:
    return _limits(f"    quotas: {written}\n")


def test_every_scope_and_window_can_be_written() -> None:
    everything = _quotas(
        "{community: {rolling: {days: 28, gib_hours: 10}, in_total: {cpu_hours: 1000}},"
        " person: {rolling: {days: 7, server_hours: 20}, per_workshop: {server_hours: 8}},"
        " workshop: {at_once: {servers: 30}, per_day: {server_hours: 90},"
        " per_week: {money: 5}, per_month: {gpu_hours: 9}, rolling: {days: 3, cpu_hours: 7},"
        " per_workshop: {server_hours: 200}}}"
    )
    assert everything == (
        Limit(LimitScope.COMMUNITY, Unit.GIB_HOURS, Window.ROLLING, 10240 * HOUR_MS, days=28),
        Limit(LimitScope.COMMUNITY, Unit.CPU_HOURS, Window.TOTAL, 1000 * HOUR_MS),
        Limit(LimitScope.PERSON, Unit.SERVER_HOURS, Window.ROLLING, 20 * HOUR_MS, days=7),
        Limit(LimitScope.PERSON, Unit.SERVER_HOURS, Window.WORKSHOP, 8 * HOUR_MS),
        Limit(LimitScope.WORKSHOP, Unit.SERVERS, Window.AT_ONCE, 30),
        Limit(LimitScope.WORKSHOP, Unit.SERVER_HOURS, Window.DAY, 90 * HOUR_MS),
        Limit(LimitScope.WORKSHOP, Unit.MONEY, Window.WEEK, 5_000_000),
        Limit(LimitScope.WORKSHOP, Unit.GPU_HOURS, Window.MONTH, 9 * HOUR_MS),
        Limit(LimitScope.WORKSHOP, Unit.CPU_HOURS, Window.ROLLING, 7 * HOUR_MS, days=3),
        Limit(LimitScope.WORKSHOP, Unit.SERVER_HOURS, Window.WORKSHOP, 200 * HOUR_MS),
    )


def test_a_profile_has_quotas_of_its_own_beside_those_of_the_community() -> None:
    quotas = "    quotas: {person: {at_once: {servers: 2}}}\n"
    own, of_gpu = _limits(quotas + _gpu("{person: {at_once: {memory: 4G}}}"))
    assert own == Limit(LimitScope.PERSON, Unit.SERVERS, Window.AT_ONCE, 2)
    memory = 4096 * MIB
    assert of_gpu == Limit(LimitScope.PERSON, Unit.MEMORY, Window.AT_ONCE, memory, profile="gpu")


def test_a_community_adds_to_the_quotas_of_an_inherited_profile_or_removes_them() -> None:
    inherited = GOOD.replace(
        "    python:\n",
        "    python:\n      quotas: {person: {rolling: {days: 7, server_hours: 20}}}\n",
    )
    for said, expected in (
        ("", {(Unit.SERVER_HOURS, 20 * HOUR_MS, 7)}),
        (
            "{person: {rolling: {cpu_hours: 30}}}",
            {(Unit.SERVER_HOURS, 20 * HOUR_MS, 7), (Unit.CPU_HOURS, 30 * HOUR_MS, 7)},
        ),
        ("{person: {rolling: {days: 14}}}", {(Unit.SERVER_HOURS, 20 * HOUR_MS, 14)}),
        ("{person: {rolling: null}}", set()),
        ("null", set()),
    ):
        lines = f"    profiles: {{python: {{quotas: {said}}}}}\n" if said else ""
        [community] = parse(inherited + lines).communities
        assert {(x.unit, x.amount, x.days) for x in community.limits} == expected
        assert {x.profile for x in community.limits} <= {"python"}


@pytest.mark.parametrize(
    ("quotas", "path", "what"),
    [
        ("{person: {rolling: {server_hours: 5}}}", "person.rolling", "nobody says how many days"),
        (
            "{person: {rolling: {days: 0, server_hours: 5}}}",
            "person.rolling.days",
            "days of no window",
        ),
        (
            "{person: {rolling: {days: 900, server_hours: 5}}}",
            "person.rolling.days",
            "this is longer than a year",
        ),
        (
            "{community: {per_workshop: {server_hours: 5}}}",
            "community.per_workshop",
            "there is no such key here",
        ),
        ("{workshop: {in_total: {gpu: 5}}}", "workshop.in_total", "there is no such key here"),
        ("{person: {in_total: {servers: 5}}}", "person.in_total.servers", "no such key here"),
    ],
)
def test_a_mistake_is_told_at_its_line(quotas: str, path: str, what: str) -> None:
    with pytest.raises(CommunitiesFileError) as raised:
        _quotas(quotas)
    [problem] = raised.value.problems
    assert (problem.line, problem.path) == (
        GOOD.count("\n") + 1,
        f"communities.savanna.quotas.{path}",
    )
    assert what in problem.what


def _warning(lines: str) -> Problem:
    [warning] = check(GOOD + lines).warnings
    return warning


@pytest.mark.parametrize(
    ("lines", "path", "what"),
    [
        (
            "    quotas: {community: {per_day: {cpu_hours: 9}}}\n"
            + _gpu("{community: {per_day: {cpu_hours: 10}}}"),
            "profiles.gpu.quotas.community.per_day.cpu_hours",
            "this profile may have more than all profiles together",
        ),
        (
            "    quotas: {community: {at_once: {servers: 9}}, workshop: {at_once: {servers: 10}}}",
            "quotas.workshop.at_once.servers",
            "one workshop may have more than its community",
        ),
        (
            "    quotas: {person: {per_day: {server_hours: 2}, per_week: {server_hours: 15}}}\n",
            "quotas.person.per_week.server_hours",
            "7 days of the limit per_day are less, so this is never met",
        ),
        (
            "    quotas: {person: {per_day: {cpu_hours: 2}, rolling: {days: 3, cpu_hours: 6.5}}}",
            "quotas.person.rolling.cpu_hours",
            "3 days of the limit per_day are less, so this is never met",
        ),
        (
            "    profiles: {python: {quotas: {person: {per_day: {gpu_hours: 2}}}}}\n",
            "profiles.python.quotas.person.per_day.gpu_hours",
            "no size of this profile has a GPU, so this is never met",
        ),
        (
            "    quotas: {person: {per_day: {server_hours: 0.2}}}\n",
            "quotas.person.per_day.server_hours",
            "too little for python/small, which can never start",
        ),
        (
            _gpu("{person: {at_once: {memory: 512M}}}"),
            "profiles.gpu.quotas.person.at_once.memory",
            "too little for gpu/one, which can never start",
        ),
    ],
)
def test_a_limit_that_makes_little_sense_is_a_warning(lines: str, path: str, what: str) -> None:
    warning = _warning(lines)
    assert (warning.path, warning.what) == (f"communities.savanna.{path}", what)


def test_limits_that_can_be_met_are_no_warning() -> None:
    quotas = (
        "    quotas:\n"
        "      community: {at_once: {servers: 9}, per_day: {server_hours: 90}}\n"
        "      person: {per_day: {server_hours: 4}, per_week: {server_hours: 20}}\n"
        "      workshop: {at_once: {servers: 9}, per_workshop: {server_hours: 900}}\n"
    )
    assert check(GOOD + quotas + _gpu("{person: {per_day: {gpu_hours: 2}}}")).warnings == ()
