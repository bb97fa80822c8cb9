"""Which of the Hub's users from before catalyst-hub somebody is who signs in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyterhub.auth import Authenticator

from catalyst_hub.core.person import adopted_login
from catalyst_hub.core.policy import is_operator
from catalyst_hub.hub.providers.sign_in import SignIn

if TYPE_CHECKING:
    from catalyst_hub.hub.authenticator import CatalystAuthenticator


def adopted_user(authenticator: CatalystAuthenticator, handler: Any, came: SignIn) -> str | None:
    """The name of the Hub user she was, if she came through the provider that adopts; whether
    somebody has that name by now, the store knows.

    The Hub's authenticators make names from logins in small letters and by ``username_map``; a
    user who was made in another way may be called as the login stands. An admin is adopted by
    nobody but an operator of the file, for admins of the Hub are made by that file alone.
    """
    policy = authenticator.runtime.policy
    login = adopted_login(policy.provider(came.identity.provider), came.claims)
    if not login:
        return None
    usual = Authenticator.normalize_username(authenticator, login)
    user = handler.find_user(usual) or handler.find_user(login)
    if user is None:
        return None
    is_admin = user.admin or user.name in authenticator.admin_users
    return user.name if not is_admin or is_operator(policy, came.identity) else None
