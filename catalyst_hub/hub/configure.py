"""One call in jupyterhub_config.py: ``configure(c)``. It adds to what is there, in four parts."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from typing import Any

from jupyterhub.app import JupyterHub
from traitlets import TraitError
from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue
from traitlets.log import get_logger

from catalyst_hub import communities_file
from catalyst_hub.bootstrap import OPENING_ERRORS, open_runtime
from catalyst_hub.communities_file import CommunitiesFileError
from catalyst_hub.config import LONGEST_LOOK_S, CatalystHub
from catalyst_hub.core.policy import Policy
from catalyst_hub.hub.authenticator import CatalystAuthenticator
from catalyst_hub.hub.idle_culler import (
    FormerCuller,
    is_idle_culler,
    read_command,
    roles_without,
)
from catalyst_hub.hub.pages import configure_pages
from catalyst_hub.hub.roles import (
    CHAMPION_SERVICE,
    CULLER_SERVICE,
    CUSTOM_SCOPES,
    SCOPES_OF_PAGES,
    USER_SCOPES,
    culler_role,
    wanted_roles,
)
from catalyst_hub.hub.tokens import service_token
from catalyst_hub.hub.versions import require_supported_hub


def configure(c: Config) -> None:
    """All of catalyst-hub. Set ``c.CatalystHub`` before, everything of the Hub before or after."""
    configure_authenticator(c)
    configure_spawner(c)
    configure_culler(c)
    configure_champion(c)


def replace_idle_culler(c: Config, like: str | Sequence[str] | None = None) -> None:
    """Ours in the place of jupyterhub-idle-culler, with its limits where the communities file says
    none. Before :func:`configure`, after the services are set.

    Its service and the role of it are taken out of the configuration; where they are gone already,
    ``like`` is its command, or the options alone. What of it ours does not do is logged. Raises
    TraitError when there is no such service, and for what ours would stop and it did not.
    """
    services, roles = _entries(c.JupyterHub, "services"), _entries(c.JupyterHub, "load_roles")
    old = [service for service in services if is_idle_culler(service)]
    commands = [service["command"] for service in old if service.get("command")]
    if like is None and len(commands) != 1:
        raise TraitError(
            f"replace_idle_culler(c) found {len(commands)} commands of jupyterhub-idle-culler in"
            " c.JupyterHub.services. Set the services before, or say how it was run:"
            " replace_idle_culler(c, ['--timeout=3600'])"
        )
    folder = Path(next((service["cwd"] for service in old if service.get("cwd")), ""))
    _take_over(c, read_command(commands[0] if like is None else like, folder))
    gone = {service["name"] for service in old}
    c.JupyterHub.services = [service for service in services if service not in old]
    c.JupyterHub.load_roles = list(roles_without(roles, gone))


def _take_over(c: Config, former: FormerCuller) -> None:
    ours = c.CatalystHub
    limits = {"idle": former.idle_s, "max_age": former.max_age_s}
    kinds = {
        "default_servers": former.default_servers,
        "named_servers": former.named_servers,
    }
    spared = {kind: is_culled for kind, is_culled in kinds.items() if not is_culled}
    _set_unless_given(ours, "usual_culling", limits | spared)
    if former.stops_at_once is not None:
        _set_unless_given(ours, "culler_stops_at_once", former.stops_at_once)
    if former.every_s is not None:
        _set_unless_given(ours, "culler_every", min(former.every_s, LONGEST_LOOK_S))
    if (former.every_s or 0) > LONGEST_LOOK_S:
        get_logger().info(
            "cull_every: the culler looks every %s s, for the ledger hears of servers by it",
            LONGEST_LOOK_S,
        )
    _set_unless_given(ours, "culler_removes_named_servers", former.is_removing)
    for sentence in former.lost:
        get_logger().warning("jupyterhub-idle-culler is replaced, but for %s", sentence)


def configure_authenticator(c: Config) -> None:
    """Sign-in, membership, and the pages of the hub."""
    require_supported_hub()
    _set_unless_given(c.JupyterHub, "authenticator_class", "catalyst")
    _require_our_authenticator(c.JupyterHub.authenticator_class)
    configure_pages(c)


def configure_spawner(c: Config) -> None:
    """Admission and ledger around every server."""
    _set_unless_given(c.JupyterHub, "spawner_class", "catalyst-local")


def configure_culler(c: Config) -> None:
    """The loop beside the Hub, unless the operator runs it elsewhere under the same name."""
    _add_custom_scopes(c)
    _add_role(c, culler_role())
    settings = CatalystHub(config=c)
    command = [*_module("catalyst_hub.culler"), *_patience(c)]
    command += ["--stops-at-once", str(settings.culler_stops_at_once)]
    command += ["--every", str(settings.culler_every)]
    if settings.culler_removes_named_servers:
        command.append("--remove-named-servers")
    if settings.culler_metrics_port:
        command += ["--metrics-port", str(settings.culler_metrics_port)]
    mail = settings.mail_environment()
    _add_service(c, {"name": CULLER_SERVICE, "command": command, "environment": mail})


def _patience(c: Config) -> list[str]:
    """How long a start may take by the timeouts that are set so far, and a minute; none: the
    culler knows the Hub's own."""
    sections = [section for section in c.values() if isinstance(section, Config)]
    starts = [section.start_timeout for section in sections if "start_timeout" in section]
    answers = [section.http_timeout for section in sections if "http_timeout" in section]
    if not starts and not answers:
        return []
    return ["--patience", str(max(starts, default=60) + max(answers, default=30) + 60)]


