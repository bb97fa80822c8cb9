"""A person is forgotten: her name and all that is only hers goes, and no sum changes."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.erasure import ErasingRefusal, alias_of, erasing_refusal
from catalyst_hub.core.policy import Policy, is_operator, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork


def erase_person(
    uow: UnitOfWork, policy: Policy, user_name: str, now: datetime, actor: str | None = None
) -> ErasingRefusal | None:
    """Forget her; or say why not, and do nothing. ``actor`` is who did it, if not she herself.

    Sessions, ledger, sums and audit stay, under an alias from her pseudonym; her hub name is kept
    as a digest, so that nobody is ever given it. Whoever signs in with her identity later is a
    new person. The Hub's own user is the caller's to delete.
    """
    person = uow.people.by_name(user_name)
    if person is None:
        return ErasingRefusal.UNKNOWN
    policy, ways = policy_at(policy, now), uow.identities.of(person.person_id)
    no = erasing_refusal(
        is_operator=any(is_operator(policy, way.identity) for way in ways),
        servers=sum(s.person_id == person.person_id for s in uow.sessions.all_live()),
    )
    if no is not None:
        return no
    alias = alias_of(person)
    uow.personal_data.erase(person, alias, now)
    uow.audit.add(now, actor or alias, Action.PERSON_ERASED, subject=alias)
    return None
