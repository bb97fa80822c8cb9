"""``catalyst-hub import-z2jh FILE...``: existing zero-to-jupyterhub hubs as a communities file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalyst_hub import communities_file
from catalyst_hub.cli.import_z2jh.communities import Imported, communities_of
from catalyst_hub.cli.import_z2jh.document import Providers, document
from catalyst_hub.cli.import_z2jh.leftovers import Leftover, by_reason, leftovers
from catalyst_hub.cli.import_z2jh.settings import CHART_DEFAULTS
from catalyst_hub.cli.import_z2jh.sign_in import sign_in_of
from catalyst_hub.cli.import_z2jh.sources import ImportRefusedError, Sources, read_sources
from catalyst_hub.core.policy import Policy


@dataclass(frozen=True, slots=True)
class Result:
    """A communities file, where everything went, and what did not go into it."""

    text: str
    policy: Policy
    imported: tuple[Imported, ...]
    leftovers: tuple[Leftover, ...]
    notes: tuple[str, ...]


def add_parser(subparsers: Any) -> None:
    """Declare the command and its arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "import-z2jh",
        help="turn the values files of existing hubs into a communities file",
        description="Read the values files of one hub as Helm merges them, or a cluster file that"
        " names the files of many; print a communities file, and on the other stream everything"
        " that is not in it, with the reason.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="values file, or one cluster file")
    parser.add_argument("-o", "--output", metavar="FILE", help="write the communities file here")
    parser.add_argument("--name", default="", help="the new hub's name; otherwise the file's")
    parser.add_argument(
        "--only", action="append", default=[], metavar="HUB", help="of a cluster file, only this"
    )
    parser.add_argument(
        "--chart", default="", choices=sorted(CHART_DEFAULTS), help="whose own values lie below"
    )


def run(args: argparse.Namespace) -> int:
    """Import; 0 when there is a file that can be used, 1 otherwise."""
    output = Path(args.output) if args.output else None
    try:
        if output is not None and output.exists():
            raise ImportRefusedError([f"{output}: there is such a file already; name another"])
        result = import_hubs(read_sources(args.files, args.name, args.chart, args.only))
        _write(result.text, output)
    except ImportRefusedError as error:
        print(error, file=sys.stderr)
        return 1
    _tell(result, sys.stdout if output is not None else sys.stderr)
    return 0


def import_hubs(sources: Sources) -> Result:
    """The communities file of some hubs. Raises :class:`ImportRefusedError`."""
    providers = Providers()
    imported = []
    for hub in sources.hubs:
        sign_in = sign_in_of(hub)
        providers.add(sign_in)
        imported.append(communities_of(hub, sign_in))
    _refuse_problems(imported)
    text = document(sources, imported, providers)
    policy = _policy_of(text)
    notes = tuple(dict.fromkeys(note for one in imported for note in one.notes))
    return Result(text, policy, tuple(imported), tuple(leftovers(imported)), notes)


def _policy_of(text: str) -> Policy:
    """Nothing goes out that ``catalyst-hub check`` would refuse."""
    try:
        return communities_file.parse(text)
    except communities_file.CommunitiesFileError as error:
        problems = [f"the communities file that came out: {one}" for one in error.problems]
        raise ImportRefusedError(problems) from None


def _refuse_problems(imported: Sequence[Imported]) -> None:
    found = {f"{file}:{problem}" for one in imported for file, problem in one.hub.values.problems}
    if found:
        raise ImportRefusedError(sorted(found))


def _write(text: str, output: Path | None) -> None:
    """All of it or nothing, and never over what is there."""
    if output is None:
        print(text, end="")
        return
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ImportRefusedError([f"{output}: cannot be written: {reason}"]) from None


def _tell(result: Result, stream: Any) -> None:
    for file in dict.fromkeys(file for one in result.imported for file in one.hub.skipped):
        print(f"{file}: encrypted, so not read: secrets go into the hub's environment", file=stream)
    for note in result.notes:
        print(note, file=stream)
    print("Not in the communities file, and why:", file=stream)
    for reason, group in by_reason(result.leftovers).items():
        print(f"{reason[:1].upper()}{reason[1:]}:", file=stream)
        for leftover in group:
            print(f"  {leftover.place}", file=stream)
    print(_summary(result), file=stream)


def _summary(result: Result) -> str:
    communities = result.policy.communities
    profiles = sum(len(community.profiles) for community in communities)
    places = sum(len(one.places) for one in result.imported)
    return (
        f"Hubs read: {len(result.imported)}. Communities written: {len(communities)}."
        f" Profiles: {profiles}, for {places} selections of the old forms."
        f" Left out: {len(result.leftovers)}."
    )
