"""Invented hubs of the shapes that real ones have, and what KubeSpawner does with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from catalyst_hub.cli.import_z2jh import Result, import_hubs
from catalyst_hub.cli.import_z2jh.sources import read_sources
from tests.import_z2jh.oracle import without_a_cluster

HUBS = Path(__file__).parent / "hubs"


@pytest.fixture(autouse=True)
def _no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    without_a_cluster(monkeypatch)


@pytest.fixture(scope="session")
def cluster() -> Result:
    return import_hubs(read_sources([str(HUBS / "cluster.yaml")]))


@pytest.fixture(scope="session")
def plain() -> Result:
    return import_hubs(read_sources([str(HUBS / "values.yaml"), str(HUBS / "more.values.yaml")]))


@pytest.fixture
def imported(tmp_path: Path) -> Callable[..., Result]:
    """``imported(values, …)``: the import of one hub with these files."""

    def run(*texts: str, chart: str = "") -> Result:
        files = [tmp_path / f"hub{i}.values.yaml" for i in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text)
        return import_hubs(read_sources([str(file) for file in files], "hub", chart))

    return run
