"""Where the files lie that are not Python: templates, catalogues, schemas, drop-ins, units.

A checkout keeps them at the root of the repository, an installed wheel inside the package.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "share"
_CHECKOUT = _PACKAGE.parent


def share_dir() -> Path:
    """The folder with ``templates``, ``static``, ``locale``, ``schemas`` and ``demo``."""
    return _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT / "share" / "catalyst_hub"


@cache
def static_version(name: str) -> str:
    """Ten characters that change when the content of ``static/<name>`` does."""
    return sha256((share_dir() / "static" / name).read_bytes()).hexdigest()[:10]


def config_dir() -> Path:
    """The folder of drop-ins that ``share_dir() / "jupyterhub_config.py"`` loads in order."""
    return _beside("jupyterhub_config.d")


def services_dir() -> Path:
    """The folder that describes each process beside the Hub: its role, scopes and units."""
    return _beside("services")


def _beside(name: str) -> Path:
    return (_INSTALLED if _INSTALLED.is_dir() else _CHECKOUT) / name
