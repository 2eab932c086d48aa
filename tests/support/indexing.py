"""A search index of an archive below a folder."""

from __future__ import annotations

import shutil
import zlib
from pathlib import Path
from zoneinfo import ZoneInfo

from support.bilingual import SLUGS

from digest.model import Repository
from digest.search import SearchIndex
from digest.settings import Settings

A_DAY = 12


def settings(home: Path) -> Settings:
    return Settings(
        repositories=tuple(Repository(slug=slug, url=f"https://x.org/{slug}") for slug in SLUGS),
        zone=ZoneInfo("UTC"),
        archive=home / "archive",
        mirrors=home / "mirrors",
        languages=("zh",),
    )


def build(home: Path, name: str = "site", cache: str = "cache") -> dict[str, bytes]:
    """The files of a site with the index of the archive below a folder."""
    site = home / name
    shutil.rmtree(site, ignore_errors=True)
    SearchIndex(settings(home), home / cache).write(site)
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def sealed(data: bytes) -> bytes:
    """As what is not published is kept."""
    return zlib.crc32(data).to_bytes(4, "big") + data


def rebuilt(home: Path) -> dict[str, bytes]:
    """The files of a site after another build, which empties the site's folder first."""
    index = SearchIndex(settings(home), home / "cache")
    index.spare(home / "site")
    return build(home)
