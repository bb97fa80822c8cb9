"""What the guides tell people to write works as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from traitlets.config import Config

from catalyst_hub import communities_file
from catalyst_hub.config import CatalystHub
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import Window

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
ENABLE, WRITE = "enable-on-an-existing-hub.md", "write-a-communities-file.md"
LET_IN, SEVERAL = "let-people-in.md", "sign-in-in-several-ways.md"


def blocks(guide: str, language: str) -> list[str]:
    """The code of a guide, block by block."""
    return re.findall(rf"^```{language}\n(.*?)^```", (HOW_TO / guide).read_text(), re.M | re.S)


def run(block: str, config: Config) -> Config:
    exec(compile(block, ENABLE, "exec"), {"c": config})
    return config


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the Hub of the guide starts, with the communities file of the other guide."""
    (tmp_path / "communities.yaml").write_text("\n".join(blocks(WRITE, "yaml")))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_communities_file_of_the_guide_has_no_fault():
    checked = communities_file.check("\n".join(blocks(WRITE, "yaml")))
    assert [str(warning) for warning in checked.warnings] == []
    [community] = checked.policy.communities
    [profile] = community.profiles
    assert [size.slug for size in profile.sizes] == ["small"]
    assert {limit.unit for limit in community.limits} >= {Unit.SERVERS, Unit.CPU_HOURS}


def test_the_quotas_of_the_guide_have_no_fault():
    [written] = blocks("limit-use.md", "yaml")
    quotas = written.partition("savanna-genomics:\n")[2]
    checked = communities_file.check(_HUB_WITH_GPUS + quotas)
    assert [str(warning) for warning in checked.warnings] == []
    [community] = checked.policy.communities
    windows = {limit.window for limit in community.limits}
    assert windows == set(Window)
    assert {limit.scope for limit in community.limits} == set(LimitScope)


_HUB_WITH_GPUS = """\
version: 1
hub: {name: andes}
providers: {demo: {type: demo, personas: [{name: amina}]}}
defaults:
  profiles:
    deep-learning:
      environment: {command: jupyterhub-singleuser}
      sizes: {gpu: {cpu: 4, memory: 16G, gpu: 1}}
communities:
  savanna-genomics:
    title: Savanna
    members: [{provider: demo, everyone: true}]
    champions: [{provider: demo, people: [amina]}]
"""


@pytest.mark.parametrize("text", blocks(LET_IN, "yaml"), ids=["github", "universities"])
def test_the_providers_of_the_guide_have_no_fault(text):
    checked = communities_file.check(text)
    assert [str(warning) for warning in checked.warnings] == []
    assert checked.policy.providers


def test_the_file_that_blocks_and_adopts_has_no_fault():
    checked = communities_file.check("\n".join(blocks(SEVERAL, "yaml")))
    assert [str(warning) for warning in checked.warnings] == []
    assert checked.policy.blocked
    assert [provider.adopts for provider in checked.policy.providers] == [True]


def named(config: Config, trait: str) -> list[str]:
    return [entry["name"] for entry in config.JupyterHub[trait].get_value([])]


def test_the_lines_of_the_guide_enable_everything(folder):
    whole = blocks(ENABLE, "python")[0]
    config = run(whole.replace("/srv/jupyterhub", str(folder)), Config())
    assert named(config, "services") == ["catalyst-culler", "catalyst"]
    assert named(config, "load_roles") == [
        "catalyst-culler",
        "catalyst-champion-sabana-genomics",
        "catalyst-instructor-sabana-genomics",
    ]
    assert CatalystHub(config=config).settings().communities_file.parent == folder


def test_the_four_parts_of_the_guide_are_the_whole(folder):
    whole, *_, parts = blocks(ENABLE, "python")
    together = run(whole.replace("/srv/jupyterhub", str(folder)), Config())
    one_by_one = run(parts, Config(CatalystHub=together.CatalystHub))
    assert set(one_by_one.JupyterHub) == set(together.JupyterHub)
    for trait in ("services", "load_roles"):
        assert named(one_by_one, trait) == named(together, trait)
