"""What is in somebody's way, and what is kept when a champion has answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from catalyst_hub.core.appeal import Answer, Appeal, limit_key, words_of
from catalyst_hub.core.audit import Action
from catalyst_hub.core.denial import Allowance
from catalyst_hub.core.mail import MailKind
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.standing import standing
from catalyst_hub.core.unit_of_work import Person, UnitOfWork

_MAILS: Mapping[Answer, MailKind] = MappingProxyType(
    {Answer.DECLINED: MailKind.APPEAL_DECLINED, Answer.PAID: MailKind.APPEAL_PAID}
)


def obstacle(
    uow: UnitOfWork, policy: Policy, slug: str, person: Person, key: str, now: datetime
) -> Allowance | None:
    """The limit of that name as it stands for a member of the community; None: she does not
    belong there, or nothing of that name limits her."""
    policy = policy_at(policy, now)
    community = policy.community(slug)
    if community is None or slug not in uow.memberships.of(person.person_id):
        return None
    current = standing(uow, policy, community, person.person_id, now).allowances
    return next((limit for limit in current if limit_key(words_of(limit)) == key), None)


def settle(
    uow: UnitOfWork,
    appeal: Appeal,
    answer: Answer,
    actor: str,
    now: datetime,
    reply: str = "",
) -> bool:
    """Keep the answer and audit it; False, and nothing done, when it had been answered before. Who
    was declined, or whose budget was filled up, is told by mail; of an exception its own mail
    tells."""
    if not uow.appeals.answer(appeal.appeal_id, answer, actor, now, reply):
        return False
    person = uow.people.named([appeal.person_id])[appeal.person_id]
    facts = {"appeal": appeal.appeal_id}
    uow.audit.add(
        now,
        actor,
        Action.APPEAL_DECLINED if answer is Answer.DECLINED else Action.APPEAL_GRANTED,
        community=appeal.community,
        subject=person.name,
        facts=facts,
    )
    if answer in _MAILS:
        uow.mails.queue(person, _MAILS[answer], now, community=appeal.community, by=actor)
    return True
