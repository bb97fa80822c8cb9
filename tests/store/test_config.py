from __future__ import annotations

from pathlib import Path

import pytest
from traitlets import TraitError
from traitlets.config import Config

from catalyst_hub.config import CatalystHub


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("CATALYST_COMMUNITIES_FILE", "CATALYST_DATABASE_URL", "CATALYST_HUB"):
        monkeypatch.delenv(name, raising=False)


def test_without_settings_everything_lies_where_the_hub_starts(tmp_path: Path) -> None:
    settings = CatalystHub().settings()
    assert settings.communities_file == tmp_path / "communities.yaml"
    assert settings.database_url == f"sqlite:///{tmp_path}/catalyst.sqlite"
    assert not settings.admit_when_store_is_unavailable


def test_a_service_gets_the_same_settings_from_its_environment_in_any_directory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    c = Config()
    c.CatalystHub.communities_file = "etc/communities.yaml"
    c.CatalystHub.database_url = "sqlite:///var/catalyst.sqlite"
    c.CatalystHub.hub = "andes"
    settings = CatalystHub(config=c).settings()
    for name, value in settings.to_environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir("/")
    assert CatalystHub().settings() == settings


def test_other_urls_stay_as_they_are() -> None:
    url = "postgresql+psycopg://hub@db/catalyst"
    assert CatalystHub(database_url=url).settings().database_url == url


@pytest.mark.parametrize("name", ["communities_file", "database_url"])
def test_an_empty_setting_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(TraitError, match=name):
        CatalystHub(**{name: " "})
