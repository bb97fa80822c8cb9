"""What each person started last."""

from __future__ import annotations

from functools import cache

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from catalyst_hub.core.choice import Choice
from catalyst_hub.store.repository import Repository, insert_into
from catalyst_hub.store.tables import choices

_WORDS = ("community", "profile", "size", "interface")

#: The columns of a :class:`Choice`, in its order.
CHOICE = tuple(choices.c[word] for word in _WORDS)
_LAST = select(*CHOICE).where(
    choices.c.hub == bindparam("hub"), choices.c.person_id == bindparam("person_id")
)


class SqlChoices(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.Choices`."""

    def last(self, person_id: int) -> Choice | None:
        """Her last choice."""
        values = {"hub": self._hub, "person_id": person_id}
        row = self._connection.execute(_LAST, values).one_or_none()
        return None if row is None else Choice(*row)

    def remember(self, person_id: int, choice: Choice) -> None:
        """Make this her last choice."""
        words = {word: getattr(choice, word) for word in _WORDS}
        values = {"hub": self._hub, "person_id": person_id, **words}
        self._connection.execute(_remember(self._dialect), values)


@cache
def _remember(dialect: str) -> sqlite.Insert | postgresql.Insert:
    statement = insert_into(dialect, choices)
    return statement.on_conflict_do_update(
        index_elements=[choices.c.person_id],
        set_={word: statement.excluded[word] for word in _WORDS},
    )
