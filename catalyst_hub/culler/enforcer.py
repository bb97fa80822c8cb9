"""Looks again and again at where limits over time stand, and what that means for what runs."""

from __future__ import annotations

import logging

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.enforcement import ENFORCER
from catalyst_hub.core.notice import Verdict
from catalyst_hub.culler.metrics import note_notices
from catalyst_hub.usecases.enforce_limits import enforce_limits
from catalyst_hub.usecases.note_budget_steps import note_budget_steps

log = logging.getLogger(__name__)


class Enforcer:
    """Gives and withdraws notices; the stopper carries them out. Each round says that somebody
    enforces: where nobody does, starts that cost money are refused."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def round(self) -> None:
        """Judge everything that runs, then give a sign of life. Raises StoreUnavailableError."""
        runtime, verdict = self._runtime, await self._judge()
        for notice in verdict.given:
            log.info("session %s gets notice: %s", notice.session_id, notice.reason)
        note_notices(verdict.given)
        await self._note_budget_steps()
        await runtime.write(lambda uow: uow.heartbeats.beat(ENFORCER, runtime.now()))

    async def _note_budget_steps(self) -> None:
        runtime = self._runtime
        untold = await runtime.read(
            lambda uow: note_budget_steps(uow, runtime.policy, runtime.now(), is_rehearsal=True)
        )
        if not untold:
            return
        noted = await runtime.write(
            lambda uow: note_budget_steps(uow, runtime.policy, runtime.now())
        )
        for step in noted:
            log.warning("the budget of %s has reached the step %s", step.community, step.step)

    async def _judge(self) -> Verdict:
        """Nearly always there is nothing to write: no reason to keep those who write waiting."""
        runtime = self._runtime
        verdict = await runtime.read(
            lambda uow: enforce_limits(uow, runtime.policy, runtime.now(), is_rehearsal=True)
        )
        if verdict == Verdict():
            return verdict
        return await runtime.write(lambda uow: enforce_limits(uow, runtime.policy, runtime.now()))
