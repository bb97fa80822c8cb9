"""Somebody who looks after a community asks to start or open a member's server."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.consent import QUESTION_HOLDS, AskingRefusal, Question, asking_refusal
from catalyst_hub.core.person import signed_in
from catalyst_hub.core.policy import Policy, is_operator, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork


def ask_consent(
    uow: UnitOfWork, policy: Policy, question: Question, now: datetime
) -> AskingRefusal | None:
    """Put the question on the owner's page; or say why not, and do nothing."""
    policy = policy_at(policy, now)
    owner = uow.people.by_name(question.owner)
    if owner is None:
        return AskingRefusal.NOT_IN
    ways = uow.identities.of(owner.person_id)
    grants = uow.memberships.grants_of(owner.person_id)
    refusal = asking_refusal(
        question,
        signed_in(policy, owner, ways, grants, (), now).memberships,
        [c for c in uow.consents.of(owner.person_id) if c.asked_by == question.asked_by],
        now,
        is_operator=any(is_operator(policy, way.identity) for way in ways),
    )
    if refusal is not None:
        return refusal
    consent = uow.consents.add(question, owner.person_id, now, now + QUESTION_HOLDS)
    uow.audit.add(
        now,
        question.asked_by,
        Action.CONSENT_ASKED,
        community=question.community,
        subject=owner.name,
        facts={"consent": consent.consent_id, "kind": consent.kind, "server": consent.server_name},
    )
    return None
