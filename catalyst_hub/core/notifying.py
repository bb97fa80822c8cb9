"""Keeping what follows for live sessions: notices, mails, and the audit of both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from catalyst_hub.core.audit import HUB, Action, about
from catalyst_hub.core.mail import MailKind
from catalyst_hub.core.notice import Notice, Reason, Verdict
from catalyst_hub.core.session import Session
from catalyst_hub.core.unit_of_work import UnitOfWork

#: Nobody has any work in what nobody has opened.
_NOT_MAILED = frozenset({Reason.UNUSED})


def keep_verdict(
    uow: UnitOfWork, verdict: Verdict, sessions: Mapping[str, Session], now: datetime
) -> None:
    """Give, change and withdraw notices; who is told or reminded, is so by mail, too.

    A change is for the page only: she knows that the server stops. Starts that are to be called
    off are the caller's business.
    """
    for notice in verdict.given:
        _give(uow, notice, sessions[notice.session_id], now)
    for old, new in verdict.changed:
        uow.notices.withdraw(old)
        uow.notices.give(new)
        facts = about(sessions[new.session_id], **told(new), before=old.reason.value)
        uow.audit.add(now, HUB, Action.NOTICE_CHANGED, **facts)
    for notice in verdict.reminded:
        uow.notices.remind(notice)
        _mail(uow, notice, sessions[notice.session_id], now)
    for notice in verdict.withdrawn:
        uow.notices.withdraw(notice)
        facts = about(sessions[notice.session_id], reason=notice.reason.value)
        uow.audit.add(now, HUB, Action.NOTICE_WITHDRAWN, **facts)


def _give(uow: UnitOfWork, notice: Notice, session: Session, now: datetime) -> None:
    uow.notices.give(notice)
    uow.audit.add(now, HUB, Action.NOTICE_GIVEN, **about(session, **told(notice)))
    _mail(uow, notice, session, now)


def _mail(uow: UnitOfWork, notice: Notice, session: Session, now: datetime) -> None:
    person = uow.people.by_name(session.key.user_name)
    if person is not None and notice.reason not in _NOT_MAILED:
        facts = {"community": session.choice.community, "zone": session.zone, **told(notice)}
        uow.mails.queue(person, MailKind.SERVER_NOTICE, now, **facts)


def told(notice: Notice) -> dict[str, object]:
    """What the audit and the mail say of a notice."""
    return {
        **notice.facts,
        "reason": notice.reason.value,
        "stop_at": notice.stop_at.isoformat(),
    }
