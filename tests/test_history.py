"""Mirror and window → commits: what git really says, read with real git."""

from __future__ import annotations

import datetime as dt
import io
import re
import tracemalloc
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from support.gitrepo import Executable, GitRepo, Link, Person, Submodule

from digest.errors import HistoryError
from digest.history import (
    BODY_LIMIT,
    commits_by_day,
    first_moment,
    moment,
    read,
)
from digest.messagetext import person_name, split_message, trailers, without_addresses
from digest.model import Commit, FileChange, Reading, Repository
from digest.patchstream import PatchStream, RawCommit
from digest.repositories import Mirror, open_mirror

UTC = ZoneInfo("UTC")
SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
KATHMANDU = ZoneInfo("Asia/Kathmandu")

NOW = dt.datetime(2026, 12, 31, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
SECOND = dt.timedelta(seconds=1)
EVERYTHING = (dt.date(1970, 1, 1), dt.date(2026, 12, 31))
PLENTY = 1 << 40


def mirror_of(repo: GitRepo) -> Mirror:
    """The repository as it is now, read in place."""
    repository = Repository(slug="owner/name", url=str(repo.path), local=True)
    return open_mirror(repository, repo.path.parent, since=NOW, now=NOW, fetch=False, timeout=30)


def readings(
    repo: GitRepo, *shas: str, budget: int = PLENTY, zone: ZoneInfo = UTC
) -> list[Reading]:
    """Those commits, or the whole branch, oldest first."""
    mirror = mirror_of(repo)
    wanted = list(shas) or [sha for sha, _, _ in reversed(mirror.chain())]
    return list(read(mirror, wanted, zone=zone, budget=budget))


def reading(repo: GitRepo, sha: str | None = None, *, budget: int = PLENTY) -> Reading:
    return readings(repo, sha or repo.head, budget=budget)[0]


def commit(repo: GitRepo, sha: str | None = None) -> Commit:
    return reading(repo, sha).commit


def change(repo: GitRepo) -> FileChange:
    """The one change of the last commit."""
    (only,) = commit(repo).changes
    return only


def by_day(repo: GitRepo, zone: ZoneInfo) -> dict[str, list[str]]:
    """The shas of each day, under the day's ISO form."""
    days = commits_by_day(mirror_of(repo), zone, *EVERYTHING)
    return {day.isoformat(): shas for day, shas in days.items()}


def on_day(repo: GitRepo, day: str, zone: ZoneInfo) -> list[str]:
    date = dt.date.fromisoformat(day)
    return commits_by_day(mirror_of(repo), zone, date, date).get(date, [])


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    made = GitRepo.create(tmp_path / "repo")
    made.commit("feat: begin", {"a.py": "one\ntwo\nthree\n"}, date="2026-02-01T09:00:00+08:00")
    return made


# Days


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (UTC, "2026-02-13", 24),
        (SHANGHAI, "2026-02-13", 24),
        (KATHMANDU, "2026-02-13", 24),
        (NEW_YORK, "2026-03-07", 24),
        (NEW_YORK, "2026-03-08", 23),
        (NEW_YORK, "2026-11-01", 25),
        (NEW_YORK, "2026-11-02", 24),
    ],
)
def test_a_day_has_the_hours_that_clocks_show(
    tmp_path: Path, zone: ZoneInfo, day: str, hours: int
) -> None:
    repo = GitRepo.create(tmp_path / "repo")
    repo.now = dt.datetime.fromisoformat(f"{day}T00:30:00+00:00") - 24 * HOUR
    repo.commits(72, every=HOUR)
    assert len(on_day(repo, day, zone)) == hours


@pytest.mark.parametrize("day", ["2026-02-13", "2026-03-08", "2026-03-09", "2026-11-01"])
@pytest.mark.parametrize("zone", [UTC, SHANGHAI, NEW_YORK, KATHMANDU], ids=str)
def test_midnight_belongs_to_the_new_day(tmp_path: Path, zone: ZoneInfo, day: str) -> None:
    repo = GitRepo.create(tmp_path / "repo")
    midnight = dt.datetime.fromisoformat(day).replace(tzinfo=zone)
    before = repo.commit("before", date=midnight.astimezone(dt.UTC) - SECOND)
    at = repo.commit("at", date=midnight.astimezone(dt.UTC))
    days = by_day(repo, zone)
    assert days.pop(day) == [at]
    assert list(days.values()) == [[before]]
    assert commit(repo).committed_at == midnight
    assert readings(repo, at, zone=zone)[0].commit.committed_at.utcoffset() == midnight.utcoffset()


