"""Code stays in pieces that a reader can hold: see CONTRIBUTING.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "catalyst_hub"
LONGEST_MODULE = 400
LONGEST_FUNCTION = 40


def modules() -> Iterator[tuple[str, str]]:
    """Our modules; a migration is as long as the tables it makes."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield str(path.relative_to(PACKAGE)), path.read_text()


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    start = function.body[0].end_lineno if ast.get_docstring(function) else function.lineno
    return (function.end_lineno or 0) - (start or 0) + 1


def functions(source: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_module_is_long():
    long = {name: len(text.splitlines()) for name, text in modules()}
    assert {name: n for name, n in long.items() if n > LONGEST_MODULE} == {}


def test_no_function_is_long():
    long = {
        f"{name}:{function.lineno} {function.name}": lines_of(function)
        for name, text in modules()
        for function in functions(text)
        if lines_of(function) > LONGEST_FUNCTION
    }
    assert long == {}


def test_every_module_says_what_it_is():
    assert [n for n, text in modules() if not ast.get_docstring(ast.parse(text))] == []
