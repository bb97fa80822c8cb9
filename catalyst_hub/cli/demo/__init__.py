"""``catalyst-hub demo``: a whole hub on this machine, with invented people and communities."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from catalyst_hub.cli.demo import hub
from catalyst_hub.cli.demo.place import DemoError, Place, default_folder, take, with_ports
from catalyst_hub.cli.demo.prepare import people_lines, prepare, require_parts
from catalyst_hub.cli.demo.processes import end_all
from catalyst_hub.core.policy import Policy


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``demo`` and its options."""
    parser = subparsers.add_parser(
        "demo",
        help="run a whole hub with invented people and communities on this machine",
        description="Run JupyterHub with invented people and communities on this machine. "
        "Only this machine can reach it. Ctrl-C ends it; what people did stays for the next time.",
    )
    parser.add_argument(
        "--port", type=_port, default=8000, help="where the browser finds it (default: 8000)"
    )
    parser.add_argument(
        "--base-url",
        type=_base_url,
        default="/",
        help="its path, where another server stands before it (default: /)",
    )
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=default_folder(),
        help="where it keeps its databases, homes and log (default: %(default)s)",
    )
    parser.add_argument(
        "--reset", action="store_true", help="forget everything first: people's files, the ledger"
    )


def _port(word: str) -> int:
    if word.isdecimal() and 1024 <= int(word) <= 65535:
        return int(word)
    raise argparse.ArgumentTypeError(f"{word!r} is not a port: give a number, 1024 to 65535")


def _base_url(word: str) -> str:
    if word.startswith("/") and word.endswith("/") and "//" not in word:
        return word
    raise argparse.ArgumentTypeError(f"{word!r} is not a path: begin and end it with one slash")


def run(args: argparse.Namespace) -> int:
    """Run the demo until it is told to stop. 0: it was; 1: it could not go on, and said why."""
    try:
        with _told_to_stop() as stopping:
            return _run(args, stopping)
    except DemoError as error:
        print(f"catalyst-hub demo: {error}", file=sys.stderr)
        return 1


def _run(args: argparse.Namespace, stopping: threading.Event) -> int:
    began = time.monotonic()
    require_parts()
    place = take(args.data_dir, is_reset=args.reset)
    if left_behind := end_all(place.settings.demo_id, patience_s=5):
        _say(f"Ended {left_behind} processes that an earlier demo had left behind.")
    place = replace(with_ports(place, args.port), base_url=args.base_url)
    _say(f"Using {place.folder}")
    policy = prepare(place, _say)
    _say("Starting JupyterHub, its proxy, the culler and the champions' pages …")
    process = None
    try:
        process = hub.start(place)
        if hub.wait_until_up(place, process, stopping):
            _welcome(place, policy, time.monotonic() - began)
            _watch(place, process, stopping)
    finally:
        _say("Stopping everything …")
        hub.end(place, process)
    _say("Stopped. The next start finds everything as it was; --reset forgets it.")
    return 0


def _welcome(place: Place, policy: Policy, seconds: float) -> None:
    _say(f"Ready after {seconds:.0f} s.\n\n    {hub.address(place)}\n\nSign in as")
    for line in people_lines(policy):
        _say(f"    {line}")
    _say("\nCtrl-C stops it.")


def _watch(place: Place, process: subprocess.Popen[bytes], stopping: threading.Event) -> None:
    while not stopping.wait(0.2):
        if process.poll() is not None:
            raise DemoError(f"The hub ended by itself.\n{hub.log_tail(place)}")


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """An event that is set by Ctrl-C, by SIGTERM, or when the terminal is closed."""
    stopping = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {each: signal.signal(each, lambda *_: stopping.set()) for each in signals}
    try:
        yield stopping
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _say(line: str) -> None:
    print(line, flush=True)
