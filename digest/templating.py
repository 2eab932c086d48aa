"""What all templates share: how they are compiled, how that is kept, and how ours call.

A day's page is some 80 macros for each of its entries, and most of its time is Jinja's own.
Compiling them takes as long as all else that a build does when a single day is new.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode

from digest import compiledfiles
from digest.kept.memory import key_of, program


class KeptBytecode(BytecodeCache):
    """Templates, compiled once in a process, and once by this program.

    Bytecode is code, so it lies where Python keeps that of this package; see ``compiledfiles``.

    Arguments:
        kind: which templates; several kinds may have templates of the same name.
        decides: the hash of all else that decides what an environment compiles a source to; it
            is asked for each, as hooks may change an environment at any time.  None to keep
            nothing.
        folders: those whose templates are kept; they are installed, and do not come and go.
    """

    def __init__(
        self, kind: str, decides: Callable[[Environment], str | None], folders: Sequence[str]
    ) -> None:
        self._kind = kind
        self._decide = decides
        self._decides: str | None = None
        self._folders = tuple(f"{folder}{os.sep}" for folder in folders)
        self._kept: set[str] = set()
        """Keys of templates that lie there."""
        self._codes: dict[str, tuple[str, CodeType]] = {}

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """What a template is known by."""
        key = super().get_cache_key(name, filename)
        if filename is not None and filename.startswith(self._folders):
            self._kept.add(key)
        return key

    def get_bucket(
        self, environment: Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        """What is kept of a template."""
        self._decides = self._decide(environment)
        return super().get_bucket(environment, name, filename, source)

    def get_source_checksum(self, source: str) -> str:
        """What tells whether bytecode is still that of a source."""
        return hashlib.sha256(f"{self._decides}\0{source}".encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand out what was compiled of the same source."""
        checksum, code = self._codes.get(bucket.key, (None, None))
        if checksum == bucket.checksum:
            bucket.code = code
            return
        data = compiledfiles.load(self._name(bucket)) if self._is_kept(bucket) else None
        if data is None:
            return
        bucket.bytecode_from_string(data)
        self._remember(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._remember(bucket)
        if self._is_kept(bucket):
            compiledfiles.keep(self._name(bucket), bucket.bytecode_to_string())

    def _remember(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key] = bucket.checksum, bucket.code

    def _is_kept(self, bucket: Bucket) -> bool:
        return self._decides is not None and bucket.key in self._kept

    def _name(self, bucket: Bucket) -> str:
        return f"{self._kind}-{bucket.key}"


@cache
def compiled(kind: str) -> KeptBytecode:
    """Where the templates of our pages are compiled.

    Arguments:
        kind: what else decides what becomes of a source, such as how its constants are escaped.
    """
    made_by = _made_by()  # now, so that processes that are forked know it
    return KeptBytecode(kind, lambda _: made_by, [str(Path(__file__).parent / "templates")])


@cache
def _made_by() -> str:
    """A hash of this program as it was loaded; of templates that change, the checksum tells."""
    return key_of(program())


class Calls(Context):
    """A template's names, with calls that look less into what is called.

    Jinja asks of each function, at each call, whether it is to be handed the context.  None
    of ours is; only macros are told whether what they return is escaped.
    """

    @internalcode
    def call(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Call what a template calls."""
        if kwargs:
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
        if type(function) is Macro:
            return function(self.eval_ctx, *args, **kwargs)
        return function(*args, **kwargs)
