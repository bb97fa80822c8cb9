"""What is mounted into an image that others have built is one file, and asks nothing of it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from catalyst_hub import light, reporting, singleuser, takeaway

#: Of other people's packages: what Jupyter's own server brings along.
BROUGHT = {"jupyter_server", "tornado"}


def imported(source: ast.Module) -> Iterator[str]:
    for node in ast.walk(source):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("module", [light, reporting, singleuser, takeaway])
def test_each_can_be_read_by_an_old_python_and_needs_nothing_else(module: ModuleType):
    source = ast.parse(Path(module.__file__).read_text(), feature_version=(3, 8))
    packages = {name.partition(".")[0] for name in imported(source)}
    assert packages <= BROUGHT | sys.stdlib_module_names
