"""How full a home is, in words."""

from __future__ import annotations

from dataclasses import dataclass

from catalyst_hub.core.storage import Home, Level
from catalyst_hub.i18n.translator import Translator


@dataclass(frozen=True, slots=True)
class HomeText:
    """``how_full`` has the numbers; ``what_to_do`` is empty as long as there is room; ``is_full``:
    nothing more can be saved."""

    how_full: str
    what_to_do: str
    is_full: bool


def home_text(home: Home, translator: Translator) -> HomeText:
    """For its owner."""
    _, level = translator.gettext, home.level
    what_to_do = {
        Level.FINE: "",
        Level.WARNED: _(
            "You are nearly out of space. Delete what you do not need any more, or move it "
            "elsewhere."
        ),
        Level.FULL: _(
            "There is no space left: nothing more can be saved. You can start a server all the "
            "same, to delete what you do not need any more. Its settings and histories are kept "
            "only as long as it runs, until there is space again."
        ),
    }
    return HomeText(how_full(home, translator), what_to_do[level], level is Level.FULL)


def full_home_text(translator: Translator) -> str:
    """For whoever works in a server that was started in a full home; at most 140 characters, which
    is what JupyterLab shows of it."""
    return translator.gettext(
        "When this server started, your home directory was full: settings are not kept. Delete "
        "what you do not need, then restart the server."
    )


def how_full(home: Home, translator: Translator) -> str:
    """``Files: 8.2 GB of 10 GB (82%)``."""
    return translator.gettext(
        "Files: %(used)s of %(limit)s (%(percent)s)",
        used=translator.memory(home.used_bytes),
        limit=translator.memory(home.limit_bytes),
        percent=translator.percent(home.percent),
    )
