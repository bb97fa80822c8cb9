"""What a person reads beside a server of hers that is going to be stopped."""

from __future__ import annotations

from collections.abc import Mapping

from catalyst_hub.core.notice import Notice
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.session import Session
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.i18n.notices import NoticeText, notice_text


def notices_on(
    page: Localized, notices: Mapping[str, tuple[Session, Notice]]
) -> Mapping[str, NoticeText]:
    """What was told of each server, in the reader's words; by the name of the server."""
    policy, now, texts = page.runtime.policy, page.runtime.now(), {}
    for server, (session, notice) in notices.items():
        slug = session.choice.community
        community = policy.community(slug)
        title = text_in(community.title, page.translator.language) if community else slug
        texts[server] = notice_text(notice, session.zone, title, now, page.translator)
    return texts
