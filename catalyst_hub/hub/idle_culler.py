"""jupyterhub-idle-culler: how a hub ran it, what of that ours takes over, and that it is gone.

Two cullers on one hub would each stop what the other spares.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from traitlets import TraitError
from traitlets.config.loader import PyFileConfigLoader

from catalyst_hub.hub.roles import CULLER_SERVICE

#: What a command says by which it is known, and a name: not that of a Mr McCulloch.
_PROGRAM = re.compile(r"jupyterhub[-_]idle[-_]culler|cull[-_]idle", re.IGNORECASE)
_CALLED = re.compile(r"culler|cull[-_. ]?idle|(?<![a-z])cull(ing|s)?(?![a-z])", re.IGNORECASE)
#: Who deletes a user stops all that is theirs before.
_STOPPING = {"delete:servers", "servers", "admin:servers", "delete:users", "admin:users"}
#: A role that has its scopes from JupyterHub, all of them.
_MIGHTY = "admin"
_CONFIG_FILE = "idle_culler_config.py"
_USUAL = {
    "timeout": 600,
    "max_age": 0,
    "concurrency": None,
    "cull_every": 0,
    "remove_named_servers": False,
    "cull_default_servers": True,
    "cull_named_servers": True,
}
_FLAGS = {name for name, usual in _USUAL.items() if isinstance(usual, bool)}
_WORDS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}

#: What it did and ours does not, and what is done instead; nothing is stopped for that.
_LOST = {
    "cull_users": "people are not deleted for being away; temporary accounts go after their"
    " workshop",
    "ssl_enabled": "the culler does not speak to a Hub with internal_ssl",
    "internal_certs_location": "the culler does not speak to a Hub with internal_ssl",
    "url": "the Hub tells the culler where its API is",
    "api_page_size": "the culler asks for pages of 200 users",
    "generate_config": "the communities file is the configuration",
    **dict.fromkeys(
        ("log_level", "log_format", "log_datefmt", "logging_config"),
        "the culler writes its log as all of our processes do",
    ),
    "cull_admin_users": "it was for cull_users alone, and people are not deleted",
}
#: What it spared and ours would stop, with what to write instead.
_SPARED = {
    "cull_arbiter_hook": "the decision is no Python of yours; say it in the communities file, by"
    " profile or hour",
}


@dataclass(frozen=True, slots=True)
class FormerCuller:
    """How it ran: times in seconds, None: never for that. ``stops_at_once`` and ``every_s`` None:
    nobody said. Servers without a name, and those with one, it stopped as idle or never.
    ``lost`` are sentences on what of it ours does not do."""

    idle_s: int | None
    max_age_s: int | None
    stops_at_once: int | None
    every_s: int | None
    is_removing: bool
    default_servers: bool
    named_servers: bool
    lost: tuple[str, ...] = ()


def read_command(command: str | Sequence[str], folder: Path) -> FormerCuller:
    """What a command, or its options alone, would have done in a folder.

    Raises TraitError with every option that is unknown, malformed, or spared servers in a way
    that ours does not.
    """
    said = dict(_options(_words(command)))
    own = folder / str(said.pop("config_file", _CONFIG_FILE))
    if own.is_file():
        section = PyFileConfigLoader(own.name, str(own.parent)).load_config().IdleCuller
        said = dict(section) | said
    wrong = list(_wrong(said))
    if wrong:
        what = "jupyterhub-idle-culler cannot be replaced as it runs"
        raise TraitError(f"{what}: {'; '.join(wrong)}")
    whole = _USUAL | said
    return FormerCuller(
        whole["timeout"] or None,
        whole["max_age"] or None,
        whole["concurrency"] or None,
        whole["cull_every"] or None,
        whole["remove_named_servers"],
        whole["cull_default_servers"],
        whole["cull_named_servers"],
        tuple(f"{name}: {why}" for name, why in _LOST.items() if _asks_for(name, said)),
    )


def _asks_for(name: str, said: Mapping[str, Any]) -> bool:
    """Whether it was set to something that made a difference."""
    return bool(said.get(name))


def _words(command: str | Sequence[str]) -> list[str]:
    """The options that follow the program; all words, when it is not named. Raises TraitError."""
    try:
        words = shlex.split(command) if isinstance(command, str) else [*map(str, command)]
        at = _program_at(words)
        # The word itself may be a line for a shell, with options in it.
        line = [] if at is None else shlex.split(words[at])
    except ValueError as error:
        raise TraitError(f"the command of jupyterhub-idle-culler cannot be read: {error}") from None
    within = _program_at(line)
    return words if at is None or within is None else [*line[within + 1 :], *words[at + 1 :]]


def _program_at(words: Sequence[str]) -> int | None:
    """Where it is named, last before its options: their values may have its name in them, too, and
    so may the folder of the Python that runs it."""
    named = [at for at, word in enumerate(words) if word[:1] != "-" and _is_named_in(word)]
    if not named or words[0].startswith("-"):
        return None
    own = (at for at in range(named[0], len(words)) if words[at].startswith("--"))
    options = next(own, len(words))
    return max(at for at in named if at < options)


def _is_named_in(word: str) -> bool:
    return _PROGRAM.search(word) is not None


def _options(words: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """By name, as its configuration has them; a flag without a value is true."""
    rest = list(words)
    while rest:
        name, is_given, value = rest.pop(0).partition("=")
        if not name.startswith("-"):
            yield name, None
            continue
        if not is_given and rest and not rest[0].startswith("-"):
            value = rest.pop(0)
        key = name.lstrip("-").removeprefix("IdleCuller.").replace("-", "_")
        yield ("config_file" if key == "config" else key), _value(value)


def _value(written: str) -> Any:
    if written.lower() in _WORDS and not written.isdigit():
        return _WORDS[written.lower()]
    if written.isascii() and written.isdigit():
        return int(written)
    return written or True


def _wrong(said: dict[str, Any]) -> Iterator[str]:
    """What cannot be taken over; 0 and 1 become what their option wants."""
    for name, value in said.items():
        if name in _FLAGS:
            said[name] = bool(value)
        elif name in _USUAL:
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                yield f"{name} is no number of seconds or servers: {value!r}"
        elif name in _SPARED:
            yield f"{name}: {_SPARED[name]}"
        elif name not in _LOST:
            yield f"{name} is no option of it that we know"


def is_idle_culler(service: Mapping[str, Any]) -> bool:
    """Whether a service is a culler that is not ours, by its command, whatever it is called, or by
    its name."""
    command = service.get("command") or ()
    words = [command] if isinstance(command, str) else [str(word) for word in command]
    return any(map(_is_named_in, words)) or _is_called_so(str(service.get("name", "")))


def _is_called_so(name: str) -> bool:
    return name != CULLER_SERVICE and _CALLED.search(name) is not None


def roles_without(
    roles: Iterable[dict[str, Any]], services: Collection[str]
) -> Iterator[dict[str, Any]]:
    """Roles without these services; one that only they had goes."""
    for role in roles:
        left = [name for name in role.get("services", ()) if name not in services]
        if len(left) == len(role.get("services", ())):
            yield role
        elif left or role.get("users") or role.get("groups"):
            yield role | {"services": left}


def second_culler_objection(app: Any) -> str | None:
    """Why a hub does not start with this configuration; None: nobody stops servers beside us."""
    names = [str(service["name"]) for service in app.services if is_idle_culler(service)]
    names += [name for name in _by_role(app.load_roles) if name not in names]
    if not names:
        return None
    return (
        f"{' and '.join(names)} would stop servers that our culler spares, without a notice. Write"
        " replace_idle_culler(c) before configure(c) in jupyterhub_config.py (from"
        " catalyst_hub.hub): it takes the old service out, and its settings over. Or remove the"
        " service and its role from c.JupyterHub.services and c.JupyterHub.load_roles yourself"
    )


def _by_role(roles: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Cullers that run elsewhere: services that are called so and may stop servers."""
    for role in roles:
        scopes = {str(scope).partition("!")[0] for scope in role.get("scopes", ())}
        if scopes & _STOPPING or role.get("name") == _MIGHTY:
            yield from filter(_is_called_so, map(str, role.get("services", ())))
