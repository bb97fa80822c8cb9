"""What a hub is configured to start its servers with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jupyterhub.spawner import Spawner


def is_jupyter(command: Iterable[str] | None) -> bool:
    """Whether it ends in Jupyter's own server, which takes Jupyter's options."""
    return "singleuser" in " ".join(command or ())


def configured(cls: type[Spawner], app: Any, trait: str) -> Any:
    """What an app's configuration sets a trait of a class to; None: nothing."""
    names = (f"{base.__name__}.{trait}" for base in cls.__mro__)
    section = next((name.partition(".")[0] for name in names if name in app.config), None)
    return app.config[section][trait] if section else None
