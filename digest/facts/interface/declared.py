"""What one side of a commit declares of an interface, before the sides are compared."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from digest.facts.diffs import FileDiff, Side
    from digest.model import What

VALUE_LIMIT = 120
"""Characters of a default or definition that are kept: one line of a table."""
NAME_LIMIT = 200
UNKNOWN = "**"
"""A default that comes from somewhere else, and is not told."""
HIDDEN = "…"
"""What stands for a value that may be a secret."""

_SECRET = re.compile(
    r"(?:^|[_.\-\s])(?:api_?-?key|access_?-?key|private_?-?key|secret|token|password|passwd"
    r"|credentials?)(?:[_.\-\s]|$)",
    re.IGNORECASE,
)
"""Words of a name whose value is not shown; ``max_tokens`` and ``tokenizer`` are no secrets."""
_HARMLESS = re.compile(
    r"(?:[-+]?[\d._]{1,12}|true|false|none|null|nil|\"\"|''|bool|int|str|string|)", re.IGNORECASE
)
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s\"']{1,200}@")
_ASIDE = re.compile(
    r"(?:^|/)(?:benchmarks?|benches|bench|examples?|demos?|samples?|tutorials?|recipes|playground|skills"
    r"|scripts|tools?|hack|\.agents|\.claude|fixtures|mocks?|testing)/|^(?:dev|evals?)/"
    r"|(?:^|/)bench_[^/]*$",
    re.IGNORECASE,
)


_NO_INTERFACE = frozenset(["test", "documentation", "ci", "build", "generated", "vendored", "lock"])


class Declared(NamedTuple):
    """One named thing as one side of a commit declares it."""

    what: What
    name: str
    path: str
    line: int
    value: str = ""
    """Its default or definition as the source has it."""
    parent: str = ""
    """The name of what it belongs to; when that appears or disappears, only that is told."""
    word: str = ""
    """How its name is written in source code; empty where that says nothing."""
    trace: str = ""
    """A pattern that a line matches in which it is spoken of; where one is left, it is not gone."""
    hunk: int = 0
    """Which hunk of its file it stands in, from 1; two that replace one another stand in one."""
    changed: bool = True
    """Whether the commit touches its lines; what it does not touch cannot be new or gone."""
    use: bool = False
    """Read, not declared: whether it is new cannot be told from it alone."""


def is_interface(file: FileDiff) -> bool:
    """Tell whether what a file declares can be an interface: no test, example or benchmark."""
    if file.category in _NO_INTERFACE:
        return False
    return not _is_aside(file.change.path)


@functools.lru_cache(maxsize=16_384)
def _is_aside(path: str) -> bool:
    return path.endswith((".template", ".tmpl", ".j2")) or _ASIDE.search(path) is not None


def one_line(text: str, limit: int = VALUE_LIMIT) -> str:
    """Source text as one bounded line.

    Arguments:
        text: anything; only its beginning is looked at.
        limit: characters to keep.
    """
    line = " ".join(text[: 20 * limit].split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def shown(name: str, value: str) -> str:
    """A value fit to be shown: one line, and nothing that may be a secret.

    Arguments:
        name: of what has the value.
        value: as the source has it.
    """
    line = one_line(_CREDENTIALS.sub(f"{HIDDEN}@", value[: 20 * VALUE_LIMIT]))
    if _SECRET.search(name) and not _HARMLESS.fullmatch(line):
        return HIDDEN
    return line


def whole_text(file: FileDiff, side: Side) -> str | None:
    """All of a file before or after, empty where it was not there; None where it is unknown.

    Arguments:
        file: one that was changed.
        side: which of its two states.
    """
    absent = "A" if side == "old" else "D"
    if file.change.status == absent:
        return ""
    content = file.content(side)
    if content is None and file.change.status in "AD":
        # The patch of a file that appears or disappears holds all of it.
        content = b"\n".join(line.text for line in file.lines(side))
    return None if content is None else content.decode("utf-8", "replace")
