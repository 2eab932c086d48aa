"""What builds keep for one another: what comes out of a cache, and when it holds no more."""

from __future__ import annotations

import datetime as dt
import importlib
import os
import pickle
import pkgutil
import sys
import zlib
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from support.archives import FIRST, day, dependency, entry, settings

import digest
from digest.feeds.folder import Folder
from digest.feeds.items import Item
from digest.gathering import Gathered
from digest.kept import memory, pickles
from digest.kept.memory import Memory
from digest.kept.store import Store
from digest.model import Area, BreakingChange, DependencyChange, Revert
from digest.pageviews import Page
from digest.settings import Settings
from digest.site import Site, sites
from digest.writing import write


def test_a_record_comes_back_as_it_was() -> None:
    moment = dt.datetime(2026, 2, 13, tzinfo=dt.UTC)
    item = Item("id", "title", "page", moment, moment, "summary", "<p>content</p>")
    page = Page("a.md", "A", "# A")
    found = pickles.loads(pickles.dumps([item, (page, page)]))
    assert found == [item, (page, page)]
    assert found[1][0] is found[1][1]


def test_what_gathers_records_comes_back() -> None:
    gathered = Gathered(unfinished={("one/two", FIRST)})
    gathered.ledgers.recent_from = FIRST
    gathered.add(FIRST, [])
    found = pickles.loads(pickles.dumps(gathered))
    assert isinstance(found, Gathered)
    assert found.unfinished == {("one/two", FIRST)}
    assert found.ledgers.recent_from == FIRST


class _Foreign(msgspec.Struct):
    """A record that no module of ours has."""


def _naming(module: str, name: str) -> bytes:
    """A pickle of what has a name: not called, which would fail without the right arguments."""
    said = b"".join(b"\x8c" + bytes([len(text)]) + text.encode() for text in (module, name))
    return b"\x80\x04" + said + b"\x93."


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "getcwd"),
        ("builtins", "eval"),
        ("digest.pageviews", "day_path"),
        ("digest.gathering", "Archive.load"),
        ("digest.gathering", "cached_property"),
        ("digest.gathering", "Memory"),
        ("digest.gathering", "Gathering"),
        ("digest.gathering", "msgspec"),
        ("digest.roundups", "Roundups"),
        ("digest.settings", "Settings"),
        ("msgspec", "Struct"),
        ("msgspec.structs", "replace"),
        ("msgspec.structs", "force_setattr"),
        ("msgspec._utils", "rebuild"),
        ("digest.factviews", "groupby"),
        ("digest.model.base", "msgspec"),
        ("digest.feeds.items", "ZoneInfo"),
        ("zoneinfo", "ZoneInfo._unpickle"),
    ],
)
def test_nothing_but_records_of_ours_comes_out_of_a_pickle(module: str, name: str) -> None:
    assert pickle.loads(_naming(module, name))  # noqa: S301 - our own
    with pytest.raises(pickles.PickleError):
        pickles.loads(_naming(module, name))


def test_records_of_others_do_not_come_out_of_a_pickle() -> None:
    with pytest.raises(pickles.PickleError):
        pickles.loads(pickles.dumps(_Foreign()))


def test_to_call_a_record_is_to_set_its_fields() -> None:
    """A pickle may call each class that can come out of it, with whatever it likes."""
    for about in pkgutil.walk_packages(digest.__path__, "digest."):
        if not f"{about.name}.".startswith(pickles._MODULES):
            continue
        for kind in vars(importlib.import_module(about.name)).values():
            if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
                own = {"__init__", "__new__", "__post_init__", "__setstate__"} & {*vars(kind)}
                assert not own or kind.__name__ == "Statement", kind  # which refuses some


def test_bytes_that_are_no_records_are_made_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save("page", "key", pickle.dumps(Path))
    assert Memory(store).get("page", "key", lambda: "made") == "made"


