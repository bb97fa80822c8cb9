"""Inside each person's server: a light way in for thin lines.

Jupyter's pages go over the wire compressed, their assets are kept by the browser for as long as
they stay what they are, and ``catalyst-hub/light`` is a folder in plain HTML, whose notebooks open
one at a time in the lightest of Jupyter's interfaces that is installed.

This one file needs nothing but what Jupyter's own server has, so that it can be put into an image
by itself.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import FileFindHandler, JupyterHandler
from jupyter_server.utils import ensure_async, url_path_join
from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.routing import AnyMatches, PathMatches, Router, Rule
from tornado.web import Application, OutputTransform, RequestHandler, StaticFileHandler
from tornado.web import authenticated as signed_in

#: What a server keeps of compressed assets: all of JupyterLab's are 1.5 MB, all of nbclassic's 1.
_KEPT_BYTES = 16 * 2**20
#: Larger files are sent as they are: to compress one would hold up everything else.
_LARGEST_BYTES = 8 * 2**20
#: Less fits into one packet anyway; more is compressed quickly, between the messages of kernels.
_SMALLEST_BYTES, _QUICK_BYTES = 2**10, 2**20
_LEVEL, _QUICK_LEVEL, _BLUR_BYTES = 6, 1, 100
_COMPRESSIBLE = re.compile(
    r"text/(?!event-stream)|application/(.+\+)?(json|xml|javascript|wasm)\b"
    r"|application/(x-javascript|x-ndjson|vnd\.ms-fontobject)|image/svg\+xml|font/(ttf|otf)"
)
_NAMED_BY_CONTENT = re.compile(r"[.-][0-9a-f]{16,}\.[^/]+$")
_FOREVER = "private, max-age=31536000, immutable"


def accepts_gzip(headers: HTTPHeaders) -> bool:
    """Whether the browser reads gzip: it names it, and not with a weight of nothing."""
    for part in headers.get("Accept-Encoding", "").lower().split(","):
        name, _, weight = part.replace(" ", "").partition(";q=")
        if name in {"gzip", "*"}:
            return not re.fullmatch(r"0(\.0*)?", weight)
    return False


def _vary(headers: HTTPHeaders) -> None:
    """Say that the answer depends on what the browser reads, whatever else it depends on."""
    given = headers.get("Vary", "")
    if "accept-encoding" not in given.lower():
        headers["Vary"] = f"{given}, Accept-Encoding" if given else "Accept-Encoding"


def _gzipped(page: bytes) -> bytes:
    """With a name of some length, which nobody reads: pages hold the person's token beside what an
    address says, and whoever counts bytes on the line could guess at the one by the other."""
    packed = gzip.compress(page, _QUICK_LEVEL if len(page) > _QUICK_BYTES else _LEVEL, mtime=0)
    name = b"-" * secrets.randbelow(_BLUR_BYTES)
    return packed[:3] + b"\x08" + packed[4:10] + name + b"\0" + packed[10:]


class Squeezed(OutputTransform):
    """Compresses what comes in one piece.

    What is flushed piece by piece streams, or is a file of the person's: that stays as it is.
    """

    def __init__(self, request: HTTPServerRequest) -> None:
        self._may = accepts_gzip(request.headers) and request.method != "HEAD"

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """The whole answer, if ``finishing``."""
        is_ours = (
            finishing
            and status_code == HTTPStatus.OK
            and len(chunk) >= _SMALLEST_BYTES
            and "Content-Encoding" not in headers
            and "no-transform" not in headers.get("Cache-Control", "")
            and _COMPRESSIBLE.match(headers.get("Content-Type", "")) is not None
        )
        if not is_ours:
            return status_code, headers, chunk
        _vary(headers)
        if self._may:
            chunk = _gzipped(chunk)
            headers["Content-Encoding"] = "gzip"
            headers["Content-Length"] = str(len(chunk))
            tag = headers.get("Etag", "")
            # Not the same bytes any more, yet the same page: that is what a weak tag says.
            headers.update({"Etag": f"W/{tag}"} if tag.startswith('"') else {})
        return status_code, headers, chunk


# --- what comes with Jupyter: scripts, style sheets, fonts ---


@dataclass(frozen=True)
class Asset:
    """A file's name by its content, and its content compressed where that saves a tenth."""

    version: str
    packed: bytes | None


