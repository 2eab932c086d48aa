"""Days made ahead by processes of their own: the same files as in one process."""

from __future__ import annotations

import datetime as dt
import os
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import active_children, util
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from support.archives import FIRST, day, entry, settings
from support.dying import die_halfway
from support.processes import run, runs

from digest import ahead, processes
from digest.ahead import FewAhead, made_ahead
from digest.feeds.folder import Folder
from digest.kept.memory import Memory
from digest.kept.store import Store
from digest.keptdays import KeptDays
from digest.making import WORTH_IT
from digest.model import Day, Entry, Repository, Revert
from digest.pageviews import Page
from digest.searchbox import Ahead as SearchAhead
from digest.settings import Settings
from digest.site import Site, sites
from digest.writing import write

DAYS = WORTH_IT + 2


def days() -> list[Day]:
    """One commit a day; the last takes the first back, which the first day's page tells."""
    made = [
        day(FIRST + dt.timedelta(days=n), [entry(f"feat: {n}", sha=f"{n + 1:07x}")])
        for n in range(DAYS - 1)
    ]
    undone = Revert(sha=made[0].entries[0].commit.sha)
    last = entry("Take it back", sha="fffffff", reverts=(undone,))
    return [*made, day(FIRST + dt.timedelta(days=DAYS - 1), [last])]


def languages(current: Settings, data: Path) -> list[Site]:
    """Both languages of a site, with what they offer."""
    made = sites(current, "Digest")
    folder = Folder(data)
    for site in made:
        site.publish(folder.put, site_url="https://d.org/", description="d")
    return made


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def current(folder: Path, *archived: Day, cache: bool) -> Settings:
    made = settings(folder, *archived)
    return replace(made, languages=("en", "zh"), cache=folder / "cache" if cache else None)


@dataclass(frozen=True)
class Notes:
    """Notes which days and pages it was asked for."""

    folder: Path

    def missing(self) -> Sequence[dt.date]:
        return ()

    def make(
        self,
        date: dt.date,
        entries: Callable[[], Sequence[tuple[Repository, Entry]]] | None = None,
    ) -> None:
        assert entries is not None
        (self.folder / f"{date}").write_text(str(len(entries())))

    def parts(self) -> int:
        return 2

    def join(self, number: int) -> None:
        (self.folder / f"part-{number}").touch()

    def __call__(self, path: str, text: str) -> bool:
        (self.folder / path.replace("/", "-")).write_text(text)
        return "2026/02/13" not in path


