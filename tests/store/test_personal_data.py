"""All that is stored of a person is found, given out and forgotten: in every table there is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Text, insert, select
from sqlalchemy.exc import IntegrityError

from catalyst_hub.core.erasure import alias_of
from catalyst_hub.core.unit_of_work import Person
from catalyst_hub.store import Database, Store
from catalyst_hub.store.tables import metadata
from catalyst_hub.store.traces import IMPERSONAL, TRACES, Trace
from catalyst_hub.store.types import Day, Facts, Instant
from tests.support.sessions import NOW

#: A word that occurs nowhere else.
WANJIKU = "wanjiku"
OTHER = "other"
#: Columns of people's own rows that are known to say something of nobody.
_HUB = "andes"

#: Whatever is called so names somebody.
_NAMING = ("actor", "subject", "user_name", "name", "display_name", "email", "login", "person_id")
_BY = "_by"
#: These are called alike, and are something else.
_SOMETHING_ELSE = {("memberships", "granted_by"), ("identities", "provider")}


def untold(schema: MetaData, told: tuple[Trace, ...] = TRACES) -> Iterator[str]:
    """What the traces do not tell of a schema."""
    by_name = {trace.table.name: trace for trace in told}
    for table in schema.sorted_tables:
        if (table.name in by_name) == (table.name in IMPERSONAL):
            yield f"{table.name}: say in TRACES what it knows of people, or in IMPERSONAL why not"
        for column in table.columns:
            trace = by_name.get(table.name)
            if _speaks_of_people(column) and not (trace and _is_told(trace, column)):
                yield f"{table.name}.{column.name}: it speaks of people, and no trace says so"


def _speaks_of_people(column: Column[Any]) -> bool:
    if (column.table.name, column.name) in _SOMETHING_ELSE:
        return False
    refers = any(key.column.table.name == "people" for key in column.foreign_keys)
    is_named = column.name in _NAMING or column.name.endswith(_BY)
    return refers or is_named or isinstance(column.type, Facts)


def _is_told(trace: Trace, column: Column[Any]) -> bool:
    told = (trace.owner, *trace.names, *trace.facts, *trace.texts, *trace.secrets)
    goes_with_the_row = trace.is_deleted and not column.foreign_keys and not _names_others(column)
    return column.name in told or goes_with_the_row or trace.table.name == "people"


def _names_others(column: Column[Any]) -> bool:
    return column.name.endswith(_BY) or isinstance(column.type, Facts)


def test_every_table_says_what_it_knows_of_people():
    assert list(untold(metadata)) == []


def test_a_new_table_cannot_be_forgotten():
    schema = MetaData()
    for table in metadata.tables.values():
        table.to_metadata(schema)
    Table("certificates", schema, Column("person_id", BigInteger), Column("title", Text))
    schema.tables["heartbeats"].append_column(Column("asked_by", String(255)))
    assert [told.partition(":")[0] for told in untold(schema)] == [
        "certificates",
        "certificates.person_id",
        "heartbeats.asked_by",
    ]


def test_people_in_an_old_table_cannot_be_forgotten_either():
    fewer = tuple(
        replace(trace, names=("actor",)) if trace.table.name == "audit" else trace
        for trace in TRACES
    )
    assert [told.partition(":")[0] for told in untold(metadata, fewer)] == ["audit.subject"]


# --- a person of whom every table knows something ---


class Everywhere:
    """Fills every table with a row of hers, and with one of another's in which she is named."""

    def __init__(self, connection: Any, hers: Person, others: Person) -> None:
        self._connection = connection
        self._hers, self._others = hers, others
        self._keys: dict[tuple[str, bool], Any] = {}

    def fill(self) -> None:
        for table in metadata.sorted_tables:
            if table.name not in {"people", "community_locks"}:
                self._add(table, is_hers=True)
                self._add(table, is_hers=False)

    def _add(self, table: Table, *, is_hers: bool) -> None:
        trace = next((t for t in TRACES if t.table.name == table.name), Trace(table))
        row = {
            column.name: self._value(trace, column, is_hers=is_hers)
            for column in table.columns
            if not (column.primary_key and column.autoincrement is True) and not _is_key(column)
        }
        done = self._connection.execute(insert(table).values(row))
        key = done.inserted_primary_key
        self._keys[table.name, is_hers] = key[0] if key else None

    def _value(self, trace: Trace, column: Column[Any], *, is_hers: bool) -> Any:
        of = self._hers if is_hers else self._others
        for reference in column.foreign_keys:
            to = reference.column.table.name
            return of.person_id if to == "people" else self._keys[to, is_hers]
        if column.name == "hub":
            return _HUB
        if column.name == "user_name":
            return of.name
        if column.name in trace.names:
            return WANJIKU
        if column.name in trace.facts:
            said = {"note": f"for Wanjiku N. and {WANJIKU}", "list": [WANJIKU.upper()]}
            return {"by": WANJIKU, "place": {"name": "Wanjiku N."}} | (said if is_hers else {})
        if column.name in trace.texts:
            return f"with Wanjiku N. ({WANJIKU})" if is_hers else "of another"
        return self._plain(trace, column, is_hers=is_hers)

    def _plain(self, trace: Trace, column: Column[Any], *, is_hers: bool) -> Any:
        match column.type:
            case Instant():
                return NOW
            case Day():
                return NOW.date()
            case Integer() | BigInteger():
                return 1
            case _ if column.name == "state":
                return "ended"
            case _ if trace.is_deleted and is_hers:
                return f"{WANJIKU}-{column.name}"[: getattr(column.type, "length", None)]
        return f"{column.name}-{is_hers}"[: getattr(column.type, "length", None)]


