"""Days made ahead by processes of their own: the same files as in one process."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import active_children
from pathlib import Path

import pytest
from support.archives import FIRST
from support.manydays import DAYS, Notes, current, days, files, languages

from digest.ahead import FewAhead, made_ahead
from digest.kept.memory import Memory
from digest.kept.store import Store
from digest.keptdays import KeptDays
from digest.model import Day, Entry, Repository
from digest.pageviews import Page
from digest.searchbox import Ahead as SearchAhead
from digest.site import Site, sites
from digest.writing import write


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
