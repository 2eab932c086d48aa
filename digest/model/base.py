"""What all records are made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)

Sha = Annotated[str, StringConstraints(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$")]
"""A whole object name, SHA-1 or SHA-256, in lower case."""

Timestamp = Annotated[
    AwareDatetime, PlainSerializer(lambda moment: moment.isoformat(), when_used="json")
]
"""A moment with its offset from UTC; ISO 8601 in the archive."""

Count = Annotated[int, Field(ge=0)]


class Record(BaseModel):
    """Base of all records: immutable, and closed against misspelt fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
