"""Which language an answer of the Hub is in."""

from __future__ import annotations

from typing import Any

from catalyst_hub.core.language import choose_language
from catalyst_hub.core.policy import Policy
from catalyst_hub.hub.pages import LANGUAGE_COOKIE
from catalyst_hub.i18n import Translator, translator


def translator_for(handler: Any | None, policy: Policy, community_slug: str | None) -> Translator:
    """Speaks to whoever made a request: their choice, else the community's, else the browser's.

    Without a request (a start the Hub made by itself) the community decides.
    """
    community = policy.community(community_slug or "")
    language = choose_language(
        _own_language(handler) if handler else None,
        community.languages if community else (),
        handler.request.headers.get("Accept-Language", "") if handler else "",
    )
    return translator(language, community.country if community else None)


def _own_language(handler: Any) -> str | None:
    """Chosen in this browser, or on another device."""
    name = getattr(handler.current_user, "name", "")
    return handler.get_cookie(LANGUAGE_COOKIE) or handler.authenticator.languages.get(name)
