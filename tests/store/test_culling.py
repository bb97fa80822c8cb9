"""Who is spared, and what was put off, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from catalyst_hub.core.notice import Notice, Reason
from catalyst_hub.core.spare import Wish, spared_until
from catalyst_hub.store import Store
from tests.support.sessions import HOUR, NOW, a_person, a_session, running, stopped

MINUTE = timedelta(minutes=1)


def test_a_spare_counts_until_its_end_or_until_it_is_ended(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        kofi = a_person(uow)
        wish = Wish(kofi.person_id, "A long run", NOW + HOUR)
        made = uow.spares.add("savanna", wish, "amina", NOW)
        later = uow.spares.add("savanna", replace(wish, expires_at=NOW + 2 * HOUR), "amina", NOW)
    with store.unit_of_work(write=True) as uow:
        assert uow.spares.in_force(NOW) == [made, later]
        key = ("savanna", kofi.person_id)
        assert spared_until(uow.spares.in_force(NOW), NOW) == {key: NOW + 2 * HOUR}
        assert uow.spares.in_force(NOW + HOUR) == [later]
        assert uow.spares.revoke(later.spare_id, "amina", NOW)
        assert not uow.spares.revoke(later.spare_id, "amina", NOW), "somebody had"
        assert uow.spares.in_force(NOW) == [made]
        assert [spare.spare_id for spare in uow.spares.of("savanna")] == [
            later.spare_id,
            made.spare_id,
        ]
        ended = uow.spares.get(later.spare_id)
        assert ended is not None
        assert (ended.revoked_by, ended.is_in_force(NOW)) == ("amina", False)
        assert uow.spares.get(10_000) is None
        assert uow.spares.of("other") == []


def test_until_when_a_stop_was_put_off_is_read_of_all_live_servers_at_once(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        kofi = a_person(uow)
        live = running(uow, a_session(kofi))
        over = running(uow, a_session(kofi, server_name="old"))
        for session in (live, over):
            notice = Notice(session.session_id, Reason.IDLE, NOW, NOW + HOUR)
            uow.notices.give(notice)
            uow.notices.put_off(notice, NOW + 2 * HOUR, "kofi", NOW)
            uow.notices.put_off(notice, NOW + 3 * HOUR, "kofi", NOW + MINUTE)
        stopped(uow, over, NOW + MINUTE)
        assert uow.notices.kept() == {live.session_id: {Reason.IDLE: NOW + 3 * HOUR}}
        notice = uow.notices.of_live()[live.session_id]
        assert uow.notices.times_kept(notice) == 2
        assert uow.notices.times_kept(notice, NOW + MINUTE) == 1
        assert uow.notices.times_kept(notice, NOW + HOUR) == 0


def test_reminders_are_counted_and_begin_anew_when_a_stop_is_put_off(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        session_id = running(uow, a_session(a_person(uow))).session_id
        notice = Notice(session_id, Reason.IDLE, NOW, NOW + HOUR)
        uow.notices.give(notice)
        uow.notices.remind(replace(notice, reminders=1))
        assert uow.notices.of_live()[session_id].reminders == 1
        uow.notices.put_off(notice, NOW + 2 * HOUR, "kofi", NOW)
        assert uow.notices.of_live()[session_id].reminders == 0
