"""For every test: nothing is skipped unless tests/skips.txt says so, with the reason."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

_unlisted = pytest.StashKey[list[str]]()
_listed = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_unlisted] = []
    config.stash[_listed] = _patterns(config.rootpath / "tests" / "skips.txt")
    config.pluginmanager.register(_SkipWatch(config), "skip-watch")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if session.config.stash[_unlisted] and exitstatus in (0, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if skipped := config.stash[_unlisted]:
        terminalreporter.section("skipped, but not listed in tests/skips.txt", red=True)
        for nodeid in skipped:
            terminalreporter.line(nodeid)


class _SkipWatch:
    """Notes each test, or whole module, that was skipped or expected to fail."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        allowed = self._config.stash[_listed]
        if report.skipped and not any(fnmatchcase(report.nodeid, p) for p in allowed):
            self._config.stash[_unlisted].append(report.nodeid)


def _patterns(path: Path) -> list[str]:
    """Each line: a node id with ``*`` where anything may stand, two spaces, the reason."""
    lines = path.read_text().splitlines() if path.exists() else []
    entries = [line.split("  ", 1) for line in lines if line.strip() and not line.startswith("#")]
    for entry in entries:
        if len(entry) != 2:
            raise pytest.UsageError(f"{path}: {entry[0]!r} has no reason after two spaces")
    # fnmatch reads [..] as a set of characters; in a node id it encloses parameters.
    return [pattern.replace("[", "[[]") for pattern, _ in entries]
