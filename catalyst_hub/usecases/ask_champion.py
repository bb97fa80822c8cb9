"""Whom a limit has stopped asks the champions of her community for more."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.appeal import (
    LONGEST_MESSAGE,
    AppealRefusal,
    Plea,
    as_words,
    has_asked_enough,
)
from catalyst_hub.core.appealing import obstacle
from catalyst_hub.core.audit import Action
from catalyst_hub.core.community import Role
from catalyst_hub.core.mail import MailKind
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.unit_of_work import UnitOfWork


def ask_champion(
    uow: UnitOfWork, policy: Policy, plea: Plea, now: datetime
) -> AppealRefusal | None:
    """Keep what she asks, with the limit as it stands now, and tell the champions; or say why it
    is not heard. Whoever waits for an answer asks no second time."""
    person = uow.people.by_name(plea.user_name)
    limit = obstacle(uow, policy, plea.community, person, plea.limit, now) if person else None
    community = policy.community(plea.community)
    if person is None or limit is None or community is None:
        return AppealRefusal.NOTHING_IN_THE_WAY
    if has_asked_enough(uow.appeals.of(person.person_id), now):
        return AppealRefusal.TOO_OFTEN
    message = as_words(plea.message, LONGEST_MESSAGE)
    appeal_id = uow.appeals.add(
        plea.community, person.person_id, limit, community.currency, message, now
    )
    if appeal_id is None:
        return AppealRefusal.ALREADY_ASKED
    uow.audit.add(
        now,
        person.name,
        Action.APPEAL_MADE,
        community=plea.community,
        subject=person.name,
        facts={"appeal": appeal_id, "limit": plea.limit},
    )
    _tell_champions(uow, plea, now)
    return None


def _tell_champions(uow: UnitOfWork, plea: Plea, now: datetime) -> None:
    roles = uow.memberships.members_of(plea.community)
    champions = [person_id for person_id, role in roles.items() if role is Role.CHAMPION]
    for champion in uow.people.named(champions).values():
        if champion.name != plea.user_name:
            facts = {"community": plea.community, "by": plea.user_name}
            uow.mails.queue(champion, MailKind.APPEAL_RECEIVED, now, **facts)
