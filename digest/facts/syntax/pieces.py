"""Parsed slices of a changed file."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

import msgspec

from digest.facts.diffs import FileDiff, Side
from digest.facts.syntax import chunks, languages, skeletons, slices
from digest.facts.syntax.gating import Seeker
from digest.facts.syntax.groups import Group, changed_numbers, groups_of, near
from digest.facts.syntax.languages import SHAPES, Shape, language_of
from digest.facts.syntax.sides import hunk_text, is_long, whole_text
from digest.facts.syntax.slices import Slice
from digest.facts.syntax.texts import Text, indent_of, string_start
from digest.model import Unread

if TYPE_CHECKING:
    import tree_sitter

SLICE_LIMIT = 200_000
"""Bytes of the largest slice that is parsed."""
ERROR_SHARE = 0.4
"""Of a slice's bytes that may be unreadable to the parser before nothing of it is believed."""
LARGE_SLICE = 10_000
"""Bytes of a slice of which only what is around the changes is searched."""
NEAR = 12
"""Lines between two changes that are parsed together."""

Bodies = Literal["all", "classes", "none"]
"""What of a slice is parsed."""

_ADORNS = frozenset((b"@", b"#"))
_CLOSERS = frozenset((b")", b"]", b"}"))
_FIRST_COLUMN = re.compile(rb"^[^\s}]", re.MULTILINE)
_MARKS = (b"<<<<<<< ", b">>>>>>> ")
_CONFLICT = re.compile(rb"^(?:<{7} |>{7} )", re.MULTILINE)


class Piece(msgspec.Struct, frozen=True):
    """A contiguous run of lines of one side of a file, parsed."""

    side: Side
    language: str
    first_line: int
    """Number of its first line in the file of that side."""
    text: bytes
    """What was parsed: the headers of what is around it, the lines, and closing brackets."""
    root: tree_sitter.Node
    enclosing: tuple[str, ...]
    """Names of the definitions around it, outermost first.  Their headers are in the tree
    too, as ancestors of the rest."""
    known: bool
    """Whether that is all that encloses it; otherwise names may not be told from it."""
    around: Text
    """The lines that it was cut from."""
    near: tuple[int, int]
    """The first and the last line on or beside which the commit changed something in it."""
    fenced: bool
    """Whether it may be inside of a string of many lines, for all that is known."""
    _rows: Sequence[int]
    _changed: Sequence[int]

    def line(self, node: tree_sitter.Node) -> int:
        """The line on which a node begins, in the file of that side."""
        return self._number(node.start_point.row)

    def changed(self, node: tree_sitter.Node) -> bool:
        """Whether any line of a node is changed on that side."""
        first, last = node.start_point.row, node.end_point.row
        if node.end_point.column == 0 and last > first:
            last -= 1
        index = bisect_left(self._changed, self._number(first))
        return index < len(self._changed) and self._changed[index] <= self._number(last)

    def source(self, node: tree_sitter.Node) -> str:
        r"""The text of a node; undecodable bytes as ``\xNN``."""
        return self.text[node.start_byte : node.end_byte].decode("utf-8", "backslashreplace")

    def searched(self) -> tuple[int, int]:
        """The first and the last row of its text in which things are sought."""
        if len(self.text) <= LARGE_SLICE:
            return 0, len(self._rows)
        first, last = self.near  # of one table of all settings, for example
        return bisect_left(self._rows, first), bisect_left(self._rows, last)

    def _number(self, row: int) -> int:
        return self._rows[min(row, len(self._rows) - 1)]


class Within(NamedTuple):
    """Which changes are worth parsing, seen from closer than a gate does."""

    declares: re.Pattern[bytes]
    """Found in the lines that are parsed, else they are not."""
    owners: re.Pattern[bytes]
    """Found in the line directly around changed lines that themselves declare nothing."""
    outside: re.Pattern[bytes]
    """Found in a header inside of which nothing matters: of a function, of tests."""
    plainly: re.Pattern[bytes] | None = None
    """Found in changed lines that declare something wherever they stand, if not ``declares``."""
    begins: re.Pattern[bytes] | None = None
    """The start of a line that begins a statement, wherever it stands."""
    parameter: re.Pattern[bytes] | None = None
    """The start of a line that may stand directly below one of ``owners``."""
    closes: re.Pattern[bytes] | None = None
    """The start of a line that may close what one of ``owners`` opens."""


