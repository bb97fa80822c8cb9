"""What the hub's settings say of culling where the communities file says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from catalyst_hub.communities_file.culling import CullingPart
from catalyst_hub.communities_file.inheritance import inherited
from catalyst_hub.communities_file.models import FilePart

#: By key of ``culling``: seconds, None: never for that; or whether such servers are culled.
Usual = Mapping[str, int | bool | None]
NOTHING_USUAL: Usual = MappingProxyType({})


def with_usual(file: FilePart, usual: Usual) -> FilePart:
    """The file as if its defaults said this, too; where they say something that counts."""
    defaults = file.defaults
    is_never = defaults.culling is None and "culling" in defaults.model_fields_set
    if not usual or is_never:
        return file
    said = defaults.culling or CullingPart()
    # These are no words but values already, and were checked where they were set.
    written: dict[str, Any] = dict(usual)
    culling = inherited(CullingPart.model_construct(**written), said)
    return file.model_copy(update={"defaults": defaults.model_copy(update={"culling": culling})})
