"""A person takes back what she has asked her champions for."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.appeal import Answer
from catalyst_hub.core.audit import Action
from catalyst_hub.core.unit_of_work import UnitOfWork


def withdraw_appeal(uow: UnitOfWork, user_name: str, appeal_id: int, now: datetime) -> bool:
    """Withdraw it. False, and nothing done: it is not hers, or not open any more."""
    person, appeal = uow.people.by_name(user_name), uow.appeals.get(appeal_id)
    if person is None or appeal is None or appeal.person_id != person.person_id:
        return False
    if not uow.appeals.answer(appeal_id, Answer.WITHDRAWN, user_name, now):
        return False
    uow.audit.add(
        now,
        user_name,
        Action.APPEAL_WITHDRAWN,
        community=appeal.community,
        subject=user_name,
        facts={"appeal": appeal_id},
    )
    return True
