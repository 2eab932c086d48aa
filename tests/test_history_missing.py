"""Objects that a repository has lost, or never had."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.gitrepo import GitRepo
from support.histories import HOUR, PLENTY, UTC, begun, commit, mirror_of, readings

from digest.errors import HistoryError
from digest.history import read


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return begun(tmp_path / "repo")


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