def test_another_program_makes_pages_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read once, and again when a file is another, were it as long and as old."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "bytecode"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    folder, read = tmp_path / "program", list[str]()
    folder.mkdir()
    (folder / "a.py").write_text("one")
    (folder / "b.jinja").write_text("two")
    content = memory._content.__wrapped__

    def noted(looks: tuple[str, int, int, int, int]) -> bytes:
        read.append(Path(looks[0]).name)
        return content(looks)

    monkeypatch.setattr(memory, "_content", noted)
    found = [memory._hash(memory._files(str(folder))) for _ in range(2)]
    assert found[0] == found[1]
    assert read == ["a.py", "b.jinja"]
    about = (folder / "a.py").stat()
    (folder / "a.py").write_text("ONE")
    os.utime(folder / "a.py", ns=(about.st_atime_ns, about.st_mtime_ns))
    found.append(memory._hash(memory._files(str(folder))))
    (folder / "c.po").write_text("")
    found.append(memory._hash(memory._files(str(folder))))
    assert len({*found}) == 3


def test_another_version_of_what_pages_are_written_with_makes_them_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = memory.program()
    monkeypatch.setattr(memory, "_versions", lambda: ["another"])
    assert memory.program() != before


def test_a_bump_that_is_superseded_late_in_a_month_is_counted(tmp_path: Path) -> None:
    """The last event of its list may be older than the last bump that it counts."""
    area = Area(name="Build", category="build", files=1, insertions=1, deletions=1)
    undone = entry("feat: one", sha="aaaaaaa")
    days = [
        [undone, entry("Take it back", sha="bbbbbbb", reverts=(Revert(sha="a" * 7 + "0" * 33),))],
        *(
            [entry(f"Bump torch to 2.{n}", dependencies=(_bump(n),), areas=(area,))]
            for n in range(1, 4)
        ),
    ]
    archived = [day(FIRST + dt.timedelta(days=n), items) for n, items in enumerate(days)]
    for known in (archived[:3], archived):
        current = replace(settings(tmp_path, *known), cache=tmp_path / "cache")
        anew = replace(current, cache=None)
        kept, made = ({page.path: page for page in _site(one).pages()} for one in (current, anew))
        assert kept == made
    assert "2 bumps superseded" in kept["reverts/2026-02.md"].content


def test_all_that_a_build_keeps_can_be_read(tmp_path: Path) -> None:
    area = Area(name="Build", category="build", files=1, insertions=1, deletions=1)
    revert = (Revert(sha="0000001" + "0" * 33),)
    breaking = (BreakingChange(reason="marker", text="!"),)
    days = [
        day(
            FIRST + dt.timedelta(days=number),
            [
                entry("feat: one", sha=f"{number + 1:07x}", level="high", breaking=breaking),
                entry(f"Bump to 2.{number + 1}", dependencies=(_bump(number + 1),), areas=(area,)),
                entry("Take it back", sha=f"{number + 1000:07x}", reverts=revert),
            ],
        )
        for number in range(20)
    ]
    current = replace(settings(tmp_path, *days), cache=tmp_path / "cache", languages=("en", "zh"))
    folder = Folder(tmp_path / "data")
    languages = sites(current, "Digest")
    for site in languages:
        site.publish(folder.put, site_url="https://example.org/", description="")
    write(languages, tmp_path / "pages")
    kinds = set()
    for path in (tmp_path / "cache").glob("*/*/*"):
        data = path.read_bytes()
        if data.startswith(b"\x78\x01"):  # as zlib begins
            assert pickles.loads(zlib.decompress(data))
            kinds.add(path.parent.name)
    assert kinds >= {"feeds", "gathered", "items", "month", "numbers", "page", "summary"}


def _bump(number: int) -> DependencyChange:
    return dependency("torch", f"2.{number - 1}", f"2.{number}")


def _site(current: Settings) -> Site:
    return sites(current, "Digest")[0]


def test_the_folder_does_not_grow_with_what_no_build_has_used(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    current = replace(settings(tmp_path, day(FIRST, [entry("feat: one")])), cache=cache)
    sizes = []
    for name in ("One", "Two", "Six", "Ten"):
        [site] = sites(current, name)
        list(site.pages())
        for path in cache.rglob("*"):
            os.utime(path, (0, 0))
        site.gathering.memory.sweep()
        sizes.append(sum(path.stat().st_size for path in cache.rglob("*") if path.is_file()))
    # Never more than twice what one build needs, whose bytes differ a little with their hashes.
    assert max(sizes) <= 2.1 * sizes[0]
