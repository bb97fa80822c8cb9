"""Servers as pods: what was admitted reaches the manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from kubespawner import KubeSpawner
from traitlets import Unicode

from catalyst_hub.core.choice import Choice
from catalyst_hub.core.profile import Environment, Profile, Size
from catalyst_hub.core.session import EndReason
from catalyst_hub.core.shared_folder import SharedFolder
from catalyst_hub.hub.pod_trouble import trouble_of, trouble_of_error
from catalyst_hub.hub.rescue import variables_elsewhere
from catalyst_hub.hub.spawner import CatalystSpawnerMixin
from catalyst_hub.hub.spawner_settings import configured

GPU = "nvidia.com/gpu"
_SESSION = "catalyst-hub.org/session"
#: Where a server writes whose owner's home is full; the home of the Jupyter images.
_ELSEWHERE, _ELSEWHERE_PATH = "catalyst-elsewhere", "/run/catalyst-elsewhere"
_USUAL_HOME = "/home/jovyan"


class CatalystKubeSpawner(CatalystSpawnerMixin, KubeSpawner):
    """KubeSpawner whose catalogue is the communities file."""

    # Traits of KubeSpawner's, which comes without types.
    image: str
    working_dir: str | None
    node_selector: dict[str, str]
    extra_labels: dict[str, str]
    volumes: list[dict[str, Any]]
    volume_mounts: list[dict[str, Any]]
    storage_pvc_ensure: bool
    delete_pvc: bool

    shared_volume = Unicode(
        help="The name of one of KubeSpawner's volumes, on which communities and workshops have"
        " folders that many see. Empty: nowhere.",
        config=True,
    )
    shared_sub_path = Unicode(
        "_shared", help="The folder of that volume in which these folders are.", config=True
    )
    shared_mount_path = Unicode(
        f"{_USUAL_HOME}/shared", help="Where a server has these folders.", config=True
    )

    _elsewhere = False

    @classmethod
    def objection(cls, app: Any) -> str | None:
        """KubeSpawner applies its own profiles after admission: what is charged and what runs
        would not be the same."""
        if configured(cls, app, "profile_list"):
            return (
                "c.KubeSpawner.profile_list would change servers after they were admitted. Move"
                " its profiles to the communities file and leave profile_list empty"
            )
        return super().objection(app)

    async def load_user_options(self) -> None:
        """Nothing: admission has read them."""

    def apply_choice(self, choice: Choice, profile: Profile, size: Size) -> None:
        """Image, command, place and labels of the pod; what is counted comes last."""
        super().apply_choice(choice, profile, size)
        self._forget_elsewhere()
        self._override(profile.kubespawner)
        self._apply_environment(profile.environment)
        self.image = choice.image or self.image
        self._override(size.kubespawner)
        self.node_selector = {**self.node_selector, **size.node_selector}
        self._apply_gpu(size.limits.gpu)
        self.extra_labels = self.extra_labels | _labels(choice, self.session_id)
        # KubeSpawner fills {username} into what operators write; the catalogue's words are final.
        ours = self.variables_of(choice, profile)
        self.environment = self.environment | {key: _literal(ours[key]) for key in ours}

    def trouble(self) -> EndReason | None:
        """What Kubernetes says of the pod."""
        watched = self.pod_reflector
        pod = watched.pods.get(f"{self.namespace}/{self.pod_name}") if watched else None
        if pod is None or self._is_left_over(pod):
            return None
        return trouble_of(pod)

    def _is_left_over(self, pod: Mapping[str, Any]) -> bool:
        """Whether it is of an earlier run, which has to go before one of this name can be made. Of
        a server that another Hub's process has started nobody knows which run it is."""
        label = ((pod.get("metadata") or {}).get("labels") or {}).get(_SESSION)
        return bool(self.session_id and label) and label != self.session_id

    def cause_of_error(self, error: BaseException) -> EndReason | None:
        """With what the API of Kubernetes says."""
        return trouble_of_error(error) or super().cause_of_error(error)

    async def delete_files(self) -> bool:
        """The volume that was made for this user alone. On one that everybody shares, KubeSpawner
        knows of no folder to delete."""
        if not (self.storage_pvc_ensure and self.delete_pvc):
            return False
        await self.delete_forever()
        return True

    def write_elsewhere(self) -> None:
        """Into a volume that goes with the pod. A home at the end of its quota can still be read,
        and files in it deleted."""
        super().write_elsewhere()
        self.volumes = [*self.volumes, {"name": _ELSEWHERE, "emptyDir": {"sizeLimit": "1Gi"}}]
        mount = {"name": _ELSEWHERE, "mountPath": _ELSEWHERE_PATH}
        self.volume_mounts = [*self.volume_mounts, mount]
        self._elsewhere = True

    def share_folders(self, folders: Sequence[SharedFolder]) -> None:
        """As mounts side by side: none can be made inside another that is read-only."""
        ours = f"{self.shared_mount_path}/"
        others = [m for m in self.volume_mounts if not m["mountPath"].startswith(ours)]
        shared = folders if self.shared_volume else ()
        self.volume_mounts = others + [self._mount(folder) for folder in shared]

    def _mount(self, folder: SharedFolder) -> dict[str, Any]:
        return {
            "name": self.shared_volume,
            "mountPath": f"{self.shared_mount_path}/{folder.name}",
            "subPath": f"{self.shared_sub_path}/{folder.name}",
            "readOnly": not folder.is_writable,
        }

    def get_env(self) -> dict[str, str]:
        """With where to write, if the home is full."""
        env: dict[str, str] = super().get_env()
        if not self._elsewhere:
            return env
        home = env.get("HOME", self.working_dir or _USUAL_HOME)
        # Their folders are made by whoever writes first; this one has to be there.
        tmp = {"TMPDIR": _ELSEWHERE_PATH}
        return env | variables_elsewhere(home, _ELSEWHERE_PATH, env) | tmp

    def _forget_elsewhere(self) -> None:
        """What the start before this one needed; the same object may start again."""
        self.volumes = [v for v in self.volumes if v["name"] != _ELSEWHERE]
        self.volume_mounts = [m for m in self.volume_mounts if m["name"] != _ELSEWHERE]
        self._elsewhere = False

    def _apply_environment(self, environment: Environment) -> None:
        self.image = environment.image or self.image
        self.cmd = list(environment.command) or self.cmd
        self.working_dir = environment.working_dir or self.working_dir

    def _override(self, traits: Mapping[str, object]) -> None:
        """As KubeSpawner applies the overrides of its own profiles: maps merge, null removes an
        entry, everything else replaces. A copy, for the policy's own maps must stay as they are."""
        self._apply_overrides(deepcopy(dict(traits)))

    def _apply_gpu(self, count: int) -> None:
        """As many as were admitted: a general setting must not add one that nobody counts."""
        for trait in ("extra_resource_limits", "extra_resource_guarantees"):
            others = {name: n for name, n in getattr(self, trait).items() if name != GPU}
            setattr(self, trait, others | ({GPU: str(count)} if count else {}))


def _labels(choice: Choice, session_id: str) -> dict[str, str]:
    return {
        "catalyst-hub.org/community": choice.community,
        "catalyst-hub.org/profile": choice.profile,
        "catalyst-hub.org/size": choice.size,
        _SESSION: session_id,
    }


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
