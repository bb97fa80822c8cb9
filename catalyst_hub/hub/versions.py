"""What depends on the version of JupyterHub; no other module asks which one it is."""

from __future__ import annotations

import jupyterhub
from traitlets import TraitError

#: SpawnException, ``extra_user_scopes`` and ``start:servers`` are all there from here on.
OLDEST = (6, 1)


def require_supported_hub(version: tuple[object, ...] = jupyterhub.version_info) -> None:
    """Raise TraitError, in words an operator can act on, when JupyterHub is too old for us."""
    if tuple(version[:2]) < OLDEST:
        found = ".".join(str(part) for part in version[:3])
        wanted = ".".join(str(part) for part in OLDEST)
        raise TraitError(f"catalyst-hub needs JupyterHub {wanted} or newer, and this is {found}")
