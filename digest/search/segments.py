"""Segments: the documents of a block of days, as they are published.

Blocks are aligned to the calendar, 4, 16, 64 … days, and the largest that are
over come first.  So a segment is made once when its block is over, joined from
the lists of its days, and stays as it is; one more day makes the newest
segment anew, and the number of segments grows with the logarithm of the days.

::

    <base>search/index.json            which segments there are
    <base>search/s/<id>/docs.bin       its days, and level and repository of each document
    <base>search/s/<id>/<number>.bin   postings of some families of grams
    <base>search/s/<id>/h<number>.bin  of a large segment, those of titles and heads once more
    <base>search/t/<id>/<number>.bin   texts of a few documents of a day, to be shown

Every name but the first is a hash of what is in it, so a stale copy in some
cache is never taken for a new one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from digest.search.grams import HEAD, grams
from digest.search.postings import Lists, bucketed, compress, joined, pack, varint
from digest.search.texts import Document

SMALLEST, FACTOR = 4, 4
"""Days of the smallest block; how many of one size make one of the next."""

_BLOCK = 6_000
"""Bytes of text in a file of texts, at least, but for the last one."""

_BUCKET = 5_000
"""Bytes of postings in a file, on average, before they are compressed."""

LARGE = 4_096
"""Documents of a segment from which on titles and heads have files of their own, and that are
looked through first.  What is frequent in them is looked for in the titles of older ones alone,
until more is asked for."""

_LEVELS = 4
"""Factor of a repository's number, beside which a level is written."""


class Lot(msgspec.Struct, frozen=True):
    """Documents that are indexed together: those of a day, or the hand-written pages."""

    name: str
    """The day in ISO 8601; empty for the pages."""
    key: str
    """Hash of all that it was made from."""
    groups: Sequence[str]
    """Of each document."""
    levels: Sequence[int]
    """Likewise."""
    counts: Sequence[int]
    """Documents in each file of texts."""
    texts: Sequence[bytes] = ()
    """The files of texts."""
    lists: Lists | None = None


class Segment(msgspec.Struct, frozen=True):
    """Documents with one set of postings."""

    key: str
    size: int
    buckets: int
    """How many files of postings there are."""
    heads: int
    """How many of those of titles and heads."""
    files: dict[str, bytes]


def lot(name: str, key: str, documents: Sequence[Document]) -> Lot:
    """Index documents."""
    texts, counts = _blocks(documents)
    return Lot(
        name=name,
        key=key,
        groups=[document.group for document in documents],
        levels=[document.level for document in documents],
        counts=counts,
        texts=texts,
        lists=Lists.of(_grams(document) for document in documents),
    )


def blocks(dates: Iterable[dt.date]) -> list[list[dt.date]]:
    """Days by their blocks, oldest first.

    Arguments:
        dates: all days, oldest first.
    """
    listed = list(dates)
    if not listed:
        return []
    end = listed[-1].toordinal()  # a block is over when there is a later day
    found: dict[tuple[int, int], list[dt.date]] = {}
    for date in listed:
        found.setdefault(_block(date.toordinal(), end), []).append(date)
    return list(found.values())


def segment(key: str, lots: Sequence[Lot], lists: Iterable[Lists]) -> Segment:
    """Join the lists of lots.

    Arguments:
        key: hash of all that it is made from.
        lots: what it has, in its order.
        lists: of each lot; read one after another.
    """
    postings = joined(lists)
    size = sum(len(gram) + 2 + len(gaps) for gram, gaps in postings.items())
    groups = list(dict.fromkeys(group for item in lots for group in item.groups))
    numbers = {group: number for number, group in enumerate(groups)}
    meta = [
        numbers[group] * _LEVELS + level
        for item in lots
        for group, level in zip(item.groups, item.levels, strict=True)
    ]
    content = {
        "lots": [[item.name, item.key, list(item.counts)] for item in lots],
        "groups": groups,
        "meta": meta,
    }
    files = {"docs.bin": pack(content)}
    whole = bucketed(postings, size // _BUCKET + 1)
    heads = _heads(postings) if len(meta) >= LARGE else []
    for start, buckets in (("", whole), ("h", heads)):
        for number, data in enumerate(buckets):
            files[f"{start}{number}.bin"] = compress(data)
    return Segment(key, len(meta), len(whole), len(heads), files)


def digest_of(*parts: object) -> str:
    """A short hash of some texts."""
    digest = hashlib.blake2b(digest_size=8)
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")
        digest.update(varint(len(data)) + data)
    return digest.hexdigest()


def _block(ordinal: int, end: int) -> tuple[int, int]:
    """Size and number of the block that a day is in: the largest that is over, or the smallest."""
    size = SMALLEST
    while (ordinal // (size * FACTOR) + 1) * size * FACTOR <= end:
        size *= FACTOR
    return size, ordinal // size


def _heads(postings: Mapping[str, bytes]) -> list[bytes]:
    """The postings of titles and heads alone, in files."""
    found = {gram: gaps for gram, gaps in postings.items() if gram.endswith(HEAD)}
    size = sum(len(gram) + 2 + len(gaps) for gram, gaps in found.items())
    return bucketed(found, size // _BUCKET + 1)


def _grams(document: Document) -> set[str]:
    head = grams(f"{document.title}\n{document.head}")
    return head | grams(document.body) | {gram + HEAD for gram in head}


def _blocks(documents: Sequence[Document]) -> tuple[list[bytes], list[int]]:
    """Texts of documents in files of a few each, and how many each has."""
    parts: list[list[list[str]]] = [[]]
    room = _BLOCK
    for document in documents:
        if room <= 0:
            parts.append([])
            room = _BLOCK
        record = document.record
        parts[-1].append(record)
        room -= sum(len(text.encode("utf-8", "replace")) for text in record)
    return [pack(part) for part in parts if part], [len(part) for part in parts if part]
