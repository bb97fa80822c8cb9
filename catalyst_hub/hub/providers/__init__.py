"""Ways to sign in: each kind a module with a class; :func:`provider` makes one from the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any, Protocol

from catalyst_hub.core.phrase import WORKSHOP_ACCOUNTS
from catalyst_hub.core.policy import Policy, Provider
from catalyst_hub.core.wanted import Wanted
from catalyst_hub.hub.providers.demo import DemoProvider
from catalyst_hub.hub.providers.secrets import Secrets
from catalyst_hub.hub.providers.sign_in import SignIn
from catalyst_hub.hub.providers.workshop_accounts import WorkshopAccounts

#: Kinds whose people the hub itself knows; all others ask a provider elsewhere.
HERE: Mapping[str, Callable[[Provider], SignInProvider]] = MappingProxyType(
    {"demo": DemoProvider, WORKSHOP_ACCOUNTS: WorkshopAccounts}
)


class SignInProvider(Protocol):
    """What the authenticator asks of a way to sign in."""

    def objection(self, app: Any) -> str | None:
        """Why a hub with these settings may not offer it; None: it may."""

    def entries(self, language: str) -> list[dict[str, Any]]:
        """What the sign-in page shows of it: ``id``, ``title``, ``kind`` (``demo``, ``password``,
        ``workshop`` or ``oauth``), ``login_url`` (None: the sign-in form itself), ``personas``."""

    def identify(self, fields: Mapping[str, str]) -> SignIn | None:
        """Who posted these fields of the sign-in form; None: nobody it knows."""


class ProviderNotInstalledError(Exception):
    """What a provider needs is not there; the message says how to get it."""


def provider(described: Provider, policy: Policy, secrets: Secrets, log: Any) -> SignInProvider:
    """The provider that an entry of the communities file describes."""
    if described.kind in HERE:
        return HERE[described.kind](described)
    if find_spec("oauthenticator") is None:
        raise ProviderNotInstalledError(
            f"the provider {described.slug!r} needs oauthenticator:"
            " run pip install 'catalyst-hub[oauth]'"
        )
    # An extra: a hub without such providers does without it.
    from catalyst_hub.hub.providers.oauth import OAuthProvider

    wanted = Wanted.by(policy.rules_of(described.slug))
    return OAuthProvider(described, wanted, secrets, log)
