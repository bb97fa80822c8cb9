"""What would become of every server now, and why: nothing is told, and nothing stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.culling import Outlook
from catalyst_hub.core.culling_grounds import CullingLook
from catalyst_hub.core.grounds import belonging_judge, limits_judge
from catalyst_hub.core.notice import Ground, Notice
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.session import Session, SessionState
from catalyst_hub.core.trust import Doubt, doubt
from catalyst_hub.core.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Explained:
    """One running server: ``ground`` is for what its owner is told, or would be now; ``notice``
    what was told, if anything was; ``outlook`` how it stands with its use (None: its community is
    gone)."""

    session: Session
    ground: Ground | None
    notice: Notice | None
    outlook: Outlook | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """All servers, by owner and name. ``doubt``: why nobody is taken for idle now."""

    servers: Sequence[Explained]
    doubt: Doubt | None = None


def explain_culling(
    uow: UnitOfWork,
    policy: Policy,
    now: datetime,
    community: str | None = None,
    user_name: str | None = None,
) -> Explanation:
    """Of this hub, of one community of it, or of one person."""
    policy = policy_at(policy, now)
    running = [
        session
        for session in uow.sessions.all_live(community)
        if session.state is SessionState.RUNNING and user_name in (None, session.key.user_name)
    ]
    running.sort(key=lambda session: (session.key.user_name, session.key.server_name))
    look, notices = CullingLook(uow, policy, now), uow.notices.of_live()
    belonging, limits = belonging_judge(uow, policy), limits_judge(uow, policy, running, now)
    return Explanation(
        [
            Explained(
                session,
                belonging(session) or limits(session),
                notices.get(session.session_id),
                look.outlook(session),
            )
            for session in running
        ],
        doubt(uow.heartbeats.all(), now),
    )
