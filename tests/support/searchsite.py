"""A site of 20 days whose search is asked in a browser, and what is known of its texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.bilingual import SLUGS, Text, bilingual, write_archive
from support.building import Project, once

A_DAY = 24
TEXTS = tuple(bilingual(20 * A_DAY, a_day=A_DAY))
GUIDE = """\
# Reading guide

How to read it.

## Levels of importance

A 斑马线 is not in any commit. <b>bold</b> `--zebra-crossing`
"""


def search_site(tmp_path_factory: Any) -> Project:
    """The site, built once in a test run."""
    return Project(once(tmp_path_factory, "search", _make))


def _make(folder: Path) -> None:
    repositories = [
        {"url": f"https://example.org/{slug}", "slug": slug, "web": ""} for slug in SLUGS
    ]
    project = Project.create(
        folder,
        language="zh",
        docs={"guide.md": GUIDE},
        top={"plugins": [{"digest": {"collect": False, "repositories": repositories}}]},
    )
    write_archive(folder / "archive", TEXTS)
    project.build(now="2024-01-25T12:00:00+00:00")


def place(text: Text) -> str:
    """Where a result leads to, which is the entry of a commit."""
    return f"{text.date:%Y/%m/%d}/#{text.sha[:7]}"
