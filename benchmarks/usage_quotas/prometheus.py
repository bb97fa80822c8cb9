"""A real Prometheus with the history in it, on a port of the loopback interface."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.hub import free_port
from benchmarks.usage_quotas.history import Run

_GIB = 2**30
_STEP_S = 60
_READY_S = 120
_METRICS = (
    ("kube_pod_annotations", 'annotation_hub_jupyter_org_username="{name}"', 1),
    (
        "kube_pod_container_resource_requests",
        'resource="memory",unit="byte",node="node",container="notebook"',
        _GIB,
    ),
)


class MissingError(Exception):
    """Something that this comparison needs is not on this machine."""


def samples(history: Iterable[Run]) -> Iterator[str]:
    """The lines of an OpenMetrics file: what Kubernetes says of each server, once a minute."""
    ordered = sorted(history, key=lambda run: (run.name, run.starts_at))
    for metric, labels, value in _METRICS:
        yield f"# TYPE {metric} gauge\n"
        for run in ordered:
            pod = f'namespace="hub",pod="jupyter-{run.name}",{labels.format(name=run.name)}'
            begins, ends = (int(at.timestamp()) for at in (run.starts_at, run.ends_at))
            for at in range(begins, ends, _STEP_S):
                yield f"{metric}{{{pod}}} {value} {at}\n"
    yield "# EOF\n"


@contextlib.contextmanager
def prometheus(history: Iterable[Run], folder: Path) -> Iterator[str]:
    """Its address, as long as the block lasts. Raises MissingError."""
    for program in ("prometheus", "promtool"):
        if shutil.which(program) is None:
            raise MissingError(f"there is no {program} here: install Debian's package prometheus")
    text, data, config = folder / "history.om", folder / "tsdb", folder / "prometheus.yml"
    with text.open("w") as file:
        file.writelines(samples(history))
    create = ["promtool", "tsdb", "create-blocks-from", "openmetrics", str(text), str(data)]
    subprocess.run(create, check=True, stdout=subprocess.DEVNULL)
    config.write_text("global: {scrape_interval: 1m, evaluation_interval: 1m}\n")
    port = free_port()
    process = subprocess.Popen(
        [
            "prometheus",
            f"--config.file={config}",
            f"--storage.tsdb.path={data}",
            "--storage.tsdb.retention.time=365d",
            f"--web.listen-address=127.0.0.1:{port}",
            "--log.level=error",
        ],
        cwd=folder,
    )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


def _wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + _READY_S
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/-/ready", timeout=5):
            return
        time.sleep(0.1)
    raise RuntimeError(f"Prometheus is not ready after {_READY_S} s")
