from __future__ import annotations

from tests.hub.conftest import start_hub

__all__ = ["start_hub"]