def test_the_zone_of_the_committer_does_not_count(tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "repo")
    tokyo = repo.commit("one", date="2026-02-13T01:00:00+14:00")
    honolulu = repo.commit("two", date="2026-02-12T20:00:00-10:00")
    assert by_day(repo, UTC) == {"2026-02-12": [tokyo], "2026-02-13": [honolulu]}
    assert by_day(repo, SHANGHAI) == {"2026-02-12": [tokyo], "2026-02-13": [honolulu]}


def test_wrong_clocks_hide_nothing(repo: GitRepo) -> None:
    today = [repo.commit("today", date="2026-02-13T10:00:00Z")]
    old = repo.commit("an old clock", date="2011-01-01T00:00:00Z")
    zero = repo.commit("no clock", date="1970-01-01T00:00:00Z")
    today.append(repo.commit("today", date="2026-02-13T09:00:00Z"))
    ahead = repo.commit("a clock ahead", date="2026-08-01T00:00:00Z")
    today.append(repo.commit("today", date="2026-02-13T11:00:00Z"))
    days = by_day(repo, UTC)
    assert days["2026-02-13"] == today[::-1]
    assert days["2011-01-01"] == [old]
    assert days["1970-01-01"] == [zero]
    assert days["2026-08-01"] == [ahead]


@pytest.mark.parametrize("seconds", ["-1", "99999999999999", "18446744073709551615"])
def test_impossible_clocks_stop_nothing(repo: GitRepo, seconds: str) -> None:
    person = f"Ada <ada@example.org> {seconds} +0000".encode()
    odd = repo.raw_commit(b"odd", author=person, committer=person)
    fine = repo.commit("fine", date="2026-02-13T10:00:00Z")
    assert on_day(repo, "2026-02-13", UTC) == [fine]
    assert [item.commit.sha for item in readings(repo, odd, fine)] == [odd, fine]


def test_a_merge_is_one_entry_on_the_day_of_the_merge(repo: GitRepo) -> None:
    with repo.on("topic"):
        side = repo.commit("fix: on the side", {"b.py": "b\n"}, date="2026-02-10T10:00:00Z")
        repo.commit("fix: more", {"c.py": "c\n"}, date="2026-02-11T10:00:00Z")
    straight = repo.commit("fix: straight", {"a.py": "one\n"}, date="2026-02-12T10:00:00Z")
    merge = repo.merge("topic", date="2026-02-13T10:00:00Z")
    assert by_day(repo, UTC) == {
        "2026-02-01": [commit(repo, straight).parents[0]],
        "2026-02-12": [straight],
        "2026-02-13": [merge],
    }
    merged = commit(repo, merge)
    assert [parent == straight for parent in merged.parents] == [True, False]
    assert [(file.status, file.path) for file in merged.changes] == [("A", "b.py"), ("A", "c.py")]
    assert side not in {sha for sha, _, _ in mirror_of(repo).chain()}


def test_a_merge_that_changes_nothing_against_its_first_parent(repo: GitRepo) -> None:
    with repo.on("topic"):
        repo.commit("fix: same", {"a.py": "same\n"})
    repo.commit("fix: same", {"a.py": "same\n"})
    repo.merge("topic")
    assert commit(repo).changes == ()


def test_author_and_committer_have_their_own_times(repo: GitRepo) -> None:
    sha = repo.commit(
        "feat: late",
        date="2026-02-13T00:30:00+08:00",
        author_date="2025-11-01T12:00:00-04:00",
        author=Person("Grace Hopper"),
        committer=Person("A Robot"),
    )
    made = readings(repo, sha, zone=SHANGHAI)[0].commit
    assert made.author.name == "Grace Hopper"
    assert made.authored_at.isoformat() == "2025-11-02T00:00:00+08:00"
    assert made.committed_at.isoformat() == "2026-02-13T00:30:00+08:00"
    assert on_day(repo, "2026-02-13", SHANGHAI) == [sha]


def test_a_root_commit_adds_all_its_files(repo: GitRepo) -> None:
    made = commit(repo)
    assert made.parents == ()
    assert made.changes_known
    assert [(file.status, file.path, file.insertions) for file in made.changes] == [
        ("A", "a.py", 3)
    ]


