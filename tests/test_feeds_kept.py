"""What feeds have of a day, kept between builds: made once, and the same as if made anew."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace
from support import archives
from support.archives import ENGINE, FIRST, day

from digest.archive import Archive
from digest.errors import DigestError
from digest.feeds.choosing import COMMITS
from digest.feeds.folder import Folder
from digest.feeds.places import Asset
from digest.feeds.publishing import Publisher
from digest.feeds.told import CandidateItem, DayParts
from digest.kept import pickles
from digest.model import BreakingChange, Day
from digest.pageviews import Page, RepositoryDay
from digest.settings import Settings
from digest.site import sites
from digest.writing import write


def made(number: int) -> Day:
    """A day with an important commit that breaks something, every second day."""
    date = FIRST + dt.timedelta(days=number)
    broken = (BreakingChange(reason="marker", text="!"),) if number % 2 else ()
    one = archives.entry(f"feat: {number}", sha=f"{number + 1:07x}", level="high", breaking=broken)
    two = archives.entry(f"fix: {number}", sha=f"{number + 1000:07x}", level="high")
    return day(date, [one, two])


def build(settings: Settings, folder: Path) -> dict[str, bytes]:
    """What a build offers to programs."""
    (site,) = sites(settings, "Digest")
    data = Folder(folder / "data")
    site.publish(data.put, site_url="https://d.org/", description="d")
    write([site], folder / "pages")
    found = (path for path in (folder / "data").rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_a_day_that_leaves_feeds_is_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [made(number) for number in range(COMMITS + 3)]
    first = archives.settings(tmp_path / "site", *days)
    kept = replace(first, cache=tmp_path / "cache")
    asked: list[tuple[dt.date, str]] = []
    make = Publisher.items

    def noted(
        self: Publisher, date: dt.date, sections: Sequence[RepositoryDay], feed: str
    ) -> tuple[CandidateItem, ...]:
        asked.append((date, feed))
        return make(self, date, sections, feed)

    monkeypatch.setattr(Publisher, "items", noted)
    build(kept, tmp_path / "one")
    asked.clear()
    new = made(len(days))
    Archive(first.archive).save(new)
    warm = build(kept, tmp_path / "two")
    feeds = {"feed", f"feeds/repository/{ENGINE}", "feeds/high", "feeds/breaking"}
    assert sorted(asked) == sorted((new.date, feed) for feed in feeds)
    assert warm == build(replace(kept, cache=None), tmp_path / "three")


@pytest.mark.parametrize("path", ["../../OUT.txt", "index.html"])
def test_a_cache_says_not_where_files_are_published(tmp_path: Path, path: str) -> None:
    """What is in a cache may come from anywhere."""
    settings = archives.settings(tmp_path / "site", made(0), made(1))
    kept = replace(settings, cache=tmp_path / "cache")
    build(kept, tmp_path / "one")
    for file in (tmp_path / "cache" / "days" / "feeds").iterdir():
        parts = pickles.loads(zlib.decompress(file.read_bytes()))
        assert isinstance(parts, DayParts)
        first, *others = parts.assets
        forged = replace(parts, assets=(replace(first, path=path), *others))
        file.write_bytes(zlib.compress(pickles.dumps(forged), 1))
    warm = build(kept, tmp_path / "two")
    assert warm == build(replace(kept, cache=None), tmp_path / "three")
    assert not list(tmp_path.rglob("OUT.txt"))


def test_a_cache_says_not_how_many_files_a_day_has(tmp_path: Path) -> None:
    settings = archives.settings(tmp_path / "site", made(0), made(1))
    kept = replace(settings, cache=tmp_path / "cache")
    whole = build(kept, tmp_path / "one")
    for file in (tmp_path / "cache" / "days" / "feeds").iterdir():
        parts = pickles.loads(zlib.decompress(file.read_bytes()))
        assert isinstance(parts, DayParts)
        packed = replace(parts.assets[-1], path=f"{parts.assets[-1].path}.gz")
        forged = replace(parts, assets=(*parts.assets, packed))
        file.write_bytes(zlib.compress(pickles.dumps(forged), 1))
    assert build(kept, tmp_path / "two") == whole


@pytest.mark.parametrize("kind", ["month", "page", "schemas"])
@pytest.mark.parametrize("forgery", [{"path": "../../OUT.txt"}, {"source": "secret.txt"}])
def test_a_cache_names_no_files_of_others(
    tmp_path: Path, kind: str, forgery: dict[str, str]
) -> None:
    """Neither to be written nor to be published."""
    current = archives.settings(tmp_path / "site", made(0), made(1))
    kept = replace(current, cache=tmp_path / "cache")
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    if "source" in forgery:
        forgery = {"source": str(tmp_path / "secret.txt")}

    def pages(settings: Settings, folder: Path) -> dict[str, bytes]:
        (site,) = sites(settings, "Digest")
        data = Folder(folder / "data", linked=True)
        site.publish(data.put, site_url="https://d.org/", description="d")
        found = write([site], folder / "pages", linked=True)
        found |= {path: folder / "data" / name for path, name in data.written.items()}
        return {path: file.read_bytes() for path, file in found.items()}

    whole = pages(kept, tmp_path / "one")
    for file in (tmp_path / "cache" / "days" / kind).iterdir():
        value = pickles.loads(zlib.decompress(file.read_bytes()))
        if kind == "page":
            assert isinstance(value, Page)
            forged: object = replace(value, **forgery)
        else:
            assert isinstance(value, (list, tuple))
            forged = type(value)([replace(value[0], **forgery), *value[1:]])
        file.write_bytes(zlib.compress(pickles.dumps(forged), 1))
    assert pages(kept, tmp_path / "two") == whole
    assert not list(tmp_path.rglob("OUT.txt"))


def test_what_is_gathered_from_a_cache_leads_nowhere_else(tmp_path: Path) -> None:
    folder, page = Folder(tmp_path / "data"), Page("../OUT.md", "Out", "---\n---\n")
    for path in ("../OUT.txt", "/OUT.txt", "a/../../OUT.txt"):
        with pytest.raises(DigestError, match="remove the cache"):
            folder.put(Asset(path, b""))
    (site,) = sites(archives.settings(tmp_path / "site", made(0)), "Digest")
    site.pages = lambda: iter([page])  # type: ignore[method-assign]
    with pytest.raises(DigestError, match="remove the cache"):
        write([site], tmp_path / "pages")
    assert not list(tmp_path.rglob("OUT*"))
