"""Whoever is taken out starts nothing more; what runs is stopped after a notice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.event import listen

from catalyst_hub.core.community import MembershipRule
from catalyst_hub.core.denial import Denied
from catalyst_hub.core.notice import Verdict
from catalyst_hub.core.session import Session
from catalyst_hub.usecases.add_member import add_member
from catalyst_hub.usecases.give_notices import give_notices
from catalyst_hub.usecases.list_due_notices import list_due_notices
from catalyst_hub.usecases.remove_member import remove_member
from catalyst_hub.usecases.show_notices import show_notices
from tests.usecases.world import CORDOBA, NAIROBI, World


@pytest.fixture(autouse=True)
def _people(world: World) -> None:
    for name in ("amina", "kofi", "lucia"):
        world.sign_in(name)


def remove(world: World, name: str) -> None:
    work = world.policy, "nairobi", name, "amina", world.now
    assert world.do(lambda uow: remove_member(uow, *work)) is None


def let_in_again(world: World, name: str) -> None:
    work = world.policy, "nairobi", name, "amina", world.now
    assert world.do(lambda uow: add_member(uow, *work)) is None


def look(world: World, name: str | None = None) -> Verdict:
    return world.do(lambda uow: give_notices(uow, world.policy, world.now, name))


def due(world: World) -> list[str]:
    sessions = world.do(lambda uow: list_due_notices(uow, world.now))
    return [session.session_id for session in sessions]


def confirms(world: World, session: Session) -> bool:
    return world.confirm(session) == {session.session_id}


def told(world: World, name: str) -> list[str]:
    view = world.do(lambda uow: show_notices(uow, world.policy, name, world.now))
    return [told.session.session_id for told in view.told.values()]


def test_a_removed_person_starts_nothing_and_is_told_of_what_runs_there(world: World) -> None:
    of_nairobi = world.start("lucia", community="nairobi")
    world.start("lucia", "other", community="cordoba")
    world.start("kofi")
    remove(world, "lucia")
    assert isinstance(world.admit("lucia", "third", community="nairobi"), Denied)
    assert told(world, "lucia") == [of_nairobi.session_id]
    assert told(world, "kofi") == []
    assert look(world) == Verdict()


def test_what_one_person_is_told_is_found_without_looking_at_everybody_elses(world: World) -> None:
    """Hundreds are told at the end of a workshop, and all of their servers ask."""
    said: list[str] = []
    listen(
        world.store._database.writer, "before_cursor_execute", lambda *args: said.append(args[2])
    )
    counts = []
    for name in ("kofi", "lucia"):
        world.start(name, community="nairobi")
        remove(world, name)
        said.clear()
        assert len(told(world, "kofi")) == 1
        counts.append(len(said))
    assert len(set(counts)) == 1


def test_a_server_is_stopped_after_its_notice_and_not_before(world: World) -> None:
    session = world.start("kofi")
    remove(world, "kofi")
    world.later(minutes=9, seconds=59)
    assert due(world) == []
    assert not confirms(world, session)
    world.later(seconds=1)
    assert due(world) == [session.session_id]
    assert confirms(world, session)
    assert world.audited()[-3:] == ["member:removed", "notice:given", "server:stop-asked"]


def test_the_operator_says_how_long_a_notice_is(world: World) -> None:
    world.policy = replace(world.policy, removal_notice=world.later() - world.now)
    session = world.start("kofi")
    remove(world, "kofi")
    assert due(world) == [session.session_id]


def test_who_is_let_in_again_within_the_notice_keeps_the_server(world: World) -> None:
    session = world.start("kofi")
    remove(world, "kofi")
    world.later(minutes=5)
    let_in_again(world, "kofi")
    assert [notice.session_id for notice in look(world).withdrawn] == [session.session_id]
    assert told(world, "kofi") == []
    world.later(minutes=5)
    assert due(world) == []


def test_who_is_let_in_again_at_the_very_last_moment_is_spared(world: World) -> None:
    session = world.start("kofi")
    remove(world, "kofi")
    world.later(minutes=10)
    assert due(world) == [session.session_id]
    let_in_again(world, "kofi")
    assert not confirms(world, session)
    assert told(world, "kofi") == []
    assert world.audited()[-1] == "notice:withdrawn"


def test_a_second_removal_gives_the_whole_time_again(world: World) -> None:
    world.start("kofi")
    remove(world, "kofi")
    world.later(minutes=8)
    let_in_again(world, "kofi")
    look(world)
    remove(world, "kofi")
    world.later(minutes=9)
    assert due(world) == []


def test_a_server_that_was_stopped_meanwhile_and_started_elsewhere_is_left_alone(
    world: World,
) -> None:
    session = world.start("lucia", community="nairobi")
    remove(world, "lucia")
    world.stop("lucia")
    world.start("lucia", community="cordoba")
    world.later(minutes=10)
    assert due(world) == []
    assert not confirms(world, session)


def test_a_community_that_is_gone_from_the_file_gives_notice_and_may_come_back(
    world: World,
) -> None:
    session = world.start("kofi")
    whole, world.policy = world.policy, replace(world.policy, communities=(CORDOBA,))
    assert [notice.session_id for notice in look(world).given] == [session.session_id]
    world.policy = whole
    assert [notice.session_id for notice in look(world).withdrawn] == [session.session_id]


def test_somebody_whom_the_file_blocks_is_told_as_well(world: World) -> None:
    session = world.start("kofi")
    blocked = replace(NAIROBI, blocked=(MembershipRule("demo", frozenset({"kofi"})),))
    world.policy = replace(world.policy, communities=(blocked,))
    assert [notice.session_id for notice in look(world).given] == [session.session_id]
    world.later(minutes=10)
    assert confirms(world, session)


def test_a_start_that_a_removal_overtook_is_called_off(world: World) -> None:
    session = world.reserve("kofi")
    remove(world, "kofi")
    verdict = look(world, "kofi")
    assert [s.session_id for s in verdict.called_off] == [session.session_id]
    assert verdict.given == ()


def test_a_rule_that_stops_matching_stops_no_server(world: World) -> None:
    world.start("kofi")
    world.policy = replace(world.policy, communities=(replace(NAIROBI, members=()),))
    assert world.sign_in("kofi").groups == frozenset()
    assert look(world) == Verdict()
