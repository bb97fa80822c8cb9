"""Whom a limit stops asks the champions, who answer once."""

from __future__ import annotations

import pytest

from catalyst_hub.core.appeal import MOST_IN_A_DAY, Answer, AppealRefusal, Plea
from catalyst_hub.core.appealing import settle
from catalyst_hub.usecases.ask_champion import ask_champion
from catalyst_hub.usecases.decline_appeal import decline_appeal
from catalyst_hub.usecases.list_appeals import list_appeals
from catalyst_hub.usecases.show_notices import show_notices
from catalyst_hub.usecases.withdraw_appeal import withdraw_appeal
from tests.usecases.world import World

KEY = "person.cpu_hours.day"


@pytest.fixture(autouse=True)
def _people(world: World) -> None:
    for name in ("amina", "root", "kofi", "lucia", "bo"):
        world.sign_in(name, email=f"{name}@people.org", is_email_verified=True)


def ask(
    world: World, name: str = "kofi", slug: str = "nairobi", key: str = KEY
) -> AppealRefusal | None:
    plea = Plea(slug, name, key, "an  exam\ntomorrow")
    return world.do(lambda uow: ask_champion(uow, world.policy, plea, world.now))


def waiting(world: World, slug: str = "nairobi") -> list[tuple[int, str]]:
    listed = world.do(lambda uow: list_appeals(uow, slug))
    return [(appeal.appeal_id, person.name) for appeal, person in listed]


def mailed(world: World) -> list[tuple[str, str]]:
    """Who was told what, in the order in which it was queued."""
    return world.rows(
        "SELECT p.name, m.kind FROM mails m JOIN people p USING (person_id) ORDER BY mail_id"
    )


def test_champions_are_told_and_see_how_the_limit_stood(world: World) -> None:
    world.start("kofi")
    world.later(hours=2)
    assert ask(world) is None
    [(number, name)] = waiting(world)
    assert name == "kofi"
    appeal = world.do(lambda uow: uow.appeals.get(number))
    assert appeal is not None
    assert (appeal.code, appeal.message) == ("quota-window", "an exam tomorrow")
    assert appeal.facts["used"] == 2 * 3_600_000
    assert mailed(world) == [("amina", "appeal-received"), ("root", "appeal-received")]
    assert world.audited()[-1] == "appeal:made"


def test_a_champion_who_asks_is_not_told_of_herself(world: World) -> None:
    assert ask(world, "amina") is None
    assert mailed(world) == [("root", "appeal-received")]


def test_whoever_waits_asks_no_second_time(world: World) -> None:
    ask(world)
    assert ask(world) is AppealRefusal.ALREADY_ASKED
    assert ask(world, "lucia") is None
    assert [name for _, name in waiting(world)] == ["kofi", "lucia"]
    assert len(mailed(world)) == 4


@pytest.mark.parametrize(
    ("name", "slug", "key"),
    [
        ("bo", "nairobi", KEY),
        ("kofi", "cordoba", KEY),
        ("kofi", "atlantis", KEY),
        ("kofi", "nairobi", "person.gpu_hours.day"),
        ("kofi", "nairobi", ""),
        ("nobody", "nairobi", KEY),
    ],
)
def test_there_is_nobody_to_ask_about_what_limits_nobody(
    world: World, name: str, slug: str, key: str
) -> None:
    assert ask(world, name, slug, key) is AppealRefusal.NOTHING_IN_THE_WAY
    assert mailed(world) == []


def test_who_was_declined_is_told_with_the_word_and_may_ask_again(world: World) -> None:
    ask(world)
    [(number, _)] = waiting(world)
    declined = world.do(
        lambda uow: decline_appeal(uow, "nairobi", number, "amina", " at  five ", world.now)
    )
    assert declined is not None
    assert (declined.answer, declined.answered_by, declined.reply) == (
        Answer.DECLINED, "amina", "at five",
    )  # fmt: skip
    assert waiting(world) == []
    assert mailed(world)[-1] == ("kofi", "appeal-declined")
    view = world.do(lambda uow: show_notices(uow, world.policy, "kofi", world.now))
    assert [appeal.reply for appeal in view.appeals] == ["at five"]
    world.later(days=3)
    view = world.do(lambda uow: show_notices(uow, world.policy, "kofi", world.now))
    assert view.appeals == []
    assert ask(world) is None


def test_an_answer_is_given_once(world: World) -> None:
    ask(world)
    [(number, _)] = waiting(world)
    world.do(lambda uow: decline_appeal(uow, "nairobi", number, "amina", "no", world.now))
    late = world.do(lambda uow: decline_appeal(uow, "nairobi", number, "root", "yes", world.now))
    assert late is not None
    assert (late.answered_by, late.reply) == ("amina", "no")
    assert not world.do(lambda uow: settle(uow, late, Answer.EXCEPTED, "root", world.now))
    assert world.audited().count("appeal:declined") == 1
    assert "appeal:granted" not in world.audited()


def test_a_question_is_answered_in_its_own_community_alone(world: World) -> None:
    ask(world)
    [(number, _)] = waiting(world)
    elsewhere = world.do(
        lambda uow: decline_appeal(uow, "cordoba", number, "joao", "no", world.now)
    )
    assert elsewhere is None
    assert [each for each, _ in waiting(world)] == [number]


def test_who_asks_and_takes_it_back_all_day_does_not_fill_mailboxes(world: World) -> None:
    for _ in range(MOST_IN_A_DAY):
        assert ask(world) is None
        [(number, _)] = waiting(world)
        world.do(lambda uow, n=number: withdraw_appeal(uow, "kofi", n, world.now))
    told = len(mailed(world))
    assert ask(world) is AppealRefusal.TOO_OFTEN
    assert len(mailed(world)) == told
    assert ask(world, "lucia") is None
    world.later(days=1)
    assert ask(world) is None


def test_only_who_asked_takes_it_back(world: World) -> None:
    ask(world)
    [(number, _)] = waiting(world)
    assert not world.do(lambda uow: withdraw_appeal(uow, "lucia", number, world.now))
    assert world.do(lambda uow: withdraw_appeal(uow, "kofi", number, world.now))
    assert not world.do(lambda uow: withdraw_appeal(uow, "kofi", number, world.now))
    assert waiting(world) == []
    assert world.audited()[-1] == "appeal:withdrawn"
