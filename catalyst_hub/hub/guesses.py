"""How many wrong codes are answered: so many of a person, so many of an address."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta

WINDOW = timedelta(hours=1)
OF_A_PERSON = 10
OF_AN_ADDRESS = 100
#: Tries that every person has, whatever others at the same address did: a class behind one
#: address is not locked out by one of its members.
ALWAYS = 3
_TIDY_EVERY = 1000


class Guesses:
    """Tries of the last hour. A try counts from its beginning: a thousand at the same instant are
    a thousand. A right one is taken back."""

    def __init__(self) -> None:
        self._tries: defaultdict[tuple[str, str], deque[datetime]] = defaultdict(deque)
        self._begun = 0

    def begin(self, person: str, address: str, now: datetime) -> timedelta | None:
        """Count a try; or, when there were too many, how long to wait before the next."""
        self._tidy(now)
        of_person = self._recent(("person", person), now)
        of_address = self._recent(("address", address), now)
        if len(of_person) >= OF_A_PERSON:
            return of_person[0] + WINDOW - now
        if len(of_address) >= OF_AN_ADDRESS and len(of_person) >= ALWAYS:
            return of_address[0] + WINDOW - now
        for tries in (of_person, of_address):
            tries.append(now)
        return None

    def take_back(self, person: str, address: str) -> None:
        """The last try was right."""
        for key in (("person", person), ("address", address)):
            if self._tries[key]:
                self._tries[key].pop()

    def _recent(self, key: tuple[str, str], now: datetime) -> deque[datetime]:
        tries = self._tries[key]
        while tries and tries[0] <= now - WINDOW:
            tries.popleft()
        return tries

    def _tidy(self, now: datetime) -> None:
        """Forget who has not tried for an hour, now and then."""
        self._begun += 1
        if self._begun % _TIDY_EVERY == 0:
            for key in list(self._tries):
                if not self._recent(key, now):
                    del self._tries[key]
