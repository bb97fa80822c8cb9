"""A champion makes no exception for somebody who asks."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.appeal import LONGEST_REPLY, Answer, Appeal, as_words
from catalyst_hub.core.appealing import settle
from catalyst_hub.core.unit_of_work import UnitOfWork


def decline_appeal(
    uow: UnitOfWork, community: str, appeal_id: int, actor: str, reply: str, now: datetime
) -> Appeal | None:
    """Decline it with a word, if it is still open: the appeal as it stands then, whoever came
    first. None: there is no such appeal in this community."""
    appeal = uow.appeals.get(appeal_id)
    if appeal is None or appeal.community != community:
        return None
    settle(uow, appeal, Answer.DECLINED, actor, now, as_words(reply, LONGEST_REPLY))
    return uow.appeals.get(appeal_id)
