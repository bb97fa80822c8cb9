"""Names that the world has agreed on, and the nearest of them to what somebody wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.numbers import list_currencies

#: Codes of Babel's territories that are no countries.
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@cache
def countries() -> Mapping[str, str]:
    """English names by ISO 3166 code."""
    territories = Locale("en").territories.items()
    return {c: n for c, n in territories if c.isalpha() and len(c) == 2 and c not in _NO_COUNTRIES}


@cache
def currencies() -> Mapping[str, str]:
    """English names by ISO 4217 code."""
    names = Locale("en").currencies
    return {code: names.get(code, code) for code in sorted(list_currencies())}


@cache
def languages() -> Mapping[str, str]:
    """English names by ISO 639 code."""
    names = Locale("en").languages.items()
    return {code: name for code, name in names if code.isalpha() and len(code) <= 3}


@lru_cache(maxsize=1024)
def is_zone(name: str) -> bool:
    """Whether a name is a time zone of the tz database."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return name not in ("localtime", "posixrules", "Factory")


def nearest_code(word: str, names: Mapping[str, str]) -> str | None:
    """The code that was meant: by its case, or by its English name."""
    if word.upper() in names:
        return word.upper()
    if word.lower() in names:
        return word.lower()
    by_name = {name.casefold(): code for code, name in names.items()}
    name = _nearest(word.casefold(), by_name, 0.8)
    return by_name[name] if name else None


def nearest_zone(word: str) -> str | None:
    """The zone that was meant: by its city, by likeness."""
    zones = sorted(available_timezones())
    cities = {zone.rpartition("/")[2].casefold(): zone for zone in reversed(zones)}
    city = word.strip().rpartition("/")[2].casefold().replace(" ", "_")
    return cities.get(city) or _nearest(word, zones, 0.8)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like this one, if any is."""
    by_fold = {name.casefold(): name for name in known}
    found = _nearest(word.casefold().replace("_", "-"), by_fold, 0.6)
    found = found or _nearest(word.casefold(), by_fold, 0.6)
    return by_fold[found] if found else None


def meant(found: str | None, otherwise: str) -> str:
    """What to do about an unknown word."""
    return f"did you mean {found}?" if found else otherwise


def listed(words: Iterable[str], most: int = 12) -> str:
    """``a, b or c``; a long list is cut."""
    names = list(words)
    if len(names) > most:
        return ", ".join(names[:most]) + ", …"
    return " or ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _nearest(word: str, known: Iterable[str], cutoff: float) -> str | None:
    # Likeness takes quadratic time, and nobody misspells a name at such a length.
    found = get_close_matches(word[:60], list(known), 1, cutoff)
    return found[0] if found else None
