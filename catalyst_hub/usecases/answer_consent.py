"""The owner of a server says yes or no, or takes a yes back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from catalyst_hub.core.audit import Action
from catalyst_hub.core.consent import CONSENT_HOLDS, Answer, Consent
from catalyst_hub.core.unit_of_work import UnitOfWork

_ACTIONS: Mapping[Answer, Action] = MappingProxyType(
    {
        Answer.ALLOWED: Action.CONSENT_ALLOWED,
        Answer.REFUSED: Action.CONSENT_REFUSED,
        Answer.WITHDRAWN: Action.CONSENT_WITHDRAWN,
    }
)


def answer_consent(
    uow: UnitOfWork, owner: str, consent_id: int, answer: Answer, now: datetime
) -> Consent | None:
    """The question that was answered; None: it is not the owner's, or not to be answered so.

    A question is answered once. Only what was allowed can be withdrawn.
    """
    consent = _question(uow, owner, consent_id)
    if consent is None or not _may_say(answer, consent, now):
        return None
    ends_at = now + CONSENT_HOLDS if answer is Answer.ALLOWED else now
    uow.consents.answer(consent_id, answer, now, ends_at)
    uow.audit.add(
        now,
        owner,
        _ACTIONS[answer],
        community=consent.community,
        subject=consent.asked_by,
        facts={"consent": consent_id, "kind": consent.kind, "server": consent.server_name},
    )
    return consent


def _question(uow: UnitOfWork, owner: str, consent_id: int) -> Consent | None:
    person = uow.people.by_name(owner)
    consent = uow.consents.get(consent_id)
    is_hers = person is not None and consent is not None and consent.person_id == person.person_id
    return consent if is_hers else None


def _may_say(answer: Answer, consent: Consent, now: datetime) -> bool:
    return consent.holds(now) if answer is Answer.WITHDRAWN else consent.is_open(now)
