from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from catalyst_hub.bootstrap import Runtime, open_runtime
from catalyst_hub.cli import main
from catalyst_hub.config import CatalystHub, MailSettings
from catalyst_hub.core.community import Claims, Identity
from catalyst_hub.core.mail import MailKind
from catalyst_hub.culler.postman import Postman
from catalyst_hub.usecases.sign_in import sign_in
from tests.hub.communities import COMMUNITIES
from tests.hub.conftest import free_port


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "communities.yaml").write_text(COMMUNITIES)
    monkeypatch.setenv("CATALYST_DATABASE_URL", f"sqlite:///{tmp_path / 'catalyst.sqlite'}")
    return open_runtime(CatalystHub(), accept_policy=True)


def test_the_operator_reads_what_could_not_be_sent_and_why(
    runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mails"]) == 0
    assert capsys.readouterr().out == "all mail was sent\n"
    claims = Claims("kofi", email="kofi@people.org", is_email_verified=True)

    async def fail_to_send() -> None:
        now = runtime.now()
        await runtime.write(
            lambda uow: sign_in(uow, runtime.policy, Identity("demo", "kofi"), claims, now)
        )
        await runtime.write(
            lambda uow: uow.mails.queue(
                uow.people.by_name("kofi"),  # type: ignore[arg-type]
                MailKind.MEMBER_ADDED,
                now,
                community="nairobi",
            )
        )
        settings = MailSettings("127.0.0.1", free_port(), "none", "hub@example.org")
        await Postman(runtime, settings, "").round()

    asyncio.run(fail_to_send())
    runtime.close()
    assert main(["mails"]) == 0
    said = capsys.readouterr().out
    assert "member-added to kofi, 1 tries: SMTPConnectError" in said
    assert "people.org" not in said


def test_without_a_store_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["mails", "--database-url", "mysql://nowhere"]) in {1, 2}
    assert "catalyst-hub mails:" in capsys.readouterr().err
