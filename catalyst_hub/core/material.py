"""Where a server opens so that what a workshop works with is there."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

#: Hosts whose addresses with two words are repositories, whatever else they may be elsewhere.
_FORGES = frozenset({"github.com", "gitlab.com", "codeberg.org", "bitbucket.org"})
_PULL = "/git-pull"
#: Where an interface shows a folder.
_FOLDERS: Mapping[str, str] = MappingProxyType(
    {"lab": "lab/tree", "notebook": "tree", "light": "catalyst-hub/light"}
)
#: What links of nbgitpuller begin with, when they name a folder or a document.
_PLACES = ("lab/tree/", "nbclassic/notebooks/", "nbclassic/tree/", "notebooks/", "tree/")


def opening_url(material: str, interface: str) -> str | None:
    """The address below a server that fetches the material and opens it; None: it is nothing that
    can be fetched so.

    Material is a link of nbgitpuller, of whichever hub, or the address of a repository. On a thin
    line what the link opens opens lightly.
    """
    parts = urlsplit(material)
    if parts.path.endswith(_PULL) and parts.query:
        return f"{_PULL}?{_written_anew(parts.query, is_light=interface == 'light')}"
    repository = _repository(material)
    if repository is None:
        return None
    query = {"repo": repository}
    if interface in _FOLDERS:
        name = repository.rpartition("/")[2].removesuffix(".git")
        query["urlpath"] = f"{_FOLDERS[interface]}/{quote(name)}"
    return f"{_PULL}?{urlencode(query)}"


def _written_anew(query: str, *, is_light: bool) -> str:
    """The same words, all of them escaped: spawners take what is in braces, and ``%U``, for a
    pattern to fill in, and no server of the workshop would start."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(k, _light_place(v) if is_light and k == "urlpath" else v) for k, v in pairs])


def _light_place(address: str) -> str:
    begun = next((place for place in _PLACES if address.startswith(place)), None)
    return address if begun is None else f"{_FOLDERS['light']}/{address.removeprefix(begun)}"


def _repository(material: str) -> str | None:
    parts = urlsplit(material)
    words = [word for word in parts.path.split("/") if word]
    is_forge = parts.hostname in _FORGES and len(words) == 2
    is_repository = (parts.path.endswith(".git") or is_forge) and not parts.query
    return f"https://{parts.netloc}/{'/'.join(words)}" if is_repository else None
