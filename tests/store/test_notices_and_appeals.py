"""Notices, what owners did about them, and what people ask their champions, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from catalyst_hub.core.appeal import Answer, limit_key
from catalyst_hub.core.community import Role
from catalyst_hub.core.denial import Allowance, LimitScope
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.notice import OF_BELONGING, OF_LIMITS, Notice, Reason
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import Window
from catalyst_hub.store import Database, Store
from tests.support.sessions import HOUR, NOW, a_person, a_session, running, stopped

LATER = NOW + timedelta(minutes=10)
FACTS = {"scope": "person", "unit": "cpu_hours", "window": "day"}
LIMIT = Allowance(LimitScope.PERSON, Unit.CPU_HOURS, Window.DAY, 100, 90, 10, LATER)


def test_a_notice_keeps_what_it_was_given_for(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        session = running(uow, a_session(a_person(uow)))
        notice = Notice(session.session_id, Reason.QUOTA, NOW, LATER, FACTS)
        uow.notices.give(notice)
        uow.notices.give(Notice(session.session_id, Reason.QUOTA, LATER, LATER + HOUR))
    with store.unit_of_work() as uow:
        assert uow.notices.of_live() == {session.session_id: notice}


def test_of_several_the_one_that_is_due_first_is_told(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        session_id = running(uow, a_session(a_person(uow))).session_id
        late = Notice(session_id, Reason.QUOTA, NOW, LATER + HOUR)
        soon = Notice(session_id, Reason.REMOVED, NOW, LATER)
        uow.notices.give(soon)
        uow.notices.give(late)
        assert uow.notices.of_live() == {session_id: soon}
        assert uow.notices.of_live(OF_LIMITS) == {session_id: late}
        assert uow.notices.of_live(OF_BELONGING) == {session_id: soon}
        uow.notices.withdraw(soon)
        assert uow.notices.of_live() == {session_id: late}


def test_what_is_put_off_is_counted_for_each_reason(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        session_id = running(uow, a_session(a_person(uow))).session_id
        notice = Notice(session_id, Reason.QUOTA, NOW, LATER)
        uow.notices.give(notice)
        uow.notices.put_off(notice, LATER + HOUR, "kofi", NOW)
        assert uow.notices.of_live()[session_id].stop_at == LATER + HOUR
        assert uow.notices.times_kept(notice) == 1
        assert uow.notices.times_kept(Notice(session_id, Reason.BUDGET, NOW, LATER)) == 0


def test_why_a_server_was_stopped_is_kept_until_it_was_read(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        session = running(uow, a_session(a_person(uow)))
        notice = Notice(session.session_id, Reason.BUDGET, NOW, LATER, FACTS)
        uow.notices.give(notice)
        uow.notices.carry_out(notice, LATER)
        assert uow.notices.carried_out("kofi") == []
        stopped(uow, session, LATER)
        [(ended, why)] = uow.notices.carried_out("kofi")
        assert (ended.session_id, ended.ended_at) == (session.session_id, LATER)
        assert (why.reason, why.facts, why.asked_at) == (Reason.BUDGET, FACTS, LATER)
        assert uow.notices.carried_out("lucia") == []
        uow.notices.dismiss(why, LATER)
        assert uow.notices.carried_out("kofi") == []


def ask(store: Store, message: str = "please") -> int | None:
    with store.unit_of_work(write=True) as uow:
        person = uow.people.by_name("kofi") or a_person(uow)
        grant = Grant(Source.MANUAL, Role.MEMBER, NOW, {})
        uow.memberships.grant(person.person_id, "savanna", grant)
        return uow.appeals.add("savanna", person.person_id, LIMIT, "KES", message, NOW)


def test_a_person_asks_once_at_a_time(store: Store) -> None:
    first = ask(store)
    assert first is not None
    assert ask(store, "please!") is None
    with store.unit_of_work(write=True) as uow:
        [appeal] = uow.appeals.open_in("savanna")
        assert (appeal.appeal_id, appeal.code, appeal.message) == (first, "quota-window", "please")
        assert limit_key(appeal.facts) == "person.cpu_hours.day"
        assert uow.appeals.answer(first, Answer.DECLINED, "amina", LATER, "tomorrow")
        assert not uow.appeals.answer(first, Answer.EXCEPTED, "root", LATER)
        assert uow.appeals.open_in("savanna") == []
    assert ask(store, "again") is not None
    with store.unit_of_work() as uow:
        again, before = uow.appeals.of(appeal.person_id)
        assert (again.message, again.is_open) == ("again", True)
        assert (before.answer, before.answered_by, before.reply) == (
            Answer.DECLINED, "amina", "tomorrow",
        )  # fmt: skip


def test_of_many_who_press_at_once_one_question_stays(database_url: str) -> None:
    database = Database.open(database_url)
    store = Store(database, "hub")
    ask(store, "the first, which creates the person")
    with store.unit_of_work(write=True) as uow:
        [appeal] = uow.appeals.open_in("savanna")
        uow.appeals.answer(appeal.appeal_id, Answer.WITHDRAWN, "kofi", NOW)
    with ThreadPoolExecutor(8) as threads:
        asked = [made for made in threads.map(lambda _: ask(store), range(8)) if made]
    store.close()
    assert len(asked) == 1


def test_a_question_of_somebody_who_left_waits_for_nobody(store: Store) -> None:
    ask(store)
    with store.unit_of_work(write=True) as uow:
        [appeal] = uow.appeals.open_in("savanna")
        uow.memberships.remove(appeal.person_id, "savanna", "kofi", NOW)
        assert uow.appeals.open_in("savanna") == []
