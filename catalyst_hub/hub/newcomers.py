"""A newcomer's user is made whole, in one transaction of the Hub's.

The Hub makes a user, then gives it the default role, then a server's record, then groups, then
notes that it is there: each in a transaction of its own, and after looking roles and groups up
again. In a storm of newcomers that is a fifth of what the Hub does. A user that has all of it
already is left alone by each of these steps.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jupyterhub import orm
from jupyterhub.metrics import TOTAL_USERS
from jupyterhub.utils import utcnow

#: The Hub's own name of the role that every user has, and of everybody's first server.
_DEFAULT_ROLE, _DEFAULT_SERVER = "user", ""


class Newcomers:
    """Who is about to become a user of the Hub, and which groups she is to have."""

    def __init__(self) -> None:
        self._awaited: dict[str, frozenset[str]] = {}
        self._known: dict[tuple[Any, str], Any] = {}

    def expect(self, name: str, groups: Iterable[str]) -> None:
        """The Hub is going to make a user of that name."""
        self._awaited[name] = frozenset(groups)

    def make(self, db: Any, name: str) -> Any:
        """The new user, as the Hub's database keeps it; None: nobody of that name is expected.

        A group that is not there yet is made by the Hub itself, for all of them at once.
        """
        awaited = self._awaited.pop(name, None)
        role = self._find(db, orm.Role, _DEFAULT_ROLE)
        if awaited is None or role is None:
            return None
        groups = [self._find(db, orm.Group, group) for group in awaited]
        user = orm.User(
            name=name,
            roles=[role],
            groups=groups if all(groups) else [],
            # Or the first page she sees would write it down.
            last_activity=utcnow(with_tz=False),
        )
        orm.Spawner(name=_DEFAULT_SERVER, display_name=_DEFAULT_SERVER, user=user)
        db.add(user)
        db.commit()
        TOTAL_USERS.inc()
        return user

    def _find(self, db: Any, kind: Any, name: str) -> Any:
        known = self._known.get((kind, name))
        if known is None or known not in db:
            # Not kept when it is not there: somebody else may be about to make it.
            known = kind.find(db, name)
            self._known[kind, name] = known
        return known