def test_empty_commits_are_entries(repo: GitRepo) -> None:
    shas = [repo.commit("chore: run again"), repo.commit(""), repo.commit("\n\n")]
    made = [item.commit for item in readings(repo, *shas)]
    assert [(item.sha, item.changes, item.changes_known) for item in made] == [
        (sha, (), True) for sha in shas
    ]
    assert [item.subject for item in made] == ["chore: run again", "", ""]


def test_a_repository_without_commits(tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "repo")
    assert by_day(repo, UTC) == {}
    assert readings(repo) == []


def test_the_order_of_the_answers_is_that_of_the_question(repo: GitRepo) -> None:
    repo.commits(20, every=HOUR)
    shas = [sha for sha, _, _ in mirror_of(repo).chain()]
    mixed = shas[::2] + shas[1::2]
    assert [item.commit.sha for item in readings(repo, *mixed)] == mixed


# People


def test_the_mailmap_of_the_branch_is_applied(tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "repo", bare=False)
    repo.commit("one", {".mailmap": "Ada, Countess of Lovelace <ada@example.org>\n"})
    (tmp_path / "repo" / ".mailmap").write_text("Somebody Else <ada@example.org>\n")
    assert commit(repo).author.name == "Ada, Countess of Lovelace"


def test_a_mailmap_that_was_never_committed_is_not_applied(tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "repo", bare=False)
    repo.commit("one")
    (tmp_path / "repo" / ".mailmap").write_text("Somebody Else <ada@example.org>\n")
    assert commit(repo).author.name == "Ada Lovelace"


def test_email_addresses_are_nowhere(repo: GitRepo) -> None:
    author = Person("ada@example.org", "ada@example.org")
    body = (
        "Reported by Grace <grace@navy.mil>, see also linus@kernel.example.\n"
        "联系linus@kernel.example谢谢。 Ask grace@navy.mil: she knows.\n"
        "\n"
        "Co-authored-by: Grace Hopper <grace@navy.mil>\n"
        "Signed-off-by: ada@example.org\n"
    )
    repo.commit(f"fix: as linus@kernel.example said\n\n{body}", author=author)
    made = commit(repo)
    text = made.model_dump_json()
    for address in ("ada@example", "grace@navy", "linus@kernel", "navy.mil", "kernel.example"):
        assert address not in text
    assert made.author.name == "ada"
    assert made.subject == "fix: as linus@… said"
    assert [(item.key, item.value) for item in made.trailers] == [
        ("Co-authored-by", "Grace Hopper"),
        ("Signed-off-by", "ada@…"),
    ]


# Any bytes


def test_messages_in_other_encodings(repo: GitRepo) -> None:
    repo.commit("fix: Größe".encode("latin-1"), author=Person("Jürgen".encode("latin-1")))
    assert (commit(repo).subject, commit(repo).author.name) == ("fix: Größe", "Jürgen")
    repo.commit("fix: 修复".encode("gbk"), encoding="gbk", author=Person("张三".encode("gbk")))
    assert (commit(repo).subject, commit(repo).author.name) == ("fix: 修复", "张三")
    repo.commit(b"fix: \xff\xfe\x80", encoding="x-unheard-of")
    assert commit(repo).subject == "fix: \xff\xfe\x80"


def test_paths_in_other_encodings_stay_apart(repo: GitRepo) -> None:
    repo.commit("one", {b"gr\xf6sse": "a\n", b"gr\xe4sse": "b\n", "größe": "c\n"})
    assert [file.path for file in commit(repo).changes] == ["größe", "gr\\xe4sse", "gr\\xf6sse"]


def test_messages_as_they_come(repo: GitRepo) -> None:
    repo.commit("fix: windows\r\n\r\nfirst\r\nsecond\r\n\r\nAcked-by: B\r\n")
    made = commit(repo)
    assert (made.subject, made.body) == ("fix: windows", "first\nsecond\n\nAcked-by: B")
    assert made.trailers[0].value == "B"
    repo.commit("x" * 1000 + "\n\nbody")
    assert (commit(repo).subject, commit(repo).body) == ("x" * 1000, "body")
    repo.commit("one\ntwo\n\nthree")
    assert (commit(repo).subject, commit(repo).body) == ("one", "two\n\nthree")
    repo.commit("\n\n  one  \n\n\n    code\n\nend\n\n\n")
    assert (commit(repo).subject, commit(repo).body) == ("  one", "    code\n\nend")
    repo.commit("a\x01\x1b[31m\tb\n\n\x07")
    assert (commit(repo).subject, commit(repo).body) == ("a\x01\x1b[31m\tb", "\x07")


