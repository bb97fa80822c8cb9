"""OAuth: may this application know who you are?"""

from __future__ import annotations

from jupyterhub.apihandlers.auth import OAuthAuthorizeHandler

from catalyst_hub.hub.pages.localized import Localized


class ConsentPage(Localized, OAuthAuthorizeHandler):
    """The consent page; own servers and the hub's own services never ask."""

    is_strict = True
    # Its one form leads to the application, wherever that is.
    form_targets = ""
