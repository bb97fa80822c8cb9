"""How the hub is doing, as far as the store knows: for its operators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from catalyst_hub.core.observation import OBSERVER
from catalyst_hub.core.session import SILENCE
from catalyst_hub.core.unit_of_work import UnitOfWork

#: Mail that could not be sent is told of for so long.
_MAIL_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class HubState:
    """``in_force_since`` is when the communities file in force was accepted; ``unsent_mails`` of
    the last 30 days, and why the last of them was not sent."""

    in_force_since: datetime | None
    culler_seen_at: datetime | None
    is_culler_away: bool
    unsent_mails: int
    mail_problem: str


def inspect_hub(uow: UnitOfWork, now: datetime) -> HubState:
    """How it stands now."""
    active, seen_at = uow.policies.active(), uow.heartbeats.last(OBSERVER)
    unsent = uow.mails.unsent(now - _MAIL_FOR)
    return HubState(
        in_force_since=active.accepted_at if active else None,
        culler_seen_at=seen_at,
        is_culler_away=seen_at is None or now - seen_at > SILENCE,
        unsent_mails=len(unsent),
        mail_problem=(unsent[-1].problem or "") if unsent else "",
    )
