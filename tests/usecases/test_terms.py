"""Terms of use: accepted once for each version, by those who belong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalyst_hub.core.denial import Code, Denied
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.session import Session
from catalyst_hub.core.terms import TermsOfUse
from catalyst_hub.usecases.accept_terms import accept_terms
from catalyst_hub.usecases.show_terms import show_terms
from tests.usecases.world import CORDOBA, NAIROBI, POLICY, World

TEXT = {"en": "Be fair.", "es": "Sé justa.", "": "Fair."}


def with_terms(version: str) -> Policy:
    nairobi = replace(NAIROBI, terms=TermsOfUse(version, TEXT))
    return replace(POLICY, communities=(nairobi, CORDOBA))


@pytest.fixture
def world(world: World) -> World:
    world.policy = with_terms("1")
    for name in ("kofi", "lucia", "bo"):
        world.sign_in(name)
    return world


def accept(world: World, name: str, version: str = "1", slug: str = "nairobi") -> bool | None:
    return world.do(
        lambda uow: accept_terms(uow, world.policy, slug, name, version, "en", world.now)
    )


def code(answer: Session | Denied) -> Code | None:
    return answer.code if isinstance(answer, Denied) else None


def test_nobody_starts_before_they_have_accepted(world):
    denied = world.admit("kofi", community="nairobi")
    assert code(denied) is Code.TERMS_NOT_ACCEPTED
    assert (denied.community, denied.name) == ("nairobi", "nairobi")
    assert accept(world, "kofi") is True
    assert code(world.admit("kofi", community="nairobi")) is None


def test_one_persons_yes_is_nobody_elses(world):
    accept(world, "kofi")
    assert code(world.admit("lucia", community="nairobi")) is Code.TERMS_NOT_ACCEPTED


def test_another_community_asks_for_nothing(world):
    assert code(world.admit("lucia", community="cordoba")) is None


def test_a_new_version_asks_again(world):
    accept(world, "kofi")
    world.policy = with_terms("2")
    assert code(world.admit("kofi", community="nairobi")) is Code.TERMS_NOT_ACCEPTED
    accept(world, "kofi", "2")
    assert code(world.admit("kofi", community="nairobi")) is None


def test_a_corrected_text_of_the_same_version_does_not(world):
    accept(world, "kofi")
    corrected = replace(NAIROBI, terms=TermsOfUse("1", {"en": "Be fair!"}))
    world.policy = replace(POLICY, communities=(corrected, CORDOBA))
    assert code(world.admit("kofi", community="nairobi")) is None


def test_whoever_starts_it_the_owner_has_to_agree(world):
    world.sign_in("amina")
    accept(world, "amina")
    assert code(world.admit("kofi", community="nairobi")) is Code.TERMS_NOT_ACCEPTED


def test_no_seat_is_taken_by_a_start_that_waits_for_terms(world):
    world.admit("kofi", community="nairobi")
    assert world.live() == []


def test_only_the_version_in_force_can_be_accepted(world):
    assert accept(world, "kofi", "2") is False
    assert accept(world, "lucia", "1", "cordoba") is False
    assert code(world.admit("kofi", community="nairobi")) is Code.TERMS_NOT_ACCEPTED


def test_who_does_not_belong_accepts_nothing_and_sees_nothing(world):
    assert accept(world, "bo") is None
    assert accept(world, "nobody") is None
    assert world.do(lambda uow: show_terms(uow, world.policy, "nairobi", "bo", world.now)) is None


def test_a_second_yes_changes_nothing(world):
    accept(world, "kofi")
    world.later(hours=1)
    assert accept(world, "kofi") is True
    assert world.audited().count("terms:accepted") == 1
    view = world.do(lambda uow: show_terms(uow, world.policy, "nairobi", "kofi", world.now))
    assert view.acceptance.accepted_at < world.now


def test_acceptances_are_counted_for_the_people_who_belong(world):
    accept(world, "kofi")
    accept(world, "lucia")
    kofi = world.do(lambda uow: uow.people.by_name("kofi"))
    count = world.do(lambda uow: uow.acceptances.count("nairobi", "1", [kofi.person_id]))
    assert count == 1
    assert world.do(lambda uow: uow.acceptances.count("nairobi", "1", [])) == 0


@pytest.mark.parametrize(
    ("languages", "read"),
    [(("es", "en"), "es"), (("fr", "es"), "es"), (("fr",), "")],
)
def test_the_text_is_read_in_the_first_language_there_is(languages, read):
    assert TermsOfUse("1", TEXT).read_in(languages) == (read, TEXT[read])


@pytest.mark.parametrize(("written", "spoken"), [("pt-BR", "pt"), ("pt", "pt-BR"), ("es_AR", "es")])
def test_a_dialect_is_understood(written, spoken):
    terms = TermsOfUse("1", {"en": "Be fair.", written: "…"})
    assert terms.read_in((spoken, "en")) == (written, "…")
    assert terms.speaks(spoken)
    assert not terms.speaks("fr")


def test_a_text_in_one_language_is_better_than_none():
    assert TermsOfUse("1", {"pt": "Seja justo."}).read_in(("fr", "en")) == ("pt", "Seja justo.")
