"""The suite on every supported Python: ``nox``; one of them: ``nox -s tests-3.12``."""

from __future__ import annotations

import nox

nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["tests", "check"]


@nox.session(python=["3.11", "3.12", "3.13", "3.14"])
def tests(session: nox.Session) -> None:
    """Run the tests: ``nox -s tests-3.12 -- -k ledger``."""
    session.install("--editable", ".[test]")
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session(python="3.11")
def check(session: nox.Session) -> None:
    """Run what ``make check`` runs, in an environment of its own."""
    session.run("make", "check", f"VENV={session.create_tmp()}/venv", external=True)


@nox.session(python="3.11")
def docs(session: nox.Session) -> None:
    """Build the documentation."""
    session.install("--editable", ".[docs]")
    session.run("sphinx-build", "-W", "-b", "html", "docs", "docs/_build/html")
