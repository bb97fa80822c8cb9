from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalyst_hub.store import Store
from tests.support.databases import database_url, empty_database_url, postgresql_server

__all__ = ["database_url", "empty_database_url", "postgresql_server"]


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store.open(database_url, "andes")
    yield store
    store.close()
