"""What the people of a community agree to before they start anything."""

from __future__ import annotations

from catalyst_hub.communities_file.fields import LongText, ShortWord
from catalyst_hub.communities_file.part import Part


class TermsPart(Part):
    """Terms of use, which people accept on a page of the hub before their first start. The text
    stands here, not behind a link: so it can be read on a thin line, and it is known which text
    it was."""

    version: ShortWord
    """Whoever has accepted another version is asked again; servers that run are left alone."""
    text: LongText
    """What people read; an empty line begins a new paragraph."""
