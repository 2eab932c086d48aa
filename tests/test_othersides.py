"""One side of a file out of the other and the patch: exact, or nothing."""

from __future__ import annotations

import difflib
import random

from digest.facts.diffs import Hunk, hunks_of
from digest.facts.othersides import other_side


def hunks(old: list[str], new: list[str]) -> list[Hunk]:
    """The hunks between two texts, as git writes them."""
    lines = list(difflib.unified_diff(old, new, lineterm=""))[2:]
    return list(hunks_of("\n".join([*lines, ""]).encode()))


def text(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def test_each_side_gives_the_other() -> None:
    """Also where the same lines stand in many places."""
    chance = random.Random(1)  # noqa: S311 - the same texts each time
    words = ["", "x", "-x", "+x", " x", "@@ x", "def f():", "    return 1"]
    for _ in range(300):
        old = [chance.choice(words) for _ in range(chance.randrange(1, 60))]
        new = list(old)
        for _ in range(chance.randrange(1, 6)):
            place = chance.randrange(len(new) + 1)
            new[place : place + chance.randrange(3)] = chance.choices(words, k=chance.randrange(3))
        if old != new and new:
            patch = hunks(old, new)
            assert other_side(text(old), patch, "new") == text(new)
            assert other_side(text(new), patch, "old") == text(old)


def test_a_patch_of_something_else_makes_nothing() -> None:
    old, new = ["a", "b", "c", "d", "e", "f"], ["a", "b", "c", "D", "e", "f"]
    patch = hunks(old, new)
    assert other_side(text(["z", *old]), patch, "new") is None
    assert other_side(text(["a", "b", "d", "e", "f"]), patch, "new") is None
    assert other_side(b"", patch, "new") is None


def test_the_end_without_a_line_feed_is_left_to_git() -> None:
    patch = list(hunks_of(b"@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n"))
    assert other_side(b"a\nb\n", patch, "new") is None
