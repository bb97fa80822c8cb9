"""Who did something, as people say it."""

from __future__ import annotations

from collections.abc import Mapping

from catalyst_hub.core.audit import COMMAND_LINE
from catalyst_hub.i18n.translator import Translator


def actor_name(actor: str, names: Mapping[str, str], translator: Translator) -> str:
    """The display name of whoever is in ``names`` by her hub name; whoever ran a command is called
    by the account of the machine, all others as they are."""
    account = actor.removeprefix(f"{COMMAND_LINE}:")
    if actor in names or account == actor:
        return names.get(actor) or actor
    return translator.gettext("%(name)s at the command line", name=account)
