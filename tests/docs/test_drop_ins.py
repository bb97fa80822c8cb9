"""The drop-ins of jupyterhub_config.d say which parts are on, and decide nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from traitlets.config import PyFileConfigLoader

from catalyst_hub.data_files import config_dir, share_dir

DROP_INS = sorted(config_dir().glob("*.py"))
SIMPLE = (ast.Expr, ast.ImportFrom, ast.Assign)


@pytest.mark.parametrize("drop_in", DROP_INS, ids=lambda path: path.name)
def test_a_drop_in_is_short_and_has_no_logic(drop_in):
    source = drop_in.read_text()
    assert len(source.splitlines()) < 30
    assert all(isinstance(statement, SIMPLE) for statement in ast.parse(source).body)


def test_the_loader_reads_every_drop_in_in_order(tmp_path, monkeypatch):
    """With drop-ins of our own, as the real ones need a communities file."""
    for name in ("20-second", "10-first"):
        (tmp_path / f"{name}.py").write_text(
            f"c = get_config()\nc.Order.seen = [*c.Order.get('seen', []), '{name}']\n"
        )
    monkeypatch.setattr("catalyst_hub.data_files.config_dir", lambda: Path(tmp_path))
    loaded = PyFileConfigLoader("jupyterhub_config.py", str(share_dir())).load_config()
    assert loaded.Order.seen == ["10-first", "20-second"]
