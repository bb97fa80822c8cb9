"""The way of a server past our rules: admission before it starts, the ledger while it lives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NoReturn

from jupyterhub.spawner import Spawner
from jupyterhub.utils import maybe_future
from traitlets import Callable as CallableTrait
from traitlets import Unicode, default

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.admission import image_refusal, resolve
from catalyst_hub.core.choice import Choice
from catalyst_hub.core.community import Role
from catalyst_hub.core.consent import to_start
from catalyst_hub.core.denial import Code, Denied
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.profile import INTERFACES, Profile, Size
from catalyst_hub.core.server_event import Happened, ServerEvent
from catalyst_hub.core.session import UNSEEN, EndReason, ServerKey, Session
from catalyst_hub.core.shared_folder import SharedFolder
from catalyst_hub.core.storage import Level
from catalyst_hub.core.turn import may_wait
from catalyst_hub.core.unit_of_work import StoreUnavailableError, UnitOfWork
from catalyst_hub.hub import metrics
from catalyst_hub.hub.denied import StartDeniedError
from catalyst_hub.hub.language import translator_for
from catalyst_hub.hub.pages.spawn import words_of_form
from catalyst_hub.hub.spawner_settings import is_jupyter
from catalyst_hub.hub.start_record import write_down
from catalyst_hub.hub.start_slots import StartSlots, turn_text
from catalyst_hub.hub.starter import Starter, starter_of
from catalyst_hub.hub.stopped_together import TogetherMixin
from catalyst_hub.hub.untold import Untold
from catalyst_hub.usecases.admit_session import AdmissionRequest, admit_session
from catalyst_hub.usecases.find_consents import find_consents
from catalyst_hub.usecases.find_surroundings import Surroundings, find_surroundings
from catalyst_hub.usecases.note_denial import note_denial
from catalyst_hub.usecases.show_homes import show_home
from catalyst_hub.usecases.wait_for_seat import wait_for_seat

#: Seconds for which a server takes the Hub's last word on who may come in.
_TRUST_S = 60
#: Seconds between two looks at how many starts come before one that waits.
_LOOK_AGAIN_S = 1


def spawner_objection(app: Any) -> str | None:
    """Why a hub may not start its servers as it is configured; None: it may."""
    chosen = app.spawner_class
    if issubclass(chosen, CatalystSpawnerMixin):
        return chosen.objection(app)
    return (
        f"c.JupyterHub.spawner_class = {chosen.__name__!r} would start servers that nobody has"
        " admitted. Set it to 'catalyst-kube' or 'catalyst-local', or to a class of your own:"
        f" class Ours(CatalystSpawnerMixin, {chosen.__name__})"
    )


def _decide(
    uow: UnitOfWork, runtime: Runtime, request: AdmissionRequest, *, waits: bool
) -> tuple[Policy, Session | Denied, bool]:
    """Admission, with the consent that the owner may have given to whoever starts.

    Whoever ``waits`` for what is in use now gets a place in line in the same step, in the order
    in which they came; the last of the three says whether she has.
    """
    policy, now = runtime.policy, runtime.now()
    if request.needs_consent:
        standing = find_consents(uow, policy, now)
        request = replace(request, consent=to_start(request.key, request.actor, standing))
    answer = admit_session(uow, policy, request, now)
    if not isinstance(answer, Denied):
        return policy, answer, False
    place = None
    if waits and may_wait(answer):
        place = wait_for_seat(uow, policy, request.key, request.options, now)
    if place is None:
        # In the same transaction: one more of its own would hold up all who start meanwhile.
        note_denial(uow, policy, request.key, answer, now)
    return policy, answer, place is not None


def _leave_to_admission(spawner: Spawner, user_options: object) -> None:
    """What a person sent is looked at once, by admission, which also knows what it may cost."""


class CatalystSpawnerMixin(TogetherMixin):
    """Goes before any spawner class: ``class Ours(CatalystSpawnerMixin, Theirs)``.

    The operator's own hooks run first and ours last, so that nothing changes a server after it
    has been admitted. Needs CatalystAuthenticator, which owns the store.
    """

    home_remover = CallableTrait(
        None,
        allow_none=True,
        help="Called with the spawner to delete the files of its user for ever; may be async, and"
        " is true when they are gone. Needed where the spawner itself does not know how.",
        config=True,
    )
    session_id = Unicode(help="The ledger's session of the server that was started last.")

    # Traits of JupyterHub's, which comes without types.
    cmd: list[str]
    environment: dict[str, Any]
    user_options: dict[str, Any]

    #: When the server was last found alive, and whether it was dead since.
    _alive_at: datetime = UNSEEN
    _is_dead = False

    @classmethod
    def objection(cls, app: Any) -> str | None:
        """Why a hub with these settings may not use this spawner; None: it may."""
        return None

    @default("apply_user_options")
    def _default_apply_user_options(self) -> Callable[[Spawner, object], None]:
        return _leave_to_admission

    @default("options_from_form")
    def _default_options_from_form(self) -> Callable[..., dict[str, str]]:
        return words_of_form

    @property
    def key(self) -> ServerKey:
        """Which server this is, as the ledger knows it."""
        return ServerKey(self.user.name, self.name)

    @property
    def runtime(self) -> Runtime:
        """The store and the policy, which the authenticator has opened."""
        runtime: Runtime | None = getattr(self.authenticator, "runtime", None)
        if runtime is None:
            raise RuntimeError(
                f"{type(self).__name__} admits nobody without the catalyst authenticator:"
                " set c.JupyterHub.authenticator_class = 'catalyst'"
            )
        return runtime

    @property
    def start_slots(self) -> StartSlots:
        """Whose server starts next."""
        slots: StartSlots = self.authenticator.start_slots
        return slots

    @property
    def untold(self) -> Untold:
        """What the ledger has not heard of yet."""
        untold: Untold = self.authenticator.untold
        return untold

    # --- before the start ---

    def run_pre_spawn_hook(self) -> Awaitable[None]:
        """The operator's hook, then admission, then the wait for a free slot: last before the
        start, whoever asked for it. The Hub's timeouts begin afterwards."""
        return self._hook_then_admission()

    async def _hook_then_admission(self) -> None:
        await maybe_future(super().run_pre_spawn_hook())
        policy, choice, self.session_id = await self._admitted()
        self._show_choice(choice.as_options())
        self.apply_choice(choice, *_catalogue(policy, choice))
        self._surround(choice, await self._surroundings(policy, choice))
        if await self._is_home_full():
            self.log.warning("The home of %s is full: it writes elsewhere", self._log_name)
            self.write_elsewhere()
        await self.start_slots.take(self._spawn_future)

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """How many starts come before this one, then what the spawner tells."""
        last = None
        while (before := self.start_slots.before(self._spawn_future)) is not None:
            if before != last:
                community = self.user_options.get("community")
                speak = translator_for(self.handler, self.runtime.policy, community)
                yield {"progress": 0, "message": turn_text(before, speak)}
            last = before
            await asyncio.sleep(_LOOK_AGAIN_S)
        async for event in super().progress():
            yield event

    def _show_choice(self, options: dict[str, str]) -> None:
        """What the Hub shows of this server, and what an observer adopts it by, is what it got."""
        # Every write to the Hub's database costs each start; the picker sends whole choices.
        if self.user_options != options:
            self.user_options = self.orm_spawner.user_options = options

    async def _admitted(self) -> tuple[Policy, Choice, str]:
        """The choice that was admitted, its session, and the version of the file it was admitted
        by: another may come into force meanwhile."""
        runtime = self.runtime
        starter = starter_of(self.handler, self.user)
        if starter.is_barred:
            self._refuse(Denied(Code.CONSENT_NEEDED, contact=runtime.policy.contact))
        request = AdmissionRequest(
            self.key, self.user_options, starter.name, needs_consent=starter.needs_consent
        )
        waits = starter.name == self.user.name and getattr(self.handler, "waits_for_seat", False)
        try:
            with metrics.ADMISSION_SECONDS.time():
                policy, answer, is_waiting = await self.untold.write(
                    request.key, lambda uow: _decide(uow, runtime, request, waits=waits)
                )
        except StoreUnavailableError:
            return runtime.policy, self._choice_without_store(starter), ""
        if isinstance(answer, Denied):
            self._refuse(answer, is_waiting=is_waiting)
        metrics.note_admission(answer)
        return policy, answer.choice, answer.session_id

    def _choice_without_store(self, starter: Starter) -> Choice:
        """By default nobody starts what cannot be counted; an operator may prefer otherwise.

        Where consent cannot be looked up there is none.
        """
        policy = self.runtime.policy
        if starter.needs_consent or not self.runtime.settings.admit_when_store_is_unavailable:
            self._refuse(Denied(Code.STORE_UNAVAILABLE, contact=policy.contact))
        memberships = {group.name: Role.MEMBER for group in self.user.groups}
        resolved = resolve(policy, memberships, self.user_options)
        if isinstance(resolved, Denied):
            self._refuse(resolved)
        unfit = image_refusal(resolved, is_own=starter.name == self.user.name)
        if unfit is not None:
            self._refuse(unfit)
        self.log.warning("The store is away: %s starts, its limits unchecked", self._log_name)
        return resolved.choice

    def _refuse(self, denied: Denied, *, is_waiting: bool = False) -> NoReturn:
        policy = self.runtime.policy
        metrics.note_denial(denied, policy)
        speak = translator_for(self.handler, policy, denied.community)
        raise StartDeniedError(denied, policy, speak, is_waiting=is_waiting)

    def apply_choice(self, choice: Choice, profile: Profile, size: Size) -> None:
        """Set the traits of the server from what was admitted. Spawners extend this."""
        limits, guarantees = size.limits, size.guarantees
        self.cpu_limit = None if "cpu" in size.unlimited else limits.cpu_milli / 1000
        self.mem_limit = None if "memory" in size.unlimited else limits.memory_bytes
        self.cpu_guarantee = guarantees.cpu_milli / 1000 or None
        self.mem_guarantee = guarantees.memory_bytes or None
        self.default_url = INTERFACES[choice.interface]
        self.environment = {**self.environment, **self.variables_of(choice, profile)}

    async def _surroundings(self, policy: Policy, choice: Choice) -> Surroundings:
        runtime, name = self.runtime, self.user.name
        try:
            return await runtime.read(
                lambda uow: find_surroundings(uow, policy, name, choice, runtime.now())
            )
        except StoreUnavailableError:
            return Surroundings()

    def _surround(self, choice: Choice, surroundings: Surroundings) -> None:
        speak = translator_for(self.handler, self.runtime.policy, choice.community)
        self.environment = {**self.environment, "CATALYST_LANGUAGE": speak.language}
        self.default_url = surroundings.opens or self.default_url
        self.share_folders(surroundings.folders)

    def share_folders(self, folders: Sequence[SharedFolder]) -> None:
        """Show the server the folders that its owner shares with others. Spawners that know of a
        place extend this."""

    async def _is_home_full(self) -> bool:
        """As it was measured last; nobody knows where nothing measures, or the store is away."""
        runtime, name = self.runtime, self.user.name
        if not runtime.settings.storage_source:
            return False
        try:
            home = await runtime.read(
                lambda uow: show_home(uow, runtime.policy, name, runtime.now())
            )
        except StoreUnavailableError:
            return False
        return home is not None and home.level is Level.FULL

    async def remove_home(self) -> bool:
        """Delete for ever what a stopped server of this user keeps; False: nobody knows how.

        May be called again for what is gone already.
        """
        remover: Any = self.home_remover
        if remover is not None:
            return bool(await maybe_future(remover(self)))
        return await self.delete_files()

    async def delete_files(self) -> bool:
        """The same without the operator's help. Spawners that know how extend this."""
        return False

    def write_elsewhere(self) -> None:
        """The home is full: have the server keep elsewhere what it has to write. Spawners that
        know of a place extend this."""

    def variables_of(self, choice: Choice, profile: Profile) -> dict[str, str]:
        """The variables that the catalogue and the session give a server."""
        return {
            **profile.environment.variables,
            "CATALYST_SESSION": self.session_id,
            "CATALYST_COMMUNITY": choice.community,
        }

    # --- while it lives ---

    async def start(self) -> Any:
        """Start the server; then its session is running."""
        address = await maybe_future(super().start())
        self._alive_at, self._is_dead = self.runtime.now(), False
        # First, as it takes longer: killed in between, the Hub must not come back to a session
        # that runs and a server that nobody knows of.
        write_down(self, address, self._alive_at)
        if self.session_id:
            self.untold.expect(ServerEvent(self.key, Happened.UP, self._alive_at))
        await self.untold.tell(self.key)
        return address

    def get_args(self) -> list[str]:
        """A server asks the Hub once a minute, not every five, whether a guest may still come."""
        args: list[str] = super().get_args()
        return [*args, f"--HubOAuth.cache_max_age={_TRUST_S}"] if is_jupyter(self.cmd) else args

    async def poll(self) -> int | None:
        """As ever; and remember when the server was alive, should it be found dead later."""
        # It may be gone by the time a slow answer is here.
        asked_at = self.runtime.now()
        status: int | None = await maybe_future(super().poll())
        self._is_dead = status is not None
        if status is None:
            self._alive_at = asked_at
        return status

    @property
    def ready(self) -> bool:
        """As ever, but not found dead before the Hub listened: of a start that is called off then
        it would say for a second that its server is ready."""
        return bool(super().ready) and (not self._is_dead or bool(self._callbacks))

    async def poll_and_notify(self) -> int | None:
        """As ever, once there is somebody to notify. The Hub looks from the start on, but listens
        only when the route is made: a server that died in between would be taken for ready."""
        if not self._callbacks:
            await self.poll()
            return None
        status: int | None = await super().poll_and_notify()
        return status

    def run_post_stop_hook(self) -> Awaitable[None]:
        """The operator's hook, then the end of the session; also after starts that failed."""
        return self._hook_then_close(self.cause_of_end())

    async def _hook_then_close(self, cause: EndReason | None) -> None:
        # Stopped by the Hub as it ends, say: what waits for a slot must not start after that.
        self.start_slots.withdraw(self._spawn_future)
        now = self.runtime.now()
        try:
            await maybe_future(super().run_post_stop_hook())
        except Exception:
            self.log.exception("post_stop_hook failed for %s", self._log_name)
        alive_at = None if self._was_stopped else self._alive_at
        self.untold.expect(ServerEvent(self.key, Happened.GONE, now, alive_at, cause))
        try:
            await self.untold.tell(self.key)
        finally:
            await self.write_state()
            # Our own memory knows the last choice that was admitted. The Hub's would bring back
            # what was refused, as the defaults of the next start. At the end: the Hub writes its
            # session next, which any request that ends meanwhile would roll back.
            if self.orm_spawner.user_options:
                self.orm_spawner.user_options = {}


def _catalogue(policy: Policy, choice: Choice) -> tuple[Profile, Size]:
    """What a choice names, in the policy that it was admitted by."""
    community = policy.by_slug[choice.community]
    profile = next(p for p in community.profiles if p.slug == choice.profile)
    return profile, next(s for s in profile.sizes if s.slug == choice.size)
