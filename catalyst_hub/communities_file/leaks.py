"""Secrets that were written into the file, wherever they stand: as values, or as names of keys."""

from __future__ import annotations

import re

from catalyst_hub.communities_file.findings import Findings
from catalyst_hub.communities_file.problem import Path, is_token

#: Only what can be nothing else: a long client id or an image's digest is no secret.
_SECRET = re.compile(
    r"gh[oprsu]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}"
    r"|AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY-----|GOCSPX-[\w-]{20,}"
    r"|://[^/\s:@]+:[^/\s:@]+@"
)


def warn_of_leaks(data: object, findings: Findings) -> None:
    """Look at every key and value, each part that aliases share once."""
    _Search(findings).look(data, ())


class _Search:
    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._seen: set[int] = set()

    def look(self, value: object, path: Path) -> None:
        if isinstance(value, str):
            if _SECRET.search(value):
                self._warn(path, "this looks like a secret")
            return
        if not isinstance(value, dict | list) or id(value) in self._seen:
            return
        self._seen.add(id(value))
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        for key, below in entries:
            if isinstance(key, str) and (_SECRET.search(key) or is_token(key)):
                self._warn((*path, key), "a secret is used as a key here")
            self.look(below, (*path, key))

    def _warn(self, path: Path, what: str) -> None:
        do = "take it out, and have another one made: this one was written down"
        self._findings.warn(path, what, "secrets in the hub's environment", do)
