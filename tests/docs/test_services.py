"""The folders of services/: what they say is what the code does, and their units are valid."""

from __future__ import annotations

from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from catalyst_hub.data_files import services_dir

SERVICES = sorted(path for path in services_dir().iterdir() if path.is_dir())
KUBERNETES = "1.31"


def ids(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("service", SERVICES, ids=ids)
def test_kubernetes_accepts_the_units(service):
    with (service / "deployment.yaml").open() as file:
        for manifest in yaml.safe_load_all(file):
            kubernetes_validate.validate(manifest, KUBERNETES, strict=True)


@pytest.mark.parametrize("service", SERVICES, ids=ids)
def test_every_unit_runs_the_command_of_the_readme(service):
    readme = (service / "README.md").read_text()
    assert f"catalyst-hub {service.name}" in readme
    assert f'"catalyst-hub", "{service.name}"' in (service / "Dockerfile").read_text()
    unit = (service / f"catalyst-{service.name}.service").read_text()
    assert f"/bin/catalyst-hub {service.name}\n" in unit


@pytest.mark.parametrize("service", SERVICES, ids=ids)
def test_the_deployment_sets_every_variable_of_the_readme(service):
    deployment = (service / "deployment.yaml").read_text()
    rows = [row for row in (service / "README.md").read_text().splitlines() if "| `" in row[:3]]
    variables = [row.split("`")[1] for row in rows if row.startswith(("| `JUPYTERHUB", "| `CATA"))]
    assert variables
    assert [name for name in variables if name not in deployment] == []
