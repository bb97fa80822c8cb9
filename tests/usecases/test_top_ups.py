"""Paying into a budget: who may, how much, and what is kept of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from catalyst_hub.core.appeal import Answer, Plea
from catalyst_hub.core.audit import at_the_command_line
from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.budget import TopUp
from catalyst_hub.core.top_up import Payment, TopUpRefusal
from catalyst_hub.usecases.ask_champion import ask_champion
from catalyst_hub.usecases.show_notices import show_notices
from catalyst_hub.usecases.top_up import top_up
from tests.usecases.world import NAIROBI, PREPAID, World

A_SHILLING = 1_000_000


@pytest.fixture
def paying(world: World) -> World:
    """Nairobi lives on prepaid credit; its champions may pay in 100 shillings a month."""
    bounds = Bounds(most_top_up_micros=100 * A_SHILLING)
    nairobi = replace(NAIROBI, budget=PREPAID, bounds=bounds)
    world.policy = replace(world.policy, communities=(nairobi,))
    for name in ("amina", "root", "kofi"):
        world.sign_in(name)
    return world


def pay(
    world: World, shillings: int, actor: str = "amina", reason: str = "a course", **how: bool
) -> TopUp | TopUpRefusal:
    payment = Payment(shillings * A_SHILLING, reason)
    return world.do(
        lambda uow: top_up(uow, world.policy, "nairobi", payment, actor, world.now, **how)
    )


def kept(world: World) -> list[tuple[int, str, str]]:
    rows = world.rows("SELECT micros, made_by, reason FROM top_ups ORDER BY top_up_id")
    return [(micros // A_SHILLING, name, reason) for micros, name, reason in rows]


def test_what_is_paid_in_is_kept_with_name_and_reason_and_audited(paying: World) -> None:
    pay(paying, 50)
    assert kept(paying) == [(50, "amina", "a course")]
    assert paying.audited()[-1] == "budget:topped-up"
    assert paying.last_facts() == {"micros": 50 * A_SHILLING, "currency": "KES"}


def test_champions_pay_in_no_more_than_their_bound_in_a_month(paying: World) -> None:
    pay(paying, 70)
    assert pay(paying, 31) is TopUpRefusal.TOO_MUCH
    assert isinstance(pay(paying, 30), TopUp)
    paying.now = datetime(2026, 12, 1, 6, tzinfo=UTC)
    assert isinstance(pay(paying, 100), TopUp)


def test_what_operators_pay_in_takes_nothing_of_the_champions_bound(paying: World) -> None:
    pay(paying, 5000, "root", by_operator=True)
    pay(paying, 5000, at_the_command_line("ada"), by_operator=True)
    assert isinstance(pay(paying, 100), TopUp)
    assert pay(paying, 1) is TopUpRefusal.TOO_MUCH


def test_taking_back_is_an_entry_of_its_own(paying: World) -> None:
    pay(paying, 100)
    pay(paying, -40, reason="a mistake")
    assert kept(paying) == [(100, "amina", "a course"), (-40, "amina", "a mistake")]
    assert isinstance(pay(paying, 40, reason="after all"), TopUp)


def test_champions_do_not_take_back_what_operators_paid_in(paying: World) -> None:
    pay(paying, 1000, "root", by_operator=True)
    assert pay(paying, -1) is TopUpRefusal.NOT_THEIRS
    assert isinstance(pay(paying, -1000, "root", by_operator=True), TopUp)


def test_a_form_that_was_sent_twice_pays_in_once(paying: World) -> None:
    pay(paying, 40)
    paying.later(seconds=30)
    assert isinstance(pay(paying, 40), TopUp)
    assert len(kept(paying)) == 1
    paying.later(minutes=2)
    pay(paying, 40)
    assert len(kept(paying)) == 2


@pytest.mark.parametrize(
    ("shillings", "reason", "refusal"),
    [
        (0, "nothing", TopUpRefusal.NOTHING),
        (1, "", TopUpRefusal.NO_REASON),
        (1, "x" * 301, TopUpRefusal.LONG_REASON),
    ],
)
def test_a_top_up_has_an_amount_and_a_reason(
    paying: World, shillings: int, reason: str, refusal: TopUpRefusal
) -> None:
    assert pay(paying, shillings, "root", reason, by_operator=True) is refusal
    assert kept(paying) == []


def test_champions_pay_in_nothing_unless_the_file_says_so(paying: World) -> None:
    (nairobi,) = paying.policy.communities
    paying.policy = replace(paying.policy, communities=(replace(nairobi, bounds=Bounds()),))
    assert pay(paying, 1) is TopUpRefusal.NOT_ALLOWED


def test_nothing_is_paid_into_no_budget(paying: World) -> None:
    (nairobi,) = paying.policy.communities
    paying.policy = replace(paying.policy, communities=(replace(nairobi, budget=None),))
    assert pay(paying, 1, "root", by_operator=True) is TopUpRefusal.NO_BUDGET


def asking(world: World, limit: str = "community.money.total") -> None:
    for name in ("amina", "kofi"):
        world.sign_in(name, email=f"{name}@people.org", is_email_verified=True)
    plea = Plea("nairobi", "kofi", limit)
    assert world.do(lambda uow: ask_champion(uow, world.policy, plea, world.now)) is None


def answers(world: World) -> list[tuple[str | None, str | None]]:
    return world.rows("SELECT answer, answered_by FROM appeals")


def test_who_asked_for_more_of_the_budget_is_answered_by_paying_in(paying: World) -> None:
    asking(paying)
    pay(paying, 50)
    assert answers(paying) == [("paid", "amina")]
    assert paying.audited()[-1] == "appeal:granted"
    told = "SELECT name FROM mails JOIN people USING (person_id) WHERE kind = 'appeal-paid'"
    assert paying.rows(told) == [("kofi",)]
    view = paying.do(lambda uow: show_notices(uow, paying.policy, "kofi", paying.now))
    assert [appeal.answer for appeal in view.appeals] == [Answer.PAID]
    asking(paying)
    pay(paying, -1)
    assert (None, None) in answers(paying)


def test_what_does_not_suffice_for_a_start_answers_nobody(paying: World) -> None:
    pay(paying, -100, "root", by_operator=True)
    asking(paying)
    pay(paying, 100)
    assert answers(paying) == [(None, None)]
    pay(paying, 1, "root", by_operator=True)
    assert answers(paying) == [("paid", "root")]


def test_paying_in_answers_no_question_about_another_limit(paying: World) -> None:
    asking(paying, "person.cpu_hours.day")
    pay(paying, 50)
    assert answers(paying) == [(None, None)]
