"""Folders that many people see: what a workshop works with, kept once for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.community import Community, Role
from catalyst_hub.core.workshop import Workshop, is_running


@dataclass(frozen=True, slots=True)
class SharedFolder:
    """A folder of a community, or of one of its workshops, as one person may use it.

    ``name`` is one word fit for a path, and nobody else's folder is called so.
    """

    name: str
    is_writable: bool


def shared_folders(
    community: Community,
    role: Role,
    running: Iterable[Workshop],
    taught: Iterable[Workshop],
    now: datetime,
) -> tuple[SharedFolder, ...]:
    """Those that a person's server gets: the community's, and one for each workshop that runs.

    Everybody reads them. Champions write them all; whoever instructs a workshop that runs writes
    the community's and that workshop's.
    """
    today = [workshop for workshop in running if is_running(workshop, community, now)]
    own = {workshop.workshop_id for workshop in taught}
    instructed = {workshop.workshop_id for workshop in today} & own
    leads = role is Role.CHAMPION
    return (
        SharedFolder(community.slug, leads or bool(instructed)),
        *(
            SharedFolder(
                f"{community.slug}.workshop-{workshop.workshop_id}",
                leads or workshop.workshop_id in instructed,
            )
            for workshop in sorted(today, key=lambda workshop: workshop.workshop_id)
        ),
    )
