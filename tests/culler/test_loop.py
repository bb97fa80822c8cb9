from __future__ import annotations

import asyncio
from itertools import islice

import pytest

from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.culler.loop import repeat, retries
from catalyst_hub.hub_client import HubRefusedError, HubUnavailableError


def test_retries_come_soon_at_first_and_never_later_than_the_next_round() -> None:
    assert list(islice(retries(30), 8)) == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert list(islice(retries(0.2), 3)) == [0.2, 0.2, 0.2]


@pytest.mark.parametrize(
    "trouble",
    [
        HubUnavailableError("away"),
        HubRefusedError("no"),
        StoreUnavailableError("locked"),
        ValueError("a fault of ours"),
    ],
)
async def test_whatever_goes_wrong_in_a_round_there_is_a_next_one(
    trouble: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    rounds = 0
    third = asyncio.Event()

    async def look() -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            third.set()
        if rounds < 3:
            raise trouble

    task = asyncio.create_task(repeat(look, 0.01))
    await asyncio.wait_for(third.wait(), 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(caplog.records) == 2
    assert str(trouble) in caplog.text
