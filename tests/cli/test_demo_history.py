from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from catalyst_hub.cli.demo.history import USED_UP, write_history
from catalyst_hub.cli.demo.prepare import people_lines, without_r
from catalyst_hub.cli.demo.teaching import COMMUNITY, INSTRUCTOR, write_workshop
from catalyst_hub.communities_file import check, parse
from catalyst_hub.core.denial import Code, Denied
from catalyst_hub.core.enforcement import ENFORCER
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.report import GroupBy, ReportQuery, ReportRow
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.data_files import share_dir
from catalyst_hub.store import Store
from catalyst_hub.usecases.admit_session import AdmissionRequest, admit_session
from catalyst_hub.usecases.refresh_memberships import refresh_memberships
from catalyst_hub.usecases.report_costs import report_costs
from catalyst_hub.usecases.show_community import show_community

NOW = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
TEXT = (share_dir() / "demo" / "communities.yaml").read_text()


@pytest.fixture(scope="module")
def policy() -> Policy:
    return parse(TEXT, "communities.yaml")


@contextmanager
def invented(path: Path, policy: Policy, now: datetime) -> Iterator[UnitOfWork]:
    store = Store.open(f"sqlite:///{path}", policy.hub)
    with store.unit_of_work(write=True) as uow:
        write_history(uow, policy, now)
    with store.unit_of_work(write=True) as uow:
        yield uow
    store.close()


def rows(uow: UnitOfWork, *group_by: GroupBy) -> tuple[ReportRow, ...]:
    query = ReportQuery(date(2026, 1, 1), date(2027, 1, 1), group_by)
    return report_costs(uow, query, NOW).rows


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory, policy: Policy) -> Iterator[UnitOfWork]:
    with invented(tmp_path_factory.mktemp("history") / "a.sqlite", policy, NOW) as uow:
        yield uow


def test_every_community_has_three_months_of_use(history: UnitOfWork, policy: Policy) -> None:
    found = {row.keys for row in rows(history, GroupBy.COMMUNITY, GroupBy.MONTH)}
    months = ("2026-09", "2026-10", "2026-11")
    assert found == {(c.slug, month) for c in policy.communities for month in months}


def test_the_same_instant_has_the_same_history(
    history: UnitOfWork, policy: Policy, tmp_path: Path
) -> None:
    by_day = (GroupBy.COMMUNITY, GroupBy.PROFILE, GroupBy.DAY)
    with invented(tmp_path / "b.sqlite", policy, NOW) as again:
        assert rows(history, *by_day) == rows(again, *by_day)


def test_nothing_of_it_still_runs_or_lies_ahead(history: UnitOfWork) -> None:
    assert history.sessions.all_live() == []
    days = [date.fromisoformat(row.keys[0]) for row in rows(history, GroupBy.DAY)]
    assert max(days) <= NOW.date()


@pytest.mark.parametrize("day", [2, 28])
def test_one_community_has_nearly_spent_its_budget(
    tmp_path: Path, policy: Policy, day: int
) -> None:
    now = NOW.replace(day=day)
    with invented(tmp_path / "a.sqlite", policy, now) as uow:
        view = show_community(uow, policy, USED_UP, now)
        assert view
        budget = next(allowance for allowance in view.allowances if allowance.is_budget)
        assert 0.85 <= budget.used / budget.limit < 0.95
        uow.heartbeats.beat(ENFORCER, now)
        node = {"community": USED_UP, "profile": "ash-model", "size": "node"}
        refused = admit_session(uow, policy, _by_lucia(node), now)
        assert isinstance(refused, Denied)
        assert refused.code is Code.BUDGET_SIZES
        small = {"community": USED_UP, "profile": "python", "size": "small"}
        assert not isinstance(admit_session(uow, policy, _by_lucia(small), now), Denied)


def _by_lucia(options: dict[str, str]) -> AdmissionRequest:
    return AdmissionRequest(ServerKey("lucia"), options, actor="lucia")


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 12, 1, 0, 3, tzinfo=UTC),
        datetime(2028, 2, 29, 23, 59, tzinfo=UTC),
        datetime(2026, 3, 31, 4, 0, tzinfo=UTC),
    ],
)
def test_it_can_be_invented_on_any_day(tmp_path: Path, policy: Policy, now: datetime) -> None:
    with invented(tmp_path / "a.sqlite", policy, now) as uow:
        assert uow.sessions.all_live() == []
        assert uow.reports.first_day() is not None


def test_without_r_no_community_offers_it_and_the_file_stays_good() -> None:
    checked = check(without_r(TEXT), "communities.yaml")
    assert checked.warnings == check(TEXT, "communities.yaml").warnings
    offered = {p.slug for c in checked.policy.communities for p in c.profiles}
    assert offered == {p.slug for c in parse(TEXT, "x").communities for p in c.profiles} - {"r"}


def test_the_people_of_the_sign_in_page_are_named_with_who_they_are(policy: Policy) -> None:
    lines = list(people_lines(policy))
    assert any(line.startswith("Amina Wanjiru ") and "Nairobi" in line for line in lines)
    assert not any("Wangari" in line for line in lines)


def test_joao_instructs_where_he_is_no_champion(tmp_path: Path, policy: Policy) -> None:
    with invented(tmp_path / "a.sqlite", policy, NOW) as uow:
        write_workshop(uow, policy, NOW)
        joao = refresh_memberships(uow, policy, INSTRUCTOR, NOW)
        assert joao is not None
        assert joao.groups == {
            "amazonia-em-dados",
            "amazonia-em-dados-champions",
            COMMUNITY,
            f"{COMMUNITY}-instructors",
        }


def test_a_demo_without_that_community_has_no_workshop(tmp_path: Path, policy: Policy) -> None:
    others = tuple(c for c in policy.communities if c.slug != COMMUNITY)
    with invented(tmp_path / "a.sqlite", replace(policy, communities=others), NOW) as uow:
        write_workshop(uow, replace(policy, communities=others), NOW)
        assert uow.workshops.of(COMMUNITY) == []
