from __future__ import annotations

from datetime import UTC, datetime, timedelta

from catalyst_hub.core.choice import Choice
from catalyst_hub.core.denial import Code, Denied
from catalyst_hub.core.session import EndReason, SessionState
from catalyst_hub.usecases.admit_session import AdmissionRequest, admit_session
from catalyst_hub.usecases.offer_profiles import offer_profiles
from tests.usecases.world import LARGE, NOON, SMALL, ServerKey, World


def denied(answer: object) -> Denied:
    assert isinstance(answer, Denied), answer
    return answer


def test_an_admitted_start_is_a_reservation_at_todays_rate(world: World) -> None:
    world.sign_in("kofi")
    session = world.reserve("kofi", size="large", interface="notebook")
    assert session.state is SessionState.RESERVED
    assert session.choice == Choice("nairobi", "python", "large", "notebook")
    assert (session.resources, session.rate_micros) == (LARGE, 240_000_000)
    assert (session.currency, session.zone) == ("KES", "Africa/Nairobi")
    assert (session.reserved_at, session.running_at) == (NOON, None)
    assert world.session(session.session_id) == session


def test_who_the_store_does_not_know_is_told_whom_to_ask(world: World) -> None:
    answer = denied(world.admit("bo"))
    assert (answer.code, answer.contact) == (Code.NO_COMMUNITY, "root@example.org")


def test_who_belongs_nowhere_starts_nothing(world: World) -> None:
    world.sign_in("bo")
    assert denied(world.admit("bo")).code is Code.NO_COMMUNITY
    assert denied(world.admit("bo", community="nairobi")).code is Code.NOT_A_MEMBER


def test_a_person_of_two_communities_chooses(world: World) -> None:
    world.sign_in("lucia")
    assert world.reserve("lucia", community="cordoba").currency == "ARS"
    world.stop("lucia")
    assert world.reserve("lucia", community="nairobi").currency == "KES"


def test_the_last_choice_is_remembered(world: World) -> None:
    world.sign_in("lucia")
    chosen = world.reserve("lucia", community="cordoba", size="large", interface="notebook").choice
    world.stop("lucia")
    assert world.reserve("lucia").choice == chosen


def test_what_was_denied_is_not_remembered(world: World) -> None:
    world.sign_in("lucia")
    world.admit("lucia", community="cordoba", size="huge")
    assert world.reserve("lucia").choice.community == "nairobi"


def test_a_choice_that_comes_back_is_the_last_one_again(world: World) -> None:
    world.sign_in("lucia")
    for number, size in enumerate(("large", "small", "small", "large")):
        world.reserve("lucia", str(number), community="cordoba", size=size)
    assert world.reserve("lucia", "again").choice.size == "large"


def test_the_last_seat_is_given_once_and_comes_back_when_its_server_stops(world: World) -> None:
    world.sign_in("kofi")
    for server in ("", "a", "b"):
        world.reserve("kofi", server)
    answer = denied(world.admit("kofi", "c"))
    assert (answer.code, answer.contact) == (Code.QUOTA_AT_ONCE, "amina@example.org")
    world.open("kofi", "a")
    world.stop("kofi", "a")
    assert world.reserve("kofi", "c")


def test_a_quota_is_the_owners_whoever_presses_start(world: World) -> None:
    world.sign_in("kofi")
    request = AdmissionRequest(ServerKey("kofi"), {}, actor="root")
    session = world.do(lambda uow: admit_session(uow, world.policy, request, world.now))
    assert not isinstance(session, Denied)
    assert (session.key.user_name, session.actor) == ("kofi", "root")
    assert world.rows("SELECT actor, subject FROM audit ORDER BY audit_id DESC LIMIT 1") == [
        ("root", "kofi")
    ]


def test_a_days_hours_refuse_the_large_size_before_the_small_one(world: World) -> None:
    world.sign_in("kofi")
    world.start("kofi", size="large")
    world.later(hours=1, minutes=5)
    world.stop("kofi")
    answer = denied(world.admit("kofi", size="large"))
    assert (answer.code, answer.asked) == (Code.QUOTA_WINDOW, 3_600_000)
    assert answer.allowance is not None
    assert answer.allowance.used == 4 * 65 * 60_000
    assert answer.allowance.resets_at == datetime(2026, 11, 21, 21, tzinfo=UTC)
    assert world.reserve("kofi", size="small")


