"""A person is forgotten, and no sum changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from catalyst_hub.core.choice import Choice
from catalyst_hub.core.community import Claims, Identity, MembershipRule
from catalyst_hub.core.culling_rules import Culling, CullingPart, OfPeople
from catalyst_hub.core.erasure import ErasingRefusal
from catalyst_hub.core.invitation import Terms
from catalyst_hub.core.report import GroupBy, ReportQuery
from catalyst_hub.usecases.add_member import add_member
from catalyst_hub.usecases.create_invitation import create_invitation
from catalyst_hub.usecases.erase_person import erase_person
from catalyst_hub.usecases.export_personal_data import export_personal_data
from catalyst_hub.usecases.list_people import list_people
from catalyst_hub.usecases.prepare_erasure import prepare_erasure
from catalyst_hub.usecases.refresh_memberships import refresh_memberships
from catalyst_hub.usecases.sign_in import sign_in
from catalyst_hub.usecases.sign_up import Newcomer, sign_up
from tests.usecases.world import NAIROBI, World

_SUMS = (
    "SELECT * FROM ledger_entries ORDER BY entry_id",
    "SELECT * FROM person_days ORDER BY day_on, community, person_id, profile",
    "SELECT * FROM community_days ORDER BY day_on, community",
    (
        "SELECT session_id, person_id, community, rate_micros, running_at, ended_at FROM sessions"
        " ORDER BY session_id"
    ),
)


def erase(world: World, name: str, actor: str | None = None) -> ErasingRefusal | None:
    return world.do(lambda uow: erase_person(uow, world.policy, name, world.now, actor))


def outlook(world: World, name: str):
    return world.do(lambda uow: prepare_erasure(uow, world.policy, name, world.now))


def sums(world: World) -> list[list[tuple[object, ...]]]:
    return [world.rows(query) for query in _SUMS]


def reports(world: World) -> dict[GroupBy, list[object]]:
    def look(uow):
        days = date(2026, 11, 1), date(2026, 12, 1)
        queries = {by: ReportQuery(*days, (by,)) for by in GroupBy}
        return {
            by: sorted(uow.reports.rows(query, world.now), key=str) for by, query in queries.items()
        }

    return world.do(look)


@pytest.fixture
def used(world: World) -> World:
    """Kofi has used the hub, was added by hand, and Lucía too."""
    for name in ("amina", "kofi", "lucia"):
        world.sign_in(
            name, display_name=name.title(), email=f"{name}@example.org", is_email_verified=True
        )
    for name in ("kofi", "lucia"):
        world.start(name, community="nairobi")
        world.later(minutes=30)
        world.stop(name)
    return world


def test_no_sum_of_the_ledger_changes(used):
    before, report = sums(used), reports(used)
    assert before[0]
    assert erase(used, "kofi") is None
    assert sums(used) == before
    assert reports(used) == report


def test_what_is_left_of_the_person_has_no_name(used):
    erase(used, "kofi")
    dump = "\n".join(
        str(row)
        for table in used.tables()
        if table != "policy_versions"
        for row in used.rows(f'SELECT * FROM "{table}"')
    )
    assert "kofi" not in dump.lower()
    assert "lucia" in dump


def test_the_person_cannot_come_back_as_who_they_were(used):
    before = used.do(lambda uow: uow.people.by_name("kofi"))
    erase(used, "kofi")
    again = used.sign_in("kofi")
    assert again.person.name == "kofi-2"
    assert again.person.person_id != before.person_id
    assert again.person.pseudonym != before.pseudonym
    assert used.do(lambda uow: uow.choices.last(again.person.person_id)) is None


def test_nobody_else_gets_the_name(used):
    erase(used, "kofi")
    other = used.sign_in("kofi", provider="github", subject="4711")
    assert other.person.name == "kofi-2"


def test_nor_does_whoever_signs_up_for_a_workshop_with_it(used):
    kept = "1" * 64
    used.do(
        lambda uow: create_invitation(
            uow, used.policy, "nairobi", kept, Terms(3, 7), "amina", used.now
        )
    )
    erase(used, "kofi")
    newcomer = Newcomer(Identity("workshop", "w-1"), "Kofi", "kept")
    person = used.do(lambda uow: sign_up(uow, used.policy, kept, newcomer, used.now))
    assert person.name == "kofi-2"


def test_nor_is_it_adopted_from_the_hub_before(used):
    erase(used, "kofi")
    claims, identity = Claims("kofi"), Identity("github", "4711")
    signed = used.do(
        lambda uow: sign_in(uow, used.policy, identity, claims, used.now, adopted="kofi")
    )
    assert signed.person.name == "kofi-2"


def test_the_hub_finds_nobody_under_the_old_name(used):
    erase(used, "kofi")
    assert used.do(lambda uow: refresh_memberships(uow, used.policy, "kofi", used.now)) is None


def test_the_audit_says_that_it_was_done_and_by_whom(used):
    erase(used, "kofi", actor="service:command-line")
    (line,) = used.rows("SELECT actor, subject FROM audit WHERE action = 'person:erased'")
    assert line[0] == "service:command-line"
    assert line[1].startswith("erased:")


def test_whom_she_let_in_stays_in_and_does_not_name_her(used):
    used.sign_in("bo")
    used.do(lambda uow: add_member(uow, used.policy, "nairobi", "bo", "kofi", used.now))
    erase(used, "kofi")
    roster = used.do(lambda uow: list_people(uow, used.policy, "nairobi", used.now))
    (bo,) = (member for member in roster.members if member.person.name == "bo")
    assert str(bo.grants[0].grounds["by"]).startswith("erased:")


def test_a_running_server_is_in_the_way(used):
    used.start("kofi", community="nairobi")
    assert erase(used, "kofi") is ErasingRefusal.SERVERS
    assert used.do(lambda uow: uow.people.by_name("kofi")).display_name == "Kofi"


def test_so_is_a_start_that_is_under_way(used):
    used.reserve("kofi", community="nairobi")
    assert erase(used, "kofi") is ErasingRefusal.SERVERS


def test_an_operator_has_to_leave_the_file_first(used):
    used.sign_in("root")
    assert outlook(used, "root").refusal is ErasingRefusal.OPERATOR
    assert erase(used, "root") is ErasingRefusal.OPERATOR


def test_nobody_is_erased_twice(used):
    erase(used, "kofi")
    assert erase(used, "kofi") is ErasingRefusal.UNKNOWN
    assert erase(used, "nobody") is ErasingRefusal.UNKNOWN


def test_one_is_told_what_is_left_without_a_champion_and_what_the_file_says(used):
    used.sign_in("bo")
    assert [c.slug for c in outlook(used, "amina").alone_in] == ["nairobi"]
    assert outlook(used, "kofi").alone_in == ()
    assert outlook(used, "kofi").is_listed
    assert not outlook(used, "bo").is_listed
    assert outlook(used, "nobody") is None


def test_one_is_told_that_the_file_has_limits_of_hers(used):
    rule = MembershipRule("demo", frozenset({"Bo"}))
    used.sign_in("bo")
    assert not outlook(used, "bo").is_listed
    culling = Culling(CullingPart(people=(OfPeople(rule, {"idle": None}),)))
    communities = (replace(NAIROBI, culling=culling),)
    used.policy = replace(used.policy, communities=communities)
    assert outlook(used, "bo").is_listed


def test_what_is_given_out_is_plain_json(used):
    used.do(lambda uow: uow.choices.remember(2, Choice("nairobi", "python", "small", "lab")))
    document = used.do(lambda uow: export_personal_data(uow, "kofi", used.now)).document()
    (person,) = document["data"]["people"]
    assert person["joined_at"] == "2026-11-21T09:00:00+00:00"
    assert document["data"]["person_days"][0]["day_on"] == "2026-11-21"
    assert used.do(lambda uow: export_personal_data(uow, "nobody", used.now)) is None
