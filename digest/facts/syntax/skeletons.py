"""Source code without what is inside its functions, which costs most to parse."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.facts.syntax.languages import Shape

_STRING = re.compile(rb"[rRbBuUfF]{0,2}[\"']")
_BLANKS = b" \t\r\f\v"
_FUNCTION = re.compile(rb"[ \t]*(?:async[ \t]+)?def\b")


def kept_rows(lines: list[bytes], shape: Shape, *, classes: bool) -> Iterator[int]:
    """Which lines are left of a text without the bodies of its definitions.

    Arguments:
        lines: of which the first begins outside of every string.
        shape: how the language looks.
        classes: keep the bodies of classes, without those of their methods; otherwise only
            what begins in the first column is kept.
    """
    return (
        _braced(lines, shape, classes=classes)
        if shape.blocks
        else _indented(lines, classes=classes)
    )


def _indented(lines: list[bytes], *, classes: bool) -> Iterator[int]:
    fence, told = b"", False
    within, header = -1, False
    stops: Iterator[int] | None = None
    row, count = -1, len(lines)
    while (row := row + 1) < count:
        line = lines[row]
        inside = bool(fence)
        if b'"""' in line or b"'''" in line:
            fence = _fence(line, fence)
        stripped = line.lstrip()
        if header or (inside and told):  # the rest of a signature, of a string
            yield row
            header = header and not _ends_header(line)
            continue
        column = len(line) - len(stripped)
        if inside or not stripped:
            continue
        if within >= 0 and (column > within or stripped[0] in b")]}#"):
            told = False
            if within == 0:
                # Nothing else ends it, and most lines of a file are such.
                stops = stops or _stops(lines, row)
                row = next((stop for stop in stops if stop > row), count) - 1
            continue
        within = -1
        # A string that is no value only documents.
        told = not (fence and _STRING.match(stripped))
        if not told:
            continue
        if _FUNCTION.match(line) or (not classes and stripped.startswith(b"class ")):
            within = column
            header = not _ends_header(line)
        yield row


def _stops(lines: list[bytes], first: int) -> Iterator[int]:
    """The lines from one on that begin in the first column, or in which a string may begin."""
    return (
        row
        for row, line in enumerate(lines[first:], first)
        if line and (line[0] not in _BLANKS or b'"""' in line or b"'''" in line)
    )


def _fence(line: bytes, fence: bytes) -> bytes:
    """Which string of many lines is open behind a line, given which one was before it."""
    for mark in (b'"""', b"'''"):
        if fence in (b"", mark) and mark in line and line.count(mark) % 2:
            return b"" if fence else mark
    return fence


def _ends_header(line: bytes) -> bool:
    end = line.split(b"  #")[0].rstrip()
    return end.endswith(b":") or (b"):" in end and not end.endswith((b",", b"(")))


def _braced(lines: list[bytes], shape: Shape, *, classes: bool) -> Iterator[int]:
    column = -1
    headers: dict[int, bytes] = {}
    for row, line in enumerate(lines):
        stripped = line.lstrip()
        if column >= 0:
            if not line[: column + 1].strip() or stripped[0] in b"#/*":
                continue
            if stripped[0] == ord("}") and line.endswith(b"{"):
                continue  # else, catch
            if stripped[0] == ord("}"):
                column = -1
                yield row
            continue  # else the text of a string
        yield row
        indent = len(line) - len(stripped)
        if line.endswith(b"{"):
            # The brace may stand alone below its header.
            header = line if len(stripped) > 1 else headers.get(indent, line)
            if not (shape.holds.match(header) and (classes or _groups(header))):
                column = indent
        elif stripped[:1].isalpha():
            headers[indent] = line


def _groups(line: bytes) -> bool:
    """Whether a block only groups what is at the same level: a namespace."""
    return line.startswith((b"namespace", b"extern", b"type (", b"const (", b"var ("))
