"""A denial says what, how much, until when and whom to ask, in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from catalyst_hub.core.denial import Allowance, Code, Denied, LimitScope
from catalyst_hub.core.policy import LANGUAGES
from catalyst_hub.core.resources import AT_ONCE, HOUR_MS, OVER_TIME, Unit
from catalyst_hub.core.window import CALENDAR, Window
from catalyst_hub.i18n import denial_sentence, translator

RESETS_AT = datetime(2026, 12, 1, 3, tzinfo=UTC)
CORDOBA = "America/Argentina/Cordoba"


#: Every window that the communities file has, for each scope.
WINDOWS = {
    LimitScope.COMMUNITY: [*CALENDAR, Window.ROLLING, Window.TOTAL],
    LimitScope.PERSON: [*CALENDAR, Window.ROLLING, Window.TOTAL, Window.WORKSHOP],
    LimitScope.WORKSHOP: [Window.DAY, Window.WORKSHOP],
}


def allowance(scope: LimitScope, unit: Unit, window: Window, **facts) -> Allowance:
    resets_at = None if window in (Window.AT_ONCE, Window.TOTAL) else RESETS_AT
    limit, days = 20 * HOUR_MS, 7 if window is Window.ROLLING else 0
    is_of_workshop = Window.WORKSHOP is window or LimitScope.WORKSHOP is scope
    workshop = "Maps" if is_of_workshop else ""
    more = {"resets_at": resets_at, "days": days, "workshop": workshop, **facts}
    return Allowance(scope, unit, window, limit, limit - 1, **more)


def every_limit() -> list[Allowance]:
    windows = CALENDAR
    at_once = [allowance(s, u, Window.AT_ONCE) for s in LimitScope for u in AT_ONCE]
    over_time = [allowance(s, u, w) for s in LimitScope for u in OVER_TIME for w in WINDOWS[s]]
    budgets = [allowance(LimitScope.COMMUNITY, Unit.MONEY, w, is_budget=True) for w in windows]
    spent = [replace(limit, used=limit.limit) for limit in over_time + budgets]
    return at_once + over_time + budgets + spent


def denied(limit: Allowance) -> Denied:
    return Denied(
        Code.QUOTA_WINDOW, "agro", "amina@example.org", CORDOBA, "ARS", limit, asked=HOUR_MS
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", Code)
def test_every_code_has_a_sentence(code, language):
    bare = Denied(code, "agro", name="huge", known=("small", "large"))
    sentence = denial_sentence(bare, translator(language), "Agro")
    assert sentence
    assert "%(" not in sentence
    assert language == "en" or sentence != denial_sentence(bare, translator("en"), "Agro")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_limit_has_a_sentence_of_its_own(language):
    sentences = [denial_sentence(denied(limit), translator(language)) for limit in every_limit()]
    assert len(set(sentences)) == len(sentences)
    assert all("amina@example.org" in sentence for sentence in sentences)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_limit_over_time_says_when_it_starts_anew(language):
    for limit in every_limit():
        sentence = denial_sentence(denied(limit), translator(language))
        assert ("00:00" in sentence) == (limit.resets_at is not None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_limit_of_a_profile_or_workshop_names_it(language):
    of_profile = replace(
        denied(allowance(LimitScope.PERSON, Unit.GPU_HOURS, Window.DAY, profile="deep")),
        profile={"": "Deep learning"},
    )
    assert "Deep learning" in denial_sentence(of_profile, translator(language))
    for limit in every_limit():
        sentence = denial_sentence(denied(limit), translator(language))
        assert ("Maps" in sentence) == bool(limit.workshop)


def test_a_rolling_window_says_when_this_start_fits_and_a_total_that_somebody_must_help():
    week = allowance(LimitScope.PERSON, Unit.SERVER_HOURS, Window.ROLLING)
    assert denial_sentence(denied(replace(week, used=week.limit)), translator("en")).startswith(
        "You have used 20 h of your 20 h for the last 7 days. You can start again from Tue, Dec 1,"
        " 00:00 (Cordoba time)."
    )
    ever = allowance(LimitScope.PERSON, Unit.SERVER_HOURS, Window.TOTAL)
    assert denial_sentence(denied(replace(ever, used=ever.limit)), translator("en")) == (
        "You have used 20 h of your 20 h in all. This limit does not start anew by itself; somebody"
        " has to raise it. Questions? Ask amina@example.org."
    )
    one = replace(week, used=week.limit, days=1)
    assert "for today" in denial_sentence(denied(one), translator("en"))


def hours_of_a_week(used: int, held: int) -> Allowance:
    week = (LimitScope.PERSON, Unit.SERVER_HOURS, Window.WEEK)
    return Allowance(*week, 20 * HOUR_MS, used, held, resets_at=RESETS_AT)


def test_used_and_limit_are_in_the_sentence():
    limit = hours_of_a_week(used=19 * HOUR_MS + HOUR_MS // 2, held=HOUR_MS // 2)
    assert denial_sentence(denied(limit), translator("es", "AR")).startswith(
        "Has usado esta semana 20 h de un total de 20 h. Podrás iniciar de nuevo a partir de:"
        " mar, 1 dic, 00:00 (hora de Córdoba)."
    )


def test_what_is_left_is_never_called_spent():
    limit = hours_of_a_week(used=19 * HOUR_MS, held=HOUR_MS // 2)
    assert denial_sentence(denied(limit), translator("es", "AR")).startswith(
        "Solo te quedan esta semana 0,5 h de 20 h, y este tamaño necesita 1 h para iniciar."
        " Quizás quepa un tamaño más pequeño. Todo empieza de nuevo: mar, 1 dic, 00:00"
    )


def test_a_size_that_can_never_fit_is_not_worth_waiting_for():
    limit = Allowance(LimitScope.PERSON, Unit.CPU, Window.AT_ONCE, 2_000, 0)
    refused = Denied(Code.QUOTA_AT_ONCE, "agro", allowance=limit, asked=4_000)
    assert denial_sentence(refused, translator("en")).startswith(
        "This takes 4 CPU; no more than 2 CPU is allowed at once. Choose a smaller size."
    )


def test_a_community_without_seats_is_not_worth_waiting_for_either():
    limit = Allowance(LimitScope.COMMUNITY, Unit.SERVERS, Window.AT_ONCE, 0, 0)
    refused = Denied(Code.QUOTA_AT_ONCE, "agro", "amina", allowance=limit, asked=1)
    sentence = denial_sentence(refused, translator("en"), "Agro")
    assert sentence == "Agro has no seats at present. Questions? Ask amina."


def test_without_a_contact_the_operator_is_to_be_asked():
    sentence = denial_sentence(Denied(Code.NO_COMMUNITY), translator("en"))
    assert sentence.endswith("Ask the people who run this hub.")
