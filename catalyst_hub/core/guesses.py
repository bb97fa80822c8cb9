"""How many tries are answered: of wrong codes and phrases, so many of each person, of each
address..., and of what costs the hub much."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

WINDOW = timedelta(hours=1)
OF_A_PERSON = 10
OF_AN_ADDRESS = 100
#: Wrong codes of people without an account, from all addresses together.
OF_ALL = 1000
#: Wrong phrases for one name, from all addresses together. It is high, or it would be a way to
#: keep somebody out: against a phrase, a thousand guesses an hour are nothing.
OF_A_NAME = 1000
#: Tries that every person has, whatever others at the same address did: a class behind one
#: address is not locked out by one of its members.
ALWAYS = 3
_TIDY_EVERY = 1000
#: What one household has of IPv6 is a network, not an address.
_NETWORK_BITS = 64


def network(address: str) -> str:
    """What counts as one address: an IPv4 address, or an IPv6 network."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or int(parsed) >> (128 - _NETWORK_BITS))
    return str(parsed)


class Guesses:
    """Tries of the last hour. A try counts from its beginning: a thousand at the same instant are
    a thousand. A right one is taken back.

    A try is counted for several keys, each with a limit in ``most``. The first is whoever tries;
    the others she shares with people she may not even know, so that she has a few tries
    (``ALWAYS``) above their limits, but none above her own.
    """

    def __init__(self, *most: int) -> None:
        self._most = most
        self._tries: defaultdict[tuple[int, str], deque[datetime]] = defaultdict(deque)
        self._begun = 0

    def begin(
        self, keys: Sequence[str], now: datetime, *, always: int = ALWAYS
    ) -> timedelta | None:
        """Count a try; or, when there were too many, how long to wait before the next."""
        self._tidy(now)
        wait = self.wait(keys, now)
        if wait is not None and not self._has_tries_left(keys[0], now, always):
            return wait
        for key in enumerate(keys):
            self._tries[key].append(now)
        return None

    def wait(self, keys: Sequence[str], now: datetime) -> timedelta | None:
        """How long it takes until there is place below every limit; None: there is."""
        full = [key for key in enumerate(keys) if self._is_full(key, now)]
        return max((self._tries[key][0] + WINDOW - now for key in full), default=None)

    def _has_tries_left(self, who: str, now: datetime, always: int) -> bool:
        return self._count((0, who), now) < min(always, self._most[0])

    def take_back(self, keys: Sequence[str]) -> None:
        """The last try was right."""
        for key in enumerate(keys):
            if self._tries[key]:
                self._tries[key].pop()

    def _is_full(self, key: tuple[int, str], now: datetime) -> bool:
        return self._count(key, now) >= self._most[key[0]]

    def _count(self, key: tuple[int, str], now: datetime) -> int:
        tries = self._tries.get(key, ())
        while tries and tries[0] <= now - WINDOW:
            tries.popleft()
        return len(tries)

    def _tidy(self, now: datetime) -> None:
        """Forget who has not tried for an hour, now and then."""
        self._begun += 1
        if self._begun % _TIDY_EVERY == 0:
            for key in list(self._tries):
                if not self._count(key, now):
                    del self._tries[key]
