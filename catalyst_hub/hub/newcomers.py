"""A newcomer's groups come with her user.

The Hub makes a user, then gives it groups in a transaction of its own after looking each of them
up with its roles and shares. In a storm of newcomers that is a tenth of what the Hub does; a user
that has the right groups already is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jupyterhub import orm


class Newcomers:
    """Who is about to become a user of the Hub, and which groups she is to have."""

    def __init__(self) -> None:
        self._awaited: dict[str, frozenset[str]] = {}
        self._groups: dict[str, Any] = {}

    def expect(self, name: str, groups: Iterable[str]) -> None:
        """The Hub is going to make a user of that name."""
        self._awaited[name] = frozenset(groups)

    def settle(self, user: Any) -> None:
        """Put a new user into her groups, to be saved with the next thing the Hub saves of her.

        A group that is not there yet is made by the Hub itself, for all of them at once.
        """
        names = self._awaited.pop(user.name, None)
        if names is None:
            # Somebody whom the Hub had before, as at its start: her groups are what they were.
            return
        groups = [self._group(user.db, name) for name in names]
        if all(groups):
            user.orm_user.groups = groups

    def _group(self, db: Any, name: str) -> Any:
        known = self._groups.get(name)
        if known is None or known not in db:
            # Not kept when it is not there: somebody else may be about to make it.
            known = db.query(orm.Group).filter(orm.Group.name == name).first()
            self._groups[name] = known
        return known
