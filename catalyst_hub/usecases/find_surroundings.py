"""What a workshop puts around somebody's server: folders that many see, and what it opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.choice import Choice
from catalyst_hub.core.material import opening_url
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.shared_folder import SharedFolder, shared_folders
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``opens`` is an address below the server, ``""`` for the interface's own."""

    folders: tuple[SharedFolder, ...] = ()
    opens: str = ""


def find_surroundings(
    uow: UnitOfWork, policy: Policy, user_name: str, choice: Choice, now: datetime
) -> Surroundings:
    """Of the server that she starts now, by her place in the community that she starts it in."""
    person = uow.people.by_name(user_name)
    community = policy.community(choice.community)
    if person is None or community is None:
        return Surroundings()
    role = uow.memberships.of(person.person_id).get(choice.community)
    if role is None:
        return Surroundings()
    today = local_day(now, community.zone)
    around = uow.workshops.around(choice.community, person.person_id, today, today)
    attended = next((workshop for workshop, takes_part in around if takes_part), None)
    material = attended.material if attended else None
    is_for_it = attended is not None and attended.profile in {None, choice.profile}
    opens = opening_url(material, choice.interface) if material and is_for_it else None
    taught = uow.workshops.taught_by(person.person_id)
    folders = shared_folders(community, role, (workshop for workshop, _ in around), taught, now)
    return Surroundings(folders, opens or "")
