"""A real hub whose clock is set by hand, and the culler's loops, each made anew for every round."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.invitation import Terms, digest
from catalyst_hub.core.session import ServerKey, Session
from catalyst_hub.core.workshop import Plan, Workshop
from catalyst_hub.culler.enforcer import Enforcer
from catalyst_hub.culler.observer import Observer
from catalyst_hub.culler.stopper import Stopper
from catalyst_hub.culler.workshops import WorkshopRunner
from catalyst_hub.hub.roles import CULLER_SERVICE
from catalyst_hub.hub_client import HubClient
from catalyst_hub.usecases.create_invitation import create_invitation
from catalyst_hub.usecases.redeem_invitation import redeem_invitation
from catalyst_hub.usecases.schedule_workshop import schedule_workshop
from tests.hub.communities import COMMUNITIES, api, catalyst_config, sign_in
from tests.hub.spawners import AdmittedNothingSpawner

#: People who belong nowhere until they come with an invitation.
LEARNERS = ("dayo", "efua", "femi")
_PERSONAS = "".join(f"      - {{name: {name}, display_name: {name}}}\n" for name in LEARNERS)
COMMUNITY = """
  santiago:
    title: Santiago
    country: CL
    time_zone: America/Santiago
    currency: CLP
    languages: [es]
    champions: [{provider: demo, people: [amina]}]
"""
ROOMY = (
    COMMUNITIES.replace("      - {name: root", _PERSONAS + "      - {name: root").replace(
        "      community: {at_once: {servers: 2}}\n", ""
    )
    + COMMUNITY
)
_PATIENCE = timedelta(seconds=150)
_STEPS = {
    "workshop:opened": "open",
    "workshop:warming": "warm",
    "workshop:warmed": "warmed",
    "workshop:ended": "end",
    "workshop:closed": "close",
}


def at(written: str) -> datetime:
    return datetime.fromisoformat(written)


class KilledError(BaseException):
    """Nothing in the process goes on."""


class Life:
    """Ends after so many things were done."""

    def __init__(self, actions: int) -> None:
        self._left = actions

    async def spend(self, work: Awaitable[Any]) -> Any:
        done = await work
        self._left -= 1
        if self._left <= 0:
            raise KilledError
        return done


class MortalRuntime:
    """A process's way to the store."""

    def __init__(self, runtime: Runtime, life: Life) -> None:
        self._runtime, self._life = runtime, life

    def __getattr__(self, name: str) -> Any:
        return getattr(self._runtime, name)

    async def write(self, work: Any) -> Any:
        return await self._life.spend(self._runtime.write(work))


class MortalClient:
    """A process's way to the Hub."""

    def __init__(self, client: HubClient, life: Life) -> None:
        self._client, self._life = client, life

    async def warm(self, workshop_id: int, user_name: str) -> Any:
        return await self._life.spend(self._client.warm(workshop_id, user_name))


