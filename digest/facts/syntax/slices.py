"""Which lines around a change must be parsed, and what stands around them.

People and formatters indent code, so what encloses a line is found by walking up to lines
that are indented less.  Only the parser then says what the lines mean; a walk that was wrong
gives a slice that does not parse, and no facts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, cast

from digest.facts.syntax.languages import Shape
from digest.facts.syntax.texts import Text, indent_of, is_doubtful, string_end, string_start

HEADER_LINES = 60
"""Lines of the longest header of a definition."""
STATEMENT_LINES = 300
"""Lines by which an unfinished statement is followed."""
FIRST_LEVEL = 4
"""Columns of the first level of indentation, at most."""

_PAIRS = {b"(": b")", b"[": b"]", b"{": b"}"}
_CLOSING = frozenset(_PAIRS.values())
_CLOSERS = frozenset(b")]}>")
_PYTHON_BLOCK = re.compile(
    rb"(?:if|for|while|with|try|else|elif|except|finally|async|match|case)\b.*:[ \t]*(?:#.*)?\Z"
)
_LABEL = re.compile(rb"(?:public|private|protected|default|case\b.{0,200}|[A-Za-z_]\w*):\Z")


class Around(NamedTuple):
    """A line above a place that is indented less."""

    number: int
    kind: Literal["header", "block", "open"]
    """The start of a definition, of another block, or of a statement that is not finished."""
    indent: int


class Header(NamedTuple):
    """A line that stands for what is around a slice."""

    number: int
    line: bytes
    depth: int
    """The same for the lines of one definition, such as its decorators."""


class Slice(NamedTuple):
    """Lines to parse, and the headers around them."""

    first: int
    last: int
    headers: tuple[Header, ...]
    """The lines in front, outermost first."""
    names: tuple[str, ...]
    known: bool
    """Whether all that encloses it is known."""
    ended: bool = True
    """Whether what it begins is finished."""


def slice_of(
    text: Text, shape: Shape, region: tuple[int, int], indent: int, *, deep: bool
) -> Slice:
    """The lines to parse for a changed region.

    Arguments:
        text: the lines at hand.
        shape: how the language looks.
        region: number of its first and its last line; the last may be one less than the
            first, where lines were only added to, or removed from, the other side.
        indent: columns in front of its first line.
        deep: follow braces to their ends too.
    """
    key = (region, indent, deep)
    if key not in text.slices:
        text.slices[key] = _slice_of(text, shape, region, indent, deep=deep)
    return cast("Slice", text.slices[key])


def _slice_of(
    text: Text, shape: Shape, region: tuple[int, int], indent: int, *, deep: bool
) -> Slice:
    first, last = region
    if text.whole and first == text.first and last == text.last:
        return Slice(first, last, (), (), known=True)
    # Where there is nothing on this side, the line at the place is not what it is about.
    line = text.line(first).lstrip() if first <= last else b""
    around, known = _around(text, shape, first, indent + _continues(shape, line))
    start, wrappers = _start(text, shape, around, first)
    start = _adorned(text, shape, start)
    if not text.whole and start == text.first and shape.adorns:
        known = False  # what adorns it may be above
    opened = string_start(text, shape, start) if start <= text.last else None
    if opened is not None:
        # What looked like code is in a string; the statement with the string is what matters.
        start = opened
        around, known = _around(text, shape, start, indent_of(text.line(start)))
        start, wrappers = _start(text, shape, around, start)
        known = known and text.whole
    if not text.whole and is_doubtful(text, shape):
        known = False
    headers = tuple(
        Header(*row, depth)
        for depth, item in enumerate(reversed(wrappers))
        for row in _header_rows(text, shape, item, first)
    )
    names = names_of(headers, shape)
    if start > last:
        return Slice(start, last, headers, names, known)
    end, ended = _end(text, shape, start, last, deep=deep)
    if string_start(text, shape, end + 1) is not None:
        end = string_end(text, shape, end)
    return Slice(start, end, headers, names, known, ended)


def names_of(headers: Sequence[Header], shape: Shape) -> tuple[str, ...]:
    """The names that headers define.

    Arguments:
        headers: outermost first.
        shape: how the language looks.
    """
    found = []
    for header in headers:
        match = shape.name.search(header.line) if shape.header.match(header.line) else None
        if match is not None:
            groups = match.groupdict()
            name = groups.get("name") or groups.get("type") or b""
            found.append(name.decode("utf-8", "replace"))
    return tuple(found)


def nearest(text: Text, shape: Shape, region: tuple[int, int], indent: int) -> bytes | None:
    """The line above a region that encloses it most closely; None where it is not at hand.

    Arguments:
        text: the lines at hand.
        shape: how the language looks.
        region: number of its first and its last line.
        indent: columns in front of its first line.
    """
    first = text.line(region[0]).lstrip()
    limit = indent + 1 if region[0] <= region[1] and first[:1] and first[0] in _CLOSERS else indent
    if limit <= 0:
        return b""
    index = min(region[0] - text.first, len(text.lines))
    for line in reversed(text.lines[max(index - STATEMENT_LINES, 0) : index]):
        stripped = line.lstrip()
        if not stripped or len(line) - len(stripped) >= limit:
            continue
        # The end of a signature of many lines opens a body.
        if stripped[0] not in b"#/*)]}>" or (stripped[0] in _CLOSERS and shape.opens.search(line)):
            return line
    if text.whole:
        return b""
    # Between the heading and the hunk, nothing else begins a definition in the first column.
    told = text.heading and (not shape.blocks or shape.opens.search(text.heading))
    return text.heading if told and limit <= shape.step else None


def closers(text: bytes, shape: Shape) -> bytes:
    """What must follow a text so that all its brackets are closed."""
    if text.lstrip()[:1] not in _CLOSING and not _open(text, b"(") and not _open(text, b"["):
        return b"}" * _open(text, b"{")
    return b"".join(_PAIRS[mark] for mark in reversed(_stack(text, shape, len(text))[0]))


def _around(text: Text, shape: Shape, first: int, limit: int) -> tuple[list[Around], bool]:
    """What encloses a line, innermost first, and whether that is all."""
    found: list[Around] = []
    index = _above(text, shape, min(first - text.first, len(text.lines)), limit)
    while index >= 0:
        line = text.lines[index]
        stripped = line.lstrip()
        column = len(line) - len(stripped)
        if stripped and column < limit:
            if _continues(shape, stripped):
                if shape.opens.search(line) or stripped[0] not in _CLOSERS:
                    limit = column + 1  # of a header that begins at the same column
            elif item := _item(text, shape, index, line, column):
                found.append(item)
                limit = column
        index = _above(text, shape, index, limit)
    if limit == 0 or text.whole:
        return found, True
    if limit <= FIRST_LEVEL and shape.header.match(text.heading):
        # A heading that is not finished may be a signature, and the line one of its parts;
        # in a language of braces, the rest of it may say what the block is.
        whole = bool(shape.opens.search(text.heading)) or (
            not shape.blocks and bool(found or shape.header.match(text.line(first)))
        )
        found.append(Around(text.first - 1, "header", 0))
        return found, whole
    return found, False


def _continues(shape: Shape, stripped: bytes) -> bool:
    """Whether a line goes on with what began at the same column above it."""
    return bool(stripped) and (
        stripped[0] in _CLOSERS or (shape.blocks and stripped.startswith((b"where", b"->", b"{")))
    )


def _above(text: Text, shape: Shape, index: int, limit: int) -> int:
    """The next line above that may be indented less; negative for none."""
    if limit <= 0:
        return -1
    if limit > shape.step:
        return index - 1
    return text.above(index)


def _item(text: Text, shape: Shape, index: int, line: bytes, column: int) -> Around | None:
    """What a line begins that is not finished on it; None for a comment or a string."""
    stripped = line[column:]
    if _is_comment(shape, stripped):
        return None
    kind = _kind(shape, line, stripped)
    if kind is None and string_start(text, shape, text.first + index) is not None:
        return None
    return Around(text.first + index, kind or "open", column)


def _is_comment(shape: Shape, stripped: bytes) -> bool:
    if not shape.blocks:
        return stripped.startswith((b"#", *shape.fences))
    return stripped.startswith((b"//", b"/*", b"*", b"#")) or bool(
        stripped.endswith(b":") and _LABEL.match(stripped)
    )


def _kind(shape: Shape, line: bytes, stripped: bytes) -> Literal["header", "block", "open"] | None:
    if shape.header.match(line):
        return "header"
    if shape.opens.search(line) if shape.blocks else _PYTHON_BLOCK.match(stripped):
        return "block"
    return "open" if any(_open(line, mark) for mark in _PAIRS) else None


def _start(text: Text, shape: Shape, around: list[Around], first: int) -> tuple[int, list[Around]]:
    """Where a slice must begin, and what then still encloses it, innermost first."""
    start, kept = first, 0
    for index, item in enumerate(around):
        if item.kind == "open":
            start, kept = item.number, index + 1
        elif item.kind == "header":
            if item.number >= text.first and _header_end(text, shape, item.number) >= first:
                start, kept = item.number, index + 1
            else:
                break
    return start, around[kept:]


def _header_end(text: Text, shape: Shape, number: int) -> int:
    """The line on which the header of a definition ends."""
    for end in range(number, min(number + HEADER_LINES, text.last + 1)):
        line = text.line(end)
        if shape.opens.search(line) or (
            shape.blocks and line.rstrip().endswith((b";", b"{}", b"}"))
        ):
            return end
    # In a patch, the end may lie below the hunk.
    return number if text.whole or number + HEADER_LINES <= text.last else text.last + 1


def _adorned(text: Text, shape: Shape, number: int) -> int:
    """The first of the decorators and attributes directly above a line."""
    first, indent = number, indent_of(text.line(number))
    for place in range(number - 1, max(number - HEADER_LINES, text.first) - 1, -1):
        line = text.line(place)
        stripped = line.lstrip()
        column = len(line) - len(stripped)
        if stripped and column == indent and stripped.startswith(shape.adorns or b"\0"):
            first = place
        elif not stripped or column < indent or (column == indent and stripped[0] not in b")]"):
            break
    return first


def _header_rows(text: Text, shape: Shape, item: Around, first: int) -> list[tuple[int, bytes]]:
    """The lines that stand for something around a slice."""
    margin = b" " * item.indent
    if item.kind == "block":
        line = text.line(item.number)
        return [(item.number, line if shape.blocks else margin + b"if True:")]
    if item.number < text.first:
        return [(text.first, _closed(shape, text.heading))]
    end = min(_header_end(text, shape, item.number), first - 1)
    rows = [
        (number, text.line(number))
        for number in range(_adorned(text, shape, item.number), item.number)
    ]
    if end == item.number:
        return [*rows, (item.number, text.line(item.number))]
    parts = [text.line(number).strip() for number in range(item.number, end + 1)]
    plain = [part for part in parts if not part.startswith((b"#", b"//"))]
    return [*rows, (item.number, margin + b" ".join(plain))]


def _closed(shape: Shape, heading: bytes) -> bytes:
    """A heading, which git cuts after 80 bytes, as a whole header."""
    if shape.opens.search(heading):
        return heading
    match = shape.name.search(heading)
    kept = heading[: match.end()] if match else heading
    if not shape.blocks:
        return kept + (b"():" if kept.lstrip().startswith((b"def", b"async")) else b":")
    return kept + (b"() {" if re.search(rb"\b(?:fn|func|function)\b", kept) else b" {")


def _end(text: Text, shape: Shape, start: int, last: int, *, deep: bool) -> tuple[int, bool]:
    """The line on which what is begun in a slice is finished, and whether it is at hand."""
    end = last
    while end < text.last and (
        text.line(end).lstrip().startswith(shape.adorns or b"\0") or not text.line(end).strip()
    ):
        end += 1  # a decorator belongs to what follows it
    body = text.between(start, end)
    held = (b"(", b"[", b"{") if deep or not shape.blocks else (b"(", b"[")
    if not any(_open(body, mark) for mark in held):
        return _whole_header(text, shape, start, end), True
    more = text.between(start, min(end + STATEMENT_LINES, text.last))
    _, stop = _stack(more, shape, len(body), held)
    if stop is None:
        return end, False
    return _whole_header(text, shape, start, start + more.count(b"\n", 0, stop)), True


def _whole_header(text: Text, shape: Shape, start: int, end: int) -> int:
    """Where the header that is cut by the end of a slice ends, if there is one."""
    if not shape.blocks or text.line(end).rstrip().endswith((b"{", b"}", b";", b",")):
        return end
    for number in range(end, max(start, end - HEADER_LINES) - 1, -1):
        if shape.header.match(text.line(number)):
            return min(max(end, _header_end(text, shape, number)), text.last)
    return end


def _open(text: bytes, mark: bytes) -> int:
    """How many more of a bracket there are than of the one that closes it."""
    return text.count(mark) - text.count(_PAIRS[mark])


def _stack(
    text: bytes, shape: Shape, least: int, held: tuple[bytes, ...] = ()
) -> tuple[list[bytes], int | None]:
    """Brackets that are open, and where the first line ends on which none of ``held`` is.

    Only lines that end at ``least`` or behind it count.
    """
    stack: list[bytes] = []
    opened = 0
    place = least
    for match in shape.tokens.finditer(text):
        if held and not opened and match.start() > place:
            stop = text.find(b"\n", place, match.start())
            if stop >= 0:
                return stack, stop
        mark = match[0]
        if mark in _PAIRS:
            stack.append(mark)
            opened += mark in held
        elif mark in _CLOSING and stack and _PAIRS[stack[-1]] == mark:
            opened -= stack.pop() in held
        place = max(place, match.end())
    if held and not opened:
        stop = text.find(b"\n", place)
        return stack, stop if stop >= 0 else len(text)
    return stack, None
