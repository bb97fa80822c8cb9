"""One line for each exception that champions have made for the reader."""

from __future__ import annotations

from collections.abc import Iterable

from catalyst_hub.core.community import Community
from catalyst_hub.core.exemption import Exemption
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.i18n.exemptions import given_text
from catalyst_hub.usecases.show_given import show_given


async def given_on(page: Localized) -> list[str]:
    """Looked up for the signed-in person; nothing while the store is away."""
    runtime, name = page.runtime, page.current_user.name
    try:
        given = await runtime.read(lambda uow: show_given(uow, runtime.policy, name, runtime.now()))
    except StoreUnavailableError:
        return []
    return given_lines(page, given)


def given_lines(page: Localized, given: Iterable[tuple[Community, Exemption]]) -> list[str]:
    """What the reader has more, where, and until when."""
    return [given_text(exemption, community, page.translator) for community, exemption in given]
