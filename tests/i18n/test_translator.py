"""Numbers, money, times and plurals as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from catalyst_hub.core.policy import LANGUAGES
from catalyst_hub.core.resources import HOUR_MS, Unit
from catalyst_hub.i18n import LANGUAGE_NAMES, translator

MIDNIGHT_IN_CORDOBA = datetime(2026, 12, 1, 3, tzinfo=UTC)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_every_language_has_a_name_of_its_own():
    assert set(LANGUAGE_NAMES) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("language", "country", "written"),
    [
        ("en", None, "$1,234.50"),
        ("en", "KE", "US$1,234.50"),
        ("es", None, "USD 1,234.50"),
        ("es", "AR", "US$1.234,50"),
        ("pt", None, "US$ 1.234,50"),
        ("fr", None, "1 234,50 $US"),
    ],
)
def test_money_is_written_as_the_country_does(language, country, written):
    assert plain(translator(language, country).money(1_234_500_000, "USD")) == written


def test_a_country_that_does_not_speak_the_language_does_no_harm():
    assert translator("pt", "KE").gettext("Start") == "Iniciar"
    assert translator("es", "ZZ").gettext("Start") == "Iniciar"


def test_an_unknown_language_is_english():
    assert translator("tlh").language == "en"


def test_a_rate_shows_fractions_of_a_cent():
    assert translator("en").rate(4_200, "USD") == "$0.0042"
    assert plain(translator("es", "AR").rate(50_000_000, "ARS")) == "$50,00"


def test_a_currency_code_keeps_its_distance():
    assert plain(translator("en").money(12_500_000, "ARS")) == "ARS 12.50"


def test_an_instant_names_day_hour_and_whose_time():
    at = MIDNIGHT_IN_CORDOBA
    zone = "America/Argentina/Cordoba"
    assert translator("en").instant(at, zone) == "Tue, Dec 1, 00:00 (Cordoba time)"
    assert translator("es", "AR").instant(at, zone) == "mar, 1 dic, 00:00 (hora de Córdoba)"
    assert translator("fr").instant(at, "Africa/Abidjan") == "mar. 1 déc., 03:00 (heure à Abidjan)"
    assert "(UTC time)" in translator("en").instant(at, "UTC")


def test_a_day_has_its_year():
    assert translator("pt").day(date(2026, 11, 21)) == "21 de nov. de 2026"


@pytest.mark.parametrize(
    ("unit", "amount", "written"),
    [
        (Unit.SERVERS, 1, "1 servidor"),
        (Unit.SERVERS, 3, "3 servidores"),
        (Unit.CPU, 1_500, "1,5 CPU"),
        (Unit.MEMORY, 3 * 1024**3 // 2, "1,5 GB"),
        (Unit.MEMORY, 512 * 1024**2, "512 MB"),
        (Unit.GPU, 2, "2 GPU"),
        (Unit.SERVER_HOURS, HOUR_MS * 5 // 2, "2,5 h"),
        (Unit.CPU_HOURS, HOUR_MS, "1 CPU-hora"),
        (Unit.GIB_HOURS, 1024 * HOUR_MS * 2, "2 GB-hora"),
        (Unit.GPU_HOURS, HOUR_MS, "1 GPU-hora"),
        (Unit.MONEY, 5_000_000, "$5,00"),
    ],
)
def test_amounts_are_written_with_their_units(unit, amount, written):
    assert plain(translator("es", "AR").amount(unit, amount, "ARS")) == written


@pytest.mark.parametrize(
    ("language", "country", "text"),
    [
        ("en", None, "32%"),
        ("es", "AR", "32%"),
        ("es", "ES", "32\xa0%"),
        ("pt", "BR", "32%"),
        ("fr", "CD", "32\xa0%"),
    ],
)
def test_percentages_are_written_as_in_the_country(language, country, text):
    assert translator(language, country).percent(32) == text


def test_a_percentage_may_be_more_than_all():
    assert translator("en").percent(1250) == "1,250%"