def pieces(
    file: FileDiff,
    side: Side,
    gate: Seeker,
    *,
    deep: bool = False,
    within: Within | None = None,
    bodies: Bodies | tuple[re.Pattern[bytes], ...] = "all",
) -> tuple[list[Piece], Unread | None]:
    """Parse what is around those changes of a file that a pattern finds worth it.

    A piece holds whole statements and signatures: more than the changed lines, so ask
    :meth:`Piece.changed` of what you find.  The same changes give pieces on both sides,
    so what is only on one side of all pieces, and not changed there, was not looked at.

    Arguments:
        file: the changed file.
        side: which side to read.
        gate: searched in each run of changed lines, removed and added ones together.
        deep: read braces (bodies, object literals) to their ends, too.
        within: a stricter choice, which looks at the lines around the changes.
        bodies: "classes" leaves out what is inside of functions, "none" also what is inside
            of classes; patterns leave out the statements of a whole file without them.

    Returns:
        The pieces in order, and why the file could not be read, if so.
    """
    language = language_of(file.path(side))
    if language is None or not file.patch.data:
        return [], None
    groups = _chosen(file, gate, within)
    if not groups:
        return [], None
    path = file.path(side)
    if any(len(group.text) > SLICE_LIMIT or is_long(group.text) for group in groups):
        return [], Unread(path=path, reason="size")
    if any(mark in file.patch.data for mark in _MARKS) and any(
        _CONFLICT.search(group.text) for group in groups
    ):
        return [], Unread(path=path, reason="syntax")
    found, failed = [], False
    for text, cut in _cuts(file, side, groups, within, deep=deep):
        piece = _piece(file, side, text, cut, bodies)
        failed = failed or piece is None
        found += [piece] if piece is not None else []
    return found, Unread(path=path, reason="syntax") if failed else None


def captures(piece: Piece, query: str) -> Iterator[dict[str, list[tree_sitter.Node]]]:
    """What a query finds in a piece, match by match.

    Arguments:
        piece: where to look.
        query: in tree-sitter's query language; compiled once for each language.
    """
    cursor = _cursor(piece.language, query)
    first, last = piece.searched()
    cursor.set_point_range((first, 0), (last + 1, 0))
    for _, match in cursor.matches(piece.root):
        yield match


@functools.lru_cache(maxsize=256)
def _cursor(language: str, query: str) -> tree_sitter.QueryCursor:
    library = languages.library()
    compiled = library.Query(languages.grammar(language), query)
    return cast("tree_sitter.QueryCursor", library.QueryCursor(compiled))


def _chosen(file: FileDiff, gate: Seeker, within: Within | None) -> list[Group]:
    """The changes to look at: on both sides the same, and found once."""
    notes, key = vars(file), f"_chosen_{id(gate)}"
    if key not in notes:
        groups = [group for group in groups_of(file) if gate.search(group.text)]
        if within is not None:
            groups = [group for group in groups if _worth(file, group, within)]
        notes[key] = groups
    return cast("list[Group]", notes[key])


def _worth(file: FileDiff, group: Group, within: Within) -> bool:
    """Whether a group declares something, or stands directly below a line that matters."""
    side: Side = "new" if group.new[0] <= group.new[1] else "old"
    shape = SHAPES[language_of(file.path(side)) or "python"]
    region, indent = _region(group, side, shape)
    text = hunk_text(file, side, group.hunk)
    if (
        indent
        and within.outside.search(text.heading)
        and shape.opens.search(text.heading)
        and not (text.outermost and text.outermost[0] < region[0] - text.first)
        and not _FIRST_COLUMN.search(group.text)
    ):
        return False
    if (within.plainly or within.declares).search(group.text):
        return True
    line = slices.nearest(text, shape, region, indent)
    if line is None:
        if _cannot_be_owned(text, region[0], indent, within):
            return False
        whole = whole_text(file, side)
        line = b"" if whole is None else slices.nearest(whole, shape, region, indent)
    return bool(line) and within.owners.search(line or b"") is not None


def _cannot_be_owned(text: Text, first: int, indent: int, within: Within) -> bool:
    """Whether the lines at hand tell that a region stands below none of ``owners``.

    Arguments:
        text: a hunk, of which all lines above the region are indented as far.
        first: number of the first line of the region.
        indent: columns in front of it.
        within: what its line, and the one that closes what is around it, look like then.
    """
    if within.parameter is None or within.closes is None:
        return False
    lines = text.lines
    seen = False
    for place in range(first - text.first, len(lines)):
        line = lines[place]
        stripped = line.lstrip()
        if not stripped or stripped[:1] == b"#":
            continue
        if not seen and within.parameter.match(stripped) is None:
            return True
        column = len(line) - len(stripped)
        if stripped[:1] in _CLOSERS and (column < indent or not seen):
            return within.closes.match(stripped) is None
        if column < indent:
            return False
        seen = True
    return False


def _cuts(
    file: FileDiff, side: Side, groups: list[Group], within: Within | None, *, deep: bool
) -> list[tuple[Text, Slice]]:
    """The slices of a side: of the patch where that tells enough, else of the whole file."""
    shape = SHAPES[language_of(file.path(side)) or ""]
    if within is not None and within.begins is not None:
        groups = [group for group in groups if not _is_beside(group, side, within.begins)]
    regions = [_region(group, side, shape) for group in groups]
    cuts: list[tuple[Text, Slice]] = []
    for group, region in zip(groups, regions, strict=True):
        text = hunk_text(file, side, group.hunk)
        cuts.append((text, slices.slice_of(text, shape, *region, deep=deep)))
        cut = cuts[-1][1]
        if not (cut.known and cut.ended) and (whole := whole_text(file, side)):
            # One after the other, so that slices of one text can meet.
            cuts = [(whole, slices.slice_of(whole, shape, *one, deep=deep)) for one in regions]
            break
    if within is not None:
        cuts = [(text, _trimmed(text, cut, shape, within)) for text, cut in cuts]
    return _merged([(text, cut) for text, cut in cuts if cut.first <= cut.last])


