from __future__ import annotations

import gc
import os
from hashlib import sha256
from pathlib import Path

import pytest

from benchmarks.communities_file import communities
from catalyst_hub.communities_file import CommunitiesFileError, Problem, check, compose, load, parse
from catalyst_hub.core.community import Claims, Identity, Role, memberships_for
from catalyst_hub.core.policy import is_operator
from tests.communities_file.bad_files import GOOD


def _problem(text: str) -> Problem:
    with pytest.raises(CommunitiesFileError) as caught:
        parse(text)
    [problem] = caught.value.problems
    return problem


def _refused(path: str | Path) -> Problem:
    with pytest.raises(CommunitiesFileError) as caught:
        load(path)
    assert caught.value.name == str(path)
    [problem] = caught.value.problems
    return problem


def test_a_file_is_its_text(tmp_path: Path):
    path = tmp_path / "communities.yaml"
    path.write_text(GOOD)
    assert load(path) == load(str(path)) == parse(GOOD)
    assert parse(GOOD).version == sha256(GOOD.encode()).hexdigest()


def test_another_text_is_another_version():
    assert parse(GOOD).version != parse(GOOD + "# checked by Amina\n").version


def test_a_byte_order_mark_of_windows_editors_is_no_mistake(tmp_path: Path):
    path = tmp_path / "communities.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load(path).communities == parse(GOOD).communities


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    assert _refused(tmp_path / "nowhere.yaml").what == "there is no such file"
    assert _refused("a\0b").what == "there is no such file"


def test_a_folder_and_a_pipe_are_no_files(tmp_path: Path):
    assert _refused(tmp_path).what == "this is no file"
    os.mkfifo(tmp_path / "pipe")
    assert _refused(tmp_path / "pipe").what == "this is no file"


def test_another_encoding_is_told_with_its_place(tmp_path: Path):
    path = tmp_path / "communities.yaml"
    path.write_bytes("version: 1\n# Córdoba\n".encode("latin-1"))
    problem = _refused(path)
    assert (problem.line, problem.column, problem.what) == (2, 4, "the byte 0xF3 is not UTF-8")


def test_a_huge_file_is_refused_unread(tmp_path: Path):
    path = tmp_path / "communities.yaml"
    with path.open("wb") as file:
        file.truncate(10 * 1024**3)
    assert _refused(path).what == "the file is too large"


def test_deep_nesting_does_not_end_the_process():
    """libyaml's composer recurses in C: 30,000 levels are a segmentation fault without a bound."""
    for text in (
        "- " * 30_000,
        "[" * 900 + "]" * 900,
        "\n".join(" " * i + "a:" for i in range(60)),
    ):
        assert _problem(text).what == "this is nested too deeply"


def test_many_values_are_refused_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(compose, "MOST_NODES", 1_000)
    assert _problem("[" + "a," * 1_000 + "]").what == "the file is too long"
    parse(GOOD)


def test_aliases_of_aliases_are_refused_before_they_grow():
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    problem = _problem("\n".join(levels))
    assert problem.what == "the aliases grow without measure"


def test_a_merge_of_itself_is_refused():
    assert _problem("a: &a {<<: *a}").what == "an alias contains itself"


def test_a_thousand_communities_are_read():
    """How fast, benchmarks/communities_file.py tells, beside bare YAML."""
    assert len(parse(communities(1_000)).communities) == 1_000


def test_words_of_old_yaml_are_text():
    """YAML 1.1 reads NO and yes as truth values, 22:30 as 1350 and 010 as eight."""
    text = GOOD.replace("country: KE", "country: NO").replace("title: Savanna", "title: 22:30")
    text = text.replace("everyone: true", "people: [kofi, yes, 010, 1_0, 1.10]")
    text = text.replace("type: demo", "type: demo\n    any_name: true")
    [community] = parse(text).communities
    assert (community.country, community.title) == ("NO", {"": "22:30"})
    assert community.members[0].people == {"kofi", "yes", "010", "1_0", "1.10"}


