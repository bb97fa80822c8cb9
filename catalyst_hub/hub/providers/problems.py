"""What may go wrong with a provider, as far as it makes a difference to people."""

from __future__ import annotations

from datetime import timedelta


class ProviderUnavailableError(Exception):
    """It does not answer, or not as it should: nothing is known, so nothing changes.

    ``is_away``: it would not answer about anybody else, either. ``pause``: how long it wants to
    be left in peace, if it says so.
    """

    def __init__(
        self, message: str, *, is_away: bool = True, pause: timedelta | None = None
    ) -> None:
        super().__init__(message)
        self.is_away = is_away
        self.pause = pause


class SignInRefusedError(Exception):
    """It answered, and what it says lets nobody in. The message is for the log."""


class RevokedError(Exception):
    """It says that the person has withdrawn what she had granted, or that she is gone."""
