"""What became of a mail that was handed to the mail server."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.unit_of_work import UnitOfWork


def record_mail(
    uow: UnitOfWork, mail_id: int, problem: str | None, now: datetime, *, is_final: bool = False
) -> None:
    """It is sent (no ``problem``), is tried again later, or (``is_final``) is given up."""
    if problem is None:
        uow.mails.sent(mail_id, now)
    elif is_final:
        uow.mails.give_up(mail_id, problem)
    else:
        uow.mails.failed(mail_id, problem)
