"""What every page that people come by says of maintenances."""

from __future__ import annotations

from catalyst_hub.core.maintenance import Maintenance, shown
from catalyst_hub.core.profile import text_in
from catalyst_hub.hub.announcements import Announcements
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.i18n.maintenances import MaintenanceText, maintenance_text


def maintenances_on(page: Localized) -> list[MaintenanceText]:
    """What the reader is told: of the whole hub, and of communities of hers."""
    announced: Announcements | None = page.settings.get("catalyst_announcements")
    if announced is None or not announced.maintenances:
        return []
    mine = [community.slug for community in page.communities]
    told = shown(announced.maintenances, mine, page.runtime.now())
    return [words_of(page, maintenance) for maintenance in told]


def words_of(page: Localized, maintenance: Maintenance) -> MaintenanceText:
    """One of them, in the zone of its community; the hub's in that of the reader's own."""
    policy, now = page.runtime.policy, page.runtime.now()
    community = policy.community(maintenance.pause.community or "")
    title = text_in((community or policy).title, page.translator.language)
    nearest = community or next(iter(page.communities), policy)
    return maintenance_text(maintenance, title, nearest.zone, now, page.translator)
