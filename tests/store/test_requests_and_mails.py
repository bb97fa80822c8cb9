"""Requests to join, notices and the outbox, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from catalyst_hub.core.community import Identity, Role
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.join_request import Answer
from catalyst_hub.core.mail import MailKind
from catalyst_hub.core.notice import Notice, Reason
from catalyst_hub.core.unit_of_work import Person
from catalyst_hub.store import Database, Store
from catalyst_hub.store.unit_of_work import SqlUnitOfWork
from tests.support.sessions import NOW, a_person, a_session, running

LATER = NOW + timedelta(minutes=10)


def kofi(uow: SqlUnitOfWork, email: str | None = "kofi@people.org") -> Person:
    person = uow.people.add("kofi", "Kofi", Identity("demo", "kofi"), NOW)
    uow.people.signed_in(person, "Kofi", NOW, email)
    return person


def test_a_person_has_one_open_request_in_a_community(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        person_id = kofi(uow).person_id
        first = uow.join_requests.add("savanna", person_id, "please", NOW)
        assert first is not None
        assert uow.join_requests.add("savanna", person_id, "please!", NOW) is None
        assert uow.join_requests.answer(first, Answer.DECLINED, "amina", NOW)
        assert uow.join_requests.add("savanna", person_id, "again", NOW) is not None
        assert [r.message for r in uow.join_requests.of(person_id)] == ["again", "please"]


def test_of_many_answers_at_once_one_counts(database_url: str) -> None:
    database = Database.open(database_url)
    store = Store(database, "andes")
    with store.unit_of_work(write=True) as uow:
        request_id = uow.join_requests.add("savanna", kofi(uow).person_id, "", NOW)
    assert request_id is not None

    def answer(number: int) -> bool:
        with store.unit_of_work(write=True) as uow:
            return uow.join_requests.answer(request_id, Answer.APPROVED, f"c{number}", NOW)

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(answer, range(16))) == 1
    database.close()


def test_requests_are_shown_of_those_who_are_neither_in_nor_taken_out(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        people = {n: a_person(uow, n).person_id for n in ("new", "in", "out", "left")}
        for person_id in people.values():
            uow.join_requests.add("savanna", person_id, "", NOW)
        uow.memberships.grant(people["in"], "savanna", Grant(Source.MANUAL, Role.MEMBER, NOW))
        uow.memberships.remove(people["out"], "savanna", "amina", NOW)
        uow.memberships.remove(people["left"], "savanna", "left", NOW)
        shown = [request.person_id for request in uow.join_requests.open_in("savanna")]
        assert shown == [people["new"], people["left"]]
        assert uow.join_requests.open_in("pampa") == []


def test_a_notice_stands_as_it_was_given_until_it_is_withdrawn_or_over(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        session = running(uow, a_session(a_person(uow, "kofi")))
        notice = Notice(session.session_id, Reason.REMOVED, NOW, LATER)
        uow.notices.give(notice)
        uow.notices.give(Notice(session.session_id, Reason.REMOVED, LATER, LATER))
        assert uow.notices.of_live() == {session.session_id: notice}
        uow.notices.withdraw(notice)
        assert uow.notices.of_live() == {}


def test_mail_is_queued_for_a_known_address_and_handed_out_when_due(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        person = kofi(uow)
        uow.mails.queue(a_person(uow, "bo"), MailKind.MEMBER_ADDED, NOW, community="savanna")
        uow.mails.queue(person, MailKind.MEMBER_ADDED, NOW, community="savanna", by="amina")
        [mail] = uow.mails.due(NOW, 10)
        assert (mail.email, dict(mail.facts)) == (
            "kofi@people.org",
            {"by": "amina", "community": "savanna"},
        )
        uow.mails.try_until(mail, LATER)
        assert uow.mails.due(NOW, 10) == []
        uow.mails.failed(mail.mail_id, "no answer")
        assert [m.problem for m in uow.mails.unsent(NOW)] == ["no answer"]
        assert [m.tries for m in uow.mails.due(LATER, 10)] == [1]
        uow.mails.sent(mail.mail_id, LATER)
        assert uow.mails.unsent(NOW) == []
        assert uow.mails.due(LATER, 10) == []


@pytest.mark.parametrize("email", [None, "kofi@people.org"])
def test_an_address_stays_when_a_provider_says_none(store: Store, email: str | None) -> None:
    with store.unit_of_work(write=True) as uow:
        person = kofi(uow, email)
        uow.people.signed_in(person, "Kofi", LATER)
        uow.mails.queue(person, MailKind.MEMBER_ADDED, NOW)
        assert [m.email for m in uow.mails.due(NOW, 10)] == ([email] if email else [])
