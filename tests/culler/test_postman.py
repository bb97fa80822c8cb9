"""Mail to a real server: words and headers, TLS that is refused, servers that come and go."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from catalyst_hub.bootstrap import Runtime, open_runtime, utc_now
from catalyst_hub.config import CatalystHub, MailSettings
from catalyst_hub.core.community import Claims, Identity
from catalyst_hub.core.mail import MailKind
from catalyst_hub.core.session import ServerKey
from catalyst_hub.culler.postman import Postman
from catalyst_hub.usecases.add_member import add_member
from catalyst_hub.usecases.admit_session import AdmissionRequest, admit_session
from catalyst_hub.usecases.answer_request import answer_request
from catalyst_hub.usecases.ask_to_join import ask_to_join
from catalyst_hub.usecases.open_session import open_session
from catalyst_hub.usecases.remove_member import remove_member
from catalyst_hub.usecases.sign_in import sign_in
from tests.hub.communities import COMMUNITIES
from tests.hub.conftest import free_port

HUB_URL = "https://hub.example.org/hub/"


class Letterbox:
    """What the mail server has taken; ``refuses`` readers, ``on_mail`` is told of each mail."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses: dict[str, str] = {}
        self.on_mail: Callable[[], None] = lambda: None

    async def handle_RCPT(  # noqa: N802  aiosmtpd's own name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.refuses.get(address, "250 OK")

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(message_from_bytes(content, policy=default))  # type: ignore[arg-type]
        self.on_mail()
        return "250 OK"


@pytest.fixture
def letterbox() -> Letterbox:
    return Letterbox()


@pytest.fixture
def serve(letterbox: Letterbox) -> Iterator[Callable[..., int]]:
    started: list[Controller] = []

    def start(port: int = 0, **more: Any) -> int:
        port = port or free_port()
        controller = Controller(letterbox, hostname="127.0.0.1", port=port, **more)
        controller.start()
        started.append(controller)
        return port

    yield start
    for controller in started:
        controller.stop()


class Clock:
    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def runtime(tmp_path: Path, clock: Clock) -> Iterator[Runtime]:
    file = tmp_path / "communities.yaml"
    file.write_text(COMMUNITIES.replace("Nairobi\n", "Nairobi\n    join_requests: true\n", 1))
    url = f"sqlite:///{tmp_path / 'catalyst.sqlite'}"
    config = CatalystHub(communities_file=str(file), database_url=url)
    runtime = open_runtime(config, accept_policy=True, now=clock)
    yield runtime
    runtime.close()


def plain(port: int) -> MailSettings:
    return MailSettings("127.0.0.1", port, "none", "hub@example.org")


async def arrive(runtime: Runtime, name: str, language: str = "", **claims: Any) -> None:
    """Somebody signs in whose provider has verified an address."""
    said = Claims(name, **{"email": f"{name}@people.org", "is_email_verified": True} | claims)
    now = runtime.now()
    await runtime.write(lambda uow: sign_in(uow, runtime.policy, Identity("demo", name), said, now))
    if language:
        await runtime.write(
            lambda uow: uow.people.set_language(uow.people.by_name(name), language)  # type: ignore[arg-type]
        )


async def queue(runtime: Runtime, name: str = "kofi") -> None:
    await arrive(runtime, name)
    await runtime.write(
        lambda uow: uow.mails.queue(
            uow.people.by_name(name),  # type: ignore[arg-type]
            MailKind.REQUEST_APPROVED,
            runtime.now(),
            community="nairobi",
        )
    )


async def ask(runtime: Runtime, name: str) -> None:
    now = runtime.now()
    refusal = await runtime.write(
        lambda uow: ask_to_join(uow, runtime.policy, "nairobi", name, "", now)
    )
    assert refusal is None


def rows(runtime: Runtime, columns: str = "kind, tries, sent_at IS NOT NULL, problem") -> list[Any]:
    path = runtime.settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT {columns} FROM mails ORDER BY mail_id").fetchall()


def text_of(mail: EmailMessage) -> str:
    return str(mail.get_content())


async def test_champions_hear_of_a_request_and_the_asker_of_the_answer_in_her_language(
    runtime: Runtime, letterbox: Letterbox, serve: Callable[..., int]
) -> None:
    await arrive(runtime, "amina", display_name="Amina")
    await arrive(runtime, "bo", language="es", display_name="Bo")
    await ask(runtime, "bo")
    waiting = await runtime.read(lambda uow: uow.join_requests.open_in("nairobi"))
    number, now = waiting[0].request_id, runtime.now()
    await runtime.write(
        lambda uow: answer_request(
            uow, runtime.policy, "nairobi", number, "amina", now, approves=True
        )
    )
    await Postman(runtime, plain(serve()), HUB_URL).round()
    to_amina, to_bo = letterbox.mails
    assert (to_amina["To"], to_amina["Subject"]) == (
        "Amina <amina@people.org>",
        "Bo asks to join Nairobi",
    )
    assert to_bo["To"] == "Bo <bo@people.org>"
    assert to_bo["Subject"].endswith("Nairobi")
    assert to_bo["Subject"] != "Welcome to Nairobi"
    assert HUB_URL in text_of(to_bo)
    assert to_bo["Auto-Submitted"] == "auto-generated"
    assert to_bo["From"] == "Test hub <hub@example.org>"


async def test_a_removal_says_when_servers_stop_in_the_communitys_time(
    runtime: Runtime, letterbox: Letterbox, serve: Callable[..., int], clock: Clock
) -> None:
    await arrive(runtime, "kofi")
    key = ServerKey("kofi")
    request = AdmissionRequest(key, {}, "kofi")
    for work in (
        lambda uow: admit_session(uow, runtime.policy, request, clock.now),
        lambda uow: open_session(uow, key, clock.now),
        lambda uow: remove_member(uow, runtime.policy, "nairobi", "kofi", "amina", clock.now),
    ):
        await runtime.write(work)
    await Postman(runtime, plain(serve()), "").round()
    [mail] = letterbox.mails
    stop_at = clock.now + timedelta(minutes=10, hours=3)
    assert f"{stop_at:%H:%M} (Nairobi time)" in text_of(mail)
    assert "amina@example.org" in text_of(mail)


async def test_who_was_added_by_hand_hears_by_whom(
    runtime: Runtime, letterbox: Letterbox, serve: Callable[..., int]
) -> None:
    await arrive(runtime, "amina", display_name="Amina")
    await arrive(runtime, "bo")
    now = runtime.now()
    await runtime.write(lambda uow: add_member(uow, runtime.policy, "nairobi", "bo", "amina", now))
    await Postman(runtime, plain(serve()), "").round()
    assert "Amina has added you" in text_of(letterbox.mails[0])


async def test_without_a_mail_server_nothing_is_kept_for_later(
    runtime: Runtime, letterbox: Letterbox, serve: Callable[..., int]
) -> None:
    await queue(runtime)
    await Postman(runtime, None, "").round()
    assert rows(runtime) == [("request-approved", 1, 0, "no mail server is set")]
    await Postman(runtime, plain(serve()), "").round()
    assert letterbox.mails == []


async def test_nothing_is_queued_for_an_address_that_nobody_has_verified(runtime: Runtime) -> None:
    await arrive(runtime, "kofi", is_email_verified=False)
    await arrive(runtime, "bo", email=None)
    for name in ("kofi", "bo"):
        await runtime.write(
            lambda uow, name=name: uow.mails.queue(
                uow.people.by_name(name), MailKind.MEMBER_ADDED, runtime.now(), community="x"
            )
        )
    assert rows(runtime) == []


async def test_a_server_that_is_away_gets_the_mail_when_it_is_back(
    runtime: Runtime, letterbox: Letterbox, serve: Callable[..., int], clock: Clock
) -> None:
    port = free_port()
    postman = Postman(runtime, plain(port), "")
    await queue(runtime)
    await postman.round()
    await postman.round()  # not due yet: a server that is away is not knocked at all the time
    [(_, tries, is_sent, problem)] = rows(runtime)
    assert (tries, is_sent) == (1, 0)
    assert "Connect" in problem
    serve(port)
    clock.now += timedelta(minutes=1)
    await postman.round()
    assert len(letterbox.mails) == 1
    assert rows(runtime) == [("request-approved", 2, 1, None)]


async def test_after_a_day_a_mail_is_given_up_with_the_reason(
    runtime: Runtime, clock: Clock
) -> None:
    postman = Postman(runtime, plain(free_port()), "")
    await queue(runtime)
    for _ in range(40):
        await postman.round()
        clock.now += timedelta(hours=1)
    [(_, tries, is_sent, problem)] = rows(runtime)
    assert tries == 24
    assert not is_sent
    assert "Connect" in problem
    assert rows(runtime, "due_at") == [(None,)]


async def test_a_reader_whom_the_server_refuses_for_good_holds_nobody_else(
    runtime: Runtime, letterbox: Letterbox, serve: Callable[..., int]
) -> None:
    letterbox.refuses = {
        "kofi@people.org": "550 no such person",
        "lucia@people.org": "450 not now",
    }
    for name in ("kofi", "lucia", "bo"):
        await queue(runtime, name)
    await Postman(runtime, plain(serve()), "").round()
    assert [mail["To"] for mail in letterbox.mails] == ["bo <bo@people.org>"]
    assert [due for (due,) in rows(runtime, "due_at IS NULL")] == [1, 0, 1]


@pytest.mark.parametrize(
    "name",
    ["Eve\r\nBcc: all@people.org", "Eve\nSubject: x", "\u2028Eve\x00", "E" * 999, "<script>"],
)
async def test_no_name_makes_a_header_of_its_own(
    runtime: Runtime, letterbox: Letterbox, serve: Callable[..., int], name: str
) -> None:
    await arrive(runtime, "amina")
    await arrive(runtime, "bo", display_name=name)
    await ask(runtime, "bo")
    await queue(runtime, "kofi")
    await Postman(runtime, plain(serve()), "").round()
    assert len(letterbox.mails) == 2
    for mail in letterbox.mails:
        assert mail["Bcc"] is None
        assert len(mail.get_all("Subject")) == 1
        assert "\x00" not in mail.as_string()
        assert "people.org" not in mail["Subject"] or "Bcc" in mail["Subject"]


@pytest.mark.parametrize("email", ["a@b\r\nBcc: x@y.org", "no address", "@", "a@b, c@d.org"])
async def test_an_address_that_is_none_is_given_up_and_reaches_nobody(
    runtime: Runtime, letterbox: Letterbox, serve: Callable[..., int], email: str
) -> None:
    await arrive(runtime, "kofi", email=email)
    await runtime.write(
        lambda uow: uow.mails.queue(
            uow.people.by_name("kofi"),  # type: ignore[arg-type]
            MailKind.REQUEST_APPROVED,
            runtime.now(),
            community="nairobi",
        )
    )
    await Postman(runtime, plain(serve()), "").round()
    assert letterbox.mails == []
    assert rows(runtime, "due_at") == [(None,)]


# --- TLS ---


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> trustme.CA:
    """A certificate authority that this process trusts, instead of all others."""
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return made


def tls_of(authority: trustme.CA) -> Any:
    import ssl

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def secured(port: int, **more: str) -> MailSettings:
    return MailSettings("127.0.0.1", port, "starttls", "hub@example.org", **more)


async def test_with_starttls_and_a_password_mail_is_sent(
    runtime: Runtime, letterbox: Letterbox, serve: Callable[..., int], authority: trustme.CA
) -> None:
    said = []

    def authenticate(*given: Any) -> AuthResult:
        said.append((given[-1].login, given[-1].password))
        return AuthResult(success=True)

    port = serve(tls_context=tls_of(authority), auth_required=True, authenticator=authenticate)
    await queue(runtime)
    await Postman(runtime, secured(port, user="hub", password="secret"), "").round()
    assert len(letterbox.mails) == 1
    assert said == [(b"hub", b"secret")]


async def test_a_server_that_speaks_tls_from_the_first_byte_is_spoken_to(
    runtime: Runtime, letterbox: Letterbox, serve: Callable[..., int], authority: trustme.CA
) -> None:
    port = serve(ssl_context=tls_of(authority))
    await queue(runtime)
    settings = MailSettings("127.0.0.1", port, "tls", "hub@example.org")
    await Postman(runtime, settings, "").round()
    assert len(letterbox.mails) == 1


async def test_nothing_travels_in_clear_where_tls_is_asked_for(
    runtime: Runtime, letterbox: Letterbox, serve: Callable[..., int]
) -> None:
    await queue(runtime)
    await Postman(runtime, secured(serve()), "").round()
    assert letterbox.mails == []
    assert "STARTTLS" in rows(runtime)[0][3]


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    runtime: Runtime, letterbox: Letterbox, serve: Callable[..., int], authority: trustme.CA
) -> None:
    await queue(runtime)
    await Postman(runtime, secured(serve(tls_context=tls_of(trustme.CA()))), "").round()
    assert letterbox.mails == []
    assert "CERTIFICATE_VERIFY_FAILED" in rows(runtime)[0][3]


