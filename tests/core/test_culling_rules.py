"""Which limits hold for a server, whose words they are, and at which hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from catalyst_hub.core.community import MembershipRule
from catalyst_hub.core.culling_rules import (
    Culling,
    CullingPart,
    CullingRules,
    OfPeople,
    SaidBy,
    Schedule,
    Span,
    Tighter,
    culling_during,
    rules_at,
)

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
WEEK = frozenset(range(7))
SANTIAGO = "America/Santiago"
NIGHTS = Schedule("nights", WEEK, 22 * 60, 6 * 60, {"idle": 10 * MINUTE})
WEEKEND = Schedule("weekend", frozenset({5, 6}), 0, 24 * 60, {"idle": None})
SATURDAY_NOON = datetime(2026, 11, 21, 15, tzinfo=UTC)


def _at(day: int, hour: int, minute: int = 0, month: int = 11, fold: int = 0) -> datetime:
    """What the clock shows in Santiago."""
    local = datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(SANTIAGO), fold=fold)
    return local.astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "is_on"),
    [
        (_at(24, 21, 59), False),
        (_at(24, 22), True),
        (_at(24, 23, 59), True),
        (_at(25, 0), True),
        (_at(25, 5, 59), True),
        (_at(25, 6), False),
    ],
)
def test_a_night_goes_over_midnight(at: datetime, is_on: bool) -> None:
    assert NIGHTS.is_on(SANTIAGO, at) is is_on


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    fridays = Schedule("fridays", frozenset({4}), 22 * 60, 6 * 60, {"idle": MINUTE})
    assert fridays.is_on(SANTIAGO, _at(21, 5))  # Saturday morning
    assert not fridays.is_on(SANTIAGO, _at(20, 5))
    assert not fridays.is_on(SANTIAGO, _at(21, 23))


def test_a_weekend_lasts_from_midnight_to_midnight() -> None:
    assert [WEEKEND.is_on(SANTIAGO, _at(day, 12)) for day in (20, 21, 22, 23)] == [
        False,
        True,
        True,
        False,
    ]
    assert WEEKEND.is_on(SANTIAGO, _at(22, 23, 59))


def test_hours_are_those_on_the_wall_when_clocks_change() -> None:
    # In Santiago midnight of 2026-09-06 is skipped, and 23:00 of 2026-04-04 comes twice.
    late = Schedule("late", WEEK, 23 * 60, 24 * 60, {"idle": MINUTE})
    assert [late.is_on(SANTIAGO, _at(4, 23, 30, month=4, fold=fold)) for fold in (0, 1)] == [
        True,
        True,
    ]
    first = Schedule("first", WEEK, 0, 60, {"idle": MINUTE})
    before = _at(5, 23, 59, month=9)
    assert not any(first.is_on(SANTIAGO, before + step * MINUTE) for step in range(1, 60))


def test_the_first_hours_that_fit_are_named_and_replace_the_usual_limit() -> None:
    part = CullingPart(CullingRules(), (NIGHTS, WEEKEND))
    night = rules_at(Culling(part), "python", SANTIAGO, _at(21, 23))
    assert night.idle == Span(10 * MINUTE, SaidBy.SCHEDULE, "nights")
    noon = rules_at(Culling(part), "python", SANTIAGO, _at(21, 12))
    assert noon.idle == Span(None, SaidBy.SCHEDULE, "weekend")
    assert noon.max_age == CullingRules().max_age


def test_the_profiles_words_go_before_the_communitys() -> None:
    own = CullingPart(CullingRules(idle=Span(2 * HOUR, SaidBy.PROFILE, "r")))
    culling = Culling(CullingPart(), {"r": own})
    assert rules_at(culling, "r", SANTIAGO, SATURDAY_NOON).idle == own.rules.idle
    assert rules_at(culling, "python", SANTIAGO, SATURDAY_NOON).idle.by is SaidBy.HUB


@pytest.mark.parametrize(
    ("has_gpu", "is_of_workshop", "idle"),
    [
        (False, False, Span(HOUR)),
        (True, False, Span(20 * MINUTE, SaidBy.GPU)),
        (False, True, Span(30 * MINUTE, SaidBy.WORKSHOP)),
        (True, True, Span(20 * MINUTE, SaidBy.GPU)),
    ],
)
def test_of_what_is_said_for_some_servers_the_tightest_holds(
    has_gpu: bool, is_of_workshop: bool, idle: Span
) -> None:
    part = CullingPart(
        CullingRules(), gpu=Tighter(idle=20 * MINUTE), workshop=Tighter(idle=30 * MINUTE)
    )
    found = rules_at(
        Culling(part),
        "python",
        SANTIAGO,
        SATURDAY_NOON,
        has_gpu=has_gpu,
        is_of_workshop=is_of_workshop,
    )
    assert found.idle == idle


@pytest.mark.parametrize("is_named", [False, True])
def test_one_kind_of_servers_never_stops_for_want_of_use_whatever_else_is_said(
    is_named: bool,
) -> None:
    night = Schedule("night", WEEK, 0, 1440, {"idle": MINUTE, "max_age": HOUR})
    part = CullingPart(
        CullingRules(),
        (night,),
        gpu=Tighter(idle=MINUTE),
        workshop=Tighter(idle=MINUTE),
        default_servers=is_named,
        named_servers=not is_named,
    )
    own = OfPeople(MembershipRule("demo"), {"idle": MINUTE})

    def found(named: bool) -> CullingRules:
        return rules_at(
            Culling(part), "r", SANTIAGO, SATURDAY_NOON,
            own=own, has_gpu=True, is_of_workshop=True, is_named=named,
        )  # fmt: skip

    kind = SaidBy.NAMED_SERVERS if is_named else SaidBy.DEFAULT_SERVERS
    assert found(is_named).idle == Span(None, kind)
    assert found(is_named).spared_kind is kind
    assert found(is_named).max_age.lasts == HOUR, "which is said of all"
    assert found(not is_named).idle.lasts == MINUTE
    assert found(not is_named).spared_kind is None


@pytest.mark.parametrize(
    ("own", "said", "idle"),
    [
        (20, None, Span(20 * MINUTE, SaidBy.WORKSHOP)),
        (20, 30, Span(20 * MINUTE, SaidBy.WORKSHOP)),
        (40, 30, Span(30 * MINUTE, SaidBy.WORKSHOP)),
        (None, 30, Span(30 * MINUTE, SaidBy.WORKSHOP)),
        # No workshop loosens what holds for everybody.
        (90, None, Span(HOUR)),
    ],
)
def test_of_the_word_of_a_workshop_and_of_the_file_the_tighter_holds(
    own: int | None, said: int | None, idle: Span
) -> None:
    part = CullingPart(workshop=Tighter(idle=said * MINUTE if said else None))
    culling = Culling(CullingPart(), {"python": part})
    its_own = Tighter(idle=own * MINUTE if own else None)
    for found in (culling_during(culling, its_own), culling_during(Culling(part), its_own)):
        rules = rules_at(found, "python", SANTIAGO, SATURDAY_NOON, is_of_workshop=True)
        assert rules.idle == idle
        assert rules_at(found, "python", SANTIAGO, SATURDAY_NOON).idle == Span(HOUR)


@pytest.mark.parametrize("name", ["idle", "max_age", "open_tab", "unattended_work"])
@pytest.mark.parametrize(("own", "said"), [(20, 30), (30, 20), (20, None), (None, 20)])
def test_each_limit_of_a_workshop_is_the_tighter_by_itself(
    name: str, own: int | None, said: int | None
) -> None:
    def words(minutes: int | None) -> Tighter:
        return Tighter(**{name: minutes * MINUTE if minutes else None})

    culling = culling_during(Culling(CullingPart(workshop=words(said))), words(own))
    found = rules_at(culling, "python", SANTIAGO, SATURDAY_NOON, is_of_workshop=True)
    assert found == replace(CullingRules(), **{name: Span(20 * MINUTE, SaidBy.WORKSHOP)})


@pytest.mark.parametrize(
    ("own", "said", "grace"), [(5, 20, 5), (60, 20, 60), (0, 20, 0), (None, 20, 20), (5, None, 5)]
)
def test_the_grace_of_a_workshop_stands_in_place_of_the_files(
    own: int | None, said: int | None, grace: int
) -> None:
    def words(minutes: int | None) -> Tighter:
        # Looser than what is usual: something is said, and changes nothing.
        lasts = None if minutes is None else minutes * MINUTE
        return Tighter(max_age=timedelta(days=9), grace=lasts)

    culling = culling_during(Culling(CullingPart(workshop=words(said))), words(own))
    found = rules_at(culling, "python", SANTIAGO, SATURDAY_NOON, is_of_workshop=True)
    assert found == replace(CullingRules(), grace=grace * MINUTE)


@pytest.mark.parametrize(
    ("rules", "lasts"),
    [
        (CullingRules(), HOUR),
        (CullingRules(grace=3 * HOUR), 3 * HOUR),
        (CullingRules(grace=3 * HOUR, max_age=Span(2 * HOUR)), 2 * HOUR),
        (CullingRules(idle=Span(None)), timedelta(days=7)),
        (CullingRules(idle=Span(None), max_age=Span(None)), None),
    ],
)
def test_what_nobody_uses_runs_on_no_longer_than_all_limits_let_it(
    rules: CullingRules, lasts: timedelta | None
) -> None:
    assert rules.longest_unused == lasts


@pytest.mark.parametrize("grace", [5, 60])
@pytest.mark.parametrize(
    ("at", "has_gpu", "is_of_workshop", "held_by"),
    [
        (12, False, False, "usual"),
        (23, False, False, "schedule"),
        (23, True, False, "gpu"),
        (23, False, True, "workshop"),
        (23, True, True, "workshop"),
    ],
)
def test_of_several_graces_the_most_specific_holds_longer_or_shorter(
    grace: int, at: int, has_gpu: bool, is_of_workshop: bool, held_by: str
) -> None:
    names = ("usual", "schedule", "gpu", "workshop")
    said = {name: (grace if name == held_by else 20) * MINUTE for name in names}
    part = CullingPart(
        CullingRules(grace=said["usual"]),
        (Schedule("nights", WEEK, 22 * 60, 6 * 60, {"grace": said["schedule"]}),),
        Tighter(grace=said["gpu"]),
        Tighter(grace=said["workshop"]),
    )
    found = rules_at(
        Culling(part),
        "python",
        SANTIAGO,
        _at(21, at),
        has_gpu=has_gpu,
        is_of_workshop=is_of_workshop,
    )
    assert found.grace == grace * MINUTE
    assert found.idle == Span(HOUR)


@pytest.mark.parametrize(
    ("says", "at", "has_gpu", "idle"),
    [
        ({"idle": 8 * HOUR}, 12, False, Span(8 * HOUR, SaidBy.PERSON)),
        ({"idle": 8 * HOUR}, 23, False, Span(8 * HOUR, SaidBy.PERSON)),
        ({"idle": None}, 12, False, Span(None, SaidBy.PERSON)),
        ({"idle": 5 * MINUTE}, 12, False, Span(5 * MINUTE, SaidBy.PERSON)),
        ({"max_age": HOUR}, 23, False, Span(10 * MINUTE, SaidBy.SCHEDULE, "nights")),
        # What is dear stays bounded, whoever has it.
        ({"idle": 8 * HOUR}, 12, True, Span(20 * MINUTE, SaidBy.GPU)),
        ({"idle": 5 * MINUTE}, 12, True, Span(5 * MINUTE, SaidBy.PERSON)),
    ],
)
def test_what_is_said_of_a_person_goes_before_all_but_what_is_said_of_a_gpu(
    says: dict[str, timedelta | None], at: int, has_gpu: bool, idle: Span
) -> None:
    part = CullingPart(
        CullingRules(idle=Span(2 * HOUR, SaidBy.PROFILE, "r")),
        (NIGHTS,),
        Tighter(idle=20 * MINUTE),
    )
    own = OfPeople(MembershipRule("demo", frozenset({"kofi"})), says)
    found = rules_at(Culling(part), "r", SANTIAGO, _at(24, at), own=own, has_gpu=has_gpu)
    assert found.idle == idle


@pytest.mark.parametrize(
    ("says", "grace"),
    [({"grace": HOUR}, HOUR), ({"grace": None}, timedelta()), ({"idle": None}, 20 * MINUTE)],
)
def test_a_grace_of_her_own_goes_before_that_of_her_workshop(
    says: dict[str, timedelta | None], grace: timedelta
) -> None:
    culling = Culling(CullingPart(workshop=Tighter(grace=20 * MINUTE)))
    own = OfPeople(MembershipRule("demo", frozenset({"kofi"})), says)
    found = rules_at(culling, "r", SANTIAGO, SATURDAY_NOON, own=own, is_of_workshop=True)
    assert found.grace == grace


def test_who_says_no_grace_of_servers_with_a_gpu_leaves_the_usual() -> None:
    culling = Culling(CullingPart(CullingRules(grace=MINUTE), gpu=Tighter(idle=MINUTE)))
    assert rules_at(culling, "r", SANTIAGO, SATURDAY_NOON, has_gpu=True).grace == MINUTE


def test_hours_without_grace_take_it_away() -> None:
    nights = Schedule("nights", WEEK, 22 * 60, 6 * 60, {"grace": None})
    assert nights.applied(CullingRules()) == CullingRules(grace=timedelta())


def test_what_is_looser_changes_nothing_but_any_limit_is_tighter_than_none() -> None:
    loose = CullingPart(CullingRules(max_age=Span(None)), gpu=Tighter(9 * HOUR, 9 * HOUR))
    found = rules_at(Culling(loose), "python", SANTIAGO, SATURDAY_NOON, has_gpu=True)
    assert found.idle == Span(HOUR)
    assert found.max_age == Span(9 * HOUR, SaidBy.GPU)
