"""The command: a file or nothing, and a list of what is not in it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from catalyst_hub import communities_file
from catalyst_hub.cli import main
from catalyst_hub.cli.import_z2jh import Result

HUBS = Path(__file__).parent / "hubs"
CLUSTER = str(HUBS / "cluster.yaml")


def test_the_file_goes_to_one_stream_and_the_list_to_the_other(capsys) -> None:
    assert main(["import-z2jh", CLUSTER]) == 0
    captured = capsys.readouterr()
    assert len(communities_file.parse(captured.out).communities) == 5
    assert "Hubs read: 3. Communities written: 5." in captured.err
    assert "enc-sabana.secret.values.yaml: encrypted, so not read" in captured.err
    assert "never-read" not in captured.out + captured.err


def test_with_a_name_the_file_is_written_and_check_finds_nothing(tmp_path: Path, capsys) -> None:
    output = tmp_path / "communities.yaml"
    assert main(["import-z2jh", CLUSTER, "-o", str(output)]) == 0
    assert "Not in the communities file, and why:" in capsys.readouterr().out
    assert main(["check", str(output)]) == 0


def test_what_is_there_is_never_overwritten(tmp_path: Path, capsys) -> None:
    output = tmp_path / "communities.yaml"
    output.write_text("mine\n")
    assert main(["import-z2jh", CLUSTER, "-o", str(output)]) == 1
    assert output.read_text() == "mine\n"
    assert "there is such a file already" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, capsys) -> None:
    assert main(["import-z2jh", CLUSTER, "-o", str(tmp_path / "x" / "y.yaml")]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_of_a_cluster_some_hubs_can_be_taken(capsys) -> None:
    assert main(["import-z2jh", CLUSTER, "--only", "lago", "--name", "lago"]) == 0
    policy = communities_file.parse(capsys.readouterr().out)
    assert (policy.hub, [*policy.by_slug]) == ("lago", ["lago"])


def test_a_hub_that_the_cluster_does_not_have_is_said(capsys) -> None:
    assert main(["import-z2jh", CLUSTER, "--only", "largo"]) == 1
    assert "there is no hub 'largo' in it" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("jupyterhub.hub.allowNamedServers", "stays in the chart's values"),
        ("jupyterhub.hub.concurrentSpawnLimit", "stays in the chart's values"),
        ("jupyterhub.cull.every", "c.CatalystHub.culler_every has it, up to 60"),
        ("jupyterhub.scheduling.userScheduler.enabled", "stays in the chart's values"),
        ("jupyterhub.scheduling.userPlaceholder.replicas", "until workshops keep seats warm"),
        ("jupyterhub.prePuller.continuous.enabled", "stays in the chart's values"),
        ("jupyterhub.singleuser.cloudMetadata.blockWithIptables", "stays in the chart's values"),
        ("jupyterhub.ingress.hosts", "stays in the chart's values"),
        ("jupyterhub.custom.homepage.templateVars", "pages show the title"),
        ("jupyterhub-home-nfs.quotaEnforcer", "stay with the file server"),
        ("basehub.dask-gateway.enabled", "goes on with its own values"),
        ("nfs.enabled", "homes stay where they are"),
    ],
)
def test_what_is_left_out_has_its_reason(cluster: Result, path: str, reason: str) -> None:
    found = [one.reason for one in cluster.leftovers if one.path == path]
    assert found, path
    assert all(reason in one for one in found)


def test_every_value_is_carried_over_or_named(cluster: Result) -> None:
    for one in cluster.imported:
        values = one.hub.values
        assert not values.taken & values.dropped.keys()
    places = {(Path(one.file).name, one.line) for one in cluster.leftovers}
    assert ("common.values.yaml", 12) in places


def test_an_image_that_no_profile_starts_is_named(imported, cluster: Result) -> None:
    said = {one.path: one.reason for one in cluster.leftovers}
    assert said["jupyterhub.singleuser.image.name"] == (
        "no profile of lago starts this image: each names its own"
    )
    profiles = "profileList: [{display_name: A, kubespawner_override: {cpu_limit: 1}}]"
    used = imported(f"singleuser: {{image: {{name: x, tag: '1'}}, {profiles}}}\n")
    assert not [one for one in used.leftovers if "image" in one.path]


#: What the values of real hubs had, each with what its hub is told of it; "" is carried over.
SETTINGS = {
    "hub.allowNamedServers": (True, "stays in the chart's values"),
    "hub.concurrentSpawnLimit": (64, "stays in the chart's values"),
    "hub.config.Authenticator.enable_auth_state": (True, "the new hub's providers ask"),
    "hub.config.Authenticator.admin_users": (["amina"], ""),
    "hub.config.Authenticator.allowed_users": (["kofi"], ""),
    "hub.config.Authenticator.blocked_users": (["mallory"], ""),
    "hub.config.GitHubOAuthenticator.allowed_organizations": (["sabana:learners"], ""),
    "hub.config.GitHubOAuthenticator.scope": (["read:org"], "the new hub's providers ask"),
    "hub.config.GitHubOAuthenticator.manage_groups": (True, "the new hub's providers ask"),
    "singleuser.image.name": ("quay.io/sabana/plants", ""),
    "singleuser.image.tag": ("7", ""),
    "singleuser.defaultUrl": ("/rstudio", ""),
    "singleuser.nodeSelector": ({"pool": "core"}, ""),
    "singleuser.extraEnv": ({"SCRATCH": "s3://scratch/$(JUPYTERHUB_USER)"}, ""),
    "singleuser.memory.limit": ("28.937G", ""),
    "singleuser.memory.guarantee": ("2929687.5K", ""),
    "singleuser.cpu.limit": (1.5, ""),
    "singleuser.startTimeout": (600, ""),
    "singleuser.cloudMetadata.blockWithIptables": (False, "stays in the chart's values"),
    "singleuser.networkPolicy.enabled": (True, "stays in the chart's values"),
    "singleuser.storage.type": ("none", "stays in the chart's values"),
    "cull.timeout": (1800, ""),
    "cull.maxAge": (43200, ""),
    "cull.every": (300, "c.CatalystHub.culler_every has it, up to 60"),
    "cull.concurrency": (10, "c.CatalystHub.culler_stops_at_once has it"),
    "cull.users": (False, "nobody is deleted for being away"),
    "cull.adminUsers": (False, "it was for cull.users alone"),
    "cull.removeNamedServers": (True, "c.CatalystHub.culler_removes_named_servers has it"),
    "scheduling.userScheduler.enabled": (True, "stays in the chart's values"),
    "scheduling.podPriority.enabled": (True, "stays in the chart's values"),
    "prePuller.hook.enabled": (False, "stays in the chart's values"),
    "custom.homepage.templateVars.org.logo_url": (
        "https://s.example/l.png",
        "pages show the title",
    ),
    "ingress.hosts": (["s.example"], "stays in the chart's values"),
}


def test_every_setting_that_such_hubs_had_is_carried_over_or_named(imported) -> None:
    values: dict = {"hub": {"config": {"JupyterHub": {"authenticator_class": "github"}}}}
    for path, (value, _) in SETTINGS.items():
        *above, last = path.split(".")
        below = values
        for key in above:
            below = below.setdefault(key, {})
        below[last] = value
    result = imported(yaml.safe_dump(values))
    told = {one.path: one.reason for one in result.leftovers}
    for path, (_, reason) in SETTINGS.items():
        said = next((told[p] for p in told if p == path or path.startswith(p + ".")), "")
        assert (said[: len(reason)], bool(said)) == (reason, bool(reason)), path
    [size] = [s for p in result.policy.communities[0].profiles for s in p.sizes]
    assert (size.limits.cpu_milli, size.guarantees.memory_bytes) == (1500, 3_000_000_000)


def test_culling_is_that_of_each_hub(cluster: Result) -> None:
    hours = timedelta(hours=1)
    rules = {slug: c.culling.usual.rules for slug, c in cluster.policy.by_slug.items()}
    culling = {slug: (r.idle.lasts, r.max_age.lasts) for slug, r in rules.items()}
    assert culling["sabana"] == (hours / 2, 12 * hours)
    assert culling["lago"] == (hours / 2, None)
    assert culling["cumbre"] == (None, None)


@pytest.mark.parametrize(
    "enforcer",
    ["{hardQuota: '7'}", "{hard_quota: 7}", "{config: {QuotaManager: {hard_quota: 7}}}"],
)
def test_a_home_quota_is_told_however_it_was_spelled(imported, enforcer: str) -> None:
    result = imported(
        f"jupyterhub: {{hub: {{}}}}\njupyterhub-home-nfs: {{quotaEnforcer: {enforcer}}}\n"
    )
    assert "# Homes: 7 GiB each" in result.text