class Assets:
    """The assets that were asked for, each compressed once; the oldest go when it gets too much."""

    def __init__(self, kept_bytes: int = _KEPT_BYTES) -> None:
        self._left = kept_bytes
        self._kept: OrderedDict[tuple[object, ...], Asset] = OrderedDict()

    def get(self, key: tuple[object, ...], read: Callable[[], bytes], *, packs: bool) -> Asset:
        """The asset that ``key`` stands for; its content is read the first time only."""
        asset = self._kept.pop(key, None)
        if asset is None:
            asset = _asset(read(), packs=packs)
            self._left -= len(asset.packed or b"")
        self._kept[key] = asset
        while self._left < 0:
            _, oldest = self._kept.popitem(last=False)
            self._left += len(oldest.packed or b"")
        return asset


def _asset(content: bytes, *, packs: bool) -> Asset:
    packed = gzip.compress(content, _LEVEL, mtime=0) if packs else content
    is_worth_it = len(packed) < len(content) * 0.9
    # The same name that Jupyter's templates give a file by its content, as ``?v=``.
    return Asset(hashlib.sha512(content).hexdigest(), packed if is_worth_it else None)


class _Packed(StaticFileHandler):
    """Goes before a handler of files: the same files, compressed, with tags that tell them apart.

    Everything else, such as who may read them, stays what that handler makes of it.
    """

    assets: Assets
    _asset: Asset | None = None
    _is_packed = False

    def set_headers(self) -> None:
        """Look at the file before its headers are made, for they depend on it."""
        size = super().get_content_size()
        if 0 < size <= _LARGEST_BYTES:
            packs = bool(_COMPRESSIBLE.match(self.get_content_type())) and size > _SMALLEST_BYTES
            key = (type(self), self.absolute_path, self.modified, size)
            self._asset = self.assets.get(key, self._read, packs=packs)
            self._is_packed = bool(self._asset.packed) and not self._wants_a_part()
        super().set_headers()
        if self._asset and self._is_named_by_content():
            self.set_header("Cache-Control", _FOREVER)
        if self._asset and self._asset.packed:
            _vary(self._headers)
        if self._is_packed:
            self.set_header("Content-Encoding", "gzip")

    def _wants_a_part(self) -> bool:
        """Whether it is sent as it is: parts of a file are counted in its own bytes.

        Whoever goes on with a compressed one starts again: half of each would be neither.
        """
        headers = self.request.headers
        if "Range" in headers and headers.get("If-Range", self._tag("")) == self._tag(""):
            return True
        headers.pop("Range", None)
        return not accepts_gzip(headers)

    def _read(self) -> bytes:
        content: Any = super().get_content(str(self.absolute_path), None, None)
        return content if isinstance(content, bytes) else b"".join(content)

    def _tag(self, suffix: str) -> str:
        return f'"{self._asset.version[:32]}{suffix}"' if self._asset else ""

    def _is_named_by_content(self) -> bool:
        """Whether this address will never mean anything else."""
        named = self.get_query_argument("v", "")
        is_proven = self._asset is not None and named == self._asset.version
        return is_proven or _NAMED_BY_CONTENT.search(self.request.path) is not None

    def compute_etag(self) -> str | None:
        """By content: files of an image may all have the same time."""
        tag = self._tag("-gzip" if self._is_packed else "")
        return tag or super().compute_etag()

    def get_content_size(self) -> int:
        """Of what is sent."""
        if self._is_packed and self._asset and self._asset.packed:
            return len(self._asset.packed)
        return super().get_content_size()

    def get_content(  # type: ignore[override]
        self, abspath: str, start: int | None = None, end: int | None = None
    ) -> bytes | Iterator[bytes]:
        """What is sent."""
        if self._is_packed and self._asset and self._asset.packed:
            return self._asset.packed
        return super().get_content(abspath, start, end)


