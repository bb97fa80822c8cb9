"""Before the demo's hub starts: what it needs is there, its file and its first history."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from operator import itemgetter
from pathlib import Path
from typing import Any

from catalyst_hub.cli.demo.history import write_history
from catalyst_hub.cli.demo.hub import search_path
from catalyst_hub.cli.demo.place import DemoError, Place
from catalyst_hub.cli.demo.teaching import write_workshop
from catalyst_hub.communities_file import CommunitiesFileError, load
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.profile import text_in
from catalyst_hub.data_files import share_dir
from catalyst_hub.store import Store


def require_parts() -> None:
    """Raise DemoError, saying what to install, when a part of the demo is not there."""
    programs = [p for p in ("traefik", "jupyter-labhub") if not shutil.which(p, path=search_path())]
    wanted = ("jupyterhub_traefik_proxy", "ipykernel", "mnemonic")
    modules = [m for m in wanted if find_spec(m) is None]
    if missing := programs + modules:
        raise DemoError(
            f"Not installed: {', '.join(missing)}.\n"
            "The demo needs its extra packages: pip install 'catalyst-hub[demo]'"
        )


def communities_file(place: Place) -> Path:
    """The demo's own copy, to be changed and tried."""
    return place.folder / "communities.yaml"


def prepare(place: Place, say: Callable[[str], None]) -> Policy:
    """Put the communities file there and, the first time, some history into the ledger."""
    file = communities_file(place)
    if not file.exists():
        text = (share_dir() / "demo" / "communities.yaml").read_text()
        file.write_text(text if has_r_kernel() else without_r(text))
    policy = _read(file)
    (place.folder / "homes").mkdir(exist_ok=True)
    done = place.folder / "history-written"
    if not done.exists():
        say("Inventing what people have done in the last months …")
        _invent_history(place, policy)
        done.touch()
    return policy


def has_r_kernel() -> bool:
    """Whether every persona's JupyterLab finds R: one in this user's own home it would not."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_core.paths import jupyter_data_dir

    found = KernelSpecManager().find_kernel_specs().get("ir")
    is_shared = found is not None and not Path(found).is_relative_to(jupyter_data_dir())
    return is_shared and shutil.which("R") is not None


def without_r(text: str) -> str:
    """The demo's communities file without the profile ``r``, comments and all else kept."""
    text = re.sub(r"^    r:\n(?:      .*\n)+", "", text, flags=re.MULTILINE)
    return re.sub(r"^ +(?:r: null|default_profile: r)\n", "", text, flags=re.MULTILINE)


def _read(file: Path) -> Policy:
    try:
        return load(file)
    except CommunitiesFileError as error:
        raise DemoError(f"{error}\nCorrect it, or start again with --reset.") from error


def _invent_history(place: Place, policy: Policy) -> None:
    """All of it or, when the start is interrupted, nothing."""
    store = Store.open(f"sqlite:///{place.database}", policy.hub)
    try:
        with store.unit_of_work(write=True) as uow:
            now = datetime.now(UTC)
            write_history(uow, policy, now)
            write_workshop(uow, policy, now)
    finally:
        store.close()


def people_lines(policy: Policy) -> Iterator[str]:
    """One line for each persona of the sign-in page."""
    personas = [each for provider in policy.providers for each in _personas(provider.settings)]
    width = max((len(name) for name, _ in personas), default=0)
    for name, description in personas:
        yield f"{name:{width}}  {description}"


def _personas(settings: Any) -> Iterator[tuple[str, str]]:
    for persona in filter(itemgetter("is_shown"), settings.get("personas", ())):
        description = text_in(persona.get("description") or {}, "en")
        yield persona.get("display_name") or persona["name"], description
