"""A real hub whose clock is set by hand, and what people do there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from catalyst_hub.core.invitation import Terms, digest
from catalyst_hub.core.session import ServerKey, Session
from catalyst_hub.core.workshop import Plan, Workshop
from catalyst_hub.hub.roles import CULLER_SERVICE
from catalyst_hub.hub_client import HubClient
from catalyst_hub.store.tables import audit, sessions, workshop_steps
from catalyst_hub.usecases.create_invitation import create_invitation
from catalyst_hub.usecases.redeem_invitation import redeem_invitation
from catalyst_hub.usecases.schedule_workshop import schedule_workshop
from tests.hub.communities import api
from tests.hub.test_workshop_accounts import WITH_ACCOUNTS, card, sign_up
from tests.hub.visitor import Visitor

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
    WITH_ACCOUNTS.replace("  title: Test hub\n", "  title: Test hub\n  enforcement: {every: 10}\n")
    .replace("      - {name: root", _PERSONAS + "      - {name: root")
    .replace("      community: {at_once: {servers: 2}}\n", "")
    + COMMUNITY
)


def at(written: str) -> datetime:
    return datetime.fromisoformat(written)


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

    async def sign_up(self, code: str) -> str:
        """Somebody who has no account anywhere comes with the code, and leaves a file: her name."""
        async with Visitor(self.hub) as visitor:
            name, _ = card(await sign_up(visitor, code=code))
        home = self.home_of(name)
        home.mkdir(parents=True)
        (home / "work.txt").write_text("hers")
        return name

    def home_of(self, name: str) -> Path:
        return Path("homes") / name

    async def use(self, *names: str) -> None:
        """They work in their servers now, and the servers say so."""
        for name in names:
            said = {"servers": {"": {"last_activity": self.now.isoformat()}}}
            async with api(self.hub, name) as client:
                answer = await client.post(f"users/{name}/activity", json=said)
            assert answer.status_code == 200, answer.text

    async def stop(self, name: str) -> None:
        await self.hub.users[name].stop()

    # --- what came of it ---

    async def steps(self) -> list[str]:
        """Those that were taken, of all workshops, in this order."""
        taken = select(workshop_steps.c.step).order_by(text("rowid"))
        return list(await self.runtime.read(lambda uow: uow._connection.scalars(taken).all()))

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

    async def became_of(self, began: datetime) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that was audited since an instant, and every session, each with how many
        minutes later it was."""

        def look(uow: Any) -> dict[str, list[tuple[Any, ...]]]:
            since = partial(_minutes, began)
            rows = uow._connection.execute
            lines = rows(select(audit).where(audit.c.at >= began).order_by(audit.c.audit_id))
            lived = rows(select(sessions).where(sessions.c.reserved_at >= began))
            return {
                "audit": [(since(line.at), line.action, line.subject) for line in lines],
                "sessions": sorted(
                    (one.user_name, since(one.reserved_at), since(one.ended_at), one.end_reason)
                    for one in lived
                ),
            }

        found: dict[str, list[tuple[Any, ...]]] = await self.runtime.read(look)
        return found


def _minutes(began: datetime, at: datetime | None) -> int | None:
    return (at - began) // timedelta(minutes=1) if at else None