def test_the_collector_runs_again_after_a_reading():
    assert gc.isenabled()
    parse(GOOD)
    _problem("a: b: c")
    assert gc.isenabled()


def test_rules_let_in_whom_they_name():
    text = GOOD.replace("type: demo", "type: demo\n    any_name: true").replace(
        "[{provider: demo, everyone: true}]",
        "[{provider: demo, groups: [Savanna:Learners], email_domains: [uni.edu]}]",
    )
    text = text.replace(
        "  name: hub\n", "  name: hub\n  operators: [{provider: demo, people: [root]}]\n"
    )
    policy = parse(text)

    def roles(name: str, **claims: object) -> dict[str, Role]:
        said = Claims(name, **claims)  # type: ignore[arg-type]
        return memberships_for(policy.communities, Identity("demo", name), said)

    assert roles("AMINA") == {"savanna": Role.CHAMPION}
    assert roles("x", groups=frozenset({"savanna:learners"})) == {"savanna": Role.MEMBER}
    assert roles("y", email="y@uni.edu", is_email_verified=True) == {"savanna": Role.MEMBER}
    assert roles("y", email="y@uni.edu") == roles("bo") == {}
    assert is_operator(policy, Identity("demo", "root"))
    assert not is_operator(policy, Identity("demo", "amina"))


def test_a_demo_provider_hands_its_personas_over():
    personas = (
        "[{name: amina, display_name: Amina W., description: {en: Champion}, language: en},"
        " {name: kofi, on_sign_in_page: false}]"
    )
    text = GOOD.replace("[{name: amina}, {name: kofi}]", personas)
    text = text.replace(
        "type: demo", "type: demo\n    title: Try it\n    shared_password: workshop"
    )
    [provider] = parse(text).providers
    assert (provider.kind, provider.title) == ("demo", {"": "Try it"})
    amina, kofi = provider.settings["personas"]  # type: ignore[misc]
    assert amina == {
        "name": "amina",
        "display_name": "Amina W.",
        "description": {"en": "Champion"},
        "language": "en",
        "is_shown": True,
    }
    assert (kofi["display_name"], kofi["is_shown"]) == ("kofi", False)
    assert provider.settings["any_name"] is False
    assert provider.settings["shared_password"] == "workshop"


@pytest.mark.parametrize(
    ("lines", "path", "what"),
    [
        ("    languages: [sw]\n", "languages", "the pages speak none of these languages"),
        ("    profiles: null\n", "", "there is nothing to start"),
        (
            "    quotas: {person: {at_once: {memory: 1G}}}\n",
            "quotas.person.at_once.memory",
            "too little for python/small, which can never start",
        ),
        (
            "    quotas: {community: {at_once: {servers: 4}}, person: {at_once: {servers: 5}}}\n",
            "quotas.person.at_once.servers",
            "one person may have more than all together",
        ),
        (
            "    profiles: {python: {environment: {variables: {API_TOKEN: x}}}}\n",
            "profiles.python.environment.variables.API_TOKEN",
            "everybody who starts this profile can read this variable",
        ),
    ],
)
def test_what_is_hardly_meant_is_a_warning(lines: str, path: str, what: str):
    [warning] = check(GOOD + lines).warnings
    assert warning.what == what
    assert warning.path == f"communities.savanna.{path}".strip(".")


def test_a_community_without_people_is_a_warning():
    text = "".join(line for line in GOOD.splitlines(keepends=True) if "provider: demo" not in line)
    whats = [warning.what for warning in check(text).warnings]
    assert whats == ["no rule lets anybody in", "nobody looks after it"]


def test_groups_of_a_demo_provider_are_a_warning():
    text = GOOD.replace("everyone: true", "groups: [org]")
    [warning] = check(text).warnings
    assert "lets nobody in" in warning.what
