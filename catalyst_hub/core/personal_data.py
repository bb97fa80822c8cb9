"""Everything that is stored about a person, as a document in an open format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

#: The document's own version: it changes when a key is renamed or taken away, not when one is new.
VERSION = 1


@dataclass(frozen=True, slots=True)
class PersonalData:
    """``rows`` by table, as docs/reference/tables.md describes them: instants and days as such,
    facts as mappings."""

    hub: str
    name: str
    made_at: datetime
    rows: Mapping[str, Sequence[Mapping[str, object]]]

    def document(self) -> dict[str, object]:
        """What JSON can say: instants as ISO texts in UTC, days as ISO dates."""
        return {
            "format": "catalyst-hub personal data",
            "version": VERSION,
            "hub": self.hub,
            "name": self.name,
            "made_at": self.made_at.isoformat(),
            "data": {table: [_plain(row) for row in rows] for table, rows in self.rows.items()},
        }


def _plain(value: object) -> object:
    match value:
        case date():  # an instant, too
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(part) for key, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
        case _:
            return value
