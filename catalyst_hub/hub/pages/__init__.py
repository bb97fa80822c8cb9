"""Every page a learner sees. The authenticator installs them: its routes come first."""

from __future__ import annotations

from catalyst_hub.hub.pages.localized import LANGUAGE_COOKIE, Localized, localized
from catalyst_hub.hub.pages.routes import handlers
from catalyst_hub.hub.pages.settings import configure_pages

__all__ = ["LANGUAGE_COOKIE", "Localized", "configure_pages", "handlers", "localized"]
