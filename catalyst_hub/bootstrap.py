"""Builds everything once for a process; the only place that knows the store and the file."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from logging import Logger, LoggerAdapter
from typing import Any, TypeVar

from catalyst_hub import communities_file
from catalyst_hub.communities_file import CommunitiesFileError
from catalyst_hub.communities_file.hub_name import hub_named_in
from catalyst_hub.config import CatalystHub, Settings
from catalyst_hub.core.enforcement import HUB_OPENED
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.unit_of_work import PolicyVersion, StoreUnavailableError, UnitOfWork
from catalyst_hub.store import (
    READERS,
    Database,
    Store,
    StoreSettingsError,
    hubs_with_policies,
)
from catalyst_hub.usecases.accept_policy import accept_policy as put_into_force
from catalyst_hub.usecases.find_unsettled import find_unsettled
from catalyst_hub.usecases.follow_policy import follow_policy

#: Seconds after which a thread that wants to run interrupts the one that does; Python's own 5 ms
#: would pass at each statement of a transaction while the event loop is busy. See ADR 0008.
SWITCH_INTERVAL_S = 0.0005

T = TypeVar("T")
Log = Logger | LoggerAdapter[Any]

#: People whose memberships are changed in one transaction when the file has changed.
_AT_ONCE = 20

#: Whoever has waited this long in line behind a database that failed waits no longer.
DEADLINE_S = 2.0


def utc_now() -> datetime:
    """The one clock of a process."""
    return datetime.now(UTC)


class Runtime:
    """What an edge needs to call use cases: the policy in force, a clock, and transactions.

    ``policy`` is best read inside the work, where it is the newest. Work runs in a thread of its
    own: nothing of the Hub's may be touched there, not even a user's name, for its database
    session belongs to the event loop.
    """

    def __init__(
        self, store: Store, settings: Settings, policy: Policy, *, now: Callable[[], datetime]
    ) -> None:
        self.settings = settings
        self.policy = policy
        self.now = now
        #: Communities that are not in the file any more: whatever is left of them goes.
        self.former: frozenset[str] = frozenset()
        #: How often the store could not answer since this process began.
        self.store_errors = 0
        self._store = store
        self._writer = ThreadPoolExecutor(1, "catalyst-writer")
        self._readers = ThreadPoolExecutor(READERS, "catalyst-reader")
        self._failed_at = float("-inf")

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run ``work`` in a transaction that cannot write. Raises StoreUnavailableError."""
        return await self._run(self._readers, self._transaction, work, False)

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run ``work`` in a transaction, after all those that were handed in before.

        Once handed in it is done, even when nobody waits for it any more: the release of a
        cancelled start queues behind its reservation. Raises StoreUnavailableError; nothing is
        written then.
        """
        return await self._run(self._writer, self._write, work, time.monotonic())

    @property
    def about_store(self) -> str:
        """The kind of database and the version of our tables in it."""
        return self._store.about

    async def put_into_force(self, policy: Policy, text: str) -> None:
        """An edited communities file, for every process. Raises StoreUnavailableError; the policy
        stays as it was then."""
        await self.write(lambda uow: put_into_force(uow, policy.version, text, self.now()))
        known = self.former | self.policy.by_slug.keys()
        self.former = frozenset(known - policy.by_slug.keys())
        self.policy = policy

    async def settle(self) -> None:
        """Let everybody's memberships follow the policy in force, some people at a time, for
        others wait to sign in meanwhile. Raises StoreUnavailableError; what is left can be done
        later."""
        unsettled = await self.read(lambda uow: find_unsettled(uow, self.policy, self.now()))
        for some in _batches(unsettled):
            await self.write(partial(self._follow_policy, some))

    def _follow_policy(self, person_ids: Sequence[int], uow: UnitOfWork) -> None:
        follow_policy(uow, self.policy, person_ids, self.now())

    def close(self) -> None:
        """Finish what was handed in, then close the store."""
        self._writer.shutdown()
        self._readers.shutdown()
        self._store.close()

    async def _run(self, executor: Executor, job: Callable[..., T], *arguments: object) -> T:
        loop = asyncio.get_running_loop()
        return await asyncio.shield(loop.run_in_executor(executor, job, *arguments))

    def _write(self, work: Callable[[UnitOfWork], T], handed_in_at: float) -> T:
        has_waited = time.monotonic() - handed_in_at > DEADLINE_S
        if has_waited and handed_in_at < self._failed_at:
            # Or a database that stays locked would keep the last of a hundred for minutes.
            raise StoreUnavailableError("the database could not answer those before")
        try:
            return self._transaction(work, True)
        except StoreUnavailableError:
            self._failed_at = time.monotonic()
            raise

    def _transaction(self, work: Callable[[UnitOfWork], T], write: bool) -> T:
        try:
            with self._store.unit_of_work(write) as uow:
                return work(uow)
        except StoreUnavailableError:
            self.store_errors += 1
            raise


class FollowingRuntime(Runtime):
    """For processes beside the Hub: the policy is whatever the Hub has put into force."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        active: PolicyVersion,
        log: Log,
        *,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(store, settings, _parsed(active, settings), now=now)
        self._log = log
        self._version = active.version
        self._following = threading.Lock()

    def _transaction(self, work: Callable[[UnitOfWork], T], write: bool) -> T:
        self._follow()
        return super()._transaction(work, write)

    def _follow(self) -> None:
        # One at a time: whoever reads an older version slowly must not end up with the last word.
        with self._following:
            self._follow_alone()

    def _follow_alone(self) -> None:
        with self._store.unit_of_work() as uow:
            version = uow.policies.active_version()
            active = uow.policies.active() if version != self._version else None
        if active is None:
            return
        self._version = active.version
        try:
            self.policy = _parsed(active, self.settings)
        except CommunitiesFileError as error:
            self._log.error("Cannot follow the Hub's communities file:\n%s", error)


