"""KubeSpawner without a cluster: its manifests are real, nothing is sent anywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import kubespawner.spawner
import pytest


@pytest.fixture
async def make_spawner(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """``make_spawner(user_name, **traits)``; inside a running loop, as the client needs one."""
    from catalyst_hub.hub.kube_spawner import CatalystKubeSpawner

    monkeypatch.setattr(kubespawner.spawner, "load_config", lambda **_: None)

    def make(user_name: str = "kofi", **traits: Any) -> Any:
        spawner = CatalystKubeSpawner(_mock=True, **traits)
        spawner.user.name = user_name
        return spawner

    return make