def test_a_message_with_a_nul_ends_there_as_in_git(repo: GitRepo) -> None:
    odd = repo.raw_commit(b"fix: seen\n\nbody\0not seen\n")
    after = repo.commit("fine", {"a.py": "x\n"})
    first, second = readings(repo, odd, after)
    assert (first.commit.subject, first.commit.body) == ("fix: seen", "body")
    assert second.commit.changes[0].path == "a.py"


def test_a_message_without_end(repo: GitRepo) -> None:
    repo.commit("long\n\n" + "line\n" * 100_000 + "\nSigned-off-by: Ada\n")
    made = commit(repo)
    assert len(made.body) == BODY_LIMIT
    assert made.body_omitted == 500_000 + len("\nSigned-off-by: Ada") - BODY_LIMIT
    assert made.trailers[0].key == "Signed-off-by"


LOOKALIKE = (
    "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n+added\n-removed\n\n"
    ":100644 100644 0000000 1111111 M\tx\nBinary files a/x and b/x differ\n"
    "\\ No newline at end of file\nrename from x\ncommit 0123456789\n"
)


def test_messages_that_look_like_patches(repo: GitRepo) -> None:
    shas = [
        repo.commit(f"look\n\n{LOOKALIKE}", {"x": "x\n"}),
        repo.commit(LOOKALIKE),
        repo.commit("\n:100644 100644 1 2 M", {"y": "y\n"}),
        repo.raw_commit(b"\n\n:\n" + "\n".join("0123456789abcdef" * 4).encode()),
    ]
    first, second, third, fourth = (item.commit for item in readings(repo, *shas))
    assert (first.subject, first.body) == ("look", LOOKALIKE.strip())
    assert [(file.path, file.insertions) for file in first.changes] == [("x", 1)]
    assert second.subject == "diff --git a/x b/x"
    assert second.changes == ()
    assert [file.path for file in third.changes] == ["y"]
    assert (fourth.subject, fourth.changes) == (":", ())


def test_files_that_look_like_patches(repo: GitRepo) -> None:
    lines = LOOKALIKE.count("\n")
    repo.commit("one", {"x": LOOKALIKE, "y": "".join(f"+{line}\n" for line in LOOKALIKE.split())})
    x, y = commit(repo).changes
    assert (x.insertions, x.deletions) == (lines, 0)
    assert (y.insertions, y.deletions) == (len(LOOKALIKE.split()), 0)
    repo.commit("two", {"x": f"{LOOKALIKE}--\n++\n-- a/x\n++ b/x\n"})
    assert (change(repo).insertions, change(repo).deletions) == (4, 0)
    repo.commit("three", {"x": ""})
    assert (change(repo).insertions, change(repo).deletions) == (0, lines + 4)


@pytest.mark.parametrize(
    "path",
    [
        "two words",
        "a b/c",
        "x b/x b/x",
        "new\nline",
        "tab\tquote\"back\\slash'",
        "\n@@ -1 +1 @@\n+x",
        "\ndiff --git a/x b/x\n",
        "Binary files a and b differ",
        "\nBinary files ",
        "-rf",
        "--output=x",
        ":(glob)*",
        "*?[a]",
        " leading and trailing ",
        "文件/ünï",
        "a\x01\x7f\x1b",
        "x" * 255,
    ],
)
def test_paths_as_they_come(repo: GitRepo, path: str) -> None:
    repo.commit("one", {path: "1\n2\n3\n4\n5\n"})
    assert (change(repo).path, change(repo).insertions, change(repo).binary) == (path, 5, False)
    repo.commit("two", {path: "1\n2\n3\n4\n5\n6\n"})
    assert (change(repo).status, change(repo).insertions, change(repo).deletions) == ("M", 1, 0)
    repo.commit("three", {path: None, "new": "1\n2\n3\n4\n5\n7\n"})
    renamed = change(repo)
    assert (renamed.status, renamed.previous_path, renamed.path) == ("R", path, "new")
    assert (renamed.insertions, renamed.deletions) == (1, 1)


def test_files_with_control_characters(repo: GitRepo) -> None:
    repo.commit("one", {"x": b"a\x01\x1b\r\nb\r\x0cc\x85\xe2\x80\xa8d\n"})
    assert (change(repo).insertions, change(repo).binary) == (2, False)


