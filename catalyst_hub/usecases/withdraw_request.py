"""A person takes back her request to join."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.join_request import Answer
from catalyst_hub.core.unit_of_work import UnitOfWork


def withdraw_request(uow: UnitOfWork, user_name: str, request_id: int, now: datetime) -> bool:
    """Withdraw it. False, and nothing done: it is not hers, or not open any more."""
    person, request = uow.people.by_name(user_name), uow.join_requests.get(request_id)
    if person is None or request is None or request.person_id != person.person_id:
        return False
    if not uow.join_requests.answer(request_id, Answer.WITHDRAWN, user_name, now):
        return False
    facts = {"request": request_id}
    uow.audit.add(
        now,
        user_name,
        Action.REQUEST_WITHDRAWN,
        community=request.community,
        subject=user_name,
        facts=facts,
    )
    return True
