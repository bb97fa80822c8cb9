"""Who is told by mail that a workshop waits for an answer, or has one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from catalyst_hub.core.community import Identity
from catalyst_hub.core.mail import MailKind
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.unit_of_work import Person, UnitOfWork
from catalyst_hub.core.workshop import Answer, Workshop

_KINDS = {
    Answer.GRANTED: MailKind.WORKSHOP_GRANTED,
    Answer.DECLINED: MailKind.WORKSHOP_DECLINED,
}


def tell_operators(
    uow: UnitOfWork, policy: Policy, workshop: Workshop, actor: str, now: datetime
) -> None:
    """That somebody asks for more than the bounds; everybody who runs the hub may answer."""
    facts = {"community": workshop.community, "workshop": workshop.title, "by": actor}
    for person in {each.person_id: each for each in _operators(uow, policy)}.values():
        if person.name != actor:
            uow.mails.queue(person, MailKind.WORKSHOP_ASKED, now, **facts)


def _operators(uow: UnitOfWork, policy: Policy) -> Iterator[Person]:
    for rule in policy.operators:
        for subject in sorted(rule.people):
            operator = uow.people.by_identity(Identity(rule.provider, subject))
            if operator is not None:
                yield operator


def tell_planner(
    uow: UnitOfWork, workshop: Workshop, answer: Answer, actor: str, now: datetime
) -> None:
    """Whoever made the workshop, what became of it."""
    planner = uow.people.by_name(workshop.created_by)
    if planner is not None and planner.name != actor:
        facts = {"community": workshop.community, "workshop": workshop.title}
        uow.mails.queue(planner, _KINDS[answer], now, **facts)
