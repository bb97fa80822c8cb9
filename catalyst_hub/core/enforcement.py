"""How soon a limit that is reached while servers run takes hold of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from catalyst_hub.core.window import milliseconds_of

#: The name under which whoever enforces limits gives a sign of life after each round.
ENFORCER = "enforcer"
#: A hub gives this one when it begins: whoever enforces starts after it.
HUB_OPENED = "hub"

#: Rounds that may fail in a row before nobody is believed to enforce any more.
_MISSED_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Enforcement:
    """``notice`` is left to save one's work, limits are looked at ``every`` so often, and a server
    that is told to stop is gone within ``stop_time``.

    Where nobody enforces, money is at stake: starts that cost some are refused then, unless
    ``admits_without``.
    """

    notice: timedelta = timedelta(minutes=10)
    every: timedelta = timedelta(minutes=1)
    stop_time: timedelta = timedelta(minutes=4)
    admits_without: bool = False

    @property
    def hold_ms(self) -> int:
        """What is paid before a server runs, in milliseconds of it: a start is admitted only when
        the time until it could be stopped fits under every limit."""
        return milliseconds_of(self.notice + self.every + self.stop_time)

    @property
    def soonest(self) -> timedelta:
        """What is decided now is seen within a round, and its notice is over after so long."""
        return self.every + self.notice

    @property
    def patience(self) -> timedelta:
        """After such a silence nobody enforces."""
        return _MISSED_ROUNDS * self.every
