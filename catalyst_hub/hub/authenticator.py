"""Who comes in, under which name, into which groups."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Container, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from jupyterhub.auth import Authenticator
from tornado.web import HTTPError
from traitlets import default

from catalyst_hub.bootstrap import OPENING_ERRORS, Runtime, open_runtime
from catalyst_hub.config import CatalystHub
from catalyst_hub.core.community import slug_of_group
from catalyst_hub.core.person import SignedIn
from catalyst_hub.core.restart import is_offered
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.hub import (
    announcements,
    consent_api,
    erasure,
    farewell_api,
    maintenance_api,
    membership,
    metrics,
    notices_api,
    opening,
    pages,
    readiness,
    report_api,
    server_api,
    servers_api,
    stops_api,
    untold,
    waiting_room,
    workshop_api,
)
from catalyst_hub.hub.adoption import adopted_user
from catalyst_hub.hub.blocked import BlockedError
from catalyst_hub.hub.idle_culler import second_culler_objection
from catalyst_hub.hub.newcomers import Newcomers
from catalyst_hub.hub.pending_links import PendingLinks
from catalyst_hub.hub.providers import HERE, ProviderNotInstalledError, SignInProvider, provider
from catalyst_hub.hub.providers.problems import RevokedError
from catalyst_hub.hub.providers.renewal import Renewals
from catalyst_hub.hub.providers.secrets import Secrets
from catalyst_hub.hub.providers.sign_in import SignIn
from catalyst_hub.hub.providers.workshop_accounts import WorkshopAccounts
from catalyst_hub.hub.reload import Reload
from catalyst_hub.hub.spawner import spawner_objection
from catalyst_hub.hub.start_slots import StartSlots, take_over
from catalyst_hub.hub.untold import Untold
from catalyst_hub.usecases.choose_language import choose_language
from catalyst_hub.usecases.refresh_memberships import refresh_memberships
from catalyst_hub.usecases.sign_in import sign_in

if TYPE_CHECKING:
    # It needs the extra oauth, which a hub with other providers does without.
    from catalyst_hub.hub.providers.oauth import OAuthProvider


@cache
def _set_apart_what_stays() -> None:
    """What a hub has loaded by now, it keeps: without this, Python's collector looks through all
    of it each time, which costs a storm of sign-ins a twentieth of the Hub's time.

    Once in a process: of several hubs in one, each ends.
    """
    gc.collect()
    gc.freeze()


class CatalystAuthenticator(Authenticator):
    """Signs people in through the providers of the communities file.

    Owns the store of the Hub's process (``runtime``), which the spawner and the pages use, too.
    Membership comes from the store alone. The Hub's admins among the people who sign in are the
    operators of the file, at every sign-in and refresh; ``admin_users`` and ``allowed_users``
    name Hub users for the operator's own purposes, and nobody becomes one of them by signing in.
    """

    #: There once the Hub has looked at its configuration, which is before anybody can sign in.
    runtime: Runtime
    #: Follows the communities file.
    reload: Reload
    #: Whose server starts next; there once the Hub has its routes.
    start_slots: StartSlots
    #: What the ledger has not heard of yet; there once the Hub has its routes.
    untold: Untold

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        #: The language each person has chosen, as far as we have seen them since the start.
        self.languages: dict[str, str] = {}
        self._names_in_hub: set[str] = set()
        self._providers: dict[str, SignInProvider] = {}
        self._elsewhere: dict[str, OAuthProvider] = {}
        self._renewals = Renewals(self.log)
        self.pending_links = PendingLinks()
        self.newcomers = Newcomers()

    @default("manage_groups")
    def _default_manage_groups(self) -> bool:
        return True

    @default("allow_all")
    def _default_allow_all(self) -> bool:
        # Whoever a provider knows may look; without a community there is nothing to start.
        return True

    @default("auth_refresh_age")
    def _default_auth_refresh_age(self) -> int:
        # Seconds until a change of membership reaches the Hub; asking our own store is cheap.
        return 60

    # --- the start of the Hub ---

    def check_allow_config(self) -> None:
        """Called by the Hub once, before it knows any user: open the store, or say why not."""
        app = self.parent
        try:
            self.runtime = open_runtime(CatalystHub(parent=app), accept_policy=True)
        except OPENING_ERRORS as error:
            self._exit(str(error))
        atexit.register(self.runtime.close)
        self.reload = Reload(app, self.runtime)
        self._make_providers(app)
        self._names_in_hub |= {name.lower() for name in self.admin_users | self.blocked_users}
        objections = (
            *(p.objection(app) for p in self._providers.values()),
            spawner_objection(app),
            second_culler_objection(app),
        )
        for objection in filter(None, objections):
            self._exit(f"This hub does not start: {objection}.")

    def _make_providers(self, app: Any) -> None:
        policy, folder = self.runtime.policy, CatalystHub(parent=app).secrets_dir
        secrets = Secrets(Path(folder) if folder else None)
        try:
            for described in policy.providers:
                made = provider(described, policy, secrets, self.log)
                self._providers[described.slug] = made
                if described.kind not in HERE:
                    self._elsewhere[described.slug] = cast("OAuthProvider", made)
        except ProviderNotInstalledError as error:
            self._exit(f"This hub does not start: {error}.")
        if self._elsewhere:
            # The Hub has looked for a key by now if it was told to; each of them will, too.
            self.enable_auth_state = True

    def _exit(self, message: str) -> None:
        self.log.critical(message)
        self.parent.exit(1)

    def get_handlers(self, app: Any) -> list[tuple[Any, ...]]:
        """Our pages, and the REST address of servers; these routes come before the Hub's own."""
        app.tornado_settings["catalyst"] = self.runtime
        _set_apart_what_stays()
        app.tornado_settings["catalyst_reload"] = self.reload
        self.start_slots = take_over(app)
        self.untold = untold.watch(app, self.runtime, CatalystHub(parent=app).untold_file)
        self.reload.start(CatalystHub(parent=app).reload_seconds)
        opening.watch(app, self.runtime)
        readiness.watch(app, self.runtime)
        waiting_room.watch(app, self.runtime)
        erasure.watch(app, self.runtime)
        announcements.watch(app, self.runtime)
        metrics.watch(app, self.runtime, self.reload)
        return [
            *pages.handlers(app),
            *server_api.handlers(),
            *servers_api.handlers(),
            *stops_api.handlers(),
            *membership.handlers(),
            *consent_api.handlers(),
            *maintenance_api.handlers(),
            *notices_api.handlers(),
            *farewell_api.handlers(),
            *report_api.handlers(),
            *workshop_api.handlers(),
        ]

    def add_user(self, user: Any) -> Any:
        """Told by the Hub of every user it has or gets: none of their names is free."""
        self._names_in_hub.add(user.name)
        return super().add_user(user)

    # --- signing in ---

    def sign_in_entries(self, language: str) -> list[dict[str, Any]]:
        """What the sign-in page offers; see :meth:`SignInProvider.entries`."""
        offered = (p for slug, p in self._providers.items() if self.is_offered(slug))
        return [entry for p in offered for entry in p.entries(language)]

    def oauth_provider(self, slug: str) -> OAuthProvider | None:
        """The provider elsewhere of that name, if there is one."""
        return self._elsewhere.get(slug) if self.is_offered(slug) else None

    def has_workshop_accounts(self, slug: str) -> bool:
        """Whether people without an account elsewhere may come in by a provider of that name."""
        made = self._providers.get(slug)
        return isinstance(made, WorkshopAccounts) and self.is_offered(slug)

    @property
    def names_in_hub(self) -> Container[str]:
        """Names that nobody may get any more, whether or not the store knows whose they are."""
        return self._names_in_hub

    def is_offered(self, slug: str) -> bool:
        """Providers are made at the Hub's start; one that the file has lost lets nobody in."""
        return is_offered(self.reload.started, self.runtime.policy, slug)

    async def authenticate(self, handler: Any, data: Mapping[str, Any]) -> dict[str, Any] | None:
        """The Hub's model of whoever posted ``provider`` and its fields, or ``came`` back from a
        provider, which no form can say; None: nobody."""
        came = data.get("came")
        if not isinstance(came, SignIn):
            came = self.identified(data)
        if came is None:
            return None
        try:
            signed = await self._sign_in(came, adopted=adopted_user(self, handler, came))
        except StoreUnavailableError as error:
            self.log.exception("The store cannot sign anybody in")
            raise HTTPError(503, "The store is not available") from error
        if signed is None:
            raise BlockedError(self.runtime.policy.contact)
        name = signed.person.name
        self._renewals.signed_in(name, self.runtime.now())
        user = handler.find_user(name) if name in self._names_in_hub else None
        if user is None:
            self.newcomers.expect(name, signed.groups)
        return self._model(signed, user) | {"auth_state": came.auth_state}

    def identified(self, fields: Mapping[str, Any]) -> SignIn | None:
        """Who posted ``provider`` and its fields; None: nobody it knows."""
        slug = fields.get("provider", "")
        chosen = self._providers.get(slug) if self.is_offered(slug) else None
        return chosen.identify(fields) if chosen else None

    async def _sign_in(
        self, came: SignIn, *, adopted: str | None = None, is_visit: bool = True
    ) -> SignedIn | None:
        """Who she is; None: the file blocks her."""
        runtime, taken = self.runtime, self._names_in_hub
        identity, claims = came.identity, came.claims
        signed = await runtime.write(
            lambda uow: sign_in(
                uow,
                runtime.policy,
                identity,
                claims,
                runtime.now(),
                taken,
                adopted=adopted,
                is_visit=is_visit,
            )
        )
        if signed is not None:
            await self._learn_language(signed, came.language)
        return signed

    async def _learn_language(self, signed: SignedIn, told: str | None) -> None:
        """What a provider says counts until the person says otherwise."""
        name, chosen = signed.person.name, signed.person.language
        if told and not chosen:
            await self.runtime.write(lambda uow: choose_language(uow, name, told))
        self._remember(name, chosen or told)

    def _remember(self, name: str, language: str | None) -> None:
        if language:
            self.languages[name] = language

    def is_admin(self, handler: Any, authentication: dict[str, Any]) -> None:
        """Nobody by name: operators are bound by provider and subject, in our own answer."""

    def normalize_username(self, username: str) -> str:
        """A name that is in the Hub already stays as it is: a hub that switches over to us may
        have capitals in it. ``username_map`` counts for adoption only; see ``adopted_user``."""
        return username if username in self._names_in_hub else username.lower()

    async def refresh_user(self, user: Any, handler: Any = None) -> bool | dict[str, Any]:
        """What has changed since; True: nothing; False: she has to sign in again, because her
        provider says so, or the file blocks her.

        Never an error: the Hub would take the person for a stranger, refuse their servers' signs
        of life, and a culler would then stop what is in use.
        """
        try:
            came = await self._renewals.renew(user, self._elsewhere, self.runtime.now())
            if came is not None and (signed := await self._renewed(user, came)):
                return self._model(signed, user) | {"auth_state": came.auth_state}
            return await self._follow(user, handler)
        except RevokedError:
            return False
        except StoreUnavailableError:
            self.log.warning("The store is not available; %s stays as they were", user.name)
        except Exception:
            self.log.exception("Could not refresh %s", user.name)
        return True

    async def _renewed(self, user: Any, came: SignIn) -> SignedIn | None:
        identity = came.identity
        person = await self.runtime.read(lambda uow: uow.people.by_identity(identity))
        if person is None or person.name != user.name:
            self._renewals.revoke(user.name)
            raise RevokedError("this is not her identity any more")
        return await self._sign_in(came, is_visit=False)

    async def _follow(self, user: Any, handler: Any) -> bool | dict[str, Any]:
        signed = await self._stored(user)
        if signed is None:
            return True
        if signed.is_blocked:
            # Whoever has to sign in again keeps the groups, for the servers' sake; not so she.
            await handler.auth_to_user({**self._model(signed, user), "auth_state": None}, user)
            return False
        return self._news(signed, user)

    async def _stored(self, user: Any) -> SignedIn | None:
        runtime, name = self.runtime, user.name
        signed = await runtime.read(
            lambda uow: refresh_memberships(uow, runtime.policy, name, runtime.now())
        )
        if signed is not None:
            self._remember(name, signed.person.language)
        return signed

    async def from_store(self, user: Any) -> bool | dict[str, Any]:
        """Where she belongs by now, without asking her provider; True: nothing has changed."""
        signed = await self._stored(user)
        return True if signed is None else self._news(signed, user)

    def _news(self, signed: SignedIn, user: Any) -> bool | dict[str, Any]:
        model = self._model(signed, user)
        is_same = model["admin"] == user.admin and set(model["groups"]) == _groups_of(user)
        return True if is_same else model

    def _model(self, signed: SignedIn, user: Any | None) -> dict[str, Any]:
        """The Hub replaces all groups of a user by these, so the operator's own are among them."""
        others = {name for name in _groups_of(user) if not self._is_ours(name)}
        return {
            "name": signed.person.name,
            "admin": signed.is_operator,
            "groups": sorted(signed.groups | others),
        }

    def _is_ours(self, group: str) -> bool:
        slug = slug_of_group(group)
        return slug in self.runtime.policy.by_slug or slug in self.runtime.former


def _groups_of(user: Any | None) -> set[str]:
    return {group.name for group in user.groups} if user is not None else set()
