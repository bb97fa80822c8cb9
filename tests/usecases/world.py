"""Two communities, a clock that is set by hand, and a real database to work on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

from sqlalchemy import inspect

from catalyst_hub.core.budget import Budget
from catalyst_hub.core.community import Claims, Community, Identity, MembershipRule
from catalyst_hub.core.denial import Denied, LimitScope
from catalyst_hub.core.enforcement import Enforcement
from catalyst_hub.core.observation import HubObservation, ObservedServer
from catalyst_hub.core.person import SignedIn
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.price import Price
from catalyst_hub.core.profile import Environment, Profile, Size
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import Resources, Unit
from catalyst_hub.core.session import EndReason, ServerKey, Session, SessionState
from catalyst_hub.core.window import Window
from catalyst_hub.store import Database, SqlUnitOfWork, Store
from catalyst_hub.usecases.admit_session import AdmissionRequest, admit_session
from catalyst_hub.usecases.close_session import close_session
from catalyst_hub.usecases.compare_sessions import Compared, compare_sessions
from catalyst_hub.usecases.confirm_stops import confirm_stops
from catalyst_hub.usecases.find_unsettled import find_unsettled
from catalyst_hub.usecases.follow_policy import follow_policy
from catalyst_hub.usecases.observe_sessions import observe_sessions
from catalyst_hub.usecases.open_session import open_session
from catalyst_hub.usecases.reconcile_sessions import Reconciled, reconcile_sessions
from catalyst_hub.usecases.sign_in import sign_in

T = TypeVar("T")

PATIENCE = timedelta(seconds=150)
NOON = datetime(2026, 11, 21, 9, tzinfo=UTC)
"""Noon in Nairobi."""

#: Credit that stays until it is spent.
PREPAID = Budget(0, Window.TOTAL, carries_over=True)

SMALL = Resources(1000, 2 * 1024**3)
LARGE = Resources(4000, 8 * 1024**3)


def _profile(currency: str, hour: int) -> Profile:
    price = Price(currency, cpu_hour=hour)
    sizes = (
        Size("small", {"": "Small"}, SMALL, SMALL, price),
        Size("large", {"": "Large"}, LARGE, LARGE, price),
    )
    environment = Environment(command=("jupyterhub-singleuser",))
    return Profile("python", {"": "Python"}, {}, environment, sizes, ("lab", "notebook"), "small")


def _everybody(*people: str) -> tuple[MembershipRule, ...]:
    return (MembershipRule("demo", frozenset(people)),)


NAIROBI = Community(
    "nairobi", {"": "Nairobi"}, "KE", ("en",), "Africa/Nairobi", "KES", "amina@example.org",
    members=_everybody("kofi", "lucia"),
    champions=_everybody("amina", "root"),
    profiles=(_profile("KES", 60_000_000),),
    default_profile="python",
    limits=(
        Limit(LimitScope.COMMUNITY, Unit.SERVERS, Window.AT_ONCE, 3),
        Limit(LimitScope.PERSON, Unit.CPU_HOURS, Window.DAY, 5 * 3_600_000),
    ),
    budget=Budget(600_000_000),
)  # fmt: skip
CORDOBA = Community(
    "cordoba", {"": "Córdoba"}, "AR", ("es",), "America/Argentina/Cordoba", "ARS", None,
    members=_everybody("lucia"),
    profiles=(_profile("ARS", 1_000_000),),
    default_profile="python",
)  # fmt: skip
POLICY = Policy(
    "test", {"": "Test"}, "UTC", ("en",), "root@example.org", (), (NAIROBI, CORDOBA),
    operators=(MembershipRule("demo", frozenset({"root"})),),
    # Nobody enforces here, and the clock leaps.
    enforcement=Enforcement(admits_without=True),
)  # fmt: skip


class World:
    """Does to the store what the edges do, at ``now``."""

    def __init__(self, url: str, hub: str = "test") -> None:
        self.url = url
        self._database = Database.open(url)
        self.store = Store(self._database, hub)
        self.now = NOON
        self.policy = POLICY

    def close(self) -> None:
        self.store.close()

    def do(self, work: Callable[[SqlUnitOfWork], T]) -> T:
        with self.store.unit_of_work(write=True) as uow:
            return work(uow)

    def later(self, **duration: float) -> datetime:
        self.now += timedelta(**duration)
        return self.now

    # --- the verbs ---

    def sign_in(self, login: str, provider: str = "demo", **claims: Any) -> SignedIn:
        identity = Identity(provider, claims.pop("subject", login))
        how = {key: claims.pop(key) for key in ("taken", "adopted", "is_visit") if key in claims}
        said = Claims(login, **claims)
        signed = self.do(lambda uow: sign_in(uow, self.policy, identity, said, self.now, **how))
        return cast("SignedIn", signed)

    def settle(self) -> None:
        """As when the policy comes into force."""

        def follow(uow: SqlUnitOfWork) -> None:
            unsettled = find_unsettled(uow, self.policy, self.now)
            follow_policy(uow, self.policy, unsettled, self.now)

        self.do(follow)

    def admit(self, user: str, server: str = "", **options: str) -> Session | Denied:
        request = AdmissionRequest(ServerKey(user, server), options, user)
        return self.do(lambda uow: admit_session(uow, self.policy, request, self.now))

    def reserve(self, user: str, server: str = "", **options: str) -> Session:
        session = self.admit(user, server, **options)
        assert isinstance(session, Session), session
        return session

    def open(self, user: str, server: str = "") -> Session | None:
        return self.do(lambda uow: open_session(uow, ServerKey(user, server), self.now))

    def start(self, user: str, server: str = "", **options: str) -> Session:
        self.reserve(user, server, **options)
        session = self.open(user, server)
        assert session is not None
        return session

    def stop(
        self,
        user: str,
        server: str = "",
        alive_at: datetime | None = None,
        cause: EndReason | None = None,
    ) -> Session | None:
        key = ServerKey(user, server)
        return self.do(lambda uow: close_session(uow, key, self.now, alive_at, cause))

    def compare(self, observation: HubObservation) -> Compared:
        return self.do(lambda uow: compare_sessions(uow, observation, PATIENCE))

    def observe(self, observation: HubObservation) -> None:
        seen = self.compare(observation).seen
        self.do(lambda uow: observe_sessions(uow, observation, seen, self.now))

    def reconcile(self, observation: HubObservation) -> Reconciled:
        is_settled = self.compare(observation).is_settled
        reconciled = self.do(
            lambda uow: reconcile_sessions(uow, self.policy, observation, PATIENCE, self.now)
        )
        # Or the observer would never have come so far.
        assert not is_settled or reconciled == Reconciled()
        return reconciled

    def confirm(self, *sessions: Session, says: HubObservation | None = None) -> set[str]:
        """The ids of those that are to be stopped now; by default the Hub says that all run."""
        ready = (self.ready(s.key.user_name, s.key.server_name) for s in sessions)
        observation = says or self.hub_says(*ready)
        ids = [session.session_id for session in sessions]
        return set(self.do(lambda uow: confirm_stops(uow, self.policy, ids, observation, self.now)))

    # --- what the Hub says ---

    def hub_says(self, *servers: ObservedServer) -> HubObservation:
        return HubObservation(self.now, {server.key: server for server in servers})

    def ready(
        self, user: str, server: str = "", since: datetime | None = None, **options: str
    ) -> ObservedServer:
        return ObservedServer(
            ServerKey(user, server), True, False, since or self.now, self.now, options
        )

    def pending(self, user: str, server: str = "") -> ObservedServer:
        return replace(self.ready(user, server), is_ready=False, is_pending=True)

    # --- what the database holds ---

    def session(self, session_id: str) -> Session:
        session = self.do(lambda uow: uow.sessions.get(session_id))
        assert session is not None
        return session

    def live(self) -> list[tuple[str, SessionState]]:
        sessions = self.do(lambda uow: uow.sessions.all_live())
        return sorted((s.key.user_name, s.state) for s in sessions)

    def rows(self, query: str) -> list[Any]:
        with self._database.transaction(write=False) as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]

    def tables(self) -> list[str]:
        with self._database.transaction(write=False) as connection:
            return inspect(connection).get_table_names()

    def charged_ms(self) -> int:
        return int(self.rows("SELECT coalesce(sum(server_ms), 0) FROM ledger_entries")[0][0])

    def audited(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT action FROM audit ORDER BY audit_id")]

    def last_facts(self) -> Mapping[str, Any]:
        facts = self.rows("SELECT facts FROM audit ORDER BY audit_id DESC LIMIT 1")[0][0]
        return dict(json.loads(facts))
