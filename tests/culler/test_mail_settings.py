"""The Hub's settings for mail reach the process that sends it, secrets where they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from traitlets import TraitError
from traitlets.config import Config

from catalyst_hub.config import CatalystHub, MailSettings
from catalyst_hub.hub import configure

HUB = {"mail_server": "smtp.example.org", "mail_from": "hub@example.org"}


def in_the_process(settings: CatalystHub, monkeypatch: pytest.MonkeyPatch) -> MailSettings | None:
    """What the process beside the Hub makes of the environment it is given."""
    for name, value in settings.mail_environment().items():
        monkeypatch.setenv(name, value)
    return CatalystHub().mail()


def test_without_a_server_there_is_no_mail() -> None:
    assert CatalystHub().mail() is None
    assert CatalystHub().mail_environment() == {}


@pytest.mark.parametrize(
    ("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25), ("TLS", 465)]
)
def test_each_way_has_its_usual_port(security: str, port: int) -> None:
    mail = CatalystHub(**HUB, mail_security=security).mail()
    assert mail is not None
    assert (mail.security, mail.port) == (security.lower(), port)


def test_the_process_reads_what_the_hub_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATALYST_MAIL_PASSWORD", "secret")
    settings = CatalystHub(**HUB, mail_port=2525, mail_user="hub")
    assert in_the_process(settings, monkeypatch) == MailSettings(
        "smtp.example.org", 2525, "starttls", "hub@example.org", "hub", "secret"
    )


def test_a_password_in_a_file_stays_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mail_password").write_text("secret\n")
    settings = CatalystHub(**HUB, secrets_dir=str(tmp_path))
    assert "secret" not in settings.mail_environment().values()
    mail = in_the_process(settings, monkeypatch)
    assert mail is not None
    assert mail.password == "secret"
    assert "secret" not in repr(mail)


@pytest.mark.parametrize(
    "wrong",
    [
        {"mail_server": "smtp.example.org"},
        {**HUB, "mail_user": "hub", "mail_security": "none"},
    ],
)
def test_what_cannot_work_or_would_give_the_password_away_is_refused(
    wrong: dict[str, str],
) -> None:
    with pytest.raises(TraitError, match=r"c\.CatalystHub\.mail_"):
        CatalystHub(**wrong).mail()


@pytest.mark.parametrize("address", ["hub", "a@b\r\nBcc: c@d", "Hub <hub@example.org>", "a@b,c@d"])
def test_a_sender_is_one_address(address: str) -> None:
    with pytest.raises(TraitError, match="no address"):
        CatalystHub(mail_from=address)


def test_only_the_process_that_sends_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    c = Config()
    c.CatalystHub.mail_server = "smtp.example.org"
    c.CatalystHub.mail_from = "hub@example.org"
    configure(c)
    told = {
        service["name"]: "CATALYST_MAIL_SERVER" in service["environment"]
        for service in c.JupyterHub.services.get_value([])
    }
    assert told == {"catalyst": False, "catalyst-culler": True}
