"""What all records are made of."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Annotated, Any

import msgspec

Sha = Annotated[str, msgspec.Meta(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$(?!\n)")]
"""A whole object name, SHA-1 or SHA-256, in lower case."""

Timestamp = Annotated[dt.datetime, msgspec.Meta(tz=True)]
"""A moment with its offset from UTC; ISO 8601 in the archive."""

_LARGEST = 2**53 - 1
"""The largest integer that every reader of JSON has exactly (RFC 8259, section 6)."""

Count = Annotated[int, msgspec.Meta(ge=0, le=_LARGEST)]

Number = Annotated[int, msgspec.Meta(ge=-_LARGEST, le=_LARGEST)]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all records: immutable, and closed against misspelt fields.

    What is read from a file is checked against the fields' types; what our own code
    makes is not checked once more, for mypy does that.
    """


def as_json(value: object) -> Any:  # noqa: ANN401 - JSON
    """A record as JSON has it, without the fields that are at their default.

    So a new field costs old files nothing, and what is there is what is special.

    Arguments:
        value: a record, or what records hold.
    """
    if type(value) in _PLAIN:
        return value
    if isinstance(value, msgspec.Struct):
        made = {}
        for name, default in _defaults(type(value)):
            item = getattr(value, name)
            if item != default:
                # Most are plain; to call for each takes as long as all else.
                made[name] = item if type(item) in _PLAIN else as_json(item)
        return made
    if isinstance(value, tuple | list):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {name: as_json(item) for name, item in value.items()}
    return value.isoformat() if isinstance(value, dt.date) else value


_PLAIN = frozenset({str, int, bool, float, type(None)})


@functools.cache
def _defaults(kind: type[msgspec.Struct]) -> tuple[tuple[str, object], ...]:
    """The fields of a record with their defaults; a required one has one that is like nothing."""
    return tuple(
        (field.name, field.default)
        if field.default_factory is msgspec.NODEFAULT
        else (field.name, field.default_factory())
        for field in msgspec.structs.fields(kind)
    )