def test_a_budget_is_spent_by_everybody_together(world: World) -> None:
    world.sign_in("kofi")
    world.sign_in("amina")
    world.start("kofi")
    world.later(hours=5)
    world.start("amina")
    world.later(hours=2, minutes=30)
    answer = denied(world.admit("amina", "b"))
    assert answer.code is Code.BUDGET_SPENT
    assert answer.allowance is not None
    assert (answer.allowance.used, answer.allowance.held) == (600_000_000, 30_000_000)


def test_a_server_the_hub_starts_anew_no_longer_runs(world: World) -> None:
    world.sign_in("kofi")
    old = world.start("kofi")
    seen_at = world.later(minutes=10)
    world.observe(world.hub_says(world.ready("kofi")))
    world.later(minutes=20)
    new = world.reserve("kofi")
    ended = world.session(old.session_id)
    assert (ended.state, ended.end_reason) == (SessionState.ENDED, EndReason.SUPERSEDED)
    assert (ended.ended_at, ended.estimate_ms) == (seen_at, 20 * 60_000)
    assert world.charged_ms() == 10 * 60_000
    assert world.live() == [("kofi", SessionState.RESERVED)]
    assert new.session_id != old.session_id


def test_a_forgotten_reservation_makes_room_for_the_next_of_the_same_server(world: World) -> None:
    world.sign_in("kofi")
    forgotten = [world.reserve("kofi", server) for server in ("", "a", "b")]
    assert world.reserve("kofi", "a")
    old = world.session(forgotten[1].session_id)
    assert (old.state, old.end_reason) == (SessionState.RELEASED, EndReason.SUPERSEDED)
    assert world.charged_ms() == 0


def test_what_is_left_over_is_closed_even_when_the_new_start_is_denied(world: World) -> None:
    world.sign_in("kofi")
    world.start("kofi")
    world.later(hours=1)
    denied(world.admit("kofi", size="huge"))
    assert world.live() == []


def test_the_picker_shows_what_admission_would_say(world: World) -> None:
    world.sign_in("lucia")
    for server in ("a", "b", "c"):
        world.start("lucia", server, community="nairobi")
    world.later(minutes=1)
    offers = world.do(lambda uow: offer_profiles(uow, world.policy, "lucia", None, world.now))
    nairobi, cordoba = offers.communities
    assert [offer.denied.code for offer in nairobi.profiles[0].sizes if offer.denied] == [
        Code.QUOTA_AT_ONCE
    ] * 2
    assert [offer.denied for offer in cordoba.profiles[0].sizes] == [None, None]
    assert nairobi.allowances[0].left == 0
    assert denied(world.admit("lucia")).code is Code.QUOTA_AT_ONCE


def test_a_link_preselects_and_nonsense_in_it_is_passed_over(world: World) -> None:
    world.sign_in("lucia")

    def selected(asked: dict[str, object]) -> Choice | None:
        return world.do(
            lambda uow: offer_profiles(uow, world.policy, "lucia", asked, world.now)
        ).selected

    assert selected({"community": "cordoba", "size": "large"}) == Choice(
        "cordoba", "python", "large", "lab"
    )
    assert selected({"community": "accra"}) == Choice("nairobi", "python", "small", "lab")
    assert world.live() == []


def test_who_may_start_nothing_is_offered_nothing(world: World) -> None:
    world.sign_in("bo")
    for name in ("bo", "stranger"):
        offers = world.do(lambda uow, name=name: offer_profiles(uow, world.policy, name, {}, NOON))
        assert (offers.communities, offers.selected) == ((), None)


def test_a_rate_does_not_change_under_a_running_server(world: World) -> None:
    world.sign_in("kofi")
    assert world.start("kofi").resources == SMALL
    world.later(hours=1)
    world.stop("kofi")
    assert world.rows("SELECT micros, currency FROM ledger_entries") == [(60_000_000, "KES")]
    assert timedelta(milliseconds=world.charged_ms()) == timedelta(hours=1)