class Clockwork:
    """``now`` is what every clock shows."""

    def __init__(self, hub: Any, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
        self.hub, self.now = hub, now
        self.runtime = hub.authenticator.runtime
        self.runtime.now = lambda: self.now
        token = hub._service_map[CULLER_SERVICE].api_token
        self.client = HubClient(hub.hub.url + "api", token)
        for module in ("jupyterhub.user", "jupyterhub.apihandlers.users"):
            monkeypatch.setattr(f"{module}.utcnow", self._hub_now)

    def _hub_now(self, *, with_tz: bool = True) -> datetime:
        return self.now if with_tz else self.now.astimezone(UTC).replace(tzinfo=None)

    @classmethod
    async def start(
        cls, start_hub: Any, folder: Path, monkeypatch: pytest.MonkeyPatch, now: str
    ) -> Clockwork:
        """Everybody has signed in once."""
        config = catalyst_config(folder, ROOMY)
        config.JupyterHub.spawner_class = AdmittedNothingSpawner
        hub = await start_hub(config)
        for name in (*LEARNERS, "amina", "kofi", "lucia", "joao"):
            await sign_in(hub, name)
        return cls(hub, monkeypatch, at(now))

    # --- what a champion and her people do ---

    async def schedule(self, plan: Plan, community: str = "nairobi") -> Workshop:
        made = await self.runtime.write(
            lambda uow: schedule_workshop(
                uow, self.runtime.policy, community, plan, "amina", self.now
            )
        )
        assert isinstance(made, Workshop), made
        return made

    async def register(self, workshop: Workshop, names: Iterable[str], code: str) -> None:
        kept, policy, slug = digest("test", code), self.runtime.policy, workshop.community
        terms = Terms(seats=50, days=90, workshop_id=workshop.workshop_id)

        def come(uow: Any) -> None:
            create_invitation(uow, policy, slug, kept, terms, "amina", self.now)
            for name in names:
                assert redeem_invitation(uow, policy, kept, name, self.now) == slug

        await self.runtime.write(come)

    async def use(self, *names: str) -> None:
        """They work in their servers now, and the servers say so."""
        for name in names:
            said = {"servers": {"": {"last_activity": self.now.isoformat()}}}
            async with api(self.hub, name) as client:
                answer = await client.post(f"users/{name}/activity", json=said)
            assert answer.status_code == 200, answer.text

    async def stop(self, name: str) -> None:
        await self.hub.users[name].stop()

    # --- the culler ---

    async def round(self, now: str | None = None) -> list[str]:
        """All that it does, each step by a process that has just been started; which steps those
        of workshops were."""
        self.now = at(now) if now else self.now
        taken = []
        while found := await WorkshopRunner(self.runtime, self.client).step():
            taken.append(found.step.name)
        await WorkshopRunner(self.runtime, self.client).warm()
        await Observer(self.runtime, self.client, _PATIENCE).look()
        await Enforcer(self.runtime).round()
        stopper = Stopper(self.runtime, self.client)
        await stopper.round()
        await stopper.settle(30)
        return taken

    async def die_after(self, actions: int) -> bool:
        """A culler's process that is killed as soon as it has done so many things: written to the
        store, or had the Hub start a server. Whether it came so far."""
        life = Life(actions)
        runtime, client = MortalRuntime(self.runtime, life), MortalClient(self.client, life)
        try:
            await WorkshopRunner(runtime, client).round()
            await Enforcer(runtime).round()
        except KilledError:
            return True
        return False

    async def travel(self, until: str, using: Sequence[str] = ()) -> list[str]:
        """Round after round as the time passes, two minutes at a time."""
        taken = []
        while self.now < at(until):
            self.now = min(at(until), self.now + timedelta(minutes=2))
            await self.use(*using)
            taken += await self.round()
        return taken

    # --- what came of it ---

    async def running(self) -> set[str]:
        """Whose servers run, by the Hub and by the ledger alike."""
        live = await self.runtime.read(lambda uow: uow.sessions.all_live())
        names = {session.key.user_name for session in live}
        assert names == {user.name for user in self.hub.users.values() if user.spawner.active}
        return names

    async def ended(self, name: str) -> str | None:
        """Why the last server of somebody is over."""
        key = ServerKey(name)
        session: Session | None = await self.runtime.read(lambda uow: uow.sessions.latest(key))
        assert session is not None
        return session.end_reason

    async def audited(self, community: str, *actions: str) -> list[str]:
        lines = await self.runtime.read(lambda uow: uow.audit.latest(community, actions, 99))
        return [line.action for line in reversed(lines)]

    async def became_of(self, workshop: Workshop) -> dict[str, Any]:
        """The steps of a workshop and what the audit says of it, the servers that were started for
        it, and why they are over."""
        number = workshop.workshop_id
        since = self.now - timedelta(hours=12)

        def look(uow: Any) -> dict[str, Any]:
            lines = uow.audit.latest(workshop.community, list(_STEPS), 99)
            mine = [line for line in reversed(lines) if line.facts["workshop"] == number]
            sessions = uow.attendance.sessions(number, workshop.community, (since, self.now))
            return {
                "steps": [_STEPS[line.action] for line in mine],
                "servers": len(sessions),
                "ended": sorted(str(session.end_reason) for session in sessions),
            }

        found: dict[str, Any] = await self.runtime.read(look)
        return found
