"""What was admitted reaches the pod, and the pod is one that Kubernetes accepts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import kubernetes_validate
import pytest

from catalyst_hub.core.choice import Choice
from catalyst_hub.core.price import Price
from catalyst_hub.core.profile import Environment, OwnImage, Profile, Size
from catalyst_hub.core.resources import Resources
from catalyst_hub.core.shared_folder import SharedFolder

GIB = 1024**3
FREE = Price("USD")
SESSION = "0123456789abcdef0123456789abcdef"
CHOICE = Choice("nairobi", "climate", "gpu", "notebook")


def size(**changes: Any) -> Size:
    given = {
        "slug": "gpu",
        "title": {"": "GPU"},
        "limits": Resources(3_500, 28 * GIB, gpu=2),
        "guarantees": Resources(500, 4 * GIB),
        "price": FREE,
        "node_selector": {"pool": "gpu"},
    }
    return Size(**(given | changes))


def profile(environment: Environment, **more: Any) -> Profile:
    return Profile("climate", {"": "Climate"}, {}, environment, (size(),), **more)


async def pod_of(
    spawner: Any, chosen: Size | None = None, environment: Environment | None = None, **more: Any
) -> dict[str, Any]:
    spawner.session_id = SESSION
    environment = environment or Environment(image="quay.io/climate:2026.1")
    spawner.apply_choice(CHOICE, profile(environment, **more), chosen or size())
    await spawner.load_user_options()
    manifest = await spawner.get_pod_manifest()
    pod: dict[str, Any] = spawner.api.api_client.sanitize_for_serialization(manifest)
    kubernetes_validate.validate(pod, "1.31", strict=True)
    return pod


def container(pod: dict[str, Any]) -> dict[str, Any]:
    return pod["spec"]["containers"][0]


def variables(pod: dict[str, Any]) -> dict[str, str]:
    return {entry["name"]: entry["value"] for entry in container(pod)["env"]}


async def test_the_size_reaches_the_pod(make_spawner):
    resources = container(await pod_of(make_spawner()))["resources"]
    assert resources["limits"] == {"cpu": 3.5, "memory": 28 * GIB, "nvidia.com/gpu": "2"}
    assert resources["requests"] == {"cpu": 0.5, "memory": 4 * GIB, "nvidia.com/gpu": "2"}


async def test_image_place_and_address_reach_the_pod(make_spawner):
    pod = await pod_of(make_spawner(node_selector={"zone": "a"}))
    assert container(pod)["image"] == "quay.io/climate:2026.1"
    assert pod["spec"]["nodeSelector"] == {"zone": "a", "pool": "gpu"}
    assert variables(pod)["JUPYTERHUB_DEFAULT_URL"] == "/tree"


async def test_labels_say_whose_and_what_it_is(make_spawner):
    labels = (await pod_of(make_spawner(extra_labels={"mine": "kept"})))["metadata"]["labels"]
    assert {key: value for key, value in labels.items() if key.startswith("catalyst-hub.org")} == {
        "catalyst-hub.org/community": "nairobi",
        "catalyst-hub.org/profile": "climate",
        "catalyst-hub.org/size": "gpu",
        "catalyst-hub.org/session": SESSION,
    }
    assert labels["mine"] == "kept"
    assert labels["hub.jupyter.org/username"] == "kofi"
    assert labels["component"] == "singleuser-server"


async def test_the_session_is_in_the_environment_and_words_of_the_catalogue_are_final(make_spawner):
    environment = Environment(image="x", variables={"FORMAT": "{username} {}"})
    spawner = make_spawner(environment={"WHO": "{username}"})
    seen = variables(await pod_of(spawner, environment=environment))
    assert seen["CATALYST_SESSION"] == SESSION
    assert seen["CATALYST_COMMUNITY"] == "nairobi"
    assert seen["FORMAT"] == "{username} {}"
    assert seen["WHO"] == "kofi"


async def test_without_a_limit_there_is_none(make_spawner):
    free = size(unlimited=frozenset({"cpu", "memory"}), limits=Resources(0, 0), node_selector={})
    resources = container(await pod_of(make_spawner(mem_limit="1G", cpu_limit=1), free))[
        "resources"
    ]
    assert not resources.get("limits")


async def test_a_general_gpu_setting_adds_none_that_was_not_admitted(make_spawner):
    plain = size(limits=Resources(1_000, GIB))
    spawner = make_spawner(extra_resource_limits={"nvidia.com/gpu": "1", "example.com/fpga": "1"})
    limits = container(await pod_of(spawner, plain))["resources"]["limits"]
    assert "nvidia.com/gpu" not in limits
    assert limits["example.com/fpga"] == "1"


async def test_without_an_image_or_command_the_operators_stay(make_spawner):
    spawner = make_spawner(image="hub/default:1", cmd=["start-singleuser.sh"])
    pod = await pod_of(spawner, environment=Environment())
    assert container(pod)["image"] == "hub/default:1"
    assert container(pod)["args"][0] == "start-singleuser.sh"


async def test_a_command_and_folder_of_the_environment_are_the_pods(make_spawner):
    environment = Environment(image="x", command=("jupyterhub-singleuser",), working_dir="/home/x")
    pod = await pod_of(make_spawner(), environment=environment)
    assert container(pod)["args"][0] == "jupyterhub-singleuser"
    assert container(pod)["workingDir"] == "/home/x"


@pytest.mark.parametrize("name", ["kofi", "joao-silva-2", "person-7" + "x" * 32])
async def test_names_that_we_give_need_no_hash(make_spawner, name):
    labels = (await pod_of(make_spawner(name)))["metadata"]["labels"]
    assert labels["hub.jupyter.org/username"] == name


async def test_traits_of_the_file_reach_the_pod_a_sizes_after_its_profiles(make_spawner):
    spawner = make_spawner(image_pull_policy="Never", environment={"KEEP": "1", "DROP": "2"})
    traits = {
        "image_pull_policy": "Always",
        "environment": {"DROP": None, "WHO": "{username}"},
        "init_containers": [{"name": "clone", "image": "quay.io/git:1"}],
        "default_url": "/voila",
    }
    chosen = size(kubespawner={"image_pull_policy": "IfNotPresent"})
    pod = await pod_of(spawner, chosen, Environment(image="x"), kubespawner=traits)
    assert container(pod)["imagePullPolicy"] == "IfNotPresent"
    assert [one["name"] for one in pod["spec"]["initContainers"]] == ["clone"]
    seen = variables(pod)
    assert (seen["KEEP"], seen["WHO"], "DROP" in seen) == ("1", "kofi", False)
    assert seen["JUPYTERHUB_DEFAULT_URL"] == "/voila"


async def test_traits_of_the_file_take_nothing_from_the_session_or_the_count(make_spawner):
    traits = {
        "environment": {"CATALYST_SESSION": "mine", "OMP_NUM_THREADS": "64"},
        "extra_labels": {"catalyst-hub.org/community": "another"},
    }
    environment = Environment(image="x", variables={"OMP_NUM_THREADS": "2"})
    pod = await pod_of(make_spawner(), environment=environment, kubespawner=traits)
    seen = variables(pod)
    assert (seen["CATALYST_SESSION"], seen["OMP_NUM_THREADS"]) == (SESSION, "2")
    assert pod["metadata"]["labels"]["catalyst-hub.org/community"] == "nairobi"


async def test_a_start_leaves_the_catalogue_as_it_was(make_spawner):
    traits: dict[str, Any] = {"extra_annotations": {"note": "kept"}}
    await pod_of(make_spawner(), kubespawner=traits)
    assert traits == {"extra_annotations": {"note": "kept"}}


async def test_an_image_that_was_brought_reaches_the_pod(make_spawner):
    spawner = make_spawner(image="hub/default:1")
    spawner.session_id = SESSION
    own = Environment(own_image=OwnImage(".+"))
    spawner.apply_choice(replace(CHOICE, image="quay.io/kofi/maps:1"), profile(own), size())
    assert spawner.image == "quay.io/kofi/maps:1"


async def test_a_full_home_gets_a_volume_beside_it_that_goes_with_the_pod(make_spawner):
    spawner = make_spawner()
    own = {"name": "home", "mountPath": "/home/jovyan"}
    spawner.volumes = [{"name": "home", "persistentVolumeClaim": {"claimName": "kofi"}}]
    spawner.volume_mounts = [own]
    spawner.session_id = SESSION
    spawner.apply_choice(CHOICE, profile(Environment(image="x")), size())
    spawner.write_elsewhere()
    manifest = await spawner.get_pod_manifest()
    pod = spawner.api.api_client.sanitize_for_serialization(manifest)
    kubernetes_validate.validate(pod, "1.31", strict=True)
    (volume,) = [v for v in pod["spec"]["volumes"] if "emptyDir" in v]
    (mount,) = [m for m in container(pod)["volumeMounts"] if m["name"] == volume["name"]]
    assert own in container(pod)["volumeMounts"]
    seen = variables(pod)
    assert seen["CATALYST_HOME_FULL"] == "1"
    assert seen["TMPDIR"] == seen["JUPYTER_RUNTIME_DIR"] == mount["mountPath"]
    assert seen["JUPYTER_CONFIG_PATH"] == "/home/jovyan/.jupyter"
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "HISTFILE"):
        assert seen[name].startswith(mount["mountPath"] + "/"), name


async def test_with_room_again_nothing_of_that_is_left(make_spawner):
    spawner = make_spawner()
    usual = await pod_of(spawner)
    spawner.write_elsewhere()
    assert await pod_of(spawner) == usual


def mounts(pod: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {entry["mountPath"]: entry for entry in container(pod)["volumeMounts"]}


FOLDERS = (
    SharedFolder("nairobi", is_writable=False),
    SharedFolder("nairobi.workshop-7", is_writable=True),
)
HOMES = [{"name": "homes", "persistentVolumeClaim": {"claimName": "homes"}}]


async def test_shared_folders_are_mounted_read_only_but_for_who_may_write(make_spawner):
    spawner = make_spawner(volumes=HOMES, shared_volume="homes")
    spawner.share_folders(FOLDERS)
    seen = mounts(await pod_of(spawner))
    assert seen["/home/jovyan/shared/nairobi"] == {
        "name": "homes",
        "mountPath": "/home/jovyan/shared/nairobi",
        "subPath": "_shared/nairobi",
        "readOnly": True,
    }
    workshops = seen["/home/jovyan/shared/nairobi.workshop-7"]
    assert not workshops["readOnly"]
    assert workshops["subPath"] == "_shared/nairobi.workshop-7"


async def test_a_start_has_the_shared_folders_of_that_start_only(make_spawner):
    own = [{"name": "homes", "mountPath": "/home/jovyan", "subPath": "{username}"}]
    spawner = make_spawner(volumes=HOMES, volume_mounts=own, shared_volume="homes")
    spawner.share_folders(FOLDERS)
    spawner.share_folders(FOLDERS[:1])
    assert set(mounts(await pod_of(spawner))) == {"/home/jovyan", "/home/jovyan/shared/nairobi"}


async def test_nothing_is_shared_where_no_volume_is_named_for_it(make_spawner):
    spawner = make_spawner(volumes=HOMES)
    spawner.share_folders(FOLDERS)
    assert not container(await pod_of(spawner)).get("volumeMounts")
