"""What this program compiles of its own files, kept where Python keeps its bytecode.

It is never among what builds keep for one another, which others may write or bring along.
Whoever can write here can change the program itself.  Where Python keeps no bytecode, nothing
is kept.
"""

from __future__ import annotations

import hashlib
import sys
import uuid
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

_SEAL = hashlib.sha256().digest_size
"""Bytes before what is kept, by which it is known to be whole."""


def load(name: str) -> bytes | None:
    """What was kept under a name; None where nothing is, or where it is damaged."""
    path = _path(name)
    if path is None:
        return None
    try:
        written = path.read_bytes()
    except OSError:
        return None
    seal, data = written[:_SEAL], written[_SEAL:]
    return data if hashlib.sha256(data).digest() == seal else None


def keep(name: str, data: bytes) -> None:
    """Keep something under a name, if that can be; to keep it is a help and no more."""
    path = _path(name)
    if path is None:
        return
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(hashlib.sha256(data).digest() + data)
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _path(name: str) -> Path | None:
    if sys.dont_write_bytecode:
        return None
    folder = Path(cache_from_source(__file__)).with_name("compiled")
    return folder / f"{name}.{sys.implementation.cache_tag}"