def _is_key(column: Column[Any]) -> bool:
    """One that the database gives out."""
    alone = len(column.table.primary_key.columns) == 1
    return column.primary_key and alone and not column.foreign_keys and not _is_text(column)


def _is_text(column: Column[Any]) -> bool:
    return isinstance(column.type, String | Text)


@pytest.fixture
def filled(database_url: str) -> Iterator[Store]:
    store = Store.open(database_url, _HUB)
    with store.unit_of_work(write=True) as uow:
        hers = uow.people.add(WANJIKU, "Wanjiku N.", None, NOW)
        uow.people.signed_in(hers, "Wanjiku N.", NOW, "wanjiku@example.org")
        others = uow.people.add(OTHER, "Other", None, NOW)
        Everywhere(uow._connection, hers, others).fill()
    yield store
    store.close()


def dump(store: Store) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    with store.unit_of_work() as uow:
        return {
            table.name: [
                json.dumps(list(row), default=str, ensure_ascii=False)
                for row in uow._connection.execute(select(table))
            ]
            for table in metadata.sorted_tables
        }


def erase(store: Store) -> Person:
    with store.unit_of_work(write=True) as uow:
        person = uow.people.by_name(WANJIKU)
        assert person is not None
        uow.personal_data.erase(person, alias_of(person), NOW)
    return person


def where_she_is(store: Store) -> set[str]:
    return {name for name, rows in dump(store).items() if any(WANJIKU in r.lower() for r in rows)}


def test_what_is_given_out_comes_from_every_table_that_knows_of_people(filled):
    with filled.unit_of_work() as uow:
        found = uow.personal_data.collect(uow.people.by_name(WANJIKU))
    assert set(found) == {trace.table.name for trace in TRACES}
    assert all(found.values()), [name for name, rows in found.items() if not rows]


def test_no_secret_and_nobody_elses_row_is_given_out(filled):
    with filled.unit_of_work() as uow:
        found = uow.personal_data.collect(uow.people.by_name(WANJIKU))
    assert "digest" not in {key for rows in found.values() for row in rows for key in row}
    assert len(found["people"]) == len(found["person_days"]) == len(found["mails"]) == 1


def test_once_erased_she_is_in_no_table(filled):
    assert {trace.table.name for trace in TRACES} - where_she_is(filled) <= {
        "farewells", "person_days", "person_months", "redemptions", "storage_uses", "workshop_days",
            "workshop_denials",
    }  # fmt: skip
    erase(filled)
    assert where_she_is(filled) == set()


def test_nobody_elses_rows_go_and_no_history_goes(filled):
    before = dump(filled)
    erase(filled)
    after = dump(filled)
    deleted = {trace.table.name for trace in TRACES if trace.is_deleted}
    for name, rows in before.items():
        gone = len(rows) - len(after[name])
        expected = 1 if name in deleted else -1 if name == "retired_names" else 0
        assert gone == expected, name


