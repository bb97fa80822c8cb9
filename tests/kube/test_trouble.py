"""What keeps a pod from running, read from what Kubernetes says of it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import ClientConnectionError
from kubernetes_asyncio.client.rest import ApiException

from catalyst_hub.core.session import UNSEEN, EndReason
from catalyst_hub.hub.pod_trouble import trouble_of, trouble_of_error
from catalyst_hub.hub.spawner import CatalystSpawnerMixin

RUNS = {"running": {"startedAt": "2026-11-22T09:00:00Z"}}


def pod_with(state: dict[str, Any], last: dict[str, Any] | None = None, **status: Any) -> Any:
    notebook = {"name": "notebook", "state": state, "lastState": last or {}}
    return {"status": {"phase": "Pending", "containerStatuses": [notebook], **status}}


def unscheduled(message: str | None) -> dict[str, Any]:
    """As the scheduler leaves it: no container has a status yet."""
    condition = {
        "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message,
    }  # fmt: skip
    return {"status": {"phase": "Pending", "conditions": [condition]}}


def waiting(reason: str) -> dict[str, Any]:
    return {"waiting": {"reason": reason, "message": "of kofi's"}}


def ended(reason: str, code: int = 1) -> dict[str, Any]:
    return {"terminated": {"exitCode": code, "reason": reason}}


@pytest.mark.parametrize(
    ("pod", "trouble"),
    [
        (pod_with(waiting("ErrImagePull")), EndReason.NO_IMAGE),
        (pod_with(waiting("ImagePullBackOff")), EndReason.NO_IMAGE),
        (pod_with(waiting("InvalidImageName")), EndReason.NO_IMAGE),
        (
            pod_with(
                waiting("PodInitializing"),
                initContainerStatuses=[{"name": "init", "state": waiting("ErrImagePull")}],
            ),
            EndReason.NO_IMAGE,
        ),
        (pod_with(ended("OOMKilled", 137)), EndReason.OUT_OF_MEMORY),
        (pod_with(ended("Error")), EndReason.EXITED),
        (pod_with(waiting("CrashLoopBackOff"), ended("Error")), EndReason.EXITED),
        (pod_with(waiting("CrashLoopBackOff"), ended("OOMKilled", 137)), EndReason.OUT_OF_MEMORY),
        (unscheduled("0/3 nodes are available: 3 Insufficient memory."), EndReason.NO_ROOM),
        (unscheduled("0/3 nodes are available: 3 Too many pods."), EndReason.NO_ROOM),
        (
            unscheduled("0/3 nodes: 1 volume node affinity conflict, 2 Insufficient cpu."),
            EndReason.NO_ROOM,
        ),
        (unscheduled(None), EndReason.NO_ROOM),
        # Not known, or nothing: a volume that nobody makes; an image on its way; one that is up.
        (unscheduled("pod has unbound immediate PersistentVolumeClaims."), None),
        (pod_with(waiting("ContainerCreating")), None),
        (pod_with(RUNS, ended("OOMKilled", 137)), None),
        (
            pod_with(
                RUNS, initContainerStatuses=[{"name": "init", "state": ended("Completed", 0)}]
            ),
            None,
        ),
        ({"status": {"phase": "Pending"}}, None),
        ({}, None),
    ],
)
def test_a_pod_that_does_not_run_says_why(pod: Any, trouble: EndReason | None) -> None:
    assert trouble_of(pod) is trouble


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (ClientConnectionError("kofi's"), EndReason.CLUSTER_AWAY),
        (ApiException(status=503), EndReason.CLUSTER_AWAY),
        (ApiException(status=0), EndReason.CLUSTER_AWAY),
        (ApiException(status=422), None),
        (ApiException(status=403), None),
        (RuntimeError("Insufficient memory"), None),
        (FileNotFoundError("kubectl"), None),
    ],
)
def test_a_request_that_failed_says_whether_the_cluster_was_away(error, trouble):
    assert trouble_of_error(error) is trouble


def test_a_namespace_at_the_end_of_its_quota_has_no_room():
    error = ApiException(status=403)
    error.body = '{"message": "pods is forbidden: exceeded quota: compute, requested: pods=1"}'
    assert trouble_of_error(error) is EndReason.NO_ROOM


@pytest.fixture
def starting(make_spawner, monkeypatch):
    """``starting(pod, error)``: a start that waits for a pod that Kubernetes shows like this, or
    fails at once."""

    def make(pod: Any, error: Exception | None = None) -> Any:
        spawner = make_spawner()
        # A look asks for the time first.
        spawner.authenticator = SimpleNamespace(runtime=SimpleNamespace(now=lambda: UNSEEN))
        pods = {f"{spawner.namespace}/{spawner.pod_name}": pod} if pod else {}
        monkeypatch.setattr(type(spawner), "pod_reflector", SimpleNamespace(pods=pods))

        async def start(_spawner: Any) -> None:
            if error is not None:
                raise error
            await asyncio.Event().wait()

        monkeypatch.setattr("kubespawner.KubeSpawner._start", start)
        return spawner

    return make


@pytest.mark.parametrize(
    ("pod", "failed_of"),
    [
        (pod_with(waiting("ImagePullBackOff")), EndReason.NO_IMAGE),
        (unscheduled("0/3 nodes are available: 3 Insufficient memory."), EndReason.NO_ROOM),
        (pod_with(waiting("ContainerCreating")), EndReason.START_TIMEOUT),
        (None, EndReason.START_TIMEOUT),
    ],
)
async def test_a_start_whose_time_is_up_failed_of_what_its_pod_says(starting, pod, failed_of):
    spawner = starting(pod)
    # As the Hub does it.
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(spawner.start(), 0.05)
    assert spawner._failed_of is failed_of


async def test_a_start_that_cannot_reach_the_cluster_failed_of_that(starting):
    spawner = starting(None, ClientConnectionError("no route"))
    with pytest.raises(ClientConnectionError):
        await spawner.start()
    assert spawner._failed_of is EndReason.CLUSTER_AWAY


async def test_what_an_earlier_run_has_left_behind_is_not_blamed_on_this_start(starting):
    left = pod_with(ended("OOMKilled", 137))
    spawner = starting(left, TimeoutError("Could not create pod"))
    spawner.session_id = "this"
    for run, failed_of in (("other", EndReason.START_TIMEOUT), ("this", EndReason.OUT_OF_MEMORY)):
        left["metadata"] = {"labels": {"catalyst-hub.org/session": run}}
        with pytest.raises(TimeoutError):
            await spawner.start()
        assert spawner._failed_of is failed_of


async def test_a_pod_of_the_same_name_that_is_cleared_away_hides_no_cause(starting, monkeypatch):
    """KubeSpawner stops it from within the start; that is no stop of this server."""
    spawner = starting(pod_with(RUNS))
    made = []

    async def create(*_args: Any) -> None:
        made.append(spawner.pod_name)
        if len(made) == 1:
            raise ApiException(status=409)

    async def begin(spawner: Any) -> None:
        pod = SimpleNamespace(metadata=SimpleNamespace(name=spawner.pod_name))
        while not await spawner._make_create_pod_request(pod, 5):
            pass

    async def stop(_spawner: Any, now: bool = False) -> None:
        """Gone."""

    async def poll(_spawner: Any) -> int:
        return 137

    spawner.api = SimpleNamespace(create_namespaced_pod=create)
    monkeypatch.setattr("kubespawner.KubeSpawner._start", begin)
    monkeypatch.setattr("kubespawner.KubeSpawner.stop", stop)
    monkeypatch.setattr("kubespawner.KubeSpawner.poll", poll)
    # Without the ledger, which only a hub has.
    await super(CatalystSpawnerMixin, spawner).start()
    assert len(made) == 2
    assert not spawner._was_stopped
    key = f"{spawner.namespace}/{spawner.pod_name}"
    spawner.pod_reflector.pods[key] = pod_with(ended("OOMKilled", 137))
    await spawner.poll()
    assert spawner.cause_of_end() is EndReason.OUT_OF_MEMORY
    await spawner.stop()
    assert spawner._was_stopped, "whoever stops it afterwards has stopped it"


async def test_what_a_server_died_of_is_read_before_its_pod_is_deleted(starting, monkeypatch):
    spawner = starting(pod_with(ended("OOMKilled", 137), phase="Running"))
    deleted = []

    async def watch(*_args: Any, **_more: Any) -> None:
        """The reflector is there."""

    async def stop(spawner: Any, now: bool = False) -> None:
        deleted.append(spawner.pod_reflector.pods.popitem())

    monkeypatch.setattr("kubespawner.KubeSpawner._start_watching_pods", watch)
    monkeypatch.setattr("kubespawner.KubeSpawner.stop", stop)
    assert await spawner.poll() == 137
    assert len(deleted) == 1
    assert not spawner._was_stopped, "it ended by itself"
    assert spawner.cause_of_end() is EndReason.OUT_OF_MEMORY
    assert await spawner.poll() == 1
    assert spawner.cause_of_end() is EndReason.OUT_OF_MEMORY
