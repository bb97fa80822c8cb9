"""Leaves a provider in peace that does not answer, so that nobody waits for it."""

from __future__ import annotations

from datetime import datetime, timedelta

#: How long a provider is not asked about people who are signed in, after it did not answer.
PAUSE = timedelta(minutes=1)


class Breaker:
    """One for each provider. After a failure it is open for a while; then one may try."""

    def __init__(self) -> None:
        self._closed_until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it did not answer when it was asked last."""
        return self._closed_until is not None

    def may_ask(self, now: datetime) -> bool:
        """Whether to ask. Whoever asks after a pause is alone: others wait for the outcome."""
        if self._closed_until is None:
            return True
        if now < self._closed_until:
            return False
        self._closed_until = now + PAUSE
        return True

    def failed(self, now: datetime, pause: timedelta | None = None) -> None:
        """It did not answer, or wants to be left in peace for a while."""
        self._closed_until = now + max(pause or PAUSE, PAUSE)

    def answered(self) -> None:
        """It is back."""
        self._closed_until = None
