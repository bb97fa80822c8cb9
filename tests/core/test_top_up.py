"""What people type when they pay in, read."""

from __future__ import annotations

import pytest

from catalyst_hub.core.quantity import QuantityError
from catalyst_hub.core.top_up import parse_payment


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("300", 300_00),
        (" KSh 5 ", 5_00),
        ("12.50", 12_50),
        # As it is written in Dakar, Maputo and Córdoba.
        ("12,5", 12_50),
        ("KES 12,50", 12_50),
        ("1,500", 1500_00),
        ("1,500.25", 1500_25),
        ("0.125", 12.5),
        ("-50", -50_00),
        ("- 12,50", -12_50),
        ("\N{MINUS SIGN}50", -50_00),
    ],
)
def test_an_amount_is_read_as_it_is_written(written: str, cents: float) -> None:
    assert parse_payment(written, "KES") == cents * 10_000


@pytest.mark.parametrize(
    "written",
    ["", "-", "--5", "-\N{MINUS SIGN}5", "1.500", "-12.500", "1.234,50", "1,50.5", "1e9", "US$ 5"],
)
def test_what_is_none_or_could_be_two_is_refused(written: str) -> None:
    with pytest.raises(QuantityError):
        parse_payment(written, "KES")
