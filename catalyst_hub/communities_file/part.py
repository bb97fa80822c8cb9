"""What every map of the file has in common."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field

_Item = TypeVar("_Item")
Several = Annotated[list[_Item], Field(min_length=1)]


class Part(BaseModel):
    """A map of the file. Unknown keys are errors; what was written is ``model_fields_set``."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