def test_what_is_told_of_others_stays_as_it_was(filled):
    before = dump(filled)
    erase(filled)
    after = dump(filled)
    for name in ("community_days", "person_days", "ledger_entries", "policy_versions"):
        assert after[name] == before[name]
    assert any('"other"' in row for row in after["people"])


def test_her_row_stays_empty_for_the_sums(filled):
    erase(filled)
    with filled.unit_of_work() as uow:
        person = uow.people.by_name(WANJIKU)
        assert person is None
    row = next(row for row in dump(filled)["people"] if "erased:" in row)
    assert "other" not in row


def test_her_name_is_known_again_in_this_hub_only(filled):
    erase(filled)
    with filled.unit_of_work() as uow:
        assert uow.personal_data.is_retired(WANJIKU)
        assert not uow.personal_data.is_retired(OTHER)


def test_whoever_called_themselves_member_rewrites_nobodys_history(store):
    with store.unit_of_work(write=True) as uow:
        person = uow.people.add("member", "Member", None, NOW)
        facts = {"after": {"nairobi": "member"}, "by": "member"}
        uow.audit.add(NOW, "kofi", "memberships:changed", subject="kofi", facts=facts)
        uow.personal_data.erase(person, alias_of(person), NOW)
        (stays,) = uow._connection.scalars(select(metadata.tables["audit"].c.facts))
    assert stays == {"after": {"nairobi": "member"}, "by": alias_of(person)}


@pytest.mark.parametrize("shown", ["Kofi", "kofi-2"])
def test_whoever_is_called_like_another_does_not_take_that_one_along(store, shown):
    with store.unit_of_work(write=True) as uow:
        gone = uow.people.add("kofi", shown, None, NOW)
        uow.audit.add(NOW, "kofi-2", "member:added", subject="lucia", facts={"by": "kofi-2"})
        uow.audit.add(NOW, "kofi-2", "phrase:reset", subject="kofi", facts={"by": "kofi-2"})
        uow.personal_data.erase(gone, alias_of(gone), NOW)
        facts = uow._connection.scalars(select(metadata.tables["audit"].c.facts)).all()
    assert facts == [{"by": "kofi-2"}] * 2


def test_another_hub_in_the_same_database_keeps_its_people(database_url):
    database = Database.open(database_url)
    andes, sahel = Store(database, "andes"), Store(database, "sahel")
    for store in (andes, sahel):
        with store.unit_of_work(write=True) as uow:
            uow.people.add(WANJIKU, "Wanjiku N.", None, NOW)
            uow.audit.add(NOW, WANJIKU, "person:added", subject=WANJIKU)
    erase(andes)
    with sahel.unit_of_work() as uow:
        person = uow.people.by_name(WANJIKU)
        assert person is not None
        assert len(uow.personal_data.collect(person)["audit"]) == 1
        assert not uow.personal_data.is_retired(WANJIKU)
    database.close()


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    return tmp_path / "catalyst.sqlite"


def on_disk(file: Path) -> bool:
    """Whether her name is in the file, or in those beside it."""
    parts: list[Callable[[], bytes]] = [
        part.read_bytes for part in file.parent.glob(file.name + "*")
    ]
    return any(WANJIKU.encode() in read().lower() for read in parts)


def test_the_file_itself_does_not_remember_her(sqlite_file):
    store = Store.open(f"sqlite:///{sqlite_file}", _HUB)
    with store.unit_of_work(write=True) as uow:
        hers = uow.people.add(WANJIKU, "Wanjiku N.", None, NOW)
        others = uow.people.add(OTHER, "Other", None, NOW)
        Everywhere(uow._connection, hers, others).fill()
    erase(store)
    store.close()
    assert not on_disk(sqlite_file)


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'bo'",
        "subject = 'bo'",
        "subject = NULL",
        "facts = '{}'",
        "action = 'erased:it'",
        "at = 0, actor = 'erased:1'",
    ],
)
def test_only_an_alias_takes_the_place_of_a_name_in_the_audit(database_url, change):
    database = Database.open(database_url)
    with Store(database, _HUB).unit_of_work(write=True) as uow:
        uow.audit.add(NOW, "kofi", "member:added", subject="kofi", facts={"by": "kofi"})
    with (
        pytest.raises(IntegrityError, match="append-only"),
        database.transaction(write=True) as connection,
    ):
        connection.exec_driver_sql(f"UPDATE audit SET {change}")
    database.close()
