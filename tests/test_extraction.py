"""Facts by processes of their own: the same as here, in order, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from support import edits
from support.dying import die_halfway
from support.gitrepo import GitRepo
from support.processes import limited, run

from digest import extraction
from digest.contents import LIMIT, BlobReader
from digest.extraction import Extractor, Task
from digest.facts.grammar import UNKNOWN
from digest.gitprocess import GitDir
from digest.model import Facts, FilePatch, Reading


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo.create(tmp_path / "repo")


def git_dir(repo: GitRepo) -> GitDir:
    return GitDir(path=repo.git_dir, slug="owner/name")


def tasks(count: int) -> Iterator[Task]:
    for number in range(count):
        files = {f"src/{number}.py": (None, f"def f{number}(a):\n    return a\n")}
        yield edits.reading(files, f"feat: number {number}"), UNKNOWN


def test_processes_find_what_is_found_here(repo: GitRepo) -> None:
    with Extractor(workers=1) as here, Extractor(workers=2) as there:
        alone = list(here.facts(tasks(100), git_dir(repo), many=True))
        together = list(there.facts(tasks(100), git_dir(repo), many=True))
    assert together == alone
    assert [reading.commit.subject for reading, _ in together] == [
        f"feat: number {number}" for number in range(100)
    ]


def test_readings_are_taken_as_they_are_needed(repo: GitRepo) -> None:
    """A year of patches is never held at once."""
    taken = 0

    def counted() -> Iterator[Task]:
        nonlocal taken
        for task in tasks(2_000):
            taken += 1
            yield task

    with Extractor(workers=2) as extractor:
        answers = extractor.facts(counted(), git_dir(repo), many=True)
        next(answers)
        assert taken < 200
        answers.close()


def test_large_patches_are_handed_over_by_their_size(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digest.extraction._BATCH_BYTES", 20_000)

    def large(task: Task) -> Reading:
        (patch,) = task[0].patches
        return replace(task[0], patches=(FilePatch(patch.path, patch.data * 400),))

    taken = 0

    def counted() -> Iterator[Task]:
        nonlocal taken
        for task in tasks(30):
            taken += 1
            yield large(task), UNKNOWN

    with Extractor(workers=2) as extractor:
        answers = extractor.facts(counted(), git_dir(repo), many=True)
        next(answers)
        assert taken < 15
        answers.close()


def test_a_process_that_is_killed_costs_no_facts(repo: GitRepo) -> None:
    """Not its own, and not those of another repository, which share the processes."""
    with Extractor(workers=2) as extractor:
        expected = [facts for _, facts in extractor.facts(tasks(400), git_dir(repo), many=False)]
        one = extractor.facts(tasks(400), git_dir(repo), many=True)
        other = extractor.facts(tasks(400), git_dir(repo), many=True)
        found = [[next(one)[1]], [next(other)[1]]]
        for child in children(os.getpid(), "spawn_main"):
            os.kill(child, signal.SIGKILL)
        found[0] += [facts for _, facts in one]
        found[1] += [facts for _, facts in other]
    assert found == [expected, expected]


_EXTRACT = extraction._extract


def _extract_halfway(git: GitDir, batch: list[Task]) -> list[Facts]:
    """In the first process that is asked: is killed while its answer is written."""
    try:
        git.path.with_name("killed").touch(exist_ok=False)
    except FileExistsError:
        return _EXTRACT(git, batch)
    die_halfway()
    return _EXTRACT(git, batch)


def _lose(pool: ProcessPoolExecutor, task: Any, *arguments: Any) -> Future[Any]:
    """The third question is asked at the moment at which a process is killed."""
    _asked.append(task)
    if len(_asked) == 3:
        for child in active_children():
            child.kill()
        return Future()
    return _SUBMIT(pool, task, *arguments)


_SUBMIT, _asked = ProcessPoolExecutor.submit, list[Any]()


def extract_in_spite(repo: Path, how: str) -> None:
    """Read facts, and lose an answer; called by a process that may stand still."""
    if how == "half":
        extraction._extract = _extract_halfway
    else:
        ProcessPoolExecutor.submit = _lose
    git = GitDir(path=repo, slug="owner/name")
    with Extractor(workers=2) as extractor:
        expected = list(extractor.facts(tasks(100), git, many=False))
        found = list(extractor.facts(tasks(100), git, many=True))
    assert found == expected
    assert git.path.with_name("killed").exists() == (how == "half")
    assert active_children() == []


@pytest.mark.parametrize("how", ["half", "lost"])
def test_an_answer_that_is_lost_costs_no_facts(repo: GitRepo, tmp_path: Path, how: str) -> None:
    code = (
        "from pathlib import Path; import test_extraction\n"
        f"test_extraction.extract_in_spite(Path({str(repo.git_dir)!r}), {how!r})"
    )
    assert run(cwd=tmp_path, code=code) == (0, "")


_VICTIM = """
import sys, time
sys.path.insert(0, "tests")
from pathlib import Path
from test_extraction import tasks
from digest.extraction import Extractor
from digest.gitprocess import GitDir
if __name__ == "__main__":
    with Extractor(workers=2) as extractor:
        git = GitDir(path=Path(sys.argv[1]), slug="owner/name")
        answers = extractor.facts(tasks(5_000), git, many=True)
        next(answers)
        print("begun", flush=True)
        time.sleep(60)
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_nothing_goes_on_when_the_run_is_killed(repo: GitRepo, tmp_path: Path) -> None:
    script = tmp_path / "victim.py"
    script.write_text(_VICTIM)
    root = Path(__file__).parent.parent
    command = [sys.executable, str(script), str(repo.git_dir)]
    environ = {**os.environ, "PYTHONPATH": f"{root}:{root / 'tests'}"}
    with limited(*command, cwd=root, env=environ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        workers = children(process.pid, "spawn_main")
        assert workers
        process.kill()
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{worker}/cmdline").exists() for worker in workers):
        assert time.monotonic() < deadline, "they outlive the run"
        time.sleep(0.05)


def children(parent: int, word: str) -> list[int]:
    """The processes below another whose command has a word."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            owner = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if owner == parent and word.encode() in command:
            found.append(int(folder.name))
    return found


# Whole files


def test_blobs_are_read_by_their_names(repo: GitRepo) -> None:
    repo.commit("add", {"a.txt": "one\n", "b.bin": b"\0\xff", "empty": ""})
    names = {path: repo.sha(f"HEAD:{path}") for path in ("a.txt", "b.bin", "empty")}
    with BlobReader(git_dir(repo)) as contents:
        for _ in range(2):
            assert contents(names["a.txt"]) == b"one\n"
            assert contents(names["b.bin"]) == b"\0\xff"
            assert contents(names["empty"]) == b""


def test_what_is_not_there_is_none(repo: GitRepo) -> None:
    repo.commit("add", {"a/b.txt": "one\n", "large": "x" * (LIMIT + 1)})
    tree, large, small = (repo.sha(name) for name in ("HEAD:a", "HEAD:large", "HEAD:a/b.txt"))
    with BlobReader(git_dir(repo)) as contents:
        assert contents("0" * 40) is None
        assert contents(tree) is None
        assert contents(large) is None, "larger than anybody writes by hand"
        assert contents(small) == b"one\n", "and what comes after it is read rightly"


def test_a_git_that_ends_is_started_again(repo: GitRepo) -> None:
    repo.commit("add", {"a.txt": "one\n", "b.txt": "two\n"})
    first, second = (repo.sha(f"HEAD:{name}.txt") for name in "ab")
    with BlobReader(git_dir(repo)) as contents:
        assert contents(first) == b"one\n"
        for child in children(os.getpid(), "cat-file"):
            os.kill(child, signal.SIGKILL)
        contents(second)
        assert contents(repo.sha("HEAD^{commit}")) is None
        assert contents(first) == b"one\n"


_UNGUARDED = """
import sys
sys.path.insert(0, "tests")
from pathlib import Path
from test_extraction import tasks
from digest.extraction import Extractor
from digest.gitprocess import GitDir
print("begun", flush=True)
with Extractor(workers=2) as extractor:
    git = GitDir(path=Path(sys.argv[1]), slug="owner/name")
    print(len(list(extractor.facts(tasks(40), git, many=True))), flush=True)
"""


def test_a_script_without_a_guard_runs_once(repo: GitRepo, tmp_path: Path) -> None:
    script = tmp_path / "unguarded.py"
    script.write_text(_UNGUARDED)
    done = subprocess.run(
        [sys.executable, str(script), str(repo.git_dir)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert (done.stdout, done.stderr) == ("begun\n40\n", "")
