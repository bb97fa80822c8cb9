"""The style sheet and the icon: fetched once, kept for a year, named by what is in them."""

from __future__ import annotations

from functools import cache

from jupyterhub.utils import url_path_join
from tornado.web import StaticFileHandler

from catalyst_hub.data_files import share_dir, static_version

_FOREVER = "public, max-age=31536000, immutable"


def route() -> tuple[str, type[StaticFileHandler], dict[str, str]]:
    """Where the assets are served, below ``/hub``."""
    return r"/catalyst/static/(.*)", AssetPage, {"path": str(share_dir() / "static")}


@cache
def asset_url(hub_url: str, name: str) -> str:
    """The address of an asset; it changes when the asset does."""
    return url_path_join(hub_url, "catalyst/static", name) + f"?v={static_version(name)}"


class AssetPage(StaticFileHandler):
    """Serves ``share/catalyst_hub/static``."""

    def set_extra_headers(self, path: str) -> None:
        """An address with the present version never changes its content."""
        if self.get_query_argument("v", "") == static_version(path):
            self.set_header("Cache-Control", _FOREVER)