def _is_beside(group: Group, side: Side, begins: re.Pattern[bytes]) -> bool:
    """Whether a side has nothing of a group, which begins with a statement of its own."""
    first, last = group.old if side == "old" else group.new
    if first <= last or group.lines[-1].lstrip()[:1] in _ADORNS:
        return False
    line = next((line for line in group.lines if line.strip()), b"")
    return begins.match(line) is not None


def _trimmed(text: Text, cut: Slice, shape: Shape, within: Within) -> Slice:
    """What of a slice is outside of functions; nothing where that declares nothing."""
    first, headers = cut.first, cut.headers
    for header in headers:
        if within.outside.search(header.line):
            indent = indent_of(header.line)
            while first <= cut.last and (
                not text.line(first).strip() or indent_of(text.line(first)) > indent
            ):
                first += 1
            first += text.line(first).lstrip().startswith(b"}")
            headers = tuple(one for one in headers if one.depth < header.depth)
            break
    if first > cut.last or not within.declares.search(text.between(first, cut.last)):
        return cut._replace(first=cut.last + 1)
    names = cut.names if len(headers) == len(cut.headers) else slices.names_of(headers, shape)
    return cut._replace(first=first, headers=headers, names=names)


def _piece(
    file: FileDiff,
    side: Side,
    text: Text,
    cut: Slice,
    bodies: Bodies | tuple[re.Pattern[bytes], ...],
) -> Piece | None:
    """A slice, parsed; None where the parser makes little sense of it."""
    language = language_of(file.path(side)) or ""
    shape = SHAPES[language]
    numbers = [header.number for header in cut.headers]
    lines = [header.line for header in cut.headers]
    inner = text.lines[cut.first - text.first : cut.last - text.first + 1]
    rows: Iterable[int] = range(len(inner))
    if isinstance(bodies, tuple):
        if text.whole and len(inner) == len(text.lines):
            rows = chunks.rows_with(text, shape, bodies)
    elif bodies != "all":
        rows = list(skeletons.kept_rows(list(inner), shape, classes=bodies == "classes"))
    lines += [inner[row] for row in rows]
    numbers += [cut.first + row for row in rows]
    source = b"\n".join([*lines, b""])
    if shape.blocks:
        source += slices.closers(source, shape)
    if len(source) > SLICE_LIMIT:
        return None
    tree = languages.parse(language, source)
    if tree is None:
        return None
    if tree.root_node.has_error and _errors(tree.root_node) > ERROR_SHARE * len(source):
        return None
    return Piece(
        side=side,
        language=language,
        first_line=cut.first,
        text=source,
        root=tree.root_node,
        enclosing=cut.names,
        known=cut.known,
        around=text,
        near=near(file, side, cut.first, cut.last)
        if len(source) > LARGE_SLICE
        else (cut.first, cut.last),
        fenced=bool(shape.fences) and not text.whole,
        _rows=numbers or [cut.first],
        _changed=changed_numbers(file, side),
    )


def _errors(root: tree_sitter.Node) -> int:
    """Bytes that the parser could not make sense of."""
    total, nodes = 0, [root]
    while nodes:
        node = nodes.pop()
        if node.is_error:
            total += node.end_byte - node.start_byte
        elif node.has_error:
            nodes += node.children
    return total


def _merged(cuts: list[tuple[Text, Slice]]) -> list[tuple[Text, Slice]]:
    """Slices that meet as one."""
    result: list[tuple[Text, Slice]] = []
    for text, cut in sorted(cuts, key=lambda item: (item[1].first, item[1].last)):
        if result and result[-1][0] is text and cut.first <= result[-1][1].last + NEAR:
            before = result[-1][1]
            last = max(before.last, cut.last)
            known = before.known and cut.known
            result[-1] = (text, Slice(before.first, last, before.headers, before.names, known))
        else:
            result.append((text, cut))
    return result


def _region(group: Group, side: Side, shape: Shape) -> tuple[tuple[int, int], int]:
    """The lines of one side that a group is about, and how far they are indented."""
    first, last = group.old if side == "old" else group.new
    if last < first and shape.adorns and group.lines[-1].lstrip().startswith(shape.adorns):
        last = first  # a decorator came or went: it is about what follows
    return (first, last), group.indent(side)


def names_around(file: FileDiff, side: Side, number: int) -> tuple[str, ...] | None:
    """The names of the definitions around a line; None where it is in a string, or nobody knows.

    Arguments:
        file: the changed file, whole.
        side: which side to read.
        number: of the line.
    """
    text, language = whole_text(file, side), language_of(file.path(side))
    if text is None or language is None:
        return None
    shape, indent = SHAPES[language], indent_of(text.line(number))
    if string_start(text, shape, number) is not None:
        return None
    return slices.slice_of(text, shape, (number, number), indent, deep=False).names
