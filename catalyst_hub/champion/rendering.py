"""Templates into pages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from tornado.httputil import url_concat

from catalyst_hub.data_files import share_dir, static_version
from catalyst_hub.i18n import LANGUAGE_NAMES, Translator


@cache
def _environment() -> Environment:
    """A misspelt name in a template is an error, not an empty place."""
    return Environment(
        loader=FileSystemLoader(share_dir() / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def asset_url(hub_url: str, name: str) -> str:
    """An asset as the Hub serves it, at the address its own pages use: fetched once for both."""
    return f"{hub_url}catalyst/static/{name}?v={static_version(name)}"


def language_links(hub_url: str, back: str) -> list[dict[str, str]]:
    """The switch: the Hub remembers the choice and leads back."""
    return [
        {
            "code": code,
            "name": name,
            "url": url_concat(f"{hub_url}language", {"to": code, "next": back}),
        }
        for code, name in LANGUAGE_NAMES.items()
    ]


def render(template: str, translator: Translator, hub_url: str, words: Mapping[str, Any]) -> str:
    """A whole page in the translator's language; ``hub_url`` is the Hub's own path (``/hub/``)."""
    return (
        _environment()
        .get_template(template)
        .render(
            {
                "_": translator.gettext,
                "ngettext": translator.ngettext,
                "translator": translator,
                "language": translator.language,
                "asset": lambda name: asset_url(hub_url, name),
                "base_url": hub_url,
                "logout_url": f"{hub_url}logout",
                **words,
            }
        )
    )
