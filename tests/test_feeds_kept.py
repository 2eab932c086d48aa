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
from digest.feeds.choosing import COMMITS
from digest.feeds.folder import Folder
from digest.feeds.publishing import Publisher
from digest.feeds.told import CandidateItem, DayParts
from digest.kept import pickles
from digest.model import BreakingChange, Day
from digest.pageviews import RepositoryDay
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
