"""The outbox hands out what is to be sent now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from catalyst_hub.core.mail import Mail, pause_after
from catalyst_hub.core.unit_of_work import UnitOfWork

_TOO_LATE = "it could not be sent within a day"


def take_mails(uow: UnitOfWork, now: datetime, limit: int) -> Sequence[Mail]:
    """At most so many mails, each with the names of the people it is about.

    Each is due again after a pause that grows, so that one which ends the process that sends
    it neither is lost nor is in the way of all others. What is too late is given up.
    """
    taken = []
    for mail in uow.mails.due(now, limit):
        if mail.is_late(now):
            uow.mails.give_up(mail.mail_id, mail.problem or _TOO_LATE)
            continue
        uow.mails.try_until(mail, now + pause_after(mail.tries + 1))
        taken.append(replace(mail, names=_names(uow, mail)))
    return taken


def _names(uow: UnitOfWork, mail: Mail) -> dict[str, str]:
    """What the people whom its facts name are called now."""
    by = mail.facts.get("by")
    person = uow.people.by_name(by) if isinstance(by, str) else None
    return {person.name: person.shown_as} if person else {}
