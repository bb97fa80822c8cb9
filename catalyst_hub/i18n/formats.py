"""Numbers, money, times and sizes as a locale writes them.

Babel takes some 50 µs for a number; a page shows the same ones over and over, so they are kept.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_decimal, format_percent

#: The region a language is spoken in when nothing is known of the reader's country.
_HOME = {"es": "es_419", "pt": "pt_BR", "fr": "fr_FR", "en": "en"}
_PATTERNS = {0: "#,##0", 1: "#,##0.#", 2: "#,##0.##", 3: "#,##0.###"}


@cache
def locale_for(language: str, country: str | None = None) -> Locale:
    """The locale of a language in a country, where one exists."""
    if country:
        try:
            return Locale.parse(f"{language}_{country.upper()}")
        except (UnknownLocaleError, ValueError):
            pass
    return Locale.parse(_HOME[language])


@lru_cache(maxsize=4096)
def number(value: int | Decimal, digits: int, locale: Locale) -> str:
    """At most ``digits`` (0 to 3) decimals, none that are zero."""
    return format_decimal(value, format=_PATTERNS[digits], locale=locale)


@lru_cache(maxsize=1024)
def percent(value: int, locale: Locale) -> str:
    """``32%``, in French ``32 %``: whether there is a space is for the locale to say."""
    return format_percent(Decimal(value) / 100, locale=locale)


@lru_cache(maxsize=4096)
def money(micros: int, currency: str, locale: Locale) -> str:
    """An amount of money, rounded as its currency is."""
    return _spaced(format_currency(Decimal(micros) / 1_000_000, currency, locale=locale))


def _spaced(amount: str) -> str:
    """``ARS 12.50`` for ``ARS12.50``: CLDR asks for the space, Babel leaves it out."""
    return re.sub(r"(?<=[A-Z])(?=[0-9])", "\N{NO-BREAK SPACE}", amount)


@lru_cache(maxsize=4096)
def rate(micros: int, currency: str, locale: Locale) -> str:
    """An hourly rate, which may be a fraction of the smallest coin."""
    pattern = locale.currency_formats["standard"].pattern.replace("0.00", "0.00##")
    amount = Decimal(micros) / 1_000_000
    text = format_currency(amount, currency, pattern, locale=locale, currency_digits=False)
    return _spaced(text)


@lru_cache(maxsize=1024)
def day_and_time(at: datetime, zone: str, locale: Locale) -> tuple[str, str]:
    """``("Tue, Dec 1", "00:00")``, in the zone; midnight is never "12:00 AM"."""
    local = at.astimezone(ZoneInfo(zone))
    day = format_skeleton("MMMEd", local, locale=locale)
    return day, f"{local:%H:%M}"


@lru_cache(maxsize=1024)
def day(on: date, locale: Locale) -> str:
    """``Nov 21, 2026``."""
    return format_date(on, format="medium", locale=locale)


@cache
def city(zone: str, locale: Locale) -> str:
    """The city a time zone is named for: people know it better than the zone's own name."""
    if zone in {"UTC", "Etc/UTC"}:
        return "UTC"
    region, *_, last = zone.split("/")
    # CLDR still keeps some zones under an older, shorter name: America/Cordoba.
    names = (locale.time_zones.get(name, {}).get("city") for name in (zone, f"{region}/{last}"))
    return next(filter(None, names), last.replace("_", " "))
