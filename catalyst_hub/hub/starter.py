"""Whose hand is behind a start, and whether the owner has to have agreed.

Operators (the Hub's admins) and the services that they gave a scope to start with act on their
own responsibility, which the audit and the owner's page name. Everybody else needs the owner's
consent, whatever scopes they hold, by whichever address they come; and so does a start whose
author is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jupyterhub.user import User

#: No person's name begins so.
_SERVICE = "service:"
UNKNOWN = "service:unknown"


@dataclass(frozen=True, slots=True)
class Starter:
    """``name`` is for the audit. ``is_barred``: not even consent would help."""

    name: str
    needs_consent: bool = True
    is_barred: bool = False


def starter_of(handler: Any | None, owner: Any) -> Starter:
    """Who asked the Hub, by its handler, to start a server of ``owner``."""
    who = handler.current_user if handler is not None else None
    if who is None:
        return Starter(UNKNOWN)
    if not isinstance(who, User):
        return Starter(f"{_SERVICE}{who.name}", needs_consent=False)
    if who.name == owner.name or who.admin:
        return Starter(who.name, needs_consent=False)
    return Starter(who.name, is_barred=bool(owner.admin))