def configure_champion(c: Config) -> None:
    """The champions' pages, and the power that goes with being one."""
    hub, settings = c.JupyterHub, CatalystHub(config=c)
    _add_custom_scopes(c)
    _extend(hub, "extra_user_scopes", USER_SCOPES)
    policy = _policy(settings)
    for role in wanted_roles(policy) if policy else ():
        _add_role(c, role)
    _add_service(
        c,
        {
            "name": CHAMPION_SERVICE,
            "url": f"http://127.0.0.1:{settings.champion_port}",
            "command": _module("catalyst_hub.champion"),
            "oauth_no_confirm": True,
            # The most it may do with the token of whoever has signed in, who may hold less.
            "oauth_client_allowed_scopes": list(SCOPES_OF_PAGES),
        },
    )


def _policy(config: CatalystHub) -> Policy | None:
    """That of the file that the Hub is about to put into force, or else the last good one.

    None when there is neither: the Hub's start then says what is wrong, and ends.
    """
    try:
        settings = config.settings()
        return communities_file.load(settings.communities_file, settings.usual_culling)
    except CommunitiesFileError:
        return _last_good(config)


def _last_good(config: CatalystHub) -> Policy | None:
    try:
        runtime = open_runtime(config, accept_policy=False)
    except OPENING_ERRORS:
        return None
    with closing(runtime):
        return runtime.policy


def _add_custom_scopes(c: Config) -> None:
    c.JupyterHub.custom_scopes.update({name: dict(about) for name, about in CUSTOM_SCOPES.items()})


def _module(name: str) -> list[str]:
    return [sys.executable, "-m", name]


def _require_our_authenticator(given: str | type) -> None:
    """Others know nothing of communities: a hub with one would look well, and start nothing."""
    chosen = JupyterHub.class_traits()["authenticator_class"].validate(JupyterHub, given)
    if not issubclass(chosen, CatalystAuthenticator):
        raise TraitError(
            f"c.JupyterHub.authenticator_class = {given!r} knows no communities: set it to"
            " 'catalyst', and let the providers of the communities file sign people in"
        )


def _set_unless_given(section: Config, name: str, value: object) -> None:
    if name not in section:
        section[name] = value


def _extend(section: Config, name: str, items: Iterable[str]) -> None:
    """Add to a list or set, as the operator wrote it; what is not there yet is made."""
    given: Any = getattr(section, name)
    add = given.extend if isinstance(given, list) else given.update
    add(set(items))


def _add_role(c: Config, role: Mapping[str, Any]) -> None:
    """A role the operator has written under the same name is theirs."""
    if role["name"] not in _names(c.JupyterHub, "load_roles"):
        c.JupyterHub.load_roles.append(dict(role))


def _add_service(c: Config, service: dict[str, Any]) -> None:
    """A service the operator has written under the same name is theirs."""
    if service["name"] in _names(c.JupyterHub, "services"):
        return
    settings = CatalystHub(config=c)
    # Whoever is started by a Hub that is killed meanwhile would never know that it had another one.
    common = settings.settings().to_environment() | {"CATALYST_HUB_PID": str(os.getpid())}
    own = {
        "api_token": service_token(Path(settings.tokens_file), service["name"]),
        "environment": common | service.get("environment", {}),
    }
    c.JupyterHub.services.append(service | own)


def _names(section: Config, name: str) -> set[str]:
    return {entry["name"] for entry in _entries(section, name)}


def _entries(section: Config, name: str) -> list[dict[str, Any]]:
    given = section.get(name, [])
    # A copy, for reading a lazy value fixes it: what is added later would be lost.
    return list(deepcopy(given).get_value([]) if isinstance(given, LazyConfigValue) else given)
