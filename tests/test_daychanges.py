"""What the top of a day tells where its commits take back or bring back one another."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from support.archives import FIRST, dependency, entry, flag, settings
from support.archives import day as archived
from support.records import change

from digest.model import Day, Entry, Revert
from digest.pageviews import day_path
from digest.site import Site

BEFORE, DAY, AFTER = (FIRST + dt.timedelta(days=number) for number in (-1, 0, 1))
TITLE = "feat: cache the answers of the slow and busy endpoint"

Listed = list[tuple[dt.date, Entry]]


def add(name: str, sha: str) -> Entry:
    """A commit that adds a flag."""
    return entry(f"feat: {name}", sha=sha, interface=(flag(name),))


def undo(*shas: str, sha: str, facts: tuple[Any, ...], **more: Any) -> Entry:
    """A commit that takes others back."""
    reverts = tuple(Revert(sha=one.ljust(40, "0")) for one in shas)
    more = {"subject": f'Revert "{" and ".join(shas)}"', "reverts": reverts} | more
    return entry(more.pop("subject"), sha=sha, interface=facts, **more)


def part(sha: str) -> Revert:
    """A claim to take back a part of a commit."""
    return Revert(sha=sha.ljust(40, "0"), partial=True)


def gone(*names: str) -> tuple[Any, ...]:
    """Flags that are removed."""
    return tuple(flag(name, "", None) for name in names)


def with_lines(made: Entry, added: int, removed: int) -> Entry:
    """The same with so many changed lines."""
    changes = (change("src/app/main.py", added, removed),)
    return replace(made, commit=replace(made.commit, changes=changes))


def told(folder: Path, listed: Listed, term: str = "Interface changes") -> list[str]:
    """What a line at the top of the day says; the commits are given oldest first."""
    text = page(folder, [archived(*item) for item in by_date(listed)])
    line = re.search(rf"<dt>{term}</dt><dd>(.*?)</dd>", text)
    return sorted(re.sub(r"<[^>]*>", "", unescape(line[1])).split("; ")) if line else []


def by_date(listed: Listed) -> list[tuple[dt.date, list[Entry]]]:
    """Commits by their days, the newest of each day first."""
    dates = sorted({when for when, _ in listed})
    return [(date, [made for when, made in reversed(listed) if when == date]) for date in dates]


def page(folder: Path, days: list[Day]) -> str:
    """The page of the day in an archive."""
    site = Site(settings(folder, *days), "Digest")
    return next(page.text for page in site.pages() if page.path == day_path(DAY))


ADDED = add("--a", "aaaa")
UNDONE = undo("aaaa", sha="bbbb", facts=gone("--a"))
AGAIN = undo("bbbb", sha="cccc", facts=(flag("--a"),))
UNDONE_AGAIN = undo("cccc", sha="dddd", facts=gone("--a"))
CHANGED = entry("feat: two", sha="aaaa", interface=(flag("--a", "1", "2"),))
RENAMED = entry("feat: b", sha="aaaa", interface=(flag("--b", "1", "1", previous_name="--a"),))

COURSES: dict[str, tuple[Listed, list[str]]] = {
    "added and undone": ([(DAY, ADDED), (DAY, UNDONE)], []),
    "undone the day after": ([(DAY, ADDED), (AFTER, UNDONE)], ["--a added"]),
    "undone the day after its own": ([(BEFORE, ADDED), (DAY, UNDONE)], ["--a removed"]),
    "undone with an older one": (
        [
            (BEFORE, add("--x", "eeee")),
            (DAY, ADDED),
            (DAY, undo("aaaa", "eeee", sha="bbbb", facts=gone("--a", "--x"))),
        ],
        ["--x removed"],
    ),
    "added and undone, twice": (
        [(DAY, ADDED), (DAY, UNDONE), (DAY, AGAIN), (DAY, UNDONE_AGAIN)],
        [],
    ),
    "undone the day before, brought back and undone": (
        [(BEFORE, ADDED), (BEFORE, UNDONE), (DAY, AGAIN), (DAY, UNDONE_AGAIN)],
        [],
    ),
    "undone by one that adds something of its own": (
        [(DAY, ADDED), (DAY, undo("aaaa", sha="bbbb", facts=(*gone("--a"), flag("--new"))))],
        ["--new added"],
    ),
    "undone with one that is not in the archive": (
        [(DAY, ADDED), (DAY, undo("aaaa", "9999999", sha="bbbb", facts=gone("--a", "--old")))],
        ["--old removed"],
    ),
    "undone with a part of an older one": (
        [
            (BEFORE, add("--x", "eeee")),
            (DAY, ADDED),
            (
                DAY,
                undo(
                    sha="bbbb",
                    facts=gone("--a", "--x"),
                    reverts=(Revert(sha="aaaa".ljust(40, "0")), part("eeee")),
                ),
            ),
        ],
        ["--x removed"],
    ),
    "added, undone and brought back": (
        [(DAY, ADDED), (DAY, UNDONE), (DAY, AGAIN)],
        ["--a added"],
    ),
    "added before, undone and brought back": (
        [(BEFORE, ADDED), (DAY, UNDONE), (DAY, AGAIN)],
        [],
    ),
    "added and undone, brought back the day after": (
        [(DAY, ADDED), (DAY, UNDONE), (AFTER, AGAIN)],
        [],
    ),
    "undone in part": (
        [
            (DAY, entry("feat: two", sha="aaaa", interface=(flag("--a"), flag("--b")))),
            (DAY, undo(sha="bbbb", facts=gone("--b"), reverts=(part("aaaa"),))),
        ],
        ["--a added"],
    ),
    "undone by a commit that vanished": (
        [(DAY, ADDED), (DAY, replace(UNDONE, vanished=True))],
        ["--a added"],
    ),
    "landed again under its title": (
        [
            (BEFORE, entry(TITLE, sha="aaaa", interface=(flag("--a"),))),
            (DAY, UNDONE),
            (DAY, entry(TITLE, sha="cccc", interface=(flag("--a"),))),
        ],
        [],
    ),
    "undone, and another value instead": (
        [(DAY, CHANGED), (DAY, undo("aaaa", sha="bbbb", facts=(flag("--a", "2", "3"),)))],
        ["--a 1 → 3"],
    ),
    "changed by another one before it is undone": (
        [
            (DAY, CHANGED),
            (DAY, entry("feat: three", interface=(flag("--a", "2", "3"),))),
            (DAY, undo("aaaa", sha="bbbb", facts=(flag("--a", "3", "1"),))),
        ],
        [],
    ),
    "undone after another value that is not in the archive": (
        [(DAY, CHANGED), (DAY, undo("aaaa", sha="bbbb", facts=(flag("--a", "3", "1"),)))],
        [],
    ),
    "changed in another place as well": (
        [
            (DAY, CHANGED),
            (DAY, entry("feat: ten", interface=(flag("--a", "8", "9"),))),
            (DAY, undo("aaaa", sha="bbbb", facts=(flag("--a", "2", "1"),))),
        ],
        ["--a 8 → 9"],
    ),
    "in two places, undone in one": (
        [
            (
                DAY,
                entry("x", sha="aaaa", interface=(flag("--a", "1", "3"), flag("--a", "2", "3"))),
            ),
            (
                DAY,
                undo(sha="bbbb", facts=(flag("--a", "3", "2"),), reverts=(part("aaaa"),)),
            ),
        ],
        ["--a 1 → 3"],
    ),
    "added by two, undone of one": (
        [(DAY, add("--a", "eeee")), (DAY, ADDED), (DAY, UNDONE)],
        ["--a added"],
    ),
    "renamed and undone": (
        [
            (DAY, RENAMED),
            (DAY, undo("aaaa", sha="bbbb", facts=(*gone("--b"), flag("--a", None, "1")))),
        ],
        [],
    ),
    "renamed, and renamed back": (
        [
            (DAY, RENAMED),
            (
                DAY,
                undo("aaaa", sha="bbbb", facts=(flag("--a", "1", "1", previous_name="--b"),)),
            ),
        ],
        [],
    ),
    "renamed, renamed back, and gone in a way that nobody knows": (
        [
            (DAY, RENAMED),
            (
                DAY,
                undo("aaaa", sha="bbbb", facts=(flag("--a", "1", "1", previous_name="--b"),)),
            ),
            (DAY, undo("bbbb", sha="cccc", facts=(flag("--a", None, None),))),
        ],
        ["--a added"],  # as its facts have it, which say neither
    ),
    "renamed, and renamed otherwise instead": (
        [
            (DAY, RENAMED),
            (
                DAY,
                undo("aaaa", sha="bbbb", facts=(flag("--c", "1", "2", previous_name="--b"),)),
            ),
        ],
        ["--c renamed (was --a) 1 → 2"],
    ),
    "a part of what comes with a new name undone": (
        [
            (
                DAY,
                replace(
                    RENAMED,
                    facts=replace(RENAMED.facts, interface=(*RENAMED.facts.interface, flag("--x"))),
                ),
            ),
            (DAY, undo(sha="bbbb", facts=gone("--x"), reverts=(part("aaaa"),))),
        ],
        ["--b renamed (was --a)"],
    ),
    "changed in a way that nobody knows, and undone": (
        [
            (DAY, entry("x", sha="aaaa", interface=(flag("--a", "", ""),))),
            (DAY, undo("aaaa", sha="bbbb", facts=(flag("--a", "", ""),))),
        ],
        [],
    ),
    "read otherwise than its contrary": (
        [
            (DAY, with_lines(ADDED, 9, 4)),
            (DAY, with_lines(undo("aaaa", sha="bbbb", facts=gone("--a", "--b")), 4, 9)),
        ],
        [],
    ),
}


@pytest.mark.parametrize(("listed", "lines"), COURSES.values(), ids=COURSES)
def test_the_top_of_a_day_tells_what_the_day_changes_in_all(tmp_path, listed, lines):
    assert told(tmp_path, listed) == lines


def test_dependencies_are_told_likewise(tmp_path):
    bumped = entry("bump", sha="aaaa", dependencies=(dependency("torch", "2.1", "2.2"),))
    other = (dependency("torch", "2.2", "2.0"), dependency("numpy", None, "1.0"))
    undone = undo("aaaa", sha="bbbb", facts=(), dependencies=other)
    assert told(tmp_path, [(DAY, bumped), (DAY, undone)], "Dependencies") == [
        "numpy added (1.0)",
        "torch 2.1 → 2.0",
    ]


def test_what_is_brought_back_links_to_the_commit_that_did_it(tmp_path):
    text = page(tmp_path, [archived(DAY, [AGAIN, UNDONE, ADDED])])
    assert re.search(r'<dt>Interface changes</dt><dd><a href="#cccc000">', text)


def test_a_revert_in_one_repository_takes_nothing_back_in_another(tmp_path):
    text = page(
        tmp_path,
        [
            archived(DAY, [UNDONE, ADDED], "acme/engine"),
            archived(DAY, [ADDED], "acme/fork"),
            archived(DAY, [UNDONE], "acme/spoon"),
        ],
    )
    line = re.search(r"<dt>Interface changes</dt><dd>(.*?)</dd>", text)
    assert line
    assert re.sub(r"<[^>]*>", "", unescape(line[1])) == "--a added; --a removed"


def test_entries_tell_all_that_they_change(tmp_path):
    text = page(tmp_path, [archived(DAY, [UNDONE, ADDED])])
    assert len(re.findall(r"<dt>Interface</dt>", text)) == 2
