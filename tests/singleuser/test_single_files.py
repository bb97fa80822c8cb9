"""What is mounted into an image that others have built is one file, and asks nothing of it."""

from __future__ import annotations

import ast
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from traitlets.config import Config

from catalyst_hub import light, reporting, singleuser, takeaway
from tests.singleuser.conftest import GUIDE, mount

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


def test_the_config_map_of_the_guide_is_the_folder_of_the_guide(tmp_path: Path):
    [block] = re.findall(r"^ *```python\n(.*?)^ *```", GUIDE.read_text(), re.M | re.S)
    config = Config()
    exec(textwrap.dedent(block), {"c": config})
    [volume] = config.KubeSpawner.volumes
    items = {item["path"]: item["key"] for item in volume["configMap"]["items"]}
    mounted = mount(tmp_path)
    files = {str(file.relative_to(mounted)) for file in mounted.rglob("*") if file.is_file()}
    assert set(items) == files - {"labextensions/catalyst-hub/install.json"}
    named = re.findall(r"--from-file=(?:(\S+?)=)?\S*?([^/\s]+)\s", GUIDE.read_text())
    assert set(items.values()) == {key or file for key, file in named}
