"""Amounts of money of one community, which all are in its one currency."""

from __future__ import annotations

from catalyst_hub.communities_file.findings import Findings
from catalyst_hub.communities_file.models import PricesPart
from catalyst_hub.communities_file.problem import Path
from catalyst_hub.core.quantity import Money

#: Micro-units per hour by what is priced: ``server_hour``, ``cpu_hour`` and so on.
Rates = dict[str, int]


class Purse:
    """Turns money into micro-units of the community's currency."""

    def __init__(self, community: str, currency: str | None, findings: Findings) -> None:
        self.currency = currency or "USD"
        self._community = community
        self._is_said = currency is not None
        self._findings = findings

    def micros(self, money: Money, path: Path) -> int:
        """The amount; another currency than the community's is an error."""
        if not self._is_said:
            where: Path = ("communities", self._community)
            what, expected = "money is counted here, but no currency is said", "the key currency"
            do = "add currency: USD or another"
            self._findings.refuse(where, what, expected, do, at_key=True)
        elif money.currency not in (None, self.currency):
            what = f"this is in {money.currency}, and community {self._community} counts in"
            do = "convert it, or give the community its own amount"
            self._findings.refuse(path, f"{what} {self.currency}", self.currency, do)
        return money.micros

    def rates(self, prices: PricesPart | None, path: Path) -> Rates:
        """The prices that are written; null costs nothing."""
        if prices is None:
            return {}
        said = {name: getattr(prices, name) for name in sorted(prices.model_fields_set)}
        return {
            name: self.micros(money, (*path, name)) if money else 0 for name, money in said.items()
        }