class _AssetsFirst(Router):
    """Asks all other routes who serves an address, and has assets served compressed."""

    def __init__(self, app: Application) -> None:
        self._others = app.default_router
        self._is_asking = False
        self._classes: dict[type[RequestHandler], type[RequestHandler]] = {}
        self._assets = Assets()

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> Any:
        """As the other routes say; None while they are asked, for this is one of them."""
        if self._is_asking:
            return None
        self._is_asking = True
        try:
            found: Any = self._others.find_handler(request, **kwargs)
        finally:
            self._is_asking = False
        handler = getattr(found, "handler_class", RequestHandler)
        # Files of the person's are served by others of Tornado's family, and are hers.
        if handler is StaticFileHandler or issubclass(handler, FileFindHandler):
            found.handler_class = self._packed(handler)
        return found

    def _packed(self, handler: type[RequestHandler]) -> type[RequestHandler]:
        if handler not in self._classes:
            parts = {"assets": self._assets}
            self._classes[handler] = type(f"Packed{handler.__name__}", (_Packed, handler), parts)
        return self._classes[handler]


# --- mathematics: MathJax comes when a page has a formula, not before ---

_ON_DEMAND = "catalyst-on-demand"
_MATHJAX = f"""
MathJax.Hub.Config({{
  jax: ["input/TeX", "output/HTML-CSS"],
  extensions: ["tex2jax.js"],
  TeX: {{extensions: ["AMSmath.js", "AMSsymbols.js", "noErrors.js", "noUndefined.js"]}},
  showMathMenu: false
}});
MathJax.Ajax.loadComplete("[MathJax]/config/{_ON_DEMAND}.js");
"""


class _MathConfig(RequestHandler):
    """MathJax's own way to be configured: which of its parts it has to load at once."""

    def get(self) -> None:
        """The same for everybody."""
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.finish(_MATHJAX)


# This file may be alone in an image, so its few words are in it.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "en": ("Your notebooks", "New notebook", "There is nothing here yet.", "One folder up",
           "All of Jupyter (loads slowly)"),
    "es": ("Tus cuadernos", "Cuaderno nuevo", "Aquí no hay nada todavía.", "Una carpeta arriba",
           "Todo Jupyter (carga lento)"),
    "pt": ("Seus cadernos", "Novo caderno", "Ainda não há nada aqui.", "Uma pasta acima",
           "Todo o Jupyter (carrega devagar)"),
    "fr": ("Vos carnets", "Nouveau carnet", "Il n’y a encore rien ici.", "Dossier parent",
           "Tout Jupyter (lent à charger)"),
}  # fmt: skip
_STYLE = """
body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:0 auto;padding:1rem;color:#1b1b1b}
ul{list-style:none;padding:0}li a{display:block;padding:.6rem 0;border-bottom:1px solid #ddd;
overflow-wrap:anywhere}a{color:#0b57a4}.new{display:flex;flex-wrap:wrap;gap:.5rem}
button,.btn{font:inherit;padding:.6rem 1rem;border:0;border-radius:.4rem;background:#0b57a4;
color:#fff}"""


