"""The gettext catalogues, read once per process and language."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from catalyst_hub.data_files import share_dir

DOMAIN = "catalyst_hub"


@cache
def catalogue(language: str) -> NullTranslations:
    """The sentences of a language; English is what stands in the code.

    The ``.po`` files are compiled here, in memory: nobody can forget to do it.
    """
    if language == "en":
        return NullTranslations()
    path = share_dir() / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    with path.open("rb") as file:
        entries = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, entries)
    compiled.seek(0)
    return GNUTranslations(compiled)