# --- the process ---


async def test_a_process_that_is_killed_after_sending_sends_again_under_the_same_name(
    runtime: Runtime, letterbox: Letterbox, serve: Callable[..., int], tmp_path: Path
) -> None:
    port = serve()
    await queue(runtime)
    environment = os.environ | {
        "JUPYTERHUB_API_URL": f"http://127.0.0.1:{free_port()}/hub/api",
        "JUPYTERHUB_API_TOKEN": "x",
        "CATALYST_COMMUNITIES_FILE": str(runtime.settings.communities_file),
        "CATALYST_DATABASE_URL": runtime.settings.database_url,
        "CATALYST_MAIL_SERVER": "127.0.0.1",
        "CATALYST_MAIL_PORT": str(port),
        "CATALYST_MAIL_SECURITY": "none",
        "CATALYST_MAIL_FROM": "hub@example.org",
    }
    processes: list[subprocess.Popen[bytes]] = []

    def launch() -> None:
        command = [sys.executable, "-m", "catalyst_hub.culler", "--every", "0.2"]
        processes.append(subprocess.Popen(command, cwd=tmp_path, env=environment))

    letterbox.on_mail = lambda: processes[0].send_signal(signal.SIGKILL)
    launch()
    try:
        await asyncio.to_thread(processes[0].wait, 60)
        assert rows(runtime) == [("request-approved", 1, 0, None)]
        letterbox.on_mail = lambda: None
        path = runtime.settings.database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE mails SET due_at = 0")  # its pause is over
        launch()
        async with asyncio.timeout(60):
            while rows(runtime) != [("request-approved", 2, 1, None)]:
                await asyncio.sleep(0.1)
    finally:
        for process in processes:
            process.kill()
            process.wait()
    first, second = letterbox.mails
    assert first["Message-ID"] == second["Message-ID"]
