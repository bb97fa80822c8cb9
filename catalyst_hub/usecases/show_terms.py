"""The terms of use of a community, for one of its people to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.community import Community
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.terms import Acceptance, TermsOfUse
from catalyst_hub.core.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class TermsView:
    """``acceptance`` is hers of this version, if she has given it."""

    community: Community
    terms: TermsOfUse
    acceptance: Acceptance | None


def show_terms(
    uow: UnitOfWork, policy: Policy, slug: str, user_name: str, now: datetime
) -> TermsView | None:
    """The terms in force; None: she does not belong there, or it has none."""
    person, community = uow.people.by_name(user_name), policy_at(policy, now).community(slug)
    if person is None or community is None or community.terms is None:
        return None
    if slug not in uow.memberships.of(person.person_id):
        return None
    terms = community.terms
    return TermsView(community, terms, uow.acceptances.of(person.person_id, slug, terms.version))
