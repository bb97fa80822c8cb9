"""jupyterhub-idle-culler: switched over from in one line, and never beside ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jupyterhub_idle_culler import IdleCuller
from traitlets import TraitError
from traitlets.config import Config

from catalyst_hub.bootstrap import open_runtime
from catalyst_hub.communities_file import parse
from catalyst_hub.config import CatalystHub
from catalyst_hub.core.culling_rules import rules_at
from catalyst_hub.hub import configure, replace_idle_culler
from catalyst_hub.hub.idle_culler import _LOST, _SPARED, _USUAL, is_idle_culler, read_command
from tests.hub.communities import COMMUNITIES, catalyst_config
from tests.hub.test_configure import c, listed, named

__all__ = ["c"]

#: As z2jh writes it.
SERVICE = {
    "name": "jupyterhub-idle-culler",
    "command": [
        "python3", "-m", "jupyterhub_idle_culler",
        "--url=http://localhost:8081/hub/api", "--timeout=1800", "--cull-every=600",
        "--concurrency=20", "--max-age=86400", "--cull-users", "--remove-named-servers",
    ],
}  # fmt: skip
ROLE = {
    "name": "jupyterhub-idle-culler",
    "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    "services": ["jupyterhub-idle-culler"],
}
HALF_AN_HOUR = timedelta(minutes=30)


def test_we_know_every_option_of_it() -> None:
    printed = {"show_config", "show_config_json"}
    own = IdleCuller.class_traits(config=True).keys() - {"config_file"} - printed
    known = {*_USUAL, *_LOST, *_SPARED}
    assert own - known == set()
    assert _LOST.keys() <= own | {"generate_config"}


def test_what_nobody_said_is_as_it_was_in_it() -> None:
    former = read_command(["jupyterhub-idle-culler"], Path())
    usual = IdleCuller()
    assert former.idle_s == usual.timeout
    assert former.max_age_s is None
    assert usual.max_age == 0
    assert (former.is_removing, former.lost) == (usual.remove_named_servers, ())


@pytest.mark.parametrize(
    "command",
    [
        ["python3", "-m", "jupyterhub_idle_culler", "--timeout=1800"],
        ["python3", "-u", "/srv/cull_idle_servers.py", "--timeout", "1800"],
        "jupyterhub-idle-culler --IdleCuller.timeout=1800",
        ["sh", "-c", "exec jupyterhub-idle-culler --timeout=1800 --cull_named_servers=True"],
        ["--timeout=1800"],
        ["jupyterhub-idle-culler", "--config=/srv/my hub/culls.py", "--timeout=1800"],
        ["jupyterhub-idle-culler", "--timeout=1800", "--IdleCuller.log_level=10"],
        "sh -c 'exec jupyterhub-idle-culler --timeout=1800'",
        ["tini", "--", "jupyterhub-idle-culler", "--timeout=1800"],
        ["/opt/jupyterhub-idle-culler/python", "-m", "jupyterhub_idle_culler", "--timeout=1800"],
        *(
            [*program, "--timeout=1800", *option]
            for program in ([], ["python3", "-m", "jupyterhub_idle_culler"])
            for option in (
                ["--config=/srv/jupyterhub-idle-culler/c.py"],
                ["--config", "/srv/jupyterhub-idle-culler/my culls.py"],
                ["--log-format='jupyterhub-idle-culler %(message)s'"],
                ["--url=http://jupyterhub-idle-culler/hub/api"],
            )
        ),
    ],
)
def test_a_command_is_read_however_it_is_written(command: Any) -> None:
    assert read_command(command, Path()).idle_s == 1800


def test_its_configuration_file_is_read_and_its_command_line_goes_before(tmp_path: Path) -> None:
    (tmp_path / "culls.py").write_text("c.IdleCuller.timeout = 60\nc.IdleCuller.max_age = 7200\n")
    command = ["jupyterhub-idle-culler", "--config=culls.py", "--timeout=1800"]
    former = read_command(command, tmp_path)
    assert (former.idle_s, former.max_age_s) == (1800, 7200)


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--timeout=soon", "timeout is no number"),
        ("--timeout=-5", "timeout is no number"),
        ("--timeout=²", "timeout is no number"),
        ("--cull-every=often", "cull_every is no number"),
        ("--spare=kofi", "spare is no option of it that we know"),
    ],
)
def test_what_would_stop_more_than_before_is_refused_by_name(option: str, words: str) -> None:
    with pytest.raises(TraitError, match=words):
        read_command(["jupyterhub-idle-culler", option], Path())
    named_once_more = [option, "--config=/srv/jupyterhub-idle-culler/c.py"]
    with pytest.raises(TraitError, match=words):
        read_command(["jupyterhub-idle-culler", *named_once_more], Path())


def test_a_command_that_no_shell_could_read_is_refused() -> None:
    with pytest.raises(TraitError, match="cannot be read: No closing quotation"):
        read_command("jupyterhub-idle-culler --timeout='5", Path())


def test_what_was_off_is_not_missed() -> None:
    assert read_command(["jupyterhub-idle-culler", "--cull-users=0"], Path()).lost == ()


def test_a_decision_in_python_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "idle_culler_config.py").write_text("c.IdleCuller.cull_arbiter_hook = print\n")
    with pytest.raises(TraitError, match="cull_arbiter_hook: the decision is no Python"):
        read_command(["jupyterhub-idle-culler"], tmp_path)


def test_one_line_takes_its_service_out_and_its_settings_over(
    c: Config, caplog: pytest.LogCaptureFixture
) -> None:
    others = {"name": "mine", "scopes": ["delete:servers"], "services": ["mine", SERVICE["name"]]}
    c.JupyterHub.services.append(SERVICE)
    c.JupyterHub.load_roles = [ROLE, others]
    replace_idle_culler(c)
    configure(c)
    assert set(named(c, "services")) == {"catalyst", "catalyst-culler"}
    assert "jupyterhub-idle-culler" not in named(c, "load_roles")
    assert named(c, "load_roles")["mine"]["services"] == ["mine"]
    ours = named(c, "services")["catalyst-culler"]
    assert ours["command"][ours["command"].index("--stops-at-once") + 1] == "20"
    assert "--remove-named-servers" in ours["command"]
    assert CatalystHub(config=c).usual_culling == {"idle": 1800, "max_age": 86400}
    assert "cull_users: people are not deleted" in caplog.text
    assert ours["command"][ours["command"].index("--every") + 1] == "60"


@pytest.mark.parametrize(("said", "every_s"), [("", "30"), ("--cull-every=10", "10")])
def test_the_culler_looks_as_often_as_it_did(c: Config, said: str, every_s: str) -> None:
    replace_idle_culler(c, ["--timeout=1800", *([said] if said else [])])
    configure(c)
    command = named(c, "services")["catalyst-culler"]["command"]
    assert command[command.index("--every") + 1] == every_s


def test_a_longer_pause_than_the_ledger_bears_is_said_to_be_shorter(
    c: Config, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    replace_idle_culler(c, ["--cull-every=600"])
    assert "cull_every: the culler looks every 60 s" in caplog.text
    c.CatalystHub.culler_every = 61
    with pytest.raises(TraitError, match="culler_every"):
        CatalystHub(config=c)


@pytest.mark.parametrize(
    ("option", "spared"),
    [
        ("--cull-default-servers=false", "default_servers"),
        ("--cull-named-servers=0", "named_servers"),
    ],
)
def test_servers_that_it_spared_are_spared(c: Config, option: str, spared: str) -> None:
    replace_idle_culler(c, ["--timeout=1800", "--max-age=86400", option])
    usual = CatalystHub(config=c).usual_culling
    assert usual == {"idle": 1800, "max_age": 86400, spared: False}
    culling = parse(COMMUNITIES, usual=usual).by_slug["nairobi"].culling
    day = datetime(2026, 11, 24, tzinfo=UTC)
    for is_named in (False, True):
        rules = rules_at(culling, "python", "UTC", day, is_named=is_named)
        is_spared = is_named is (spared == "named_servers")
        assert rules.idle.lasts == (None if is_spared else HALF_AN_HOUR)
        assert rules.max_age.lasts == timedelta(days=1), "which was for all of them"


def test_the_file_goes_before_what_it_spared() -> None:
    def is_culled(text: str) -> bool:
        policy = parse(text, usual={"named_servers": False})
        return policy.by_slug["nairobi"].culling.usual.named_servers

    said = "  nairobi:\n    culling: {named_servers: true}\n"
    assert is_culled(COMMUNITIES.replace("  nairobi:\n", said, 1))
    assert not is_culled(COMMUNITIES)


@pytest.mark.parametrize("said", [{"default_servers": 0}, {"idle": False}, {"grace": 60}])
def test_what_holds_otherwise_is_read_with_care(said: dict[str, Any]) -> None:
    with pytest.raises(TraitError, match="usual_culling has idle and max_age"):
        CatalystHub(usual_culling=said)


def test_where_it_is_gone_already_one_says_how_it_was_run(c: Config) -> None:
    with pytest.raises(TraitError, match="found 0 commands"):
        replace_idle_culler(c)
    replace_idle_culler(c, ["--timeout=1800"])
    configure(c)
    assert CatalystHub(config=c).usual_culling == {"idle": 1800, "max_age": None}


def test_what_the_operator_has_set_stays(c: Config) -> None:
    c.CatalystHub.usual_culling = {"idle": 60}
    c.JupyterHub.services = [SERVICE]
    replace_idle_culler(c)
    assert CatalystHub(config=c).usual_culling == {"idle": 60}
    assert listed(c, "services") == []


def test_its_limits_hold_where_the_file_says_none() -> None:
    usual = {"idle": 1800, "max_age": None}
    policy = parse(COMMUNITIES, usual=usual)
    rules = policy.by_slug["nairobi"].culling.usual.rules
    assert rules.idle.lasts == HALF_AN_HOUR
    assert rules.max_age.lasts is None
    said = COMMUNITIES.replace("  nairobi:\n", "  nairobi:\n    culling: {idle: 2h}\n", 1)
    rules = parse(said, usual=usual).by_slug["nairobi"].culling.usual.rules
    assert rules.idle.lasts == timedelta(hours=2)
    assert rules.max_age.lasts is None, "which it does not say"


def test_every_process_goes_by_them(c: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_idle_culler(c, ["--timeout=1800"])
    configure(c)
    open_runtime(CatalystHub(config=c), accept_policy=True).close()
    for name, value in named(c, "services")["catalyst-culler"]["environment"].items():
        monkeypatch.setenv(name, value)
    runtime = open_runtime(CatalystHub(), accept_policy=False)
    assert runtime.policy.by_slug["nairobi"].culling.usual.rules.idle.lasts == HALF_AN_HOUR
    runtime.close()


@pytest.mark.parametrize(
    "service",
    [
        {"name": "x", "command": "jupyterhub-idle-culler --timeout=60"},
        {"name": "x", "command": ["sh", "-c", "exec JupyterHub-Idle-Culler"]},
        {"name": "x", "command": [Path("/opt/hub/bin/jupyterhub-idle-culler")]},
        {"name": "x", "command": ["python3", "-c", "import jupyterhub_idle_culler as c; c.main()"]},
        {"name": "x", "command": ["python3", "/srv/cull-idle-servers.py"]},
        {"name": "x", "command": ["python3", "/srv/cull_idle.py"]},
        {"name": "catalyst-culler", "command": ["jupyterhub-idle-culler"]},
        {"name": "cull", "api_token": "0" * 32},
        {"name": "Idle_Culler", "url": "http://culler"},
    ],
)
def test_it_is_known_in_whichever_spelling(service: dict[str, Any]) -> None:
    assert is_idle_culler(service)


@pytest.mark.parametrize(
    "service",
    [
        {"name": "catalyst-culler", "command": ["python3", "-m", "catalyst_hub.culler"]},
        {"name": "mcculloch-lab", "command": ["python3", "-m", "http.server"]},
    ],
)
def test_what_is_none_is_not_taken_for_one(service: dict[str, Any]) -> None:
    assert not is_idle_culler(service)


@pytest.mark.parametrize(
    ("services", "roles"),
    [
        ([SERVICE], [ROLE]),
        ([{"name": "mine", "command": ["python3", "/srv/cull_idle_servers.py"]}], []),
        ([], [{**ROLE, "services": ["cull-idle"], "scopes": ["servers!group=x"]}]),
        ([], [{**ROLE, "services": ["culls"], "scopes": ["admin:users"]}]),
        ([], [{"name": "admin", "services": ["culler"]}]),
    ],
    ids=["idle-culler", "its ancestor", "one elsewhere", "one that deletes users", "an admin"],
)
async def test_a_second_culler_is_a_reason_not_to_start(
    start_hub: Any,
    tmp_path: Path,
    services: list[Any],
    roles: list[Any],
    capfd: pytest.CaptureFixture[str],
) -> None:
    config = catalyst_config(tmp_path)
    config.JupyterHub.services = [*listed(config, "services"), *services]
    config.JupyterHub.load_roles = [*listed(config, "load_roles"), *roles]
    with pytest.raises(SystemExit):
        await start_hub(config)
    said = capfd.readouterr().err
    assert "would stop servers that our culler spares" in said
    assert "replace_idle_culler(c)" in said
