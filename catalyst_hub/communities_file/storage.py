"""How full the homes of people may get before they are told."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from catalyst_hub.communities_file.fields import Count, Memory, refusal
from catalyst_hub.communities_file.part import Part
from catalyst_hub.core.community import StorageLimit


def _percent(percent: int) -> int:
    if not 1 <= percent <= 100:
        raise refusal(f"this is {percent}", "a percentage from 1 to 100", "write 80")
    return percent


def _something(size: int) -> int:
    if size < 1:
        raise refusal("this is nothing", "an amount such as 10G", "write 10G, or remove storage")
    return size


Percent = Annotated[Count, AfterValidator(_percent)]
Size = Annotated[Memory, AfterValidator(_something)]


class StoragePart(Part):
    """How much each person may keep. A full home is told of, and keeps nobody from starting."""

    limit: Size
    """How much one home may hold. Who belongs to several communities has the largest of their
    limits."""
    warn_at: Percent = 80
    """From which percentage on its owner is warned."""


def storage_of(part: StoragePart | None) -> StorageLimit | None:
    """What the file says; None: it limits no home."""
    return None if part is None else StorageLimit(part.limit, part.warn_at)
