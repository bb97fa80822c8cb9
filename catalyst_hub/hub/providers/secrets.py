"""The secrets that the hub shares with its providers: never in the communities file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Secrets:
    """Reads them from the environment, or from a folder with a file for each provider."""

    folder: Path | None

    def of(self, provider: str) -> str | None:
        """The client secret of a provider; None: there is none.

        Raises OSError when there is a file that cannot be read.
        """
        return os.environ.get(_variable(provider)) or self._from_file(provider)

    def _from_file(self, provider: str) -> str | None:
        path = self.folder / provider if self.folder else None
        return path.read_text().strip() or None if path and path.is_file() else None

    def places(self, provider: str) -> str:
        """Where an operator can put it, for a message."""
        folder = self.folder or "c.CatalystHub.secrets_dir"
        return f"the environment variable {_variable(provider)}, or the file {folder}/{provider}"


def _variable(provider: str) -> str:
    return f"CATALYST_{provider.upper().replace('-', '_')}_CLIENT_SECRET"
