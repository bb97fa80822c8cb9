from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.report import GroupBy, ReportQuery
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.view import CommunityView, PersonView
from catalyst_hub.usecases.accept_policy import accept_policy
from catalyst_hub.usecases.choose_language import choose_language
from catalyst_hub.usecases.record_stop import record_stop
from catalyst_hub.usecases.report_costs import report_costs
from catalyst_hub.usecases.show_community import show_community
from catalyst_hub.usecases.show_person import show_person
from tests.usecases.world import NOON, World

HOUR = 3_600_000


@pytest.fixture(autouse=True)
def _a_month(world: World) -> None:
    """Kofi and Lucía each worked an hour, Kofi's over midnight; both are at it again."""
    for login in ("kofi", "lucia", "bo"):
        world.sign_in(login)
    world.now = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)
    world.start("kofi")
    world.start("lucia", community="nairobi", size="large")
    world.later(hours=1)
    world.stop("kofi")
    world.stop("lucia")
    world.now = NOON
    world.start("lucia", community="nairobi")
    world.later(minutes=1)
    world.start("kofi")
    world.later(minutes=30)


def community(world: World, slug: str = "nairobi") -> CommunityView:
    view = world.do(lambda uow: show_community(uow, world.policy, slug, world.now))
    assert view is not None
    return view


def person(world: World, name: str) -> PersonView:
    view = world.do(lambda uow: show_person(uow, world.policy, name, world.now))
    assert view is not None
    return view


def test_a_champion_sees_who_runs_what_and_what_it_has_used(world: World) -> None:
    servers = [(s.person.name, s.usage.server_ms) for s in community(world).sessions]
    assert servers == [("lucia", 31 * 60_000), ("kofi", 30 * 60_000)]
    assert community(world).sessions[1].usage.micros == 30_000_000


def test_the_days_of_a_month_add_up_to_it_with_what_still_runs(world: World) -> None:
    view = community(world)
    assert [day for day, _ in view.days] == [date(2026, 11, 20), date(2026, 11, 21)]
    assert view.days[0][1].server_ms == HOUR
    assert view.month.server_ms == 2 * HOUR + 61 * 60_000
    assert view.month.micros == 60_000_000 + 240_000_000 + 30_000_000 + 124_000_000


def test_a_communitys_limits_are_the_shared_ones(world: World) -> None:
    allowances = community(world).allowances
    assert {allowance.scope for allowance in allowances} == {LimitScope.COMMUNITY}
    assert [(a.used, a.limit) for a in allowances] == [(2, 3), (454_000_000, 600_000_000)]


def test_money_of_another_currency_is_not_added(world: World) -> None:
    nairobi, cordoba = world.policy.communities
    world.policy = replace(world.policy, communities=(replace(nairobi, currency="USD"), cordoba))
    view = community(world)
    assert (view.month.micros, view.month.server_ms) == (0, 2 * HOUR + 61 * 60_000)


def test_there_is_nothing_to_show_of_a_community_that_is_not(world: World) -> None:
    assert world.do(lambda uow: show_community(uow, world.policy, "accra", world.now)) is None


def test_an_empty_community_has_an_empty_month(world: World) -> None:
    view = community(world, "cordoba")
    assert (view.sessions, view.days, view.allowances) == ((), (), ())


def test_a_person_sees_her_own_and_nobody_elses(world: World) -> None:
    view = person(world, "kofi")
    assert [server.session.key for server in view.sessions] == [ServerKey("kofi")]
    (nairobi,) = view.memberships
    assert nairobi.month.server_ms == HOUR + 30 * 60_000
    assert [a.scope for a in nairobi.allowances] == [LimitScope.PERSON]
    assert nairobi.allowances[0].used == HOUR // 2 + 30 * 60_000


def test_a_person_of_two_communities_sees_both(world: World) -> None:
    slugs = [membership.community.slug for membership in person(world, "lucia").memberships]
    assert slugs == ["nairobi", "cordoba"]


def test_an_outsider_sees_that_there_is_nothing(world: World) -> None:
    view = person(world, "bo")
    assert (view.sessions, view.memberships) == ((), ())
    assert world.do(lambda uow: show_person(uow, world.policy, "nobody", world.now)) is None


def test_a_report_is_sorted_and_its_rows_add_up_to_the_month(world: World) -> None:
    query = ReportQuery(
        date(2026, 11, 1), date(2026, 12, 1), (GroupBy.PERSON, GroupBy.DAY), has_names=True
    )
    report = world.do(lambda uow: report_costs(uow, query, world.now))
    assert [row.keys for row in report.rows] == [
        ("kofi", "2026-11-20"),
        ("kofi", "2026-11-21"),
        ("lucia", "2026-11-20"),
        ("lucia", "2026-11-21"),
    ]
    assert sum(row.usage.micros for row in report.rows) == community(world).month.micros


def test_a_file_is_accepted_once(world: World) -> None:
    for _ in range(2):
        world.do(lambda uow: accept_policy(uow, "v1", "hub: test", world.now))
    world.do(lambda uow: accept_policy(uow, "v2", "hub: test2", world.now))
    accepted = [action for action in world.audited() if action == "policy:accepted"]
    assert len(accepted) == 2
    assert world.last_facts() == {"version": "v2", "before": "v1"}


def test_a_language_is_remembered_if_we_speak_it(world: World) -> None:
    def choose(name: str, language: str) -> bool:
        return world.do(lambda uow: choose_language(uow, name, language))

    assert choose("lucia", "es-AR")
    assert not choose("lucia", "tlh")
    assert not choose("nobody", "es")
    assert person(world, "lucia").person.language == "es"


def test_who_asked_for_a_stop_is_on_record(world: World) -> None:
    key = ServerKey("kofi", "lab")
    world.do(lambda uow: record_stop(uow, "amina", key, "nairobi", world.now))
    assert world.rows("SELECT actor, action, community, subject FROM audit ORDER BY 1 LIMIT 1") == [
        ("amina", "server:stop-asked", "nairobi", "kofi")
    ]
