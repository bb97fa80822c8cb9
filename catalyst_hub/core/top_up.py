"""Paying into a budget: who may, how much, and why not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.budget import TopUp
from catalyst_hub.core.quantity import QuantityError, parse_money

LONGEST_REASON = 300
_MINUS = ("-", "\N{MINUS SIGN}")
#: Where decimals follow a comma; with three digits they are thousands.
_COMMA = re.compile(r"(\d),(\d{1,2})(?!\d)", re.ASCII)
#: Thousands where decimals follow a comma, and one and a half where they follow a point.
_THOUSANDS_OR_NOT = re.compile(r"(?<![\d.,])[1-9]\d{0,2}\.\d{3}(?!\d)", re.ASCII)
#: The same by the same person within this time is a form that was sent twice.
_SAME = timedelta(minutes=2)


class TopUpRefusal(StrEnum):
    """Why nothing is paid in, or taken back."""

    NO_BUDGET = "no-budget"
    NOTHING = "nothing"
    NO_REASON = "no-reason"
    LONG_REASON = "long-reason"
    NOT_ALLOWED = "not-allowed"
    TOO_MUCH = "too-much"
    NOT_THEIRS = "not-theirs"


@dataclass(frozen=True, slots=True)
class Payment:
    """What somebody wants to pay in, in micro-units; below zero: to take back."""

    micros: int
    reason: str


def parse_payment(written: str, currency: str) -> int:
    """Micro-units of the community's currency from ``300``, ``US$ 12.50``, ``12,50`` or, to take
    back, ``-50``.

    Raises QuantityError, with a sentence, for what is none, is of another currency, or is two
    amounts to two readers: ``1.500``.
    """
    text = written.strip()
    amount = text[1:].lstrip() if text.startswith(_MINUS) else text
    if amount.startswith("-") or _THOUSANDS_OR_NOT.search(amount):
        raise QuantityError("expected an amount such as 300, 12.50 or -50")
    money = parse_money(_COMMA.sub(r"\1.\2", amount))
    if money.currency not in (None, currency):
        raise QuantityError(f"expected an amount in {currency}")
    return -money.micros if text.startswith(_MINUS) else money.micros


def top_up_refusal(
    payment: Payment, bounds: Bounds, paid_by_champions: int, *, by_operator: bool
) -> TopUpRefusal | None:
    """Why it may not be; None: it may.

    ``paid_by_champions`` is what the community's champions have paid in this month, all together:
    they take back no more than that, for the rest is not theirs.
    """
    if not payment.micros:
        return TopUpRefusal.NOTHING
    if not payment.reason:
        return TopUpRefusal.NO_REASON
    if len(payment.reason) > LONGEST_REASON:
        return TopUpRefusal.LONG_REASON
    if by_operator:
        return None
    if not bounds.most_top_up_micros:
        return TopUpRefusal.NOT_ALLOWED
    after = paid_by_champions + payment.micros
    if payment.micros > 0 and after > bounds.most_top_up_micros:
        return TopUpRefusal.TOO_MUCH
    return TopUpRefusal.NOT_THEIRS if payment.micros < 0 and after < 0 else None


def sent_before(
    payment: Payment, actor: str, top_ups: Iterable[TopUp], now: datetime
) -> TopUp | None:
    """The one that the same form has made already, if it was sent twice."""
    wanted = payment.micros, payment.reason, actor
    return next(
        (
            top_up
            for top_up in top_ups
            if (top_up.micros, top_up.reason, top_up.made_by) == wanted
            and abs(now - top_up.made_at) < _SAME
        ),
        None,
    )
