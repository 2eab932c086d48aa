"""Commits that are large: little memory, a budget, and whole hunks."""

from __future__ import annotations

import io
import re
import tracemalloc
from pathlib import Path

import pytest
from support.gitrepo import GitRepo, Link
from support.histories import PLENTY, begun, reading

from digest.model import Reading
from digest.patchstream import PatchStream, RawCommit


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return begun(tmp_path / "repo")


def peak_of_reading(repo: GitRepo, budget: int) -> tuple[Reading, int]:
    tracemalloc.start()
    try:
        return reading(repo, budget=budget), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_patch_of_100_mb_needs_little_memory(repo: GitRepo) -> None:
    line = "x" * 9_999 + "\n"
    repo.commit("huge", {"big.txt": line * 10_000, "small.py": "a\n"})
    made, peak = peak_of_reading(repo, 2_000_000)
    assert peak < 20_000_000
    assert [(file.path, file.insertions) for file in made.commit.changes] == [
        ("big.txt", 10_000),
        ("small.py", 1),
    ]
    assert [len(patch.data) for patch in made.patches] == [0, len("@@ -0,0 +1 @@\n+a\n")]
    coverage = made.coverage
    assert (coverage.files, coverage.files_read) == (2, 1)
    assert (coverage.lines, coverage.lines_read) == (10_001, 1)


def test_a_line_of_20_mb_needs_little_memory(repo: GitRepo) -> None:
    repo.commit("huge", {"bundle.js": "x" * 20_000_000, "small.py": "a\n"})
    made, peak = peak_of_reading(repo, 2_000_000)
    assert peak < 20_000_000
    assert [(file.path, file.insertions) for file in made.commit.changes] == [
        ("bundle.js", 1),
        ("small.py", 1),
    ]


def test_the_budget_goes_to_source_first(repo: GitRepo) -> None:
    text = "".join(f"line {number}\n" for number in range(100))
    files = {
        "package-lock.json": text,
        "api_pb2.py": text,
        "vendor/lib.py": text,
        "docs/guide.md": text,
        "tests/test_app.py": text,
        "src/app.py": text,
    }
    repo.commit("one", files)
    size = len(text) + 100 + len("@@ -0,0 +1,100 @@\n")
    order = list(files)[::-1]
    for number in range(len(files) + 1):
        made = reading(repo, budget=size * number)
        assert {patch.path for patch in made.patches if patch.data} == set(order[:number])
        assert [file.insertions for file in made.commit.changes] == [100] * 6
        assert (made.coverage.files, made.coverage.files_read) == (6, number)
        assert (made.coverage.lines, made.coverage.lines_read) == (600, 100 * number)


def test_only_whole_hunks_are_kept(repo: GitRepo) -> None:
    lines = [f"line {number}" for number in range(1000)]
    repo.commit("one", {"a.py": "\n".join(lines)})
    for number in range(0, 1000, 100):
        lines[number] = f"changed {number}"
    repo.commit("two", {"a.py": "\n".join(lines)})
    whole = reading(repo).patches[0].data
    starts = [0, *(match.end() for match in re.finditer(rb"\n(?=@@ )", whole))]
    assert len(starts) == 10
    for budget in (0, 1, starts[1] - 2, starts[1], starts[5] + 10, len(whole) - 1, len(whole)):
        data = reading(repo, budget=budget).patches[0].data
        assert len(data) <= budget
        assert whole.startswith(data)
        assert len(data) == len(whole) or len(data) + 1 in starts or not data
    cut = reading(repo, budget=starts[5] + 10)
    assert (cut.coverage.lines, cut.coverage.lines_read) == (20, 10)
    assert not cut.coverage.whole


class Dripping(io.RawIOBase):
    """Gives the same bytes in pieces of one size."""

    def __init__(self, data: bytes, size: int) -> None:
        self.rest = io.BytesIO(data)
        self.size = size

    def read(self, _: int = -1) -> bytes:
        return self.rest.read(self.size)


def test_where_a_read_ends_changes_nothing(repo: GitRepo) -> None:
    """Each border between two reads of the pipe, at every byte of a small stream."""
    repo.commit("empty")
    repo.commit("two", {"b": "x\n", "c": Link("b"), "a.py": None})
    repo.commit("three\n\nbody", {"c": "y\n", "d": b"\0", "a b": "-\n+\n", "b": None, "e": "x\n"})
    repo.commit("empty")
    nonce = b"0123456789abcdef"
    names = (b"%H", b"%s")
    form = nonce.decode() + "%x00" + "%x00".join(name.decode() for name in names) + "%x00"
    output = repo.git("log", f"--format={form}", "-z", "--raw", "-p", "-M", "--root")

    def taken_apart(size: int) -> list[RawCommit]:
        stream = Dripping(output, size)
        made = PatchStream(stream, nonce=nonce, fields=len(names), budget=PLENTY, rank=lambda _: 0)
        return list(made)

    whole = taken_apart(len(output))
    assert [len(item.files) for item in whole] == [0, 4, 3, 0, 1]
    for size in range(1, len(output)):
        assert taken_apart(size) == whole, size