def test_nuls_make_a_file_binary_but_only_near_its_beginning(repo: GitRepo) -> None:
    repo.commit("one", {"x": b"a\0b\n"})
    assert (change(repo).binary, change(repo).insertions) == (True, None)
    text = b"line\n" * 10_000
    repo.commit("two", {"y": text + b"\0\ndiff --git \0\n"})
    assert (change(repo).binary, change(repo).insertions) == (False, 10_002)
    assert b"\0" in reading(repo).patches[0].data


def test_no_newline_at_the_end(repo: GitRepo) -> None:
    repo.commit("one", {"x": "a\nb"})
    assert change(repo).insertions == 2
    repo.commit("two", {"x": "a\nb\n"})
    assert (change(repo).insertions, change(repo).deletions) == (1, 1)
    repo.commit("three", {"x": "a\nb\nc"})
    assert (change(repo).insertions, change(repo).deletions) == (1, 0)


# Kinds of changes


def test_a_rename_keeps_where_it_came_from(repo: GitRepo) -> None:
    repo.commit("move", {"a.py": None, "b/c.py": "one\ntwo\nthree\n"})
    only = change(repo)
    assert (only.status, only.previous_path, only.path) == ("R", "a.py", "b/c.py")
    assert (only.insertions, only.deletions) == (0, 0)


def test_a_change_of_mode_alone(repo: GitRepo) -> None:
    repo.chmod("a.py", executable=True)
    only = change(repo)
    assert (only.status, only.previous_mode, only.mode) == ("M", "100644", "100755")
    assert (only.insertions, only.deletions, only.binary) == (0, 0, False)
    repo.commit("more", {"a.py": Executable("one\n")})
    assert (change(repo).mode, change(repo).previous_mode) == (None, None)


def test_a_binary_file_has_no_lines(repo: GitRepo) -> None:
    repo.commit("one", {"logo.png": b"\x89PNG\r\n\x1a\n\0\0" + bytes(range(256))})
    assert (change(repo).binary, change(repo).insertions, change(repo).deletions) == (
        True,
        None,
        None,
    )
    repo.commit("two", {"logo.png": b"\x89PNG\0"})
    assert (change(repo).status, change(repo).binary) == ("M", True)
    made = reading(repo)
    assert made.patches[0].data == b""
    assert made.coverage.whole


def test_a_submodule_moves(repo: GitRepo) -> None:
    repo.commit("add", {"deps/lib": Submodule("1" * 40)})
    assert (change(repo).submodule, change(repo).insertions) == (True, 1)
    repo.commit("bump", {"deps/lib": Submodule("2" * 40)})
    only = change(repo)
    assert (only.status, only.submodule, only.insertions, only.deletions) == ("M", True, 1, 1)
    assert "+Subproject commit " + "2" * 40 in reading(repo).patches[0].text


def test_changes_of_type(repo: GitRepo) -> None:
    repo.commit("link", {"a.py": Link("b.py"), "z": "z\n"})
    link, after = commit(repo).changes
    assert (link.status, link.symlink, link.insertions, link.deletions) == ("T", True, 1, 3)
    assert (link.previous_mode, link.mode) == ("100644", "120000")
    assert (after.path, after.insertions) == ("z", 1)
    repo.commit("file", {"a.py": "1\n2\n", "z": "z\nz\n"})
    link, after = commit(repo).changes
    assert (link.status, link.symlink, link.insertions, link.deletions) == ("T", True, 2, 1)
    assert (after.path, after.insertions) == ("z", 1)
    repo.commit("submodule", {"a.py": Submodule("3" * 40), "z": "z\n"})
    module, after = commit(repo).changes
    assert (module.status, module.submodule, module.insertions, module.deletions) == (
        "T",
        True,
        1,
        2,
    )
    assert (after.path, after.deletions) == ("z", 1)
    repo.commit("binary", {"a.py": b"\0", "z": "z\nz\n"})
    blob, after = commit(repo).changes
    assert (blob.status, blob.binary, after.insertions) == ("T", True, 1)


def test_a_file_becomes_a_folder(repo: GitRepo) -> None:
    repo.commit("folder", {"a.py": None, "a.py/b": "x\n"})
    assert [(item.status, item.path) for item in commit(repo).changes] == [
        ("D", "a.py"),
        ("A", "a.py/b"),
    ]


