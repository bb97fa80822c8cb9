from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from catalyst_hub.core.appeal import Plea
from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.denial import Denied, LimitScope
from catalyst_hub.core.exemption import Asked, Exemption, MakingRefusal
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import Window, local_day
from catalyst_hub.usecases.ask_champion import ask_champion
from catalyst_hub.usecases.list_exceptions import list_exceptions
from catalyst_hub.usecases.make_exception import make_exception
from catalyst_hub.usecases.remove_member import remove_member
from catalyst_hub.usecases.revoke_exception import revoke_exception
from catalyst_hub.usecases.show_given import show_given
from catalyst_hub.usecases.show_notices import show_notices
from tests.usecases.world import NAIROBI, World

FREE = Bounds(champions_may_make_exceptions=True)
#: Nobody has more than one server at the same time, all together no more than two.
ONE_EACH = (
    Limit(LimitScope.PERSON, Unit.SERVERS, Window.AT_ONCE, 1),
    Limit(LimitScope.COMMUNITY, Unit.SERVERS, Window.AT_ONCE, 2),
)


@pytest.fixture(autouse=True)
def _people(world: World) -> None:
    within(world, FREE)
    for name in ("amina", "kofi", "lucia", "bo"):
        world.sign_in(
            name, display_name=name.title(), email=f"{name}@example.org", is_email_verified=True
        )


def within(world: World, bounds: Bounds) -> None:
    nairobi = replace(NAIROBI, bounds=bounds, limits=ONE_EACH)
    world.policy = replace(world.policy, communities=(nairobi,))


def make(
    world: World,
    name: str = "kofi",
    amount: int = 1,
    *,
    days: int = 9,
    actor: str = "amina",
    by_operator: bool = False,
    appeal_id: int | None = None,
) -> Exemption | MakingRefusal:
    last_on = local_day(world.now, NAIROBI.zone) + timedelta(days=days)
    asked = Asked(name, Unit.SERVERS, Window.AT_ONCE, amount, last_on, "two notebooks")
    return world.do(
        lambda uow: make_exception(
            uow, world.policy, "nairobi", asked, actor, world.now,
            by_operator=by_operator, appeal_id=appeal_id,
        )
    )  # fmt: skip


def made(world: World, name: str = "kofi", **how: int) -> Exemption:
    exemption = make(world, name, **how)
    assert isinstance(exemption, Exemption), exemption
    return exemption


def revoke(world: World, exemption: Exemption, community: str = "nairobi") -> bool:
    return world.do(
        lambda uow: revoke_exception(uow, community, exemption.exemption_id, "lucia", world.now)
    )


def test_a_person_starts_what_the_limit_forbade_and_nobody_else_does(world: World) -> None:
    world.start("kofi", "one")
    assert isinstance(world.admit("kofi", "two"), Denied)
    made(world)
    assert not isinstance(world.admit("kofi", "two"), Denied)
    assert isinstance(world.admit("kofi", "three"), Denied)


def test_more_for_the_community_lets_everybody_share_it(world: World) -> None:
    for name in ("amina", "kofi"):
        world.start(name)
    assert isinstance(world.admit("lucia"), Denied)
    made(world, "")
    assert not isinstance(world.admit("lucia"), Denied)


def test_it_ends_with_its_last_day(world: World) -> None:
    exemption = made(world, days=0)
    world.start("kofi", "one")
    world.now = exemption.expires_at
    assert isinstance(world.admit("kofi", "two"), Denied)


def test_revoking_counts_at_once_and_only_once(world: World) -> None:
    exemption = made(world)
    world.start("kofi", "one")
    assert not revoke(world, exemption, "cordoba")
    assert revoke(world, exemption)
    assert isinstance(world.admit("kofi", "two"), Denied)
    assert not revoke(world, exemption)
    assert world.audited().count("exception:revoked") == 1


def test_one_that_has_ended_is_not_revoked(world: World) -> None:
    exemption = made(world, days=0)
    world.now = exemption.expires_at
    assert not revoke(world, exemption)


def test_the_audit_and_the_person_are_told(world: World) -> None:
    exemption = made(world)
    assert world.audited()[-1] == "exception:made"
    assert world.last_facts()["amount"] == 1
    assert "two notebooks" not in str(world.last_facts())
    revoke(world, exemption)
    mails = world.rows("SELECT kind, name FROM mails JOIN people USING (person_id)")
    assert mails == [("exception-made", "kofi"), ("exception-revoked", "kofi")]


def told_where_one_starts(world: World, name: str) -> list[tuple[str, Exemption]]:
    found = world.do(lambda uow: show_given(uow, world.policy, name, world.now))
    return [(community.slug, exemption) for community, exemption in found]


def test_ones_own_are_told_where_one_starts_servers_as_long_as_they_count(world: World) -> None:
    later, sooner = made(world, days=9), made(world, days=3, by_operator=True)
    made(world, "")
    assert told_where_one_starts(world, "kofi") == [("nairobi", sooner), ("nairobi", later)]
    assert told_where_one_starts(world, "lucia") == []
    assert told_where_one_starts(world, "nobody") == []
    revoke(world, later)
    assert told_where_one_starts(world, "kofi") == [("nairobi", sooner)]
    world.now = sooner.expires_at
    assert told_where_one_starts(world, "kofi") == []


