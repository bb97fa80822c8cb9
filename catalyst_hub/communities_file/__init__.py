"""The communities file: read, checked, and turned into a policy.

Reading goes one way: text -> nodes with marks (``compose``) -> values (``tree``) -> models
(``shape``, ``models``) -> what each community has (``inheritance``) -> nouns of the core
(``build``).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from catalyst_hub.communities_file.build import build
from catalyst_hub.communities_file.findings import Findings
from catalyst_hub.communities_file.leaks import warn_of_leaks
from catalyst_hub.communities_file.lints import lint
from catalyst_hub.communities_file.nodes import warn_of_nodes
from catalyst_hub.communities_file.problem import CommunitiesFileError, Problem
from catalyst_hub.communities_file.shape import read_shape
from catalyst_hub.communities_file.tree import Tree, read_tree
from catalyst_hub.communities_file.usual import NOTHING_USUAL, Usual, with_usual
from catalyst_hub.core.policy import Policy

__all__ = ["Checked", "CommunitiesFileError", "Problem", "check", "load", "parse", "read_text"]

#: A file of 10,000 communities has about 8 MiB.
LARGEST_FILE = 16 * 1024**2


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that can be used, and what in it is hardly meant."""

    policy: Policy
    warnings: tuple[Problem, ...]


def load(path: str | Path, usual: Usual = NOTHING_USUAL) -> Policy:
    """The policy of a file. Raises :class:`CommunitiesFileError` with everything that is wrong."""
    return parse(read_text(path), str(path), usual)


def parse(text: str, name: str = "communities.yaml", usual: Usual = NOTHING_USUAL) -> Policy:
    """The policy of a text; ``name`` stands in front of its problems."""
    return check(text, name, usual).policy


def check(text: str, name: str = "communities.yaml", usual: Usual = NOTHING_USUAL) -> Checked:
    """The policy of a text, and warnings. Its version is the SHA-256 of the text.

    ``usual`` are limits of culling, in seconds, where the text says none.
    """
    with _collector_paused():
        return _check(text, name, usual)


def _check(text: str, name: str, usual: Usual) -> Checked:
    tree = read_tree(text, name)
    findings = Findings(tree)
    file = read_shape(tree.data, findings)
    if file:
        file = with_usual(file, usual)
    version = sha256(text.encode()).hexdigest()
    warn_of_leaks(tree.data, findings)
    policy = build(file, _providers(tree), version, findings) if file else None
    if file and policy:
        lint(file, policy, findings)
        warn_of_nodes(policy, findings)
    if policy is None or findings.errors:
        raise CommunitiesFileError(findings.errors, name)
    return Checked(policy, tuple(findings.warnings))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Reading makes many small things and no garbage in cycles. Looking for some takes three times
    as long as the reading: 1,000 communities in 1.4 s instead of 0.4 s."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def read_text(path: str | Path, kind: str = "a communities file") -> str:
    """The text of a file. Raises :class:`CommunitiesFileError` when it cannot be had."""
    path = Path(path)
    try:
        if not path.is_file():
            what = "this is no file" if path.exists() else "there is no such file"
            raise _refusal(path, what, kind, "give the path of one")
        if path.stat().st_size > LARGEST_FILE:
            expected = f"at most {LARGEST_FILE // 1024**2} MiB"
            raise _refusal(path, "the file is too large", expected, "shorten it")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(path, error) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        what = f"the file cannot be read: {reason}"
        raise _refusal(path, what, "a readable file", "check its path and permissions") from None


def _providers(tree: Tree) -> list[str]:
    written = tree.data.get("providers") if isinstance(tree.data, dict) else None
    return list(written) if isinstance(written, dict) else []


def _refusal(
    path: Path, what: str, expected: str, do: str, line: int = 1, column: int = 1
) -> CommunitiesFileError:
    return CommunitiesFileError([Problem(line, column, "(file)", what, expected, do)], str(path))


def _not_utf8(path: Path, error: UnicodeDecodeError) -> CommunitiesFileError:
    before = error.object[: error.start]
    line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
    what = f"the byte 0x{error.object[error.start]:02X} is not UTF-8"
    return _refusal(path, what, "UTF-8", "save the file as UTF-8", line, column)