def test_what_the_repository_says_about_itself_changes_nothing(repo: GitRepo) -> None:
    repo.commit("one", {".gitattributes": "* -diff\n*.py binary\n", "b.py": "x\n"})
    expected = commit(repo)
    for key, value in {
        "diff.noprefix": "true",
        "diff.renames": "false",
        "diff.external": "false",
        "diff.submodule": "log",
        "diff.context": "0",
        "diff.algorithm": "patience",
        "log.showSignature": "true",
        "log.date": "relative",
        "log.mailmap": "false",
        "log.follow": "true",
        "log.diffMerges": "off",
        "format.pretty": "oneline",
        "format.notes": "*",
        "i18n.logOutputEncoding": "UTF-16",
        "color.ui": "always",
        "core.quotePath": "true",
        "core.abbrev": "4",
    }.items():
        repo.git("config", key, value)
    assert commit(repo) == expected
    assert [file.insertions for file in expected.changes] == [2, 1]


def test_everything_counts_as_git_counts(repo: GitRepo) -> None:
    """One history with all of the above, against ``git log --numstat``."""
    text = "".join(f"line {number}\n" for number in range(200))
    repo.commit(
        "one", {"t": text, "old": text + "x\n", "bin": b"\0" * 100, "s": Submodule("1" * 40)}
    )
    repo.commit("two", {"t": text.replace("7", "seven"), "old": None, "new": text, "l": Link("t")})
    repo.commit("three", {"l": text, "s": Submodule("2" * 40), "bin": b"\0\1", "new": text[:-1]})
    repo.commit("four", {"patch": LOOKALIKE, "a b/\n+": "x", 'q"\t': "\r\n\r", b"\xff\xfe": "y\n"})
    repo.commit("five", {"patch": LOOKALIKE[::-1], "a b/\n+": "x\n", "t": "", b"\xff\xfe": None})
    repo.commit("six", {"mixed": b"a\n" * 9000 + b"\0\n-\n+\n", "l": Submodule("3" * 40)})
    with repo.on("topic"):
        repo.commit("seven", {"side": text, "new": None})
    repo.commit("eight", {"patch": None, "huge": "x" * 600_000 + "\n" + "y" * 600_000})
    repo.merge("topic")
    repo.chmod("a.py", executable=True)
    repo.commit("ten")
    repo.commit("eleven", {"huge": "y" * 600_000})
    for made in readings(repo):
        options = ("-z", "-M50%", "--root", "--diff-merges=first-parent", "--format=")
        tokens = repo.git("log", "--no-walk", "--numstat", *options, made.commit.sha).split(b"\0")
        expected = []
        while len(tokens) > 1:
            added, removed, path = tokens.pop(0).lstrip(b"\n").split(b"\t", 2)
            if not path:
                _, path = tokens.pop(0), tokens.pop(0)
            counts = [None if count == b"-" else int(count) for count in (added, removed)]
            expected.append((path.decode("utf-8", "backslashreplace"), *counts))
        counted = [(file.path, file.insertions, file.deletions) for file in made.commit.changes]
        assert counted == expected, made.commit.subject
        assert made.coverage.whole
        lines = made.commit.insertions + made.commit.deletions
        assert (made.coverage.lines, made.coverage.lines_read) == (lines, lines)


# Size


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


# What is not there


def lose(repo: GitRepo, name: str) -> None:
    """Take an object out of a repository, as a bad disk does."""
    loose(repo, name).unlink()


def loose(repo: GitRepo, name: str) -> Path:
    sha = repo.sha(name)
    return repo.git_dir / "objects" / sha[:2] / sha[2:]


def test_a_missing_file_is_marked_and_costs_the_others_nothing(repo: GitRepo) -> None:
    shas = [
        repo.commit("one", {"b.py": "b\n", "c.py": "lost\n", "d.py": "d\n"}),
        repo.commit("two", {"e.py": "e\n"}),
        repo.commit("three", {"c.py": "found\n", "f.py": "f\n"}),
        repo.commit("four", {"g.py": "g\n"}),
    ]
    lose(repo, f"{shas[0]}:c.py")
    made = readings(repo, *shas)
    assert [item.commit.sha for item in made] == shas
    shown = [[(file.path, file.insertions) for file in item.commit.changes] for item in made]
    assert shown == [
        [("b.py", 1), ("c.py", None), ("d.py", 1)],
        [("e.py", 1)],
        [("c.py", None), ("f.py", 1)],
        [("g.py", 1)],
    ]
    missing = [file.path for item in made for file in item.commit.changes if file.missing]
    assert missing == ["c.py", "c.py"]
    assert [patch.path for patch in made[0].patches if patch.data] == ["b.py", "d.py"]
    assert (made[0].coverage.files, made[0].coverage.files_read) == (3, 2)
    assert made[0].coverage.whole is False
    assert made[1].coverage.whole
    assert made[0].commit.changes[1].status == "A"