def test_of_a_community_that_one_has_left_nothing_is_told(world: World) -> None:
    made(world)
    world.do(lambda uow: remove_member(uow, world.policy, "nairobi", "kofi", "amina", world.now))
    assert told_where_one_starts(world, "kofi") == []


def test_champions_stop_at_the_bounds_together_and_the_operator_does_not(world: World) -> None:
    made(world)
    assert make(world, actor="lucia") is MakingRefusal.TOO_MUCH
    assert not isinstance(make(world, by_operator=True), MakingRefusal)
    assert not isinstance(make(world, "lucia"), MakingRefusal)


def test_what_was_revoked_can_be_given_again(world: World) -> None:
    revoke(world, made(world))
    made(world)


def test_what_has_ended_leaves_room_for_the_next(world: World) -> None:
    world.now = made(world, days=0).expires_at
    made(world)


def test_whoever_makes_one_holds_the_community(world: World) -> None:
    """Two champions at the same moment would both see that nothing was given yet."""
    made(world)
    assert world.rows("SELECT taken FROM community_locks WHERE slug = 'nairobi'") == [(1,)]


def test_there_is_none_for_oneself_nor_for_strangers(world: World) -> None:
    assert make(world, "amina") is MakingRefusal.ONESELF
    assert make(world, "bo") is MakingRefusal.NOT_IN
    assert make(world, "nobody", by_operator=True) is MakingRefusal.NOT_IN
    assert "exception:made" not in world.audited()


def ask(world: World, name: str, limit: str) -> int:
    """Ask the champions, and return the number of the appeal."""
    plea = Plea("nairobi", name, limit, "please")
    assert world.do(lambda uow: ask_champion(uow, world.policy, plea, world.now)) is None
    return int(world.rows("SELECT max(appeal_id) FROM appeals")[0][0])


def answers(world: World) -> list[tuple[str | None]]:
    return world.rows("SELECT answer FROM appeals ORDER BY appeal_id")


def test_an_exception_answers_the_appeal_that_led_to_it(world: World) -> None:
    number = ask(world, "kofi", "person.servers.at_once")
    assert make(world, "kofi", 9, appeal_id=number) is MakingRefusal.TOO_MUCH
    assert answers(world) == [(None,)]
    assert isinstance(make(world, "kofi", appeal_id=number), Exemption)
    assert answers(world) == [("excepted",)]


def given(world: World, name: str) -> list[Exemption]:
    """What the person's page tells of the answers to her appeals."""
    return list(
        world.do(lambda uow: show_notices(uow, world.policy, name, world.now)).given.values()
    )


def test_the_answer_tells_how_much_more_until_it_is_ended(world: World) -> None:
    made(world, "", days=2)
    world.later(hours=1)
    number = ask(world, "kofi", "person.servers.at_once")
    assert given(world, "kofi") == []
    answer = make(world, "kofi", appeal_id=number)
    world.later(minutes=5)
    assert given(world, "kofi") == [answer]
    assert given(world, "lucia") == []
    assert isinstance(answer, Exemption)
    assert revoke(world, answer)
    assert given(world, "kofi") == []


def test_the_answer_tells_of_what_all_share_as_well(world: World) -> None:
    number = ask(world, "lucia", "community.servers.at_once")
    answer = make(world, "", appeal_id=number)
    assert given(world, "lucia") == [answer]


def test_it_does_not_answer_somebody_elses(world: World) -> None:
    number = ask(world, "lucia", "person.servers.at_once")
    assert isinstance(make(world, "kofi", appeal_id=number), Exemption)
    assert isinstance(make(world, "lucia", appeal_id=99), Exemption)
    assert answers(world) == [(None,)]


@pytest.mark.parametrize("who", ["", "kofi"])
def test_it_does_not_answer_a_question_about_another_limit(world: World, who: str) -> None:
    whose = "person" if not who else "community"
    number = ask(world, "kofi", f"{whose}.servers.at_once")
    assert isinstance(make(world, who, appeal_id=number), Exemption)
    assert answers(world) == [(None,)]


def test_whoever_asked_for_more_of_what_all_share_is_told(world: World) -> None:
    number = ask(world, "lucia", "community.servers.at_once")
    assert isinstance(make(world, "", appeal_id=number), Exemption)
    assert answers(world) == [("excepted",)]
    told = "SELECT name FROM mails JOIN people USING (person_id) WHERE kind = 'exception-made'"
    assert world.rows(told) == [("lucia",)]


def test_the_list_tells_for_whom_the_newest_first(world: World) -> None:
    made(world)
    made(world, "")
    listed = world.do(lambda uow: list_exceptions(uow, "nairobi"))
    assert [each.person and each.person.display_name for each in listed] == [None, "Kofi"]
    assert world.do(lambda uow: list_exceptions(uow, "cordoba")) == []


def test_a_form_that_is_sent_twice_makes_one_exception(world: World) -> None:
    first = made(world)
    world.later(seconds=90)
    assert made(world) == first
    assert world.audited().count("exception:made") == 1
    world.later(seconds=60)
    assert make(world, by_operator=True) != first
