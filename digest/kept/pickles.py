"""Records → bytes and back, for what only this program reads.

Python's pickle gives back the objects as they were, shared ones shared, ten times
as fast as validation would.  But to load a pickle is to run it.  So here only
records of ours and plain values can come out of one: a class must be a record of a
module that is named below, and no function can be called.  To call a record's class
is to set its fields.
"""

from __future__ import annotations

import io
import pickle
from enum import Enum

import msgspec

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
"""Modules, and packages of them, that have records, or what gathers them."""
_RECORDS = (msgspec.Struct, tuple, Enum)
_GATHERERS = frozenset(
    [
        ("digest.aftermath", "Aftermath"),
        ("digest.feeds.choosing", "Choice"),
        ("digest.hindsight", "Hindsight"),
        ("digest.ledgers", "Ledgers"),
        ("digest.outcomes", "Outcomes"),
        ("digest.outcomes.bumps", "Bumps"),
        ("digest.outcomes.index", "Index"),
        ("digest.outcomes.repairs", "Repairs"),
    ]
)
"""Classes that are no records, and begin with nothing but empty fields."""
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
    ]
)


class PickleError(DigestError):
    """Bytes that are not records of ours."""


def dumps(value: object) -> bytes:
    """Bytes of a value that is made of records and plain values."""
    return pickle.dumps(value, protocol=5)


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


def _ours(module: str) -> bool:
    return any(f"{module}.".startswith(known) for known in _MODULES)


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        if (module, name) in _PLAIN or (module, name) in _GATHERERS:
            return super().find_class(module, name)
        if _ours(module) and "." not in name:
            found = super().find_class(module, name)
            # What a module has only imported is no record of its own.
            if isinstance(found, type) and issubclass(found, _RECORDS) and _ours(found.__module__):
                return found
        raise PickleError(f"{module}.{name} is not kept between builds")