def test_only_the_file_of_a_commit_is_missing(repo: GitRepo) -> None:
    repo.commit("one", {b"\xff:(*)": "lost\n"})
    repo.git("repack", "-q")
    only = repo.commit("two", {b"\xff:(*)": "lost too\n"})
    lose(repo, repo.git("rev-parse", only.encode() + b":\xff:(*)").decode().strip())
    made = commit(repo)
    assert [(file.path, file.missing) for file in made.changes] == [("\\xff:(*)", True)]
    assert made.changes_known


def test_more_missing_files_than_a_command_can_name(repo: GitRepo) -> None:
    names = [f"{number}/{'x' * 200}/{'y' * 200}" for number in range(1500)]
    repo.commit("many", dict.fromkeys(names, "lost\n") | {"here": "here\n"})
    lose(repo, f"{repo.head}:{names[0]}")
    made = commit(repo)
    assert len(made.changes) == 1501
    assert all(file.missing for file in made.changes)


def test_a_commit_without_trees_keeps_its_message(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit("two\n\nbody", {"a.py": "x\n"})
    repo.allow_partial_clones()
    treeless = repo.clone(tmp_path / "clone", "--bare", "--filter=tree:0")
    made = commit(treeless)
    assert (made.subject, made.body) == ("two", "body")
    assert (made.changes, made.changes_known) == ((), False)


def test_the_edge_of_a_shallow_history(repo: GitRepo, tmp_path: Path) -> None:
    repo.commits(5, every=HOUR)
    shallow = repo.clone(tmp_path / "clone", "--bare", "--depth=3")
    made = [item.commit for item in readings(shallow)]
    assert [item.changes_known for item in made] == [False, True, True]
    assert [len(item.changes) for item in made] == [0, 1, 1]
    assert [len(item.parents) for item in made] == [0, 1, 1], "git hides what is cut off"


def test_a_damaged_file_is_noticed(repo: GitRepo) -> None:
    before = repo.commit("before", {"b.py": "b\n"})
    damaged = repo.commit("damaged", {"b.py": "bb\n", "c.py": "c\n" * 1000, "d.py": "d\n"})
    after = repo.commit("after", {"e.py": "e\n"})
    file = loose(repo, f"{damaged}:c.py")
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:20])
    mirror = mirror_of(repo)
    made = []
    with pytest.raises(HistoryError, match=r"owner/name: git .* failed with status") as told:
        made.extend(read(mirror, [before, damaged, after], zone=UTC, budget=PLENTY))
    assert str(repo.path) not in str(told.value)


def test_a_missing_commit_is_noticed(repo: GitRepo) -> None:
    shas = [repo.commit("one", {"b.py": "b\n"}), repo.commit("two")]
    with pytest.raises(HistoryError, match="owner/name"):
        readings(repo, shas[0], "0" * 39 + "1", shas[1])


# Tables


