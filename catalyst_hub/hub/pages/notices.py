"""What a person reads beside a server of hers that is going to be stopped."""

from __future__ import annotations

from collections.abc import Mapping

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.i18n.notices import NoticeText, notice_text
from catalyst_hub.usecases.list_notices import list_notices


async def notices_on(page: Localized) -> Mapping[str, NoticeText]:
    """By the name of the server; none while the store is away."""
    runtime: Runtime = page.settings["catalyst"]
    name, now = page.current_user.name, runtime.now()
    try:
        notices = await runtime.read(lambda uow: list_notices(uow, name))
    except StoreUnavailableError:
        page.log.warning("The store is away: %s sees no notices", name)
        return {}
    texts = {}
    for server, (session, notice) in notices.items():
        slug = session.choice.community
        community = runtime.policy.community(slug)
        title = text_in(community.title, page.translator.language) if community else slug
        texts[server] = notice_text(notice, session.zone, title, now, page.translator)
    return texts
