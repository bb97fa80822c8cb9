"""What keeps a pod from running, by what Kubernetes says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aiohttp import ClientConnectionError
from kubernetes_asyncio.client.rest import ApiException

from catalyst_hub.core.session import EndReason

#: The reasons by which a kubelet says that a container waits for its image in vain.
_NO_IMAGE = frozenset(
    {
        "ErrImageNeverPull",
        "ErrImagePull",
        "ImageInspectError",
        "ImagePullBackOff",
        "InvalidImageName",
        "RegistryUnavailable",
    }
)


def trouble_of(pod: Mapping[str, Any]) -> EndReason | None:
    """Why a pod, as the API has it, does not run; None: it does, or does not say."""
    status = pod.get("status") or {}
    for container in _containers(status):
        found = _trouble_of_container(container)
        if found is not None:
            return found
    return EndReason.NO_ROOM if _is_without_room(status) else None


def trouble_of_error(error: BaseException) -> EndReason | None:
    """What it means that a request to the API failed."""
    if isinstance(error, ClientConnectionError):
        return EndReason.CLUSTER_AWAY
    if not isinstance(error, ApiException):
        return None
    if error.status == 403 and "exceeded quota" in str(error.body):
        return EndReason.NO_ROOM
    # Status 0: there was no answer.
    return EndReason.CLUSTER_AWAY if not error.status or error.status >= 500 else None


def _containers(status: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from status.get("initContainerStatuses") or ()
    yield from status.get("containerStatuses") or ()


def _trouble_of_container(container: Mapping[str, Any]) -> EndReason | None:
    """One that is up, or has done its work, has none, whatever it died of before."""
    state = container.get("state") or {}
    waiting = state.get("waiting") or {}
    if waiting.get("reason") in _NO_IMAGE:
        return EndReason.NO_IMAGE
    before = (container.get("lastState") or {}).get("terminated") if waiting else None
    end = state.get("terminated") or before
    if not end or end.get("reason") == "Completed":
        return None
    return EndReason.OUT_OF_MEMORY if end.get("reason") == "OOMKilled" else EndReason.EXITED


def _is_without_room(status: Mapping[str, Any]) -> bool:
    """A pod that waits for a volume of its own is unschedulable, too."""
    for condition in status.get("conditions") or ():
        if condition.get("type") == "PodScheduled" and condition.get("reason") == "Unschedulable":
            why = str(condition.get("message") or "").lower()
            return "insufficient" in why or not ("volume" in why or "persistent" in why)
    return False