def open_runtime(
    config: CatalystHub, *, accept_policy: bool, now: Callable[[], datetime] = utc_now
) -> Runtime:
    """Open the store and find the policy.

    With ``accept_policy`` (the Hub) the communities file is read and put into force; one with
    errors is reported and the last good version stays in force. Without it (services) the policy
    is the one the Hub has put into force, and changes with it.

    Raises StoreSettingsError, StoreUnavailableError, or CommunitiesFileError with every problem
    when there is no good version to go on with.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    settings = config.settings()
    database = Database.open(settings.database_url)
    try:
        if not accept_policy:
            store = Store(database, _hub_of_service(database, settings))
            return FollowingRuntime(store, settings, _in_force(store), config.log, now=now)
        policy, known = _accepted(database, settings, config.log, now)
        store = Store(database, policy.hub)
        with store.unit_of_work(write=True) as uow:
            uow.heartbeats.beat(HUB_OPENED, now())
        runtime = Runtime(store, settings, policy, now=now)
        runtime.former = frozenset(known - policy.by_slug.keys())
        return runtime
    except BaseException:
        database.close()
        raise


class NoPolicyError(Exception):
    """A service was started before its Hub."""


#: What :func:`open_runtime` raises when it cannot; the message is for the operator.
OPENING_ERRORS = (CommunitiesFileError, NoPolicyError, StoreSettingsError, StoreUnavailableError)


def _accepted(
    database: Database, settings: Settings, log: Log, now: Callable[[], datetime]
) -> tuple[Policy, frozenset[str]]:
    """The policy, and the communities that had members before it came into force."""
    path = settings.communities_file
    try:
        text = communities_file.read_text(path)
        checked = communities_file.check(text, str(path), settings.usual_culling)
    except CommunitiesFileError as error:
        return _last_good(database, settings, log, error), frozenset()
    for warning in checked.warnings:
        log.warning("%s:%s", path, warning)
    policy = checked.policy
    store = Store(database, policy.hub)
    with store.unit_of_work(write=True) as uow:
        known = uow.memberships.communities()
        put_into_force(uow, policy.version, text, now())
    _settle(store, policy, now())
    return policy, known


def _settle(store: Store, policy: Policy, now: datetime) -> None:
    with store.unit_of_work() as uow:
        unsettled = find_unsettled(uow, policy, now)
    for some in _batches(unsettled):
        with store.unit_of_work(write=True) as uow:
            follow_policy(uow, policy, some, now)


def _batches(person_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """So few that a transaction is done before anybody minds."""
    for start in range(0, len(person_ids), _AT_ONCE):
        yield person_ids[start : start + _AT_ONCE]


def _last_good(
    database: Database, settings: Settings, log: Log, error: CommunitiesFileError
) -> Policy:
    hub = _known_hub(database, settings)
    if hub is None:
        raise error
    with Store(database, hub).unit_of_work() as uow:
        active = uow.policies.active()
    if active is None:
        raise error
    log.error(
        "The communities file has errors. THE HUB GOES ON WITH THE VERSION OF %s; what was "
        "changed since is not in force. Repair the file; no restart is needed:\n%s",
        active.accepted_at.isoformat(timespec="seconds"),
        error,
    )
    return _parsed(active, settings)


def _hub_of_service(database: Database, settings: Settings) -> str:
    return _known_hub(database, settings) or communities_file.load(settings.communities_file).hub


def _known_hub(database: Database, settings: Settings) -> str | None:
    """This hub's name when the file cannot be used. On a server the only other hub may well be
    somebody else's: taking its name would be taking its sessions. So there it must be said, in
    the settings or in what of the file can still be read."""
    if settings.hub:
        return settings.hub
    with database.transaction(write=False) as connection:
        hubs = hubs_with_policies(connection)
    if settings.database_url.startswith("sqlite") and len(hubs) == 1:
        return hubs[0]
    named = hub_named_in(settings.communities_file)
    return named if named in hubs else None


def _in_force(store: Store) -> PolicyVersion:
    with store.unit_of_work() as uow:
        active = uow.policies.active()
    if active is None:
        raise NoPolicyError(f"the hub {store.hub} has put no communities file into force yet")
    return active


def _parsed(active: PolicyVersion, settings: Settings) -> Policy:
    name = f"communities.yaml@{active.version[:8]}"
    return communities_file.parse(active.text, name, settings.usual_culling)
