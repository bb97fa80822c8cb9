"""Which files an import reads: those of one hub, or those that a cluster file names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from catalyst_hub.cli.import_z2jh.values import Value, Values, ValuesFile
from catalyst_hub.communities_file import CommunitiesFileError, Problem, read_text
from catalyst_hub.communities_file.tree import read_tree

#: Where z2jh's own values stand in those of the charts that wrap it, the innermost first.
_WRAPPERS = (("basehub", "jupyterhub"), ("daskhub", "jupyterhub"), ("jupyterhub",))
_FILE = "a values file of Helm's"
_NOTHING = re.compile(r"(?:\s|#.*|---)*")


class ImportRefusedError(Exception):
    """Files that cannot be imported; ``problems`` are ``FILE:LINE:COLUMN: …``, one a line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Hub:
    """One hub to import. ``chart`` is ``z2jh`` or ``basehub``; ``skipped`` files are encrypted."""

    name: str
    title: str
    domain: str
    chart: str
    values: Values
    place: str = ""
    skipped: tuple[str, ...] = ()

    @property
    def z2jh(self) -> Value:
        """The values of z2jh, wherever the chart has them."""
        root = self.values.root
        for wrapper in _WRAPPERS:
            inner = root.at(".".join(wrapper))
            if isinstance(inner.data, dict):
                return inner
        return root


@dataclass(frozen=True, slots=True)
class Sources:
    """The hubs of an import, and the name that they have together."""

    name: str
    title: str
    hubs: tuple[Hub, ...]


def read_sources(
    files: Sequence[str], name: str = "", chart: str = "", only: Sequence[str] = ()
) -> Sources:
    """The hubs that files are about. Raises :class:`ImportRefusedError`."""
    first = _read(files[0])
    hubs = first.data.get("hubs") if len(files) == 1 else None
    if hubs is not None and not {"hub", "jupyterhub", "basehub"} & first.data.keys():
        return _Cluster(first, chart, only).sources(name)
    read = (first, *(_read(file) for file in files[1:]))
    skipped = tuple(file.name for file in read if _is_encrypted(file))
    plain = [file for file in read if file.name not in skipped]
    if not plain:
        raise ImportRefusedError([f"{first.name}: it is encrypted, and no other is given"])
    values = Values(plain)
    hub = _with_chart(Hub(name or _name_of(files[-1]), "", "", chart, values, "", skipped))
    return Sources(hub.name, "", (hub,))


def _with_chart(hub: Hub) -> Hub:
    """A chart that wraps z2jh is basehub as far as anybody can tell from the values."""
    return replace(hub, chart=hub.chart or ("basehub" if hub.z2jh.path else "z2jh"))


def _name_of(file: str) -> str:
    stem = Path(file).name.partition(".")[0]
    return stem if stem != "values" else Path(file).absolute().parent.name


def _is_encrypted(file: ValuesFile) -> bool:
    return _is_called_secret(file.name) or "sops" in file.data


def _is_called_secret(file: str) -> bool:
    name = Path(file).name
    return name.startswith("enc-") and ".secret" in name


def _read(file: str) -> ValuesFile:
    """A file's values. One that says nothing is fine; one that is encrypted is not opened."""
    if _is_called_secret(file):
        return ValuesFile(file, read_tree("{}", file))
    try:
        text = read_text(file, _FILE)
        tree = read_tree("{}" if _NOTHING.fullmatch(text) else text, file)
    except CommunitiesFileError as error:
        raise ImportRefusedError([f"{error.name}:{one}" for one in error.problems]) from None
    if not isinstance(tree.data, dict):
        problem = Problem(1, 1, "(file)", "this is no map", "the values of a chart", "give another")
        raise ImportRefusedError([f"{file}:{problem}"])
    if tree.problems:
        raise ImportRefusedError([f"{file}:{one}" for one in sorted(tree.problems)])
    return ValuesFile(file, tree)


class _Cluster:
    """A file with ``hubs``, each naming its values files, by paths beside the cluster file."""

    def __init__(self, file: ValuesFile, chart: str, only: Sequence[str]) -> None:
        self._root = Values([file]).root
        self._folder = Path(file.name).parent
        self._chart = chart
        self._only = only
        self._read: dict[str, ValuesFile] = {}

    def sources(self, name: str) -> Sources:
        hubs = tuple(self._hubs())
        problems = [f"{file}:{problem}" for file, problem in self._root.of.problems]
        missing = sorted(set(self._only) - {hub.name for hub in hubs})
        problems += [f"{self._file}: there is no hub {one!r} in it" for one in missing]
        if problems or not hubs:
            raise ImportRefusedError(problems or [f"{self._file}: there are no hubs in it"])
        own = self._root["name"].text() or _name_of(self._file)
        return Sources(name or own, self._root["display_name"].text(), hubs)

    @property
    def _file(self) -> str:
        return self._root.of.files[0].name

    def _hubs(self) -> Iterator[Hub]:
        for entry in self._root["hubs"].list():
            keys = entry.map()
            name = keys["name"].text() if "name" in keys else ""
            if not name:
                entry.refuse("this hub has no name", "the key name", "add it")
            elif not self._only or name in self._only:
                yield self._hub(name, entry)

    def _hub(self, name: str, entry: Value) -> Hub:
        files = [str(self._folder / one) for one in entry["helm_chart_values_files"].texts()]
        all_files = [self._values(file) for file in files]
        skipped = tuple(file.name for file in all_files if _is_encrypted(file))
        read = [file for file in all_files if file.name not in skipped]
        if not read:
            expected, do = "files that can be read", "add them to helm_chart_values_files"
            entry.refuse("this hub has no values", expected, do)
        domain, place = entry["domain"].text(), entry.place
        chart = self._chart or ("basehub" if entry["helm_chart"].is_there else "")
        values = Values(read or self._root.of.files)
        title = entry["display_name"].text()
        return _with_chart(Hub(name, title, domain, chart, values, place, skipped))

    def _values(self, file: str) -> ValuesFile:
        if file not in self._read:
            self._read[file] = _read(file)
        return self._read[file]
