"""An edited communities file comes into force while the Hub runs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from jupyterhub import orm

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.communities_file import Checked, CommunitiesFileError, Problem
from catalyst_hub.communities_file.watch import Edited, Watcher
from catalyst_hub.core.community import CHAMPIONS_SUFFIX, INSTRUCTORS_SUFFIX
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.restart import RestartReason, restart_reasons
from catalyst_hub.core.unit_of_work import StoreUnavailableError

_GROUPS = ("", CHAMPIONS_SUFFIX, INSTRUCTORS_SUFFIX)


class Reload:
    """Follows the file for as long as the Hub runs, and knows how that went.

    ``started`` is the version that the Hub's roles and providers were made from. ``problems`` are
    those of the file as it is now, found at ``found_at``; as long as there are any, an earlier
    version is in force. ``warnings`` are of the version in force.
    """

    def __init__(self, app: Any, runtime: Runtime) -> None:
        self.started = runtime.policy
        self.problems: tuple[Problem, ...] = ()
        self.warnings: tuple[Problem, ...] = ()
        self.found_at: datetime | None = None
        self.every_s = 0
        self._app = app
        self._runtime = runtime
        settings = runtime.settings
        self._watcher = Watcher(settings.communities_file, "", settings.usual_culling)
        self._waiting: Edited | None = None
        self._of_another_hub: Policy | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def reasons(self) -> tuple[RestartReason, ...]:
        """What waits for a restart."""
        return restart_reasons(self.started, self._of_another_hub or self._runtime.policy)

    def start(self, every_s: int) -> None:
        """Look every so often, 0: never; must be called in the Hub's loop."""
        self.every_s = every_s
        self._task = asyncio.ensure_future(self._follow())

    async def stop(self) -> None:
        """Look no longer."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _follow(self) -> None:
        self.empty_groups(self._runtime.former)
        while self.every_s:
            await asyncio.sleep(self.every_s)
            try:
                await self.look()
            except Exception:
                # What nobody expected of one version must not end the watch for the next.
                self._app.log.exception("Could not look at the communities file")

    async def look(self) -> None:
        """One look; what was accepted while the store was away is tried again."""
        loop = asyncio.get_running_loop()
        self._waiting = await loop.run_in_executor(None, self._watcher.look) or self._waiting
        if self._waiting is None:
            return
        try:
            await self._follow_version(self._waiting)
        except StoreUnavailableError as error:
            self._app.log.warning("The communities file has changed, the store is away: %s", error)
        else:
            self._waiting = None

    async def _follow_version(self, edited: Edited) -> None:
        found, self._of_another_hub = edited.found, None
        if isinstance(found, CommunitiesFileError):
            self._refuse(found)
        elif found.policy.hub != self._runtime.policy.hub:
            self._keep_for_restart(found.policy)
        else:
            await self._accept(found, edited.text)

    def _refuse(self, error: CommunitiesFileError) -> None:
        self._note(error.problems)
        self._app.log.error(
            "The communities file has errors. THE HUB GOES ON WITH THE VERSION BEFORE; what was"
            " changed since is not in force:\n%s",
            error,
        )

    def _keep_for_restart(self, policy: Policy) -> None:
        self._note(())
        self._of_another_hub = policy
        self._app.log.error(
            "The communities file is of a hub called %r now, and this one is called %r: nothing of"
            " it is in force before a restart, and what was counted stays with the old name",
            policy.hub,
            self._runtime.policy.hub,
        )

    async def _accept(self, checked: Checked, text: str) -> None:
        is_news = checked.policy.version != self._runtime.policy.version
        if is_news:
            await self._runtime.put_into_force(checked.policy, text)
        await self._runtime.settle()
        self._note((), checked.warnings)
        self.empty_groups(self._runtime.former)
        if is_news:
            self._tell(checked)

    def _tell(self, checked: Checked) -> None:
        log = self._app.log
        log.warning("The communities file has changed and is in force")
        for warning in checked.warnings:
            log.warning("%s:%s", self._runtime.settings.communities_file, warning)
        if due := ", ".join(f"{reason.part} {reason.name}" for reason in self.reasons):
            log.warning("Some of it needs a restart of the hub: %s", due)

    def _note(self, problems: Iterable[Problem], warnings: Iterable[Problem] = ()) -> None:
        self.problems, self.warnings = tuple(problems), tuple(warnings)
        self.found_at = self._runtime.now()

    def empty_groups(self, communities: Iterable[str]) -> None:
        """Nobody has a place or power in a community that is gone, active or not.

        The groups stay: roles are bound to them, and the community may come back.
        """
        for name in (slug + suffix for slug in sorted(communities) for suffix in _GROUPS):
            group = orm.Group.find(self._app.db, name)
            if group is not None and group.users:
                group.users = []
                self._app.db.commit()
