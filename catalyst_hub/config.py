"""The few settings that wire the parts together; everything else is in the communities file."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from traitlets import Bool, CaselessStrEnum, Dict, Integer, TraitError, Unicode, default, validate
from traitlets.config import LoggingConfigurable

from catalyst_hub.core.session import HEARTBEAT

_COMMUNITIES_FILE = "CATALYST_COMMUNITIES_FILE"
_DATABASE_URL = "CATALYST_DATABASE_URL"
_HUB = "CATALYST_HUB"
_STORAGE_SOURCE = "CATALYST_STORAGE_SOURCE"
_STORAGE_PLACE = "CATALYST_STORAGE_PLACE"
_SECRETS_DIR = "CATALYST_SECRETS_DIR"
_USUAL_CULLING = "CATALYST_USUAL_CULLING"
_MAIL = "CATALYST_MAIL_"
_MAIL_PASSWORD = f"{_MAIL}PASSWORD"
#: Beside the secrets of providers, none of which can be called so: their names have hyphens.
_FILE_OF_IT = "mail_password"
_USUAL_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_SQLITE = "sqlite:///"
#: The longest that the culler may not look at the servers, in seconds.
LONGEST_LOOK_S = int(HEARTBEAT.total_seconds())
_ADDRESS = re.compile(r"[^\s@<>,;:\"]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings as all processes share them: paths are absolute.

    ``hub`` is empty unless the operator set it; the name in force is ``Policy.hub``.
    """

    communities_file: Path
    database_url: str
    hub: str = ""
    admit_when_store_is_unavailable: bool = False
    storage_source: str = ""
    storage_place: str = ""
    usual_culling: Mapping[str, int | bool | None] = field(default_factory=dict)

    def to_environment(self) -> dict[str, str]:
        """The variables by which a service beside the Hub finds the same file and database."""
        environment = {
            _COMMUNITIES_FILE: str(self.communities_file),
            _DATABASE_URL: self.database_url,
        }
        if self.storage_source:
            environment |= {_STORAGE_SOURCE: self.storage_source}
            environment |= {_STORAGE_PLACE: self.storage_place}
        if self.usual_culling:
            environment |= {_USUAL_CULLING: json.dumps(dict(self.usual_culling))}
        return environment | ({_HUB: self.hub} if self.hub else {})


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How mail is sent. ``security``: ``starttls``, ``tls``, or ``none``."""

    server: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


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
        help="The hub's name as the communities file has it. By it a Hub on a PostgreSQL server, "
        "which several may share, finds its last good communities file even when the present one "
        "is missing or says nothing that can be read. Default: CATALYST_HUB.",
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

    culler_metrics_port = Integer(
        8772,
        min=0,
        max=65535,
        help="The port on loopback where the culler answers to Prometheus at /metrics, which takes "
        "a token with the scope read:metrics; 0: nowhere.",
    ).tag(config=True)

    culler_stops_at_once = Integer(
        30,
        min=1,
        max=1000,
        help="How many servers the culler has the Hub stop at the same time. One that takes longer "
        "than three seconds gives its place to the next.",
    ).tag(config=True)

    culler_every = Integer(
        30,
        min=1,
        max=LONGEST_LOOK_S,
        help="Seconds between two looks of the culler at the servers. A minute at most: the ledger "
        "counts on hearing of each as often, or it could not say when one was lost.",
    ).tag(config=True)

    culler_removes_named_servers = Bool(
        False,
        help="Whether a server with a name that the culler stops as idle or too old goes from its "
        "owner's list, with whatever the spawner keeps for it (KubeSpawner: its volume, unless "
        "delete_pvc is off).",
    ).tag(config=True)

    usual_culling = Dict(
        help="What holds of culling where the communities file does not say it: idle and max_age "
        "in seconds, None: never for that; default_servers and named_servers, False: such servers "
        "are never stopped for want of use. replace_idle_culler(c) sets it to what "
        "jupyterhub-idle-culler did. Default: CATALYST_USUAL_CULLING, as JSON; an hour, a week, "
        "and all servers.",
    ).tag(config=True)

    storage_source = Unicode(
        help="Who says how full people's homes are: local (the culler adds up the folders below "
        "storage_place), jupyterhub-home-nfs (its metrics are at the address storage_place), or a "
        "source of another package. Empty: nobody, and homes have no limit. Default: "
        "CATALYST_STORAGE_SOURCE.",
    ).tag(config=True)

    storage_place = Unicode(
        help="Where the storage source looks: a folder with a home for each person, or an address. "
        "Default: CATALYST_STORAGE_PLACE.",
    ).tag(config=True)

    tokens_file = Unicode(
        "catalyst_tokens.json",
        help="Where the API tokens of our own services are kept from one start of the Hub to the "
        "next, readable by the Hub's user only; made when missing.",
    ).tag(config=True)

    untold_file = Unicode(
        "catalyst_untold.sqlite",
        help="Where the Hub writes down what happened to servers until the ledger knows of it: a "
        "file of this Hub alone, which outlives its process. Readable by the Hub's user only; made "
        "when missing. Empty: in memory alone, so that a Hub which is killed while the database is "
        "away may leave a server uncharged.",
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

    mail_server = Unicode(
        help="The mail server that takes our mail. Without one nothing is sent, and everything "
        "else works. Default: CATALYST_MAIL_SERVER.",
    ).tag(config=True)

    mail_port = Integer(
        min=0,
        max=65535,
        help="Its port. Default: CATALYST_MAIL_PORT, or what is usual: 587 with starttls, 465 with "
        "tls, 25 with none.",
    ).tag(config=True)

    mail_security = CaselessStrEnum(
        list(_USUAL_PORTS),
        help="starttls (mail waits when the server does not offer it), tls, or none, for a server "
        "on the same machine. Certificates are always checked. Default: CATALYST_MAIL_SECURITY, "
        "or starttls.",
    ).tag(config=True)

    mail_from = Unicode(
        help="The address that our mail comes from, such as hub@example.org. Default: "
        "CATALYST_MAIL_FROM.",
    ).tag(config=True)

    mail_user = Unicode(
        help="Who we are to the mail server, where it asks. The password is in the environment as "
        "CATALYST_MAIL_PASSWORD, or in the file mail_password of secrets_dir. Default: "
        "CATALYST_MAIL_USER.",
    ).tag(config=True)

    @default("secrets_dir")
    def _secrets_dir(self) -> str:
        return os.environ.get(_SECRETS_DIR, "")

    @default("usual_culling")
    def _usual_culling(self) -> dict[str, Any]:
        return dict(json.loads(os.environ.get(_USUAL_CULLING) or "{}"))

    @validate("usual_culling")
    def _is_culling(self, proposal: dict[str, Any]) -> dict[str, Any]:
        said = dict(proposal["value"])
        for name, value in said.items():
            is_limit = name in ("idle", "max_age") and _is_time(value)
            is_kind = name in ("default_servers", "named_servers") and isinstance(value, bool)
            if not (is_limit or is_kind):
                raise TraitError(
                    "c.CatalystHub.usual_culling has idle and max_age, each a number of seconds"
                    " from 1 on or None, and default_servers and named_servers, each True or"
                    f" False, not {name!r}: {value!r}"
                )
        return said

    @default("storage_source")
    def _storage_source(self) -> str:
        return os.environ.get(_STORAGE_SOURCE, "")

    @default("storage_place")
    def _storage_place(self) -> str:
        return os.environ.get(_STORAGE_PLACE, "")

    @default("mail_server")
    def _mail_server(self) -> str:
        return os.environ.get(f"{_MAIL}SERVER", "")

    @default("mail_port")
    def _mail_port(self) -> int:
        return int(os.environ.get(f"{_MAIL}PORT") or 0)

    @default("mail_security")
    def _mail_security(self) -> str:
        return os.environ.get(f"{_MAIL}SECURITY") or "starttls"

    @default("mail_from")
    def _mail_from(self) -> str:
        return os.environ.get(f"{_MAIL}FROM", "")

    @default("mail_user")
    def _mail_user(self) -> str:
        return os.environ.get(f"{_MAIL}USER", "")

    @validate("mail_from")
    def _is_address(self, proposal: dict[str, Any]) -> str:
        address = str(proposal["value"]).strip()
        if address and not _ADDRESS.fullmatch(address):
            raise TraitError(f"c.CatalystHub.mail_from is no address: {address!r}")
        return address

    def mail(self) -> MailSettings | None:
        """How to send mail; None: there is no mail server. Raises TraitError when an address to
        send it from is missing, and OSError when the password cannot be read."""
        if not self.mail_server:
            return None
        if not self.mail_from:
            raise TraitError("c.CatalystHub.mail_from: with a mail server, say who sends the mail")
        if self.mail_user and self.mail_security == "none":
            raise TraitError("c.CatalystHub.mail_security: none would send the password in clear")
        return MailSettings(
            self.mail_server,
            self.mail_port or _USUAL_PORTS[self.mail_security],
            self.mail_security,
            self.mail_from,
            self.mail_user,
            os.environ.get(_MAIL_PASSWORD) or self._password_of_file(),
        )

    def _password_of_file(self) -> str:
        path = Path(self.secrets_dir) / _FILE_OF_IT if self.secrets_dir else None
        return path.read_text().strip() if path and path.is_file() else ""

    def mail_environment(self) -> dict[str, str]:
        """The variables by which the process that sends mail finds the same settings. A password
        in a file stays there."""
        mail = self.mail()
        if mail is None:
            return {}
        names = ("SERVER", "PORT", "SECURITY", "FROM", "USER")
        values = (mail.server, str(mail.port), mail.security, mail.sender, mail.user)
        said = {f"{_MAIL}{name}": value for name, value in zip(names, values, strict=True)}
        if self.secrets_dir:
            said[_SECRETS_DIR] = str(Path(self.secrets_dir).absolute())
        password = os.environ.get(_MAIL_PASSWORD)
        return said | ({_MAIL_PASSWORD: password} if password else {})

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
            storage_source=self.storage_source,
            storage_place=_absolute_folder(self.storage_place),
            usual_culling=self.usual_culling,
        )


def _is_time(seconds: object) -> bool:
    if seconds is None:
        return True
    return isinstance(seconds, int) and not isinstance(seconds, bool) and seconds > 0


def _absolute(url: str) -> str:
    path = url.removeprefix(_SQLITE)
    if path == url or not path or path.startswith("/"):
        return url
    return f"{_SQLITE}{Path(path).absolute()}"


def _absolute_folder(place: str) -> str:
    """Services may run in another directory; an address stays what it is."""
    return place if not place or "://" in place else str(Path(place).absolute())
