from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from catalyst_hub.cli import main
from tests.hub.communities import COMMUNITIES


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "communities.yaml"
    path.write_text(COMMUNITIES)
    return path


@pytest.fixture
def explain(file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def run(claims: object) -> tuple[int, list[str]]:
        monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(claims)))
        status = main(["explain", "--communities-file", str(file), "-"])
        said = capsys.readouterr()
        return status, (said.out + said.err).splitlines()

    return run


def person(name: str, **more: object) -> dict[str, object]:
    return {"provider": "demo", "subject": name, "login": name, **more}


def test_each_community_is_explained(explain) -> None:
    assert explain(person("amina")) == (
        0,
        ["nairobi: champion, by people amina of demo", "cordoba: not let in"],
    )


def test_claims_are_read_from_a_file_too_and_what_is_null_is_not_said(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claims = file.with_name("claims.json")
    claims.write_text(json.dumps(person("kofi", email=None)))
    assert main(["explain", "--communities-file", str(file), str(claims)]) == 0
    assert "nairobi: member, by people kofi of demo" in capsys.readouterr().out


def test_who_comes_through_an_identity_provider_is_told_which(tmp_path: Path, capsys) -> None:
    uni, other = "https://idp.uni.edu/idp", "https://idp.other.edu/idp"
    rule = f'{{provider: c, email_domains: [uni.edu], identity_providers: ["{uni}"]}}'
    (tmp_path / "file.yaml").write_text(
        "version: 1\nhub: {name: test}\nproviders:\n  c:\n    type: cilogon\n    client_id: x\n"
        f'    identity_providers: [{{id: "{uni}", email_domains: [uni.edu]}}, {{id: "{other}"}}]\n'
        "communities:\n  savanna:\n    title: Savanna\n"
        f"    members: [{rule}]\n"
    )
    said = {
        "provider": "c", "subject": "http://cilogon.org/1", "login": "kofi@uni.edu",
        "email": "kofi@uni.edu", "is_email_verified": True, "identity_provider": uni,
    }  # fmt: skip
    for through, verdict in (
        (uni, f"member, by email_domains uni.edu of c, through {uni}"),
        (other, "not let in"),
    ):
        (tmp_path / "claims.json").write_text(json.dumps(said | {"identity_provider": through}))
        files = ["--communities-file", str(tmp_path / "file.yaml"), str(tmp_path / "claims.json")]
        assert main(["explain", *files]) == 0
        assert capsys.readouterr().out == f"savanna: {verdict}\n"


def test_an_operator_is_said_to_be_one(explain) -> None:
    assert explain(person("root"))[1][0] == "operator of the hub; in no community's group"


def test_who_is_blocked_is_told_from_where_and_by_which_words(file: Path, explain) -> None:
    blocked = "{provider: demo, people: [bo, amina]}"
    text = file.read_text().replace("hub:\n", f"hub:\n  blocked: [{blocked}]\n")
    file.write_text(
        text.replace("    title: Nairobi\n", f"    title: N\n    blocked: [{blocked}]\n")
    )
    assert explain(person("amina"))[1] == [
        "blocked from the hub, by people amina of demo",
        "nairobi: blocked, by people amina of demo",
        "cordoba: not let in",
    ]


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ([], "must be an object with provider, subject and login"),
        ({"login": "kofi"}, "must be an object with provider, subject and login"),
        (person("kofi", gruops=[]), "unknown: gruops; known: provider"),
        (person("kofi", is_email_verified="no"), "is_email_verified must be true or false"),
        (person("kofi", groups="savanna"), "groups must be a list of words"),
        (person("kofi", email=7), "email must be a text"),
    ],
)
def test_claims_that_cannot_be_are_refused_with_a_sentence(explain, claims, sentence) -> None:
    status, said = explain(claims)
    assert status == 1
    assert sentence in said[0]


def test_a_file_that_is_not_there_is_said_so(file: Path, capsys) -> None:
    assert main(["explain", "--communities-file", str(file), "nowhere.json"]) == 1
    assert "nowhere.json" in capsys.readouterr().err
