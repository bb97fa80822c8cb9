"""The folders of services/: what they say is what the code does, and their units are valid."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from jupyterhub.services.auth import HubOAuth

from catalyst_hub.champion.app import make_application
from catalyst_hub.culler.__main__ import parser as culler_parser
from catalyst_hub.data_files import services_dir
from catalyst_hub.hub.roles import CHAMPION_SCOPES, CULLER_SCOPES, INSTRUCTOR_SCOPES, USER_SCOPES

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
    module = f"catalyst_hub.{service.name}"
    assert f"\npython -m {module}\n" in (service / "README.md").read_text()
    assert f'CMD ["python", "-m", "{module}"]' in (service / "Dockerfile").read_text()
    unit = (service / f"catalyst-{service.name}.service").read_text()
    assert f"/bin/python -m {module}\n" in unit
    assert find_spec(f"{module}.__main__")


@pytest.mark.parametrize("service", SERVICES, ids=ids)
def test_the_deployment_sets_every_variable_of_the_readme(service):
    deployment = (service / "deployment.yaml").read_text()
    rows = [row for row in (service / "README.md").read_text().splitlines() if "| `" in row[:3]]
    variables = [row.split("`")[1] for row in rows if row.startswith(("| `JUPYTERHUB", "| `CATA"))]
    assert variables
    assert [name for name in variables if name not in deployment] == []


def scopes_of(service: str) -> list[tuple[str, str]]:
    """The README's tables of scopes: each scope and its reason."""
    readme = (services_dir() / service / "README.md").read_text().partition("## Role")[2]
    return sorted(re.findall(r"^\| `([^`]+)` \| (.+) \|$", readme, re.MULTILINE))


def test_every_scope_of_champions_instructors_and_users_is_given_with_its_reason():
    given = (USER_SCOPES, CHAMPION_SCOPES, INSTRUCTOR_SCOPES)
    assert scopes_of("champion") == sorted(pair for scopes in given for pair in scopes.items())


def test_every_scope_of_the_culler_is_given_with_its_reason():
    assert scopes_of("culler") == sorted(CULLER_SCOPES.items())


def test_every_option_of_the_culler_is_documented():
    readme = (services_dir() / "culler" / "README.md").read_text()
    documented = re.findall(r"^\| `(--[\w-]+)(?: [A-Z]+)?` \|", readme, re.MULTILINE)
    options = set(culler_parser()._option_string_actions) - {"-h", "--help"}
    assert set(documented) == options


def addresses_of_champion() -> set[str]:
    """The README's table of the service's own addresses."""
    table = (services_dir() / "champion" / "README.md").read_text().partition("## Addresses")[2]
    found = re.findall(r"^\| `([^`]+)` \|", table.partition("The Hub's side")[0], re.MULTILINE)
    return {address.replace("C", "communities/<>", 1) for address in found}


def test_every_address_of_the_champion_service_is_documented():
    hub_auth = HubOAuth(
        base_url="/services/catalyst/",
        api_token="x",
        oauth_client_id="x",
        cookie_host_prefix_enabled=False,
    )
    rules = make_application(hub_auth).default_router.rules[0].target.rules
    served = {_as_written(rule.matcher.regex.pattern) for rule in rules}
    documented = {re.sub(r"<[^>]*>", "<>", address) for address in addresses_of_champion()}
    assert documented == served - {"oauth_callback", ".*"}


def _as_written(pattern: str) -> str:
    below = re.sub(r"\([^)]*\)", "<>", pattern.rstrip("$").removeprefix("/services/catalyst"))
    return below.replace("\\.", ".").lstrip("/").removesuffix("?") or "/"
