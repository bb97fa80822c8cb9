"""Sends what waits in the outbox, at least once: a mail that was handed to the server when this
process was killed is sent again, under the same Message-ID, by which readers and servers know it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from email import policy as formats
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.config import MailSettings
from catalyst_hub.core.mail import Mail
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.profile import text_in
from catalyst_hub.i18n.mails import Letter, letter, one_line
from catalyst_hub.usecases.record_mail import record_mail
from catalyst_hub.usecases.take_mails import take_mails

if TYPE_CHECKING:
    # It comes with the extra mail, which a hub without a mail server does without.
    from aiosmtplib import SMTP

log = logging.getLogger(__name__)

_AT_A_TIME = 20
_TIMEOUT_S = 20.0
_NO_SERVER = "no mail server is set"
_NOT_INSTALLED = "aiosmtplib is missing: pip install 'catalyst-hub[mail]'"
#: From here on a mail server's answer about a reader is its last word (RFC 5321).
_FOR_GOOD = 500


class Postman:
    """Empties the outbox again and again. ``hub_url``: where people find the hub, or empty."""

    def __init__(self, runtime: Runtime, settings: MailSettings | None, hub_url: str) -> None:
        self._runtime = runtime
        self._settings = settings
        self._hub_url = hub_url

    async def round(self) -> None:
        """Send what is due, as long as the mail server answers. Raises StoreUnavailableError."""
        is_going_on = True
        while is_going_on:
            mails = await self._runtime.write(
                lambda uow: take_mails(uow, self._runtime.now(), _AT_A_TIME)
            )
            is_going_on = bool(mails) and await self._send(mails)

    async def _send(self, mails: Sequence[Mail]) -> bool:
        """Whether there is a server that more mail can be given to."""
        if self._settings is None:
            # Not kept for later: nobody wants last year's mail on the day a server is set.
            for mail in mails:
                await self._record(mail, _NO_SERVER, is_final=True)
            return True
        try:
            from aiosmtplib import SMTPException
        except ImportError:
            return await self._fail(mails, _NOT_INSTALLED)
        try:
            return await self._hand_over(mails, self._settings)
        except (SMTPException, OSError) as error:
            return await self._fail(mails, f"{type(error).__name__}: {error}")

    async def _fail(self, mails: Sequence[Mail], problem: str) -> bool:
        log.error("%d mails wait: %s", len(mails), problem)
        for mail in mails:
            await self._record(mail, problem)
        return False

    async def _hand_over(self, mails: Sequence[Mail], settings: MailSettings) -> bool:
        """One connection for all of them."""
        async with _connection(settings) as connection:
            for number, mail in enumerate(mails):
                try:
                    await self._hand_over_one(connection, mail, settings)
                except OSError as error:
                    # The connection is gone, for the rest of them as well.
                    return await self._fail(mails[number:], f"{type(error).__name__}: {error}")
        return True

    async def _hand_over_one(self, connection: SMTP, mail: Mail, settings: MailSettings) -> None:
        from aiosmtplib import SMTPException, SMTPRecipientsRefused, SMTPServerDisconnected

        try:
            message = _message(mail, self._runtime.policy, settings, self._hub_url, self._now)
            await connection.send_message(message)
        except (MessageError, ValueError, IndexError) as error:
            await self._record(mail, f"it cannot be written: {error}", is_final=True)
        except SMTPRecipientsRefused as error:
            is_final = all(refused.code >= _FOR_GOOD for refused in error.recipients)
            await self._record(mail, f"refused: {error}", is_final=is_final)
        except SMTPServerDisconnected as error:
            raise ConnectionError(str(error)) from error
        except SMTPException as error:
            await self._record(mail, f"{type(error).__name__}: {error}")
        else:
            await self._record(mail, None)

    @property
    def _now(self) -> datetime:
        return self._runtime.now()

    async def _record(self, mail: Mail, problem: str | None, *, is_final: bool = False) -> None:
        if problem is not None and problem != _NO_SERVER:
            what = "is given up" if is_final else "waits"
            log.warning("mail %d (%s) to %s %s", mail.mail_id, mail.kind, mail.name, what)
        await self._runtime.write(
            lambda uow: record_mail(uow, mail.mail_id, problem, self._now, is_final=is_final)
        )


def _connection(settings: MailSettings) -> SMTP:
    """Certificates are always checked, and STARTTLS is never left out where it is asked for."""
    from aiosmtplib import SMTP

    return SMTP(
        hostname=settings.server,
        port=settings.port,
        username=settings.user or None,
        password=settings.password or None,
        use_tls=settings.security == "tls",
        start_tls=settings.security == "starttls",
        timeout=_TIMEOUT_S,
    )


def _message(
    mail: Mail, policy: Policy, settings: MailSettings, hub_url: str, now: datetime
) -> EmailMessage:
    """The mail as it travels. Raises ValueError, or what ``email`` raises, for an address that
    is none; a line break in a header is such an error, too."""
    text = letter(mail, policy, hub_url)
    if text is None or not mail.email:
        raise ValueError("there is no address any more" if text else f"unknown kind {mail.kind}")
    return _addressed(mail, text, policy, settings, now)


def _addressed(
    mail: Mail, text: Letter, policy: Policy, settings: MailSettings, now: datetime
) -> EmailMessage:
    message = EmailMessage(policy=formats.SMTP)
    hub = one_line(text_in(policy.title, mail.language or "en"))
    message["From"] = Address(hub, addr_spec=settings.sender)
    message["To"] = Address(one_line(mail.display_name), addr_spec=mail.email or "")
    message["Subject"] = text.subject
    message["Date"] = format_datetime(now)
    # The same at every try, and of no other mail: ids begin anew in another store.
    own = f"{mail.mail_id}.{int(mail.queued_at.timestamp() * 1000)}.{policy.hub}"
    message["Message-ID"] = f"<{own}@{settings.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text.body)
    return message