class FolderPage(JupyterHandler):
    """``catalyst-hub/light``: a folder's notebooks, of use without any script."""

    auth_resource = "contents"

    @signed_in
    @authorized
    async def get(self, path: str | None = None) -> None:
        """Show it."""
        path = (path or "").strip("/")
        contents: Any = self.contents_manager
        folder = await ensure_async(contents.get(path))
        if folder["type"] != "directory":
            self.redirect(self._address(folder))
            return
        kernels = await ensure_async(self.kernel_spec_manager.get_all_specs())
        # The answer depends on who asks, and changes with every file.
        self.set_header("Cache-Control", "private, no-cache")
        self.finish("".join(self._page(path, folder["content"], kernels)))

    @signed_in
    @authorized
    async def post(self, path: str | None = None) -> None:
        """Make a notebook, and open it."""
        contents: Any = self.contents_manager
        made = await ensure_async(contents.new_untitled(path=path or "", type="notebook"))
        kernel = quote(self.get_body_argument("kernel", ""), safe="")
        self.redirect(f"{self._address(made)}?kernel_name={kernel}", status=HTTPStatus.SEE_OTHER)

    def _page(
        self, path: str, content: list[dict[str, Any]], kernels: Mapping[str, Any]
    ) -> Iterator[str]:
        language = _language(os.environ, self.request.headers)
        title, new, nothing, up, everything = _WORDS[language]
        yield f"<!DOCTYPE html><html lang={language}><meta charset=utf-8><title>{title}</title>"
        yield "<meta name=viewport content='width=device-width, initial-scale=1'>"
        yield "<link rel=icon href='data:,'>"  # Jupyter's own is five times as heavy as this page
        yield f"<style>{_STYLE}</style><body data-base-url='{quote(self.base_url)}'>"
        yield f"<h1>{escape(path) or title}</h1><form method=post class=new>{self.xsrf_form_html()}"
        for name, spec in sorted(kernels.items()):
            label = escape(str(spec["spec"].get("display_name", name)))
            yield f"<button name=kernel value='{escape(name)}'>{new}: {label}</button>"
        yield "</form><ul>"
        if path:
            yield f"<li><a href='{self._folder(path.rpartition('/')[0])}'>↑ {up}</a>"
        for entry in sorted(content, key=lambda e: (e["type"] != "directory", e["name"].lower())):
            mark = "📁 " if entry["type"] == "directory" else ""
            yield f"<li><a href='{self._address(entry)}'>{mark}{escape(entry['name'])}</a>"
        yield "</ul>" + ("" if content else f"<p>{nothing}</p>")
        yield f"<p><a href='{self.base_url}lab'>{everything}</a>" if self._has("jupyterlab") else ""
        if self._has("nbclassic"):  # whose notebooks ask for the same script by the same name
            script = f"nbextensions/catalyst-hub/classic.js?v={self.version_hash}"
            yield f"<script src='{self.base_url}{script}'></script>"

    def _address(self, entry: Mapping[str, Any]) -> str:
        """Where an entry of the folder opens."""
        if entry["type"] == "directory":
            return self._folder(entry["path"])
        place = self._notebooks() if entry["type"] == "notebook" else "files"
        return url_path_join(self.base_url, place, quote(entry["path"]))

    def _folder(self, path: str) -> str:
        return url_path_join(self.base_url, "catalyst-hub/light", quote(path))

    def _notebooks(self) -> str:
        """The lightest interface for one document that is there."""
        if self._has("nbclassic"):
            return "nbclassic/notebooks" if self._has("notebook") else "notebooks"
        return "notebooks" if self._has("notebook") else "lab/tree"

    def _has(self, extension: str) -> bool:
        server: Any = self.serverapp
        return extension in server.extension_manager.extension_apps


def _language(environment: Mapping[str, str], headers: HTTPHeaders) -> str:
    """What the person chose at the hub, else the first of the browser's that we speak."""
    wanted = [environment.get("CATALYST_LANGUAGE", "")]
    wanted += re.findall(r"(?:^|,)\s*([a-z]{2})\b", headers.get("Accept-Language", "").lower())
    return next((language for language in wanted if language in _WORDS), "en")


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _configure_classic(server: Any) -> None:
    """Tell nbclassic what makes it light, unless somebody has told it something else.

    Extensions start in the order of their names, so it has not made its pages yet.
    """
    for app in server.extension_manager.extension_apps.get("nbclassic", ()):
        if app.mathjax_config == app.traits()["mathjax_config"].default():
            app.mathjax_config = f"{_ON_DEMAND},Safe"
        # It advises everybody on every page to use what weighs five times as much.
        app.show_banner = False


def _load_jupyter_server_extension(server: Any) -> None:
    """Called by Jupyter's server when it starts."""
    _configure_classic(server)
    app: Application = server.web_app
    base = app.settings["base_url"]
    folder = url_path_join(base, r"catalyst-hub/light(?:/(.*))?")
    app.add_handlers(".*$", [(f"{folder}$", FolderPage)])
    math = url_path_join(base, "static/nbclassic/components/MathJax/config", f"{_ON_DEMAND}.js")
    # Before all others, those that come later included.
    app.default_router.rules[:0] = [
        Rule(PathMatches(re.escape(math)), Application([(".*", _MathConfig)])),
        Rule(AnyMatches(), _AssetsFirst(app)),
    ]
    app.transforms.append(Squeezed)
