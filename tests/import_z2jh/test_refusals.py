"""Files that cannot be imported: each says where, what, what was expected, what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalyst_hub.cli import main

BAD = {
    "not YAML": ("a: [1", "hub.values.yaml:2:1: (file): this is not YAML"),
    "a list": ("- a\n", "hub.values.yaml:1:1: (file): this is no map"),
    "a word": ("hello\n", "hub.values.yaml:1:1: (file): this is no map"),
    "a cycle": ("a: &a\n  b: *a\n", "an alias contains itself"),
    "a key twice": ("a: 1\na: 2\n", "hub.values.yaml:2:1: a: the same key is already in line 1"),
    "a tag": ("a: !!python/name:os.system x\n", "means nothing here"),
    "many laughs": (
        "a: &a [1,1,1,1,1,1,1,1,1,1]\n"
        + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [{','.join([f'*{chr(97 + i)}'] * 10)}]\n"
            for i in range(8)
        ),
        "the aliases grow without measure",
    ),
    "deep": ("a: " + "[" * 60 + "]" * 60 + "\n", "nested too deeply"),
    "profiles in a word": (
        "singleuser:\n  profileList: all\n",
        "hub.values.yaml:2:3: singleuser.profileList: this is no list",
    ),
    "a profile in a word": (
        "singleuser:\n  profileList:\n    - python\n",
        "singleuser.profileList[0]: this is no map",
    ),
    "a profile without a name": (
        "singleuser:\n  profileList:\n    - slug: x\n",
        "hub.values.yaml:3:7: singleuser.profileList[0]: this profile has no display_name",
    ),
    "much memory": (
        "singleuser:\n  memory:\n    limit: lots\n",
        "hub.values.yaml:3:5: singleuser.memory.limit: this is no such amount",
    ),
    "memory in an override": (
        (
            "singleuser:\n  profileList:\n  - display_name: x\n    kubespawner_override:\n"
            "      mem_limit: 2 apples\n"
        ),
        "hub.values.yaml:5:7: singleuser.profileList[0].kubespawner_override.mem_limit",
    ),
    "CPUs as a list": ("singleuser: {cpu: {limit: [1]}}\n", "this is no such amount"),
    "variables in a list": ("singleuser: {extraEnv: [a]}\n", "singleuser.extraEnv: this is no map"),
    "seconds in words": (
        "cull: {timeout: an hour}\n",
        "cull.timeout: this is no number of seconds",
    ),
    "maybe": ("cull: {enabled: maybe}\n", "cull.enabled: this is neither true nor false"),
    "an identity provider by its name": (
        (
            "hub: {config: {JupyterHub: {authenticator_class: cilogon}, CILogonOAuthenticator:"
            " {allowed_idps: {Google: {}}}}}\n"
        ),
        "this is no identity provider",
    ),
    "GPUs in words": (
        "singleuser: {extraResource: {limits: {nvidia.com/gpu: some}}}\n",
        "singleuser.extraResource.limits.nvidia.com/gpu: this is no such amount",
    ),
    "a pattern that is none": (
        (
            "singleuser:\n  profileList:\n  - display_name: x\n    profile_options:\n      image:\n"
            "        unlisted_choice:\n          enabled: true\n          validation_regex: '(.+'\n"
            "          kubespawner_override: {image: '{value}'}\n"
        ),
        "hub.values.yaml:8:11: singleuser.profileList[0].profile_options.image.unlisted_choice",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_at_its_place_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    text, says = BAD[name]
    file, output = tmp_path / "hub.values.yaml", tmp_path / "communities.yaml"
    file.write_text(text)
    assert main(["import-z2jh", str(file), "-o", str(output)]) == 1
    assert not output.exists()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert says in captured.err
    for line in captured.err.splitlines():
        assert line.startswith(str(file)), line
        assert line.count("; ") >= 2, line


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path, capsys) -> None:
    file = tmp_path / "hub.values.yaml"
    file.write_text("singleuser: {memory: {limit: lots}, cpu: {limit: few}}\ncull: {timeout: x}\n")
    assert main(["import-z2jh", str(file)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 3


@pytest.mark.parametrize(
    ("cluster", "says"),
    [
        ("hubs: []\n", "there are no hubs in it"),
        ("hubs: sabana\n", "hubs: this is no list"),
        ("hubs: [{helm_chart_values_files: [a.yaml]}]\n", "this hub has no name"),
        ("hubs: [{name: a}]\n", "this hub has no values"),
        (
            "hubs: [{name: a, helm_chart_values_files: [b.yaml]}]\n",
            "b.yaml:1:1: (file): there is no",
        ),
        ("hubs: [{name: a, helm_chart_values_files: [{}]}]\n", "this is no text"),
        ("hubs: [{name: [a], helm_chart_values_files: [x]}]\n", "this is no text"),
    ],
)
def test_a_bad_cluster_file_is_refused(tmp_path: Path, capsys, cluster: str, says: str) -> None:
    file = tmp_path / "cluster.yaml"
    file.write_text(cluster)
    assert main(["import-z2jh", str(file)]) == 1
    captured = capsys.readouterr()
    assert (captured.out, says in captured.err) == ("", True), captured.err


def test_a_file_that_is_not_there_is_called_what_it_should_be(tmp_path: Path, capsys) -> None:
    assert main(["import-z2jh", str(tmp_path / "x.yaml")]) == 1
    assert "there is no such file; expected a values file of Helm's" in capsys.readouterr().err


def test_an_encrypted_file_alone_is_not_read(tmp_path: Path, capsys) -> None:
    file = tmp_path / "hub.yaml"
    file.write_text("jupyterhub: ENC[abc]\nsops: {version: 3}\n")
    assert main(["import-z2jh", str(file)]) == 1
    assert "encrypted" in capsys.readouterr().err
