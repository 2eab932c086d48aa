"""Records → bytes and back, for what only this program reads.

Python's pickle gives back the objects as they were, shared ones shared, ten times
as fast as validation would.  But to load a pickle is to run it.  So here only
records of ours and plain values can come out of one: a class must be named below,
and no function can be called.
"""

from __future__ import annotations

import dataclasses
import functools
import io
import pickle
from typing import Any

from digest.errors import DigestError

_MODULES = (
    "digest.model.",
    "digest.outcomes.",
    "digest.aftermath.",
    "digest.factviews.",
    "digest.feeds.choosing.",
    "digest.feeds.indexes.",
    "digest.feeds.items.",
    "digest.feeds.places.",
    "digest.feeds.told.",
    "digest.figures.",
    "digest.gathering.",
    "digest.hindsight.",
    "digest.ledgers.",
    "digest.outcomeviews.",
    "digest.pageviews.",
    "digest.roundups.",
    "digest.summaries.",
)
"""Modules, and packages of them, whose classes are records or gather them."""
_PLAIN = frozenset(
    [
        ("builtins", "set"),
        ("builtins", "frozenset"),
        ("builtins", "list"),
        ("builtins", "dict"),
        ("builtins", "int"),
        ("collections", "Counter"),
        ("collections", "defaultdict"),
        ("collections", "deque"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
        ("zoneinfo", "ZoneInfo._unpickle"),
    ]
)


class PickleError(DigestError):
    """Bytes that are not records of ours."""


def dumps(value: object) -> bytes:
    """Bytes of a value that is made of records and plain values."""
    file = io.BytesIO()
    _Pickler(file, protocol=5).dump(value)
    return file.getvalue()


def loads(data: bytes) -> object:
    """The value again.

    Raises:
        PickleError: the bytes are damaged, of another version, or name anything else.
    """
    try:
        return _Unpickler(io.BytesIO(data)).load()
    except PickleError:
        raise
    except (
        pickle.UnpicklingError,
        ArithmeticError,
        AttributeError,
        EOFError,
        ImportError,
        LookupError,
        MemoryError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:  # a damaged pickle raises almost anything
        raise PickleError(f"what was kept cannot be read: {error}") from error


@functools.cache
def _fields(kind: type) -> tuple[str, ...] | None:
    """The fields of a record with slots, whose own way into a pickle is a slow one."""
    if not dataclasses.is_dataclass(kind) or "__slots__" not in kind.__dict__:
        return None
    return tuple(field.name for field in dataclasses.fields(kind))


def _restored(kind: type, values: tuple[object, ...]) -> object:
    """A record from the values of its fields."""
    record: object = object.__new__(kind)
    for name, value in zip(_fields(kind) or (), values, strict=True):
        object.__setattr__(record, name, value)
    return record


def _ours(module: str) -> bool:
    return any(f"{module}.".startswith(known) for known in _MODULES)


class _Pickler(pickle.Pickler):
    def reducer_override(self, value: object) -> Any:  # noqa: ANN401 - as pickle has it
        kind: type = type(value)
        fields = _fields(kind)
        if fields is None:
            return NotImplemented
        return _restored, (kind, tuple([getattr(value, name) for name in fields]))


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        if (module, name) == (__name__, _restored.__name__):
            return _restored
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if _ours(module) and "." not in name:
            found = super().find_class(module, name)
            # What a module has only imported is no record of its own.
            if isinstance(found, type) and _ours(found.__module__):
                return found
        raise PickleError(f"{module}.{name} is not kept between builds")
