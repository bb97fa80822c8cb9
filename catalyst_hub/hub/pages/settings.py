"""What the pages need of the Hub's own configuration."""

from __future__ import annotations

from typing import Any

from jupyterhub.utils import url_path_join
from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue

from catalyst_hub.data_files import share_dir
from catalyst_hub.hub.pages.assets import asset_url
from catalyst_hub.i18n import translator


def configure_pages(c: Config) -> None:
    """Our templates, after the operator's own; compressed answers; words for every template."""
    hub = c.JupyterHub
    hub.template_paths = [*_given(hub, "template_paths", []), str(share_dir() / "templates")]
    hub.tornado_settings = {"compress_response": True} | _given(hub, "tornado_settings", {})
    options = dict(_given(hub, "jinja_environment_options", {}))
    options["extensions"] = [*options.get("extensions", ()), "jinja2.ext.i18n"]
    hub.jinja_environment_options = options
    hub.template_vars = _english(hub) | _given(hub, "template_vars", {})


def _given(section: Config, name: str, empty: Any) -> Any:
    """What was configured before us; traitlets hides appended values in a wrapper."""
    value = section.get(name, empty)
    return value.get_value(empty) if isinstance(value, LazyConfigValue) else value


def _english(hub: Config) -> dict[str, Any]:
    """For templates rendered by handlers that are not ours: the hub calls these with the user."""
    english = translator("en")
    hub_url = url_path_join(_given(hub, "base_url", "/"), "hub/")
    return {
        "_": lambda _user: english.gettext,
        "gettext": lambda _user: english.gettext,
        "ngettext": lambda _user: english.ngettext,
        "hub_text": lambda _user: str,
        "asset": lambda _user: lambda name: asset_url(hub_url, name),
        "language": "en",
        "hub_title": "JupyterHub",
    }
