"""How Python values lie in the database: integers and text that both databases keep exactly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import BigInteger, Dialect, Integer, String, Text, TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

#: A surrogate key. SQLite gives out row ids only for its own INTEGER, which has 64 bits there.
Key = BigInteger().with_variant(Integer(), "sqlite")


def instant(milliseconds: int) -> datetime:
    """The instant that many milliseconds after 1970 began."""
    return _EPOCH + timedelta(0, 0, 0, milliseconds)


class Instant(TypeDecorator[datetime]):
    """An aware datetime as whole milliseconds since 1970, rounded down; read back in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; instants are aware datetimes")
        return (value - _EPOCH) // _MILLISECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else instant(value)


class Day(TypeDecorator[date]):
    """A calendar day as ISO text, which sorts by time and whose first seven letters are a month."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        return None if value is None else date.fromisoformat(value)


class Facts(TypeDecorator[Mapping[str, object]]):
    """A mapping as JSON text; what JSON has no word for is written as Python prints it."""

    impl = Text
    cache_ok = True

    def process_bind_param(
        self, value: Mapping[str, object] | None, dialect: Dialect
    ) -> str | None:
        if value is None:
            return None
        return json.dumps(dict(value), default=str, ensure_ascii=False, sort_keys=True)

    def process_result_value(
        self, value: str | None, dialect: Dialect
    ) -> Mapping[str, object] | None:
        return None if value is None else json.loads(value)
