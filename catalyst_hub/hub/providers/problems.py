"""What may go wrong with a provider, as far as it makes a difference to people."""

from __future__ import annotations


class ProviderUnavailableError(Exception):
    """It does not answer, or not as it should: nothing is known, so nothing changes."""


class SignInRefusedError(Exception):
    """It answered, and what it says lets nobody in. The message is for the log."""


class RevokedError(Exception):
    """It says that the person has withdrawn what she had granted, or that she is gone."""