@pytest.fixture(params=["fork", "spawn"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How processes are started, whatever else runs in this one."""
    for module in (processes, ahead):
        monkeypatch.setattr(module, "are_forked", lambda: request.param == "fork")
    return str(request.param)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("cache", [True, False])
def test_days_made_ahead_are_the_same_files(tmp_path: Path, *, cache: bool) -> None:
    alone = current(tmp_path / "a", *days(), cache=False)
    write(languages(alone, tmp_path / "a-data"), tmp_path / "one")
    many = current(tmp_path / "b", *days(), cache=cache)
    made = languages(many, tmp_path / "b-data")
    notes = Notes(tmp_path / "notes")
    notes.folder.mkdir()
    with made_ahead(made, of_days=notes, of_pages=lambda: notes, processes=2) as begun:
        write(made, tmp_path / "two")
    begun.end()
    every = {path for site in made for path in site.paths()}
    undone = {"2026/02/13.md", "zh/2026/02/13.md"}
    assert begun.paths == every - undone, "there was nothing to be made"
    assert "Reverted by" in (tmp_path / "one" / f"{FIRST:%Y/%m/%d}.md").read_text("utf-8")
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert files(tmp_path / "a-data") == files(tmp_path / "b-data")
    noted = files(notes.folder)
    pages = {name: text for name, text in noted.items() if name.endswith(".md")}
    written = files(tmp_path / "two")
    assert pages == {name.replace("/", "-"): text for name, text in written.items()}
    assert noted[f"{FIRST}"] == b"1"
    assert {"part-0", "part-1"} <= noted.keys()


@pytest.mark.parametrize(("count", "most"), [(5, 12), (DAYS, 6)])
def test_there_are_no_more_processes_than_there_is_work_for(
    tmp_path: Path, way: str, count: int, most: int
) -> None:
    made = sites(current(tmp_path, *days()[-count:], cache=True), "Digest")
    (notes := Notes(tmp_path / "notes")).folder.mkdir()
    before = len(active_children())
    with made_ahead(made, of_days=notes, processes=64):
        write(made, tmp_path / "pages")
        begun = len(active_children()) - before
    assert begun <= most
    assert begun >= (2 if way == "fork" or count == DAYS else 0)


def test_what_was_made_ahead_is_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = current(tmp_path, *days(), cache=True)
    made = languages(many, tmp_path / "data")
    here, make = os.getpid(), KeptDays.page_anew

    def elsewhere(days: KeptDays, date: dt.date) -> Page:
        assert os.getpid() != here, "made by this process"
        return make(days, date)

    monkeypatch.setattr(KeptDays, "page_anew", elsewhere)
    with made_ahead(made, processes=2):
        write(made, tmp_path / "pages")


@dataclass(frozen=True)
class Makers(Notes):
    """Notes which process was asked."""

    new: tuple[dt.date, ...] = ()

    def missing(self) -> Sequence[dt.date]:
        return self.new

    def make(
        self,
        date: dt.date,
        entries: Callable[[], Sequence[tuple[Repository, Entry]]] | None = None,
    ) -> None:
        (self.folder / f"{date} {os.getpid()}").touch()

    def __call__(self, path: str, text: str) -> bool:
        (self.folder / f"{path.replace('/', '-')} {os.getpid()}").touch()
        return True


def _warm(folder: Path, *old: Day, new: Sequence[Day]) -> list[Site]:
    """A site with its feeds of which some days are kept from the build before."""
    write(languages(current(folder, *old, cache=True), folder / "data"), folder / "pages")
    return languages(current(folder, *old, *new, cache=True), folder / "data")


@pytest.mark.parametrize("way", ["fork"], indirect=True)
def test_one_new_day_is_shared_out_among_processes_that_are_forked(
    tmp_path: Path, way: str
) -> None:
    assert way == "fork"
    *old, new = days()[-6:]
    made = _warm(tmp_path, *old, new=[new])
    (notes := Makers(tmp_path / "notes", (new.date,))).folder.mkdir()
    ahead = made_ahead(made, of_days=notes, of_pages=lambda: notes, processes=2)
    few = FewAhead(notes)
    with ahead as begun:
        write(made, tmp_path / "pages")
    begun.end()
    few.wait()
    paths = begun.paths
    assert paths == {path for site in made for path in site.paths()}
    noted = [path.name.split() for path in notes.folder.iterdir()]
    assert made[0].gathering.ungathered() == (new.date,)
    names = {path.replace("/", "-") for path in paths} | {str(new.date)}
    assert {name for name, *_ in noted} == names | {"part-0", "part-1"}
    assert str(os.getpid()) not in {process for _, *processes in noted for process in processes}
    clean = languages(current(tmp_path / "c", *old, new, cache=False), tmp_path / "c-data")
    write(clean, tmp_path / "c-pages")
    assert files(tmp_path / "pages") == files(tmp_path / "c-pages")
    assert files(tmp_path / "data") == files(tmp_path / "c-data")


@pytest.mark.parametrize("way", ["spawn"], indirect=True)
def test_for_one_new_day_no_process_is_spawned(tmp_path: Path, way: str) -> None:
    assert way == "spawn"
    *old, new = days()
    made = _warm(tmp_path, *old, new=[new])
    (notes := Notes(tmp_path / "notes")).folder.mkdir()
    with made_ahead(made, of_days=notes, of_pages=lambda: notes, processes=2) as begun:
        write(made, tmp_path / "pages")
    assert begun.paths == set()
    assert files(notes.folder) == {}


def test_a_cache_that_cannot_be_written_leaves_the_work_to_one_process(tmp_path: Path) -> None:
    alone = current(tmp_path / "a", *days(), cache=False)
    write(sites(alone, "Digest"), tmp_path / "one")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "cache").write_text("a file is in the way")
    made = sites(current(tmp_path / "b", *days(), cache=True), "Digest")
    notes = Notes(tmp_path / "notes")
    notes.folder.mkdir()
    with made_ahead(made, of_days=notes, of_pages=lambda: notes, processes=2):
        write(made, tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert files(notes.folder) == {}


def test_nothing_is_left_lying_of_a_search_that_cannot_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "aside"))
    (tmp_path / "aside").mkdir()
    site = current(tmp_path, *days()[-3:], cache=True)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "search").write_text("a file is in the way")
    FewAhead(SearchAhead(site, tmp_path / "cache")).wait()
    assert not [*(tmp_path / "aside").iterdir()]


def _is_made_all_the_same(
    folder: Path, count: int = DAYS, *, of_days: Notes | None = None, of_pages: Notes | None = None
) -> None:
    """What is made with other processes is what one makes alone."""
    alone = current(folder / "a", *days()[-count:], cache=False)
    write(sites(alone, "Digest"), folder / "one")
    made = sites(current(folder / "b", *days()[-count:], cache=True), "Digest")
    with made_ahead(made, processes=2, of_days=of_days, of_pages=lambda: of_pages) as begun:
        write(made, folder / "two")
    begun.end()
    assert files(folder / "one") == files(folder / "two")


class Failing(Notes):
    """Fails in other processes, as what is known in the first one only does."""

    def make(
        self, date: dt.date, entries: Callable[[], Sequence[tuple[Repository, Entry]]]
    ) -> None:
        raise LookupError(date)

    def __call__(self, path: str, text: str) -> bool:
        raise LookupError(path)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("count", [5, DAYS])
def test_what_fails_in_another_process_is_made_by_the_first(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], count: int
) -> None:
    fails = Failing(tmp_path)
    _is_made_all_the_same(tmp_path, count, of_days=fails, of_pages=fails)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("started", [0, 1])
@pytest.mark.parametrize("error", [BlockingIOError, NotImplementedError])
def test_where_processes_do_not_start_the_first_does_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception], started: int, way: str
) -> None:
    """Not even where some did start: they are ended."""
    start, fork, left = util.spawnv_passfds, os.fork, [True] * started

    def refuse_to_fork() -> int:
        if not left:
            raise error
        left.pop()
        return fork()

    def refuse(path: bytes, arguments: list[str], fds: list[int]) -> int:
        if any("spawn_main" in str(argument) for argument in arguments):
            if not left:
                raise error
            left.pop()
        return start(path, arguments, fds)

    monkeypatch.setattr(util, "spawnv_passfds", refuse)
    if way == "fork":
        monkeypatch.setattr(os, "fork", refuse_to_fork)
    before = set(active_children())
    _is_made_all_the_same(tmp_path)
    for child in set(active_children()) - before:
        child.join(30)
        assert not child.is_alive()


class Sleepy(Notes):
    """Takes too long to be waited for."""

    def missing(self) -> Sequence[dt.date]:
        return (FIRST,)

    def make(
        self,
        date: dt.date,
        entries: Callable[[], Sequence[tuple[Repository, Entry]]] | None = None,
    ) -> None:
        time.sleep(120)

    def __call__(self, path: str, text: str) -> bool:
        time.sleep(120)
        return True


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("count", [5, DAYS])
@pytest.mark.parametrize("at", ["pass", "end", "page"])
def test_an_interrupt_ends_what_is_being_made_at_once(tmp_path: Path, count: int, at: str) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    made = sites(current(tmp_path, *days()[-count:], cache=True), "Digest")
    before, begun, began = set(active_children()), set[int](), time.monotonic()

    def build() -> None:
        sleepy = Sleepy(tmp_path)
        ahead = made_ahead(made, of_days=sleepy, of_pages=lambda: sleepy, processes=2)
        with ExitStack() as stack:
            stack.callback(FewAhead(sleepy).stop)
            with ahead as going_on:
                begun.update(child.pid or 0 for child in set(active_children()) - before)
                if at == "pass" or not begun:
                    raise KeyboardInterrupt
                signal.setitimer(signal.ITIMER_REAL, 1.0 if at == "page" else 0.3)
                if at == "page":
                    write(made, tmp_path / "pages")
            stack.callback(going_on.stop)
            going_on.wait(made[0].paths()[-1])
            going_on.end()

    usual = signal.signal(signal.SIGALRM, interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            build()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, usual)
    assert time.monotonic() - began < 60
    for child in begun:
        assert not runs(child)


class Deadly(Notes):
    """Ends its process, as a machine that runs out of memory does."""

    def make(
        self, date: dt.date, entries: Callable[[], Sequence[tuple[Repository, Entry]]]
    ) -> None:
        os._exit(1)

    def __call__(self, path: str, text: str) -> bool:
        os._exit(1)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("count", [5, DAYS])
def test_a_process_that_is_killed_costs_time_only(tmp_path: Path, count: int) -> None:
    _is_made_all_the_same(tmp_path, count, of_days=Deadly(tmp_path))


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("count", [5, DAYS])
def test_what_is_lost_when_a_process_is_killed_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    submit = ProcessPoolExecutor.submit

    def lose(pool: ProcessPoolExecutor, task: Any, *arguments: Any) -> Future[Any]:
        if arguments[:1] == (made_first,):
            return Future()  # as of what comes between a pool's breaking and its saying so
        return submit(pool, task, *arguments)

    made_first = days()[-1].date
    monkeypatch.setattr(ProcessPoolExecutor, "submit", lose)
    deadly = Deadly(tmp_path)
    _is_made_all_the_same(tmp_path, count, of_days=deadly, of_pages=deadly)


class Halfway(Notes):
    """Is killed while its answer is written."""

    def make(
        self, date: dt.date, entries: Callable[[], Sequence[tuple[Repository, Entry]]]
    ) -> None:
        die_halfway()

    def __call__(self, path: str, text: str) -> bool:
        die_halfway()
        return False


def make_halfway(folder: Path, way: str, count: int) -> None:
    """Make a site of which each process is killed; called by a process that may stand still."""
    for module in (processes, ahead):
        module.are_forked = lambda: way == "fork"
    halfway = Halfway(folder)
    _is_made_all_the_same(folder, count, of_days=halfway, of_pages=halfway)


@pytest.mark.parametrize("count", [5, DAYS])
@pytest.mark.parametrize("how", ["fork", "spawn"])
def test_half_an_answer_costs_time_only(tmp_path: Path, how: str, count: int) -> None:
    code = (
        "from pathlib import Path; import test_ahead\n"
        f"test_ahead.make_halfway(Path.cwd(), {how!r}, {count})"
    )
    assert run(cwd=tmp_path, code=code) == (0, "")


def test_nothing_is_made_ahead_of_a_damaged_archive_and_it_is_told(tmp_path: Path) -> None:
    many = current(tmp_path, *days(), cache=True)
    broken = next((tmp_path / "archive").rglob(f"{FIRST}.json"))
    broken.write_text("{", "utf-8")
    made = languages(many, tmp_path / "data")
    with made_ahead(made, processes=2):
        write(made, tmp_path / "pages")
    assert [problem.path for problem in made[0].problems] == [broken]


def test_a_kept_file_that_was_changed_is_made_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    memory = Memory(store)
    first = memory.file("day", "a" * 64, lambda: b"made")
    assert first is not None
    assert memory.file("day", "a" * 64, lambda: b"not asked") == first
    assert first.read_bytes() == b"made"
    first.write_bytes(b"mad")
    again = memory.file("day", "a" * 64, lambda: b"made anew")
    assert again == first
    assert first.read_bytes() == b"made anew"
