"""Changed files of a commit, as git itself counts them."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.gitrepo import Executable, GitRepo, Link, Submodule
from support.histories import LOOKALIKE, begun, change, commit, reading, readings


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return begun(tmp_path / "repo")


# Any bytes


def test_paths_in_other_encodings_stay_apart(repo: GitRepo) -> None:
    repo.commit("one", {b"gr\xf6sse": "a\n", b"gr\xe4sse": "b\n", "größe": "c\n"})
    assert [file.path for file in commit(repo).changes] == ["größe", "gr\\xe4sse", "gr\\xf6sse"]


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
