"""Everything that is not carried over, each with its place and the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catalyst_hub.cli.import_z2jh.communities import Imported
from catalyst_hub.communities_file.problem import Path, shown, spelled

_STAYS = "stays in the chart's values, which the new hub goes on using"
_HUBS_OWN = "stays in the hub's own configuration (hub.config), which we leave alone"
_CULLER = "the culler has its own rhythm and stops through the Hub"
_SIGN_IN = "the new hub's providers ask for what the rules need"
_BRAND = "pages show the title; there is no place for a picture or an address of its owner"
_STAFF = "people of the service that ran this hub; name the new hub's own operators"

#: Where in z2jh's values -> why it is not in the communities file. The longest prefix counts.
_REASONS: dict[str, str] = {
    "cull": _CULLER,
    "cull.every": "c.CatalystHub.culler_every has it, up to 60, in the hub's configuration",
    "cull.users": "nobody is deleted for being away; temporary accounts go after their workshop",
    "cull.adminUsers": "it was for cull.users alone",
    "cull.concurrency": "c.CatalystHub.culler_stops_at_once has it, in the hub's configuration",
    "cull.removeNamedServers": (
        "c.CatalystHub.culler_removes_named_servers has it, in the hub's configuration"
    ),
    "custom": "the old chart's own code read it",
    "custom.2i2c": _STAFF,
    "custom.homepage": _BRAND,
    "hub": _STAYS,
    "hub.config": _HUBS_OWN,
    "hub.config.Authenticator": _SIGN_IN,
    "hub.config.Authenticator.allow_existing_users": (
        "the rules say who belongs; those who came otherwise are invited"
    ),
    "hub.config.OAuthenticator": _SIGN_IN,
    "hub.config.OAuthenticator.allow_existing_users": (
        "the rules say who belongs; those who came otherwise are invited"
    ),
    "hub.config.JupyterHub.authenticator_class": "there is no such provider",
    "hub.extraConfig": "Python that changes the hub; see whether the new one still needs it",
    "ingress": _STAYS,
    "prePuller": _STAYS,
    "proxy": _STAYS,
    "scheduling": _STAYS,
    "scheduling.userPlaceholder": "stays in the chart's values until workshops keep seats warm",
    "singleuser": _STAYS,
    "singleuser.profileList": "the catalogue has no such key",
}
_AUTHENTICATORS = ("OAuthenticator", "Authenticator")
_OUTSIDE = {
    "binderhub-service": "images are built by a service of its own, which goes on with its values",
    "dask-gateway": "dask-gateway goes on with its own values",
    "jupyterhub-home-nfs": "homes and their quota stay with the file server",
    "nfs": "homes stay where they are, by the chart's values",
}
_LAST_KEYS = {
    "oauth_callback_url": "each provider has its own: https://HUB/hub/oauth_callback/PROVIDER",
    "dynamic_image_building": "images are not built from the picker",
    "description": "the picker shows the limits of a size itself",
}


@dataclass(frozen=True, slots=True, order=True)
class Leftover:
    """One value that is not in the communities file."""

    file: str
    line: int
    column: int
    path: str
    reason: str

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"{self.file}:{self.line}:{self.column}: {self.path}"


def leftovers(imported: Iterable[Imported]) -> list[Leftover]:
    """In the order of the files; each place once, however many hubs or aliases lead to it."""
    found: dict[tuple[object, ...], Leftover] = {}
    for one in imported:
        for leftover in _of(one):
            key = leftover.file, leftover.line, leftover.column, leftover.reason
            found.setdefault(key, leftover)
    return sorted(found.values())


def by_reason(found: Iterable[Leftover]) -> dict[str, list[Leftover]]:
    """The reason that most have comes last: it is the least surprising."""
    groups: dict[str, list[Leftover]] = {}
    for leftover in found:
        groups.setdefault(leftover.reason, []).append(leftover)
    return dict(sorted(groups.items(), key=lambda group: (len(group[1]), group[0])))


def _of(imported: Imported) -> Iterator[Leftover]:
    values, root = imported.hub.values, imported.hub.z2jh.path
    for path, reason in values.dropped.items():
        yield Leftover(*values.place(path), spelled(path), reason)
    grouped: dict[Path, str] = {}
    for path in values.leaves():
        whole, reason = _explained(path, root)
        grouped.setdefault(whole, reason)
    for path, reason in grouped.items():
        yield Leftover(*values.place(path), spelled(path), reason)


def _explained(path: Path, root: Path) -> tuple[Path, str]:
    """The reason, and the part of the values that it is about: no line for each of its leaves."""
    if path[: len(root)] != root:
        # Beside z2jh's values, within the same chart.
        within = len(root) - 1 if path[: len(root) - 1] == root[:-1] else 0
        key = str(path[within : within + 1] and path[within])
        known = _OUTSIDE.get(key)
        return path[: within + 2], known or f"'{shown(key)}' goes on with its own values"
    inner = path[len(root) :]
    if not root and inner[0] in _OUTSIDE:
        return path[:2], _OUTSIDE[str(inner[0])]
    if reason := _LAST_KEYS.get(str(path[-1])) or _LAST_KEYS.get(str(path[-2:-1] and path[-2])):
        return path, reason
    return _by_prefix(inner, path, root)


def _by_prefix(inner: Path, path: Path, root: Path) -> tuple[Path, str]:
    words = [str(step) for step in inner]
    if words[:2] == ["hub", "config"] and len(words) > 2 and words[2].endswith(_AUTHENTICATORS):
        return path, _REASONS.get(".".join(words[:4])) or _SIGN_IN
    if "profileList" in words:
        return path, _REASONS["singleuser.profileList"]
    for length in range(len(words), 0, -1):
        if reason := _REASONS.get(".".join(words[:length])):
            # Two keys below what the reason is about are enough to find it again.
            return path[: len(root) + max(length, min(3, len(words)))], reason
    return path, "no part of a communities file, and nothing that it could stand for"
