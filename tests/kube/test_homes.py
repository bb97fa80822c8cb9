"""Whose files are gone, and whose volume KubeSpawner does not know how to clean."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("traits", "is_deleted"),
    [
        ({"storage_pvc_ensure": True}, True),
        ({"storage_pvc_ensure": True, "delete_pvc": False}, False),
        # A folder of a volume that everybody shares: KubeSpawner would say that all is done.
        ({"storage_pvc_ensure": False}, False),
    ],
)
async def test_files_are_gone_only_with_a_volume_of_their_own(make_spawner, traits, is_deleted):
    spawner, deleted = make_spawner(**traits), []

    async def request(name: str, _patience: int) -> bool:
        deleted.append(name)
        return True

    spawner._make_delete_pvc_request = request
    assert await spawner.remove_home() is is_deleted
    assert deleted == ([spawner.pvc_name] if is_deleted else [])
