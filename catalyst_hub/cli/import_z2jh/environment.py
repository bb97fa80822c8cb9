"""What runs in a profile's servers: the catalogue's own keys where it has them, else traits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from catalyst_hub.cli.import_z2jh.overrides import OF_A_SIZE, Traits
from catalyst_hub.cli.import_z2jh.profile_list import OwnValue
from catalyst_hub.core.profile import INTERFACES

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.A)
#: KubeSpawner fills in what stands in braces; the catalogue's variables are final.
_FILLED_IN = re.compile(r"[{}]")
_BY_ADDRESS: Mapping[str, str] = {address: name for name, address in INTERFACES.items()}
_LONGEST_LINE, _LONGEST_WORD = 200, 1000


def environment_of(common: Traits, own: OwnValue | None) -> dict[str, Any]:
    """The keys of a profile: environment, interfaces and kubespawner, those that say something."""
    rest = {name: value for name, value in common.items() if name not in OF_A_SIZE}
    if own is not None:
        rest.pop("image", None)
    environment = _own_image(own) | _image(rest) | _command(rest) | _folder(rest)
    environment |= _variables(rest)
    profile: dict[str, Any] = {"environment": environment}
    # Without an address a server opens at its own, which is JupyterLab's.
    address = str(rest.pop("default_url", None) or INTERFACES["lab"])
    if address in _BY_ADDRESS:
        profile["interfaces"] = [_BY_ADDRESS[address]]
    else:
        rest["default_url"] = address
    return profile | ({"kubespawner": rest} if rest else {})


def _own_image(own: OwnValue | None) -> dict[str, Any]:
    if own is None:
        return {}
    words = {"pattern": own.pattern, "message": own.message}
    return {"own_image": {key: word for key, word in words.items() if word} or {"pattern": ".+"}}


def _image(rest: Traits) -> dict[str, Any]:
    return _taken(rest, "image", "image")


def _folder(rest: Traits) -> dict[str, Any]:
    return _taken(rest, "working_dir", "working_dir")


def _taken(rest: Traits, trait: str, key: str) -> dict[str, Any]:
    value = rest.get(trait)
    if not isinstance(value, str) or not _fits(value, _LONGEST_LINE):
        return {}
    del rest[trait]
    return {key: value}


def _command(rest: Traits) -> dict[str, Any]:
    command = rest.get("cmd")
    words = [command] if isinstance(command, str) else command
    if not isinstance(words, list) or not all(
        isinstance(word, str) and _fits(word, _LONGEST_WORD) for word in words
    ):
        return {}
    del rest["cmd"]
    return {"command": words}


def _variables(rest: Traits) -> dict[str, Any]:
    """Those that are words; what is filled in from the hub stays a trait."""
    given = rest.pop("environment", None) or {}
    words = {name: str(v) for name, v in given.items() if _is_word(name, v)}
    if others := {name: value for name, value in given.items() if name not in words}:
        rest["environment"] = others
    return {"variables": words} if words else {}


def _is_word(name: str, value: Any) -> bool:
    if not _VARIABLE.fullmatch(name) or isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return True
    return (
        isinstance(value, str) and _fits(value, _LONGEST_WORD) and _FILLED_IN.search(value) is None
    )


def _fits(text: str, longest: int) -> bool:
    return 0 < len(text) <= longest and text == text.strip() and text.isprintable()
