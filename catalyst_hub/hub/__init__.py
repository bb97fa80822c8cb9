"""Inside the Hub's process: sign-in, pages, picker, admission, and the configuration of it all."""

from __future__ import annotations

from catalyst_hub.hub.configure import (
    configure,
    configure_authenticator,
    configure_champion,
    configure_culler,
    configure_spawner,
    replace_idle_culler,
)

__all__ = [
    "configure",
    "configure_authenticator",
    "configure_champion",
    "configure_culler",
    "configure_spawner",
    "replace_idle_culler",
]
