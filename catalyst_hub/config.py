"""The few settings that wire the parts together; everything else is in the communities file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from traitlets import Bool, Integer, TraitError, Unicode, default, validate
from traitlets.config import LoggingConfigurable

_COMMUNITIES_FILE = "CATALYST_COMMUNITIES_FILE"
_DATABASE_URL = "CATALYST_DATABASE_URL"
_HUB = "CATALYST_HUB"
_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings as all processes share them: paths are absolute.

    ``hub`` is empty unless the operator set it; the name in force is ``Policy.hub``.
    """

    communities_file: Path
    database_url: str
    hub: str = ""
    admit_when_store_is_unavailable: bool = False

    def to_environment(self) -> dict[str, str]:
        """The variables by which a service beside the Hub finds the same file and database."""
        environment = {
            _COMMUNITIES_FILE: str(self.communities_file),
            _DATABASE_URL: self.database_url,
        }
        return environment | ({_HUB: self.hub} if self.hub else {})


class CatalystHub(LoggingConfigurable):
    """``c.CatalystHub`` in jupyterhub_config.py. The environment gives the defaults, so services
    and secrets need no file of their own."""

    communities_file = Unicode(
        help="The communities file. Default: CATALYST_COMMUNITIES_FILE, or communities.yaml in "
        "the directory the Hub starts in.",
    ).tag(config=True)

    database_url = Unicode(
        help="Where the store is: sqlite:////path/to/catalyst.sqlite (a file of its own on a "
        "local disk, never the Hub's) or postgresql+psycopg://user:password@host/database. "
        "Default: CATALYST_DATABASE_URL, or catalyst.sqlite in the directory the Hub starts in.",
    ).tag(config=True)

    hub = Unicode(
        help="The hub's name as the communities file has it. Needed only with PostgreSQL, which "
        "hubs may share: by it the Hub finds its last good communities file when the present one "
        "has errors. Default: CATALYST_HUB.",
    ).tag(config=True)

    admit_when_store_is_unavailable = Bool(
        False,
        help="Let servers start while the store cannot answer: within no limit, and written down "
        "when it answers again. By default such a start is refused with a sentence that says so.",
    ).tag(config=True)

    champion_port = Integer(
        8771,
        min=1,
        max=65535,
        help="The port on loopback where the champion service listens for the proxy.",
    ).tag(config=True)

    tokens_file = Unicode(
        "catalyst_tokens.json",
        help="Where the API tokens of our own services are kept from one start of the Hub to the "
        "next, readable by the Hub's user only; made when missing.",
    ).tag(config=True)

    secrets_dir = Unicode(
        help="A folder with the client secrets of the providers, each in a file that is called as "
        "the provider is in the communities file. The environment goes before: "
        "CATALYST_GITHUB_CLIENT_SECRET for a provider called github.",
    ).tag(config=True)

    reload_seconds = Integer(
        3,
        min=0,
        max=3600,
        help="Seconds between two looks of the Hub at the communities file. A version that two "
        "looks in a row have found comes into force without a restart; 0: only at the Hub's start.",
    ).tag(config=True)

    @default("communities_file")
    def _communities_file(self) -> str:
        return os.environ.get(_COMMUNITIES_FILE) or "communities.yaml"

    @default("database_url")
    def _database_url(self) -> str:
        return os.environ.get(_DATABASE_URL) or f"{_SQLITE}catalyst.sqlite"

    @default("hub")
    def _hub(self) -> str:
        return os.environ.get(_HUB, "")

    @validate("communities_file", "database_url")
    def _is_given(self, proposal: dict[str, Any]) -> str:
        value = str(proposal["value"]).strip()
        if not value:
            raise TraitError(f"c.CatalystHub.{proposal['trait'].name} is empty")
        return value

    def settings(self) -> Settings:
        """Plain values. Services may run in another directory, so paths become absolute."""
        return Settings(
            communities_file=Path(self.communities_file).absolute(),
            database_url=_absolute(self.database_url),
            hub=self.hub,
            admit_when_store_is_unavailable=self.admit_when_store_is_unavailable,
        )


def _absolute(url: str) -> str:
    path = url.removeprefix(_SQLITE)
    if path == url or not path or path.startswith("/"):
        return url
    return f"{_SQLITE}{Path(path).absolute()}"
