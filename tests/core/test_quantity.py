"""Amounts as people write them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.quantity import (
    LARGEST,
    Money,
    QuantityError,
    parse_count,
    parse_cpu,
    parse_duration,
    parse_hours,
    parse_memory,
    parse_money,
)

GIB = 1024**3


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("2G", 2 * GIB),
        ("2g", 2 * GIB),
        ("2 GiB", 2 * GIB),
        ("2GB", 2 * GIB),
        ("2Gi", 2 * GIB),
        ("512M", 512 * 1024**2),
        ("1T", 1024 * GIB),
        ("732421K", 732421 * 1024),
        ("2929687.5K", 3_000_000_000),
        ("28.9G", 31_031_138_713),
        ("1073741824", GIB),
        (1073741824, GIB),
        (0, 0),
        (Decimal("10.5"), 10),
    ],
)
def test_memory_is_read_as_jupyterhub_reads_it(written: object, size: int) -> None:
    assert parse_memory(written) == size


@pytest.mark.parametrize(
    ("written", "milli"),
    [("1.5", 1500), (1.5, 1500), (2, 2000), ("500m", 500), ("0.1", 100), (Decimal("0.05"), 50)],
)
def test_cpu_is_counted_in_thousandths(written: object, milli: int) -> None:
    assert parse_cpu(written) == milli


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("PT1H", 3600),
        ("pt1h30m", 5400),
        ("P7D", 604800),
        ("P1W", 604800),
        ("P1DT12H", 129600),
        ("1h", 3600),
        ("90m", 5400),
        ("90 min", 5400),
        ("7d", 604800),
        ("1.5h", 5400),
        ("3600", 3600),
        (3600, 3600),
    ],
)
def test_a_duration_may_be_iso_short_or_bare_seconds(written: object, seconds: int) -> None:
    assert parse_duration(written) == seconds


@pytest.mark.parametrize(("written", "hours"), [(200, 200), ("200h", 200), ("37.5", 37.5)])
def test_hours_are_kept_in_milliseconds(written: object, hours: float) -> None:
    assert parse_hours(written) == hours * 3_600_000


@pytest.mark.parametrize(
    ("written", "micros", "currency"),
    [
        ("US$ 300", 300_000_000, "USD"),
        ("us$300", 300_000_000, "USD"),
        ("300 USD", 300_000_000, "USD"),
        ("usd 300", 300_000_000, "USD"),
        ("€12.50", 12_500_000, "EUR"),
        ("R$ 1,250.75", 1_250_750_000, "BRL"),
        ("40,000 KES", 40_000_000_000, "KES"),
        ("KSh 40_000", 40_000_000_000, "KES"),
        ("0.05", 50_000, None),
        (0.05, 50_000, None),
        (Decimal("0.000001"), 1, None),
    ],
)
def test_money_may_name_its_currency(written: object, micros: int, currency: str | None) -> None:
    assert parse_money(written) == Money(micros, currency)


NONSENSE: tuple[object, ...] = (
    *("", " ", "lots", "-1", "1e400", "nan", "inf", "1.2.3", "٣x", "9" * 400, "1G2", "0x10"),
    *(None, True, False, [], {}, b"2G", -1, -0.5, float("nan"), float("inf"), 2**60),
)


@pytest.mark.parametrize("written", NONSENSE)
@pytest.mark.parametrize(
    "parse",
    [parse_memory, parse_cpu, parse_count, parse_duration, parse_hours, parse_money],
)
def test_nonsense_is_answered_with_what_was_expected(
    parse: Callable[[object], object], written: object
) -> None:
    with pytest.raises(QuantityError, match="expected"):
        parse(written)


@pytest.mark.parametrize(
    ("parse", "written"),
    [
        (parse_memory, "2P"),
        (parse_memory, "2 G B"),
        (parse_cpu, "m"),
        (parse_count, 1.5),
        (parse_duration, "P"),
        (parse_duration, "PT"),
        (parse_duration, "P" + "9" * 5000 + "D"),
        (parse_duration, "1 fortnight"),
        (parse_money, "$ 300"),
        (parse_money, "USD 300 USD"),
        (parse_money, "1,50 EUR"),
        (parse_money, "1,0000"),
        (parse_money, "300 DOLLARS"),
    ],
)
def test_what_could_mean_two_things_is_refused(
    parse: Callable[[object], object], written: object
) -> None:
    with pytest.raises(QuantityError, match="expected"):
        parse(written)


@given(st.text() | st.integers() | st.floats() | st.decimals() | st.none())
def test_whatever_is_written_is_an_amount_or_a_sentence(written: object) -> None:
    for parse in (parse_memory, parse_cpu, parse_count, parse_duration, parse_hours):
        with suppress(QuantityError):
            assert 0 <= parse(written) <= LARGEST
