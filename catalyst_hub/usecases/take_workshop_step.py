"""A workshop takes the next of its steps by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.audit import CULLER, Action
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.warming import WARMER
from catalyst_hub.core.workshop import Workshop
from catalyst_hub.core.workshop_step import DueStep, Step, next_step

_ACTIONS = {
    Step.OPEN: Action.WORKSHOP_OPENED,
    Step.WARM: Action.WORKSHOP_WARMING,
    Step.WARMED: Action.WORKSHOP_WARMED,
    Step.END: Action.WORKSHOP_ENDED,
    Step.CLOSE: Action.WORKSHOP_CLOSED,
}


@dataclass(frozen=True, slots=True)
class TakenStep:
    """What was done, and for which workshop."""

    workshop: Workshop
    step: DueStep


def take_workshop_step(
    uow: UnitOfWork, policy: Policy, now: datetime, *, is_rehearsal: bool = False
) -> TakenStep | None:
    """Take one step of one workshop; None: for none there is anything to do.

    Whoever is killed between two leaves the second to the next round; doing it twice changes
    nothing more. A rehearsal gives the same answer and changes nothing.
    """
    policy = policy_at(policy, now)
    for workshop, done in uow.workshop_steps.unfinished():
        step = next_step(workshop, zone_of(policy, workshop), done, now)
        if step is not None:
            if not is_rehearsal and uow.workshop_steps.take(workshop.workshop_id, step.name, now):
                _do(uow, workshop, step, now)
            return TakenStep(workshop, step)
    return None


def zone_of(policy: Policy, workshop: Workshop) -> str:
    """That of its community; the hub's, where that is gone from the file."""
    community = policy.community(workshop.community)
    return community.zone if community else policy.zone


def _do(uow: UnitOfWork, workshop: Workshop, step: DueStep, now: datetime) -> None:
    facts: dict[str, object] = {"workshop": workshop.workshop_id, "title": workshop.title}
    match step.step:
        case Step.WARM | Step.WARMED:
            facts |= {"day": str(step.day_on), **_turnout(uow, workshop, step)}
        case Step.END:
            facts["servers"] = len(_servers(uow, workshop))
        case Step.CLOSE:
            facts["invitations"] = _end_invitations(uow, workshop, now)
    action = _ACTIONS[step.step]
    uow.audit.add(now, CULLER, action, community=workshop.community, facts=facts)


def _turnout(uow: UnitOfWork, workshop: Workshop, step: DueStep) -> dict[str, int]:
    """Numbers alone: who it was is in the audit of their sessions."""
    learners = uow.attendance.learners(workshop.workshop_id)
    since = step.opened_at
    if since is None or step.step is Step.WARM:
        return {"people": len(learners)}
    sessions = uow.attendance.latest_sessions(workshop.workshop_id, workshop.community, since)
    refused = uow.attendance.refused_since(workshop.workshop_id, since)
    return {
        "people": len(learners),
        "warmed": sum(session.actor == WARMER for session in sessions.values()),
        "refused": len(refused.keys() - sessions.keys()),
    }


def _servers(uow: UnitOfWork, workshop: Workshop) -> list[str]:
    live = uow.sessions.all_live(workshop.community)
    return [s.session_id for s in live if s.workshop_id == workshop.workshop_id]


def _end_invitations(uow: UnitOfWork, workshop: Workshop, now: datetime) -> int:
    """Whoever finds the sheet later is let in nowhere."""
    return sum(
        uow.invitations.revoke(invitation.invitation_id, CULLER, now)
        for invitation in uow.invitations.of(workshop.community)
        if invitation.workshop_id == workshop.workshop_id and now < invitation.expires_at
    )