@pytest.mark.parametrize(
    ("message", "subject", "body"),
    [
        ("", "", ""),
        ("\n\n", "", ""),
        ("one", "one", ""),
        ("one\n", "one", ""),
        ("  one  ", "  one", ""),
        ("\n\none\n\ntwo\n", "one", "two"),
        ("one\ntwo\n\nthree", "one", "two\n\nthree"),
        ("one\n\n    code\n", "one", "    code"),
        ("one\r\n\r\ntwo\r\nthree\r\n", "one", "two\nthree"),
        ("one\rstill one", "one\rstill one", ""),
        ("one\n\n\n\ntwo\n\n\n\nthree  \n", "one", "two\n\n\n\nthree"),
    ],
)
def test_split_message(message: str, subject: str, body: str) -> None:
    assert split_message(message) == (subject, body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", []),
        ("just words", []),
        ("Fixes: #1", [("Fixes", "#1")]),
        ("words\n\nFixes: #1\nAcked-by: B\n", [("Fixes", "#1"), ("Acked-by", "B")]),
        ("words\nFixes: #1", []),
        ("Fixes: #1\n\nwords", []),
        ("words\n \t\nFixes:  #1  ", [("Fixes", "#1")]),
        ("Note: a\nNote: b", [("Note", "a"), ("Note", "b")]),
        ("See https://example.org", []),
        ("Fixes:#1", []),
        ("Fixes: ", []),
        ("Fixés: #1", []),
    ],
)
def test_trailers(body: str, expected: list[tuple[str, str]]) -> None:
    assert [(item.key, item.value) for item in trailers(body)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A <a@b.c>", "A"),
        ("<a@b.org> said", " said"),
        ("A <12+a@users.noreply.github.com>, B <b@localhost>", "A, B"),
        ("ask a.b+c@example.co.uk.", "ask a.b+c@…."),
        ("ask a@example.org: now", "ask a@…: now"),
        ("ask (a@example.org)", "ask (a@…)"),
        ("a@example.org/", "a@…/"),
        ("a@example.org-", "a@…-"),
        ("问a@example.org谢谢", "问a@…谢谢"),
        ("a@bücher.example", "a@…"),
        ("mailto:a@example.org", "mailto:a@…"),
        ("a@b.org,c@d.org;e@f.org", "a@…,c@…;e@…"),
        ("x" * 100 + "@example.org", "x" * 100 + "@…"),
        ("é@corp.example.com", "é@…"),
        ("почта@пример.рф", "почта@…"),
        ("user@xn--e1afmkfd.xn--p1ai", "user@…"),
        ("a@x.com/b@y.com", "a@…/b@…"),
        ("a@b.co:8080 c@d.org:word", "a@…:8080 c@…:word"),
        ("git@github.com:a/b.git", None),
        ("ssh://git@github.com/a/b", None),
        ("tool@v1.2.3", None),
        ("actions/checkout@v4", None),
        ("@octocat and @scope/package", None),
        ("a @ b.org", None),
        ("@pytest.mark.skip", None),
        ("f(x)@y", None),
        ("std::vector<a>", None),
    ],
)
def test_without_addresses(text: str, expected: str | None) -> None:
    assert without_addresses(text) == (text if expected is None else expected)


def test_addresses_are_looked_for_in_bounded_time() -> None:
    for text in ("a" * 200_000 + "@", "a@" * 100_000, "<" * 200_000 + "@", "a@" + "b." * 100_000):
        assert len(without_addresses(text)) <= len(text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("ada@example.org", "ada"),
        ("Ada (ada@example.org)", "Ada (ada)"),
        ("Ada <ada@example.org>", "Ada"),
        ("  Ada  ", "Ada"),
        ("", "?"),
        ("<ada@example.org>", "?"),
        ("dependabot[bot]", "dependabot[bot]"),
        ("@octocat", "@octocat"),
        ("张三", "张三"),
    ],
)
def test_person_name(name: str, expected: str) -> None:
    assert person_name(name) == expected


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("UTC", "2026-02-13", "2026-02-13T00:00:00+00:00"),
        ("Asia/Shanghai", "2026-02-13", "2026-02-13T00:00:00+08:00"),
        ("Asia/Kathmandu", "2026-02-13", "2026-02-13T00:00:00+05:45"),
        ("America/New_York", "2026-03-08", "2026-03-08T00:00:00-05:00"),
        ("America/New_York", "2026-03-09", "2026-03-09T00:00:00-04:00"),
        ("America/New_York", "2026-11-01", "2026-11-01T00:00:00-04:00"),
        # Clocks went from 23:59:59 to 01:00, and in Samoa a day further.
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00"),
        ("Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00"),
        # Midnight came twice.
        ("America/Havana", "2026-11-01", "2026-11-01T00:00:00-04:00"),
    ],
)
def test_first_moment(zone: str, day: str, expected: str) -> None:
    assert first_moment(dt.date.fromisoformat(day), ZoneInfo(zone)).isoformat() == expected


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "America/Havana", "Pacific/Apia"])
def test_days_meet_without_gap(zone: str) -> None:
    """Each second belongs to the day that begins last before it."""
    days = [dt.date(2011, 12, 1) + dt.timedelta(days=number) for number in range(700)]
    starts = [first_moment(day, ZoneInfo(zone)) for day in days]
    for start, end in pairwise(starts):
        assert start <= end
        if start < end:
            assert moment(int(end.timestamp()) - 1, ZoneInfo(zone)).date() == start.date()
