"""Which lines a commit changed, as later ones are held against them."""

from __future__ import annotations

import time

import pytest
from msgspec.structs import replace
from support import edits, records

from digest.facts.diffs import diff_of
from digest.facts.edits import FILES, RANGES, edits_of
from digest.facts.ranges import ranges_of
from digest.model import Coverage, Edit, FilePatch, Reading

BODY = "".join(f"line = {number}\n" for number in range(1, 21))


def ranges(before: str | None, after: str | None, path: str = "a.py") -> str | None:
    """The ranges of an only file."""
    found = edits_of(edits.diff({path: (before, after)}))
    return found[0].ranges if found else None


def replaced(first: int, last: int, *lines: str) -> str:
    """The body with others in the place of some lines."""
    old = BODY.splitlines(keepends=True)
    return "".join([*old[: first - 1], *(f"{line}\n" for line in lines), *old[last:]])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, BODY, "1+20"),
        (BODY, None, "1-20"),
        ("", "x = 1\n", "1+1"),
        (BODY, replaced(5, 5, "other = 5"), "5-1+1"),
        (BODY, replaced(5, 7), "5-3"),
        (BODY, replaced(5, 4, "new = 1", "new = 2"), "5+2"),
        (BODY, "new = 1\n" + BODY, "1+1"),
        (BODY, BODY + "new = 1\n", "21+1"),
        (BODY, replaced(3, 3, "a = 1").replace("line = 19\n", ""), "3-1+1 19-1"),
        (BODY, replaced(3, 3, "a = 1").replace("line = 5\n", ""), "3-1+1 5-1"),
        # What says little is told apart.
        (BODY, replaced(5, 4, "import os", "# a word", ""), "5~3"),
        ("import os\n" + BODY, BODY, "1=1"),
        ("import os\n" + BODY, "import re\n" + BODY, "1=1~1"),
        ("# word\n" + BODY, "word = 1\n" + BODY, "1=1+1"),
        # What was there before is not new: indented, or moved.
        (BODY, replaced(5, 7, "if x:", *(f"    line = {n}" for n in (5, 6, 7))), "5-3~4"),
        (BODY, replaced(5, 7) + "line = 5\nline = 6\nline = 7\n", "5-3 21~3"),
        ("x = 1", "x = 2", "1-1+1"),
        (BODY, BODY, None),
    ],
)
def test_ranges(before, after, expected):
    assert ranges(before, after) == expected


def test_lines_without_a_last_line_feed():
    data = b"@@ -1,2 +1,2 @@\n a\n-x = 1\n\\ No newline at end of file\n+x = 2\n"
    change = records.change("a.py", 1, 1)
    made = records.commit("x", changes=[change])
    coverage = Coverage(files=1, files_read=1, lines=2, lines_read=2)
    found = edits_of(diff_of(Reading(made, coverage, (FilePatch("a.py", data),))))
    assert found == (Edit(path="a.py", ranges="2-1+1"),)


@pytest.mark.parametrize(
    "path", ["tests/test_a.py", "docs/a.md", "vendor/a.py", "uv.lock", "a_pb2.py", "a.json"]
)
def test_only_sources_are_told(path):
    assert ranges(None, BODY, path) is None


def test_what_was_not_wholly_read_is_left_out():
    diff = edits.diff({"a.py": (BODY, replaced(5, 5, "other = 5"))})
    file = diff.files[0]
    more = replace(file.change, insertions=7)
    cut = type(diff)(diff.commit, (type(file)(more, file.patch),))
    assert edits_of(cut) == ()
    many = "".join(f"a{n} = 1\nb = 1\nc = 1\n" for n in range(RANGES + 1))
    assert ranges(many, many.replace("b = 1", "b = 2")) is None
    files = {f"f{n:03}.py": (None, BODY) for n in range(FILES + 5)}
    assert len(edits_of(edits.diff(files))) == FILES


def test_what_is_written_can_be_read():
    edit = Edit(path="a.py", ranges="12-3+4 20~1 30=2")
    assert [(one.start, one.removed, one.added) for one in ranges_of(edit)] == [
        (12, 3, 4),
        (20, 0, 1),
        (30, 2, 0),
    ]
    assert [(one.telling, one.fresh) for one in ranges_of(edit)] == [
        (True, True),
        (False, False),
        (False, False),
    ]
    assert ranges_of(Edit(path="a.py", ranges="nonsense")) == []


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000_000,
        "}\n" * 100_000,
        "-" * 1_000_000 + "a\n",
        "# \n" * 100_000 + "a\n",
        "<<<<<<< a\n=======\n>>>>>>> b\n" * 1000,
        "\x00\x01\n" * 1000,
    ],
)
def test_no_text_takes_long(text):
    # difflib would take longer than what is measured.
    data = b"".join(b"+" + line + b"\n" for line in text.encode().split(b"\n")) * 2
    number = data.count(b"\n")
    made = records.commit("x", changes=[records.change("a.py", number, 0)])
    coverage = Coverage(files=1, files_read=1, lines=number, lines_read=number)
    patch = FilePatch("a.py", b"@@ -3,0 +4,%d @@\n" % number + data)
    start = time.process_time()
    edits_of(diff_of(Reading(made, coverage, (patch,))))
    assert time.process_time() - start < 2
