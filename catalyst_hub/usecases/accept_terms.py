"""A person accepts the terms of use of one of her communities."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.terms import Acceptance
from catalyst_hub.core.unit_of_work import UnitOfWork


def accept_terms(
    uow: UnitOfWork,
    policy: Policy,
    slug: str,
    user_name: str,
    version: str,
    language: str,
    now: datetime,
) -> bool | None:
    """Keep that she has read this version in this language, and agreed; once for each version.

    False, and nothing written: the terms are others by now. None: she does not belong there.
    """
    person, community = uow.people.by_name(user_name), policy_at(policy, now).community(slug)
    if person is None or community is None or slug not in uow.memberships.of(person.person_id):
        return None
    if community.terms is None or community.terms.version != version:
        return False
    acceptance = Acceptance(version, language, now)
    if uow.acceptances.add(person.person_id, slug, acceptance):
        facts = {"version": version, "language": language}
        uow.audit.add(
            now, user_name, Action.TERMS_ACCEPTED, community=slug, subject=user_name, facts=facts
        )
    return True
