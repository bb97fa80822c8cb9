"""Amounts as people write them: ``2G``, ``1.5``, ``PT1H``, ``US$ 300``.

Every parser takes what YAML yields (text, int, Decimal or float) and raises :class:`QuantityError`
with a sentence saying what was expected. Results are exact integers in canonical units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation

from catalyst_hub.core.resources import Unit

#: JupyterHub reads K, M, G and T as powers of 1024, and so do the configurations we import.
_BYTE_FACTORS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
_SECONDS = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 604800}
_BYTES = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>[KMGT]?)(?:i?B|i)?", re.I | re.A)
_CLOCK = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>s|m|min|h|d|w|)", re.A)
_ISO_DURATION = re.compile(
    r"P(?:(?P<w>\d{1,9})W)?(?:(?P<d>\d{1,9})D)?"
    r"(?:T(?:(?P<h>\d{1,9})H)?(?:(?P<m>\d{1,9})M)?(?:(?P<s>\d{1,9})S)?)?",
    re.A,
)
#: A comma only ever groups three digits: read otherwise, ``1,50`` would become 150.
_MONEY = re.compile(
    r"(?:(?P<before>[A-Za-z$€£]{1,4})\s*)?"
    r"(?P<number>-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9][0-9_]*)(?:\.[0-9]+)?)"
    r"(?:\s*(?P<after>[A-Za-z$€£]{1,4}))?",
    re.A,
)
#: Signs that name one currency; a bare ``$`` could be a dozen, so it is not among them.
CURRENCY_SIGNS = {"US$": "USD", "R$": "BRL", "€": "EUR", "£": "GBP", "MX$": "MXN", "KSH": "KES"}

#: Larger numbers are typing mistakes, and would not fit the database's 64-bit integers.
LARGEST = 2**53


class QuantityError(ValueError):
    """The text is not an amount of the expected kind; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Money:
    """Micro-units (1 unit = 1,000,000) of one ISO 4217 currency; ``currency`` None if unsaid."""

    micros: int
    currency: str | None = None


def _decimal(value: object, expected: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise QuantityError(f"expected {expected}")
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise QuantityError(f"expected {expected}") from None
    if not number.is_finite() or number < 0 or number > LARGEST:
        raise QuantityError(f"expected {expected}, zero or more")
    return number


def _rounded(number: Decimal, expected: str, rounding: str = ROUND_HALF_UP) -> int:
    if number > LARGEST:
        raise QuantityError(f"expected {expected}, and less than {LARGEST}")
    return int(number.quantize(Decimal(1), rounding=rounding))


def parse_memory(value: object) -> int:
    """Bytes from ``2G``, ``732421K``, ``2929687.5K``, ``28.9G`` or a bare number of bytes.

    What is less than a byte is left out, as JupyterHub does.
    """
    expected = "an amount of memory such as 2G, 512M or 732421K"
    if not isinstance(value, str):
        return _rounded(_decimal(value, expected), expected, ROUND_DOWN)
    match = _BYTES.fullmatch(value.strip())
    if match is None:
        raise QuantityError(f"expected {expected}")
    factor = _BYTE_FACTORS[match["unit"].upper()]
    return _rounded(_decimal(match["number"], expected) * factor, expected, ROUND_DOWN)


def parse_cpu(value: object) -> int:
    """Milli-CPU from ``1.5``, ``2`` or ``500m``."""
    expected = "a number of CPUs such as 1.5 or 500m"
    if isinstance(value, str) and value.strip().endswith("m"):
        return _rounded(_decimal(value.strip()[:-1], expected), expected)
    return _rounded(_decimal(value, expected) * 1000, expected)


def parse_count(value: object) -> int:
    """A whole number of servers or GPUs."""
    expected = "a whole number such as 3"
    number = _decimal(value, expected)
    if number != number.to_integral_value():
        raise QuantityError(f"expected {expected}")
    return int(number)


def parse_duration(value: object) -> int:
    """Seconds from ``PT1H``, ``1h``, ``7d``, ``90 min`` or a bare number of seconds."""
    expected = "a duration such as 1h, 90m, 7d, PT1H or 3600 (seconds)"
    if not isinstance(value, str):
        return _rounded(_decimal(value, expected), expected)
    text = value.strip()
    iso = _ISO_DURATION.fullmatch(text.upper())
    if iso is not None and any(iso.groupdict().values()):
        parts = ((int(n), _SECONDS[unit]) for unit, n in iso.groupdict().items() if n)
        return _rounded(Decimal(sum(number * seconds for number, seconds in parts)), expected)
    clock = _CLOCK.fullmatch(text.lower())
    if clock is None:
        raise QuantityError(f"expected {expected}")
    return _rounded(_decimal(clock["number"], expected) * _SECONDS[clock["unit"]], expected)


def parse_hours(value: object) -> int:
    """Milliseconds from a number of hours (``200``, ``"200h"``): server-, CPU-, GPU-hours."""
    expected = "a number of hours such as 200 or 37.5"
    text = value.strip().removesuffix("h") if isinstance(value, str) else value
    return _rounded(_decimal(text, expected) * 3_600_000, expected)


def parse_gib_hours(value: object) -> int:
    """MiB-milliseconds, the unit in which use is counted, from a number of GiB-hours."""
    mib_ms = parse_hours(value) * 1024
    if mib_ms > LARGEST:
        raise QuantityError(f"expected fewer GiB-hours than {LARGEST // (1024 * 3_600_000)}")
    return mib_ms


def parse_money(value: object) -> Money:
    """Money from ``US$ 300``, ``300 USD``, ``0.05`` (the community's own currency)."""
    expected = "an amount of money such as US$ 300, 300 KES or 0.05"
    if not isinstance(value, str):
        return Money(_rounded(_decimal(value, expected) * 1_000_000, expected))
    match = _MONEY.fullmatch(value.strip())
    if match is None or (match["before"] and match["after"]):
        raise QuantityError(f"expected {expected}")
    sign = (match["before"] or match["after"] or "").strip()
    digits = match["number"].replace(",", "").replace("_", "")
    micros = _rounded(_decimal(digits, expected) * 1_000_000, expected)
    return Money(micros, _currency(sign, expected) if sign else None)


def _currency(sign: str, expected: str) -> str:
    known = CURRENCY_SIGNS.get(sign.upper())
    if known is None and not re.fullmatch(r"[A-Za-z]{3}", sign):
        raise QuantityError(f"expected {expected}; {sign!r} does not name one currency")
    return known or sign.upper()


_PARSERS = {
    Unit.SERVERS: parse_count,
    Unit.CPU: parse_cpu,
    Unit.MEMORY: parse_memory,
    Unit.GPU: parse_count,
    Unit.SERVER_HOURS: parse_hours,
    Unit.CPU_HOURS: parse_hours,
    Unit.GIB_HOURS: parse_gib_hours,
    Unit.GPU_HOURS: parse_hours,
}


def parse_amount(unit: Unit, value: object, currency: str) -> int:
    """The canonical integer of a limit's unit; money has to be of this currency, if of any."""
    if unit is not Unit.MONEY:
        return _PARSERS[unit](value)
    money = parse_money(value)
    if money.currency not in (None, currency):
        raise QuantityError(f"expected an amount of money in {currency}")
    return money.micros
