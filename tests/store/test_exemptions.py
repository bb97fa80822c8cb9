"""Exceptions, and the servers that a trial looks at, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from catalyst_hub.core.exemption import LARGEST_EXTRA, Asked
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import Window
from catalyst_hub.store import Store
from tests.support.sessions import HOUR, NOW, a_person, a_session, running, stopped

TODAY = NOW.date()
HOURS = Asked("kofi", Unit.GPU_HOURS, Window.ROLLING, LARGEST_EXTRA, TODAY, "thesis", "r", 30)
ENDS_AT = NOW + timedelta(hours=12)


def test_what_was_written_is_read_and_counts_until_it_ends(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        kofi = a_person(uow).person_id
        made = uow.exemptions.add("savanna", kofi, HOURS, "amina", NOW, ENDS_AT)
        shared = uow.exemptions.add("savanna", None, HOURS, "amina", NOW, ENDS_AT)
    with store.unit_of_work() as uow:
        assert uow.exemptions.get(made.exemption_id) == made
        assert (made.profile, made.days, made.amount) == ("r", 30, LARGEST_EXTRA)
        assert list(uow.exemptions.of("savanna")) == [shared, made]
        assert sorted(uow.exemptions.in_force("savanna", NOW), key=str) == sorted(
            [made, shared], key=str
        )
        assert uow.exemptions.in_force("savanna", ENDS_AT) == []
        assert uow.exemptions.of_person(kofi, NOW) == [made]
        assert uow.exemptions.of_person(kofi, ENDS_AT) == []
        assert uow.exemptions.in_force("pampa", NOW) == []


def test_it_is_revoked_once(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        made = uow.exemptions.add("savanna", None, HOURS, "amina", NOW, ENDS_AT)
        assert uow.exemptions.revoke(made.exemption_id, "lucia", NOW)
        assert not uow.exemptions.revoke(made.exemption_id, "amina", NOW)
        revoked = replace(made, revoked_by="lucia", revoked_at=NOW)
        assert uow.exemptions.get(made.exemption_id) == revoked
        assert uow.exemptions.in_force("savanna", NOW) == []


def test_limits_span_hubs_and_so_do_exceptions_to_them(database_url: str, store: Store) -> None:
    elsewhere = Store.open(database_url, "coast")
    with elsewhere.unit_of_work(write=True) as uow:
        made = uow.exemptions.add("savanna", None, HOURS, "amina", NOW, ENDS_AT)
    elsewhere.close()
    with store.unit_of_work(write=True) as uow:
        assert uow.exemptions.in_force("savanna", NOW) == [made]
        # Each hub shows and ends its own.
        assert uow.exemptions.of("savanna") == []
        assert uow.exemptions.get(made.exemption_id) is None
        assert not uow.exemptions.revoke(made.exemption_id, "amina", NOW)


def test_a_trial_sees_the_servers_that_were_there(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        kofi = a_person(uow)
        for server, hours in (("before", -6), ("across", -2), ("within", 1), ("after", 4)):
            since = NOW + hours * HOUR
            session = a_session(kofi, server_name=server, reserved_at=since)
            stopped(uow, running(uow, session), since + 3 * HOUR)
        uow.sessions.add(a_session(kofi, server_name="never answered"))
        running(uow, a_session(kofi, server_name="still there", reserved_at=NOW + 2 * HOUR))
    later = NOW + 9 * HOUR
    with store.unit_of_work() as uow:
        runs = uow.history.runs("savanna", NOW, NOW + 3 * HOUR, later, has_names=True)
        assert [(run.who, run.starts_at - NOW, run.ends_at - NOW) for run in runs] == [
            ("kofi", -2 * HOUR, HOUR),
            ("kofi", HOUR, 4 * HOUR),
            ("kofi", 2 * HOUR, 9 * HOUR),
        ]
        (hidden, *_) = uow.history.runs("savanna", NOW, later, later, has_names=False)
        assert hidden.who != "kofi"
