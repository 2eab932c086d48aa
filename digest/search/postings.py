"""Which documents have a gram: lists of numbers, small on disk and cheap to join.

A list is written as the gaps between its numbers, each as a varint: seven bits
a byte, the low ones first.  A gap is one less than the difference, counted
from −1, so that a gram of every document is a row of zeros.

The lists of several days are joined by moving each behind the one before it:
only its first gap changes, the rest is copied as it is.
"""

from __future__ import annotations

import json
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import msgspec

from digest.search.grams import family, number_of

_ONE = tuple(bytes([number]) for number in range(0x80))
_LEVEL = 6
"""Of zlib: higher ones cost much time and save 1 %."""


class Lists(msgspec.Struct, frozen=True):
    """The postings of a few documents, in columns that are quick to read back."""

    size: int
    """How many documents there are."""
    grams: Sequence[str]
    first: Sequence[int]
    last: Sequence[int]
    ends: Sequence[int]
    """Where in ``rest`` the list of each gram ends."""
    rest: bytes
    """The gaps behind the first number of each list."""

    @classmethod
    def of(cls, documents: Iterable[Iterable[str]]) -> Lists:
        """Make the lists of documents from the grams of each."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        size = 0
        for number, grams in enumerate(documents):
            size = number + 1
            for gram in grams:
                found[gram].append(number)
        names = sorted(found)
        rows = [found[name] for name in names]
        # No gap of a day needs more than a byte.
        gaps = _small_gaps if size <= len(_ONE) else _gaps
        rest = bytearray()
        ends = []
        for row in rows:
            if len(row) > 1:
                rest += gaps(row)
            ends.append(len(rest))
        return cls(
            size, names, [row[0] for row in rows], [row[-1] for row in rows], ends, bytes(rest)
        )

    def packed(self) -> bytes:
        """All of it as one piece of data; see ``unpacked``."""
        columns = [array("I", column).tobytes() for column in (self.first, self.last, self.ends)]
        return b"".join([pack([self.size, self.grams]), *columns, self.rest])

    @classmethod
    def unpacked(cls, data: bytes) -> Lists:
        """Read what ``packed`` wrote on the same machine.

        Raises:
            ValueError: it is something else, or cut off.
        """
        reader = zlib.decompressobj()
        try:
            size, grams = json.loads(reader.decompress(data))
        except (zlib.error, ValueError, TypeError) as error:
            raise ValueError("these are no lists") from error
        rest = reader.unused_data
        columns = array("I")
        count = len(grams)
        length = 3 * count * columns.itemsize
        if len(rest) < length:
            raise ValueError("these lists are cut off")
        columns.frombytes(rest[:length])
        first, last, ends = (columns[at * count : (at + 1) * count] for at in range(3))
        found = cls(size, grams, first, last, ends, rest[length:])
        if grams and len(found.rest) != ends[-1]:
            raise ValueError("these lists are cut off")
        return found


def joined(parts: Iterable[Lists]) -> dict[str, bytes]:
    """The postings of several lots of documents, numbered through."""
    rows: dict[str, bytes] = {}
    ended: dict[str, int] = {}
    base = 0
    for part in parts:
        start = 0
        rest = part.rest
        columns = zip(part.grams, part.first, part.last, part.ends, strict=True)
        for gram, first, last, end in columns:
            before = rows.get(gram)
            if before is None:
                rows[gram] = varint(base + first) + rest[start:end]
            else:
                rows[gram] = before + varint(base + first - ended[gram] - 1) + rest[start:end]
            ended[gram] = base + last
            start = end
        base += part.size
    return rows


def bucketed(postings: Mapping[str, bytes], count: int) -> list[bytes]:
    """Postings spread over a number of files, each with whole families.

    Arguments:
        postings: the gaps of each gram.
        count: of files.

    Returns:
        What is in each file: the length of a gram's name in UTF-8, the name, the
        length of its gaps, the gaps; and so on.
    """
    found: dict[str, bytearray] = {}
    files = [bytearray() for _ in range(count)]
    for gram in sorted(postings):
        name = family(gram)
        if (file := found.get(name)) is None:
            file = found[name] = files[number_of(name) % count]
        data, gaps = gram.encode(), postings[gram]
        file += varint(len(data)) + data + varint(len(gaps)) + gaps
    return [bytes(file) for file in files]


def _small_gaps(numbers: Sequence[int]) -> bytes:
    """The same where each fits into a byte."""
    return bytes([number - previous - 1 for previous, number in pairwise(numbers)])


def _gaps(numbers: Sequence[int]) -> bytes:
    """The gaps behind the first of a list."""
    out = bytearray()
    for previous, number in pairwise(numbers):
        gap = number - previous - 1
        if gap < 0x80:  # noqa: PLR2004
            out.append(gap)
        else:
            out += varint(gap)
    return bytes(out)


def varint(number: int) -> bytes:
    """A number in as few bytes as it needs."""
    if number < len(_ONE):
        return _ONE[number]
    out = bytearray()
    while number > 0x7F:  # noqa: PLR2004
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def pack(content: object) -> bytes:
    """Data as it is published: JSON in UTF-8 in zlib's format, whatever the server does."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return compress(text.encode())


def compress(data: bytes) -> bytes:
    """Data in zlib's format, which browsers call ``deflate``."""
    return zlib.compress(data, _LEVEL)
