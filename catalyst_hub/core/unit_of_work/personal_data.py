"""What the store holds of one person, in all of its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from catalyst_hub.core.unit_of_work.people import Person

#: A row as it is given out: instants and days as such, facts as mappings.
Row = Mapping[str, object]


class PersonalData(Protocol):
    """Everything about a person, to be read or to be forgotten."""

    def collect(self, person: Person) -> Mapping[str, Sequence[Row]]:
        """All rows about her or by her, by table; no secrets, not even digested ones."""

    def erase(self, person: Person, alias: str, now: datetime) -> None:
        """Delete what is only hers, and put the alias in the place of her name in the rest.

        No row of a session, of the ledger, of its sums or of the audit goes away.
        """

    def retired(self) -> frozenset[str]:
        """Digests of the hub names of all erased persons."""

    def is_retired(self, name: str) -> bool:
        """Whether an erased person had this hub name, which nobody is given again."""
