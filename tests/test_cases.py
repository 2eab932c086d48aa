"""Golden folders: commits → archive → page, compared byte for byte.

Each folder of ``cases`` holds ``case.py``, which says what happens, and
``expected``, which says what comes of it: the archive, and the pages in both
languages.  ``UPDATE_GOLDEN=1 pytest tests/test_cases.py`` writes ``expected``
again; read the difference before you commit it.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import runpy
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.building import Project
from support.gitrepo import GitRepo

from digest.analysts.heuristic import HeuristicAnalyst
from digest.archive import Archive
from digest.collect import Summary, collect
from digest.config import load
from digest.site import Site

CASES = sorted(path.parent for path in Path(__file__).parent.glob("cases/*/case.py"))
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Stage:
    """What the script of a case plays on."""

    folder: Path
    options: dict[str, object]

    def repository(self, slug: str) -> GitRepo:
        """An empty repository, which the site follows by its path."""
        return GitRepo.create(self.folder / "git" / slug.replace("/", "-"))

    def lose(self, slug: str) -> None:
        """Let a repository be unreachable from now on."""
        shutil.rmtree(self.folder / "git" / slug.replace("/", "-"))

    def collect(self, now: str) -> Summary:
        """Collect as ``python -m digest collect`` does, at a moment."""
        return collect(
            load(self.folder / "mkdocs.yml")[1],
            now=dt.datetime.fromisoformat(now),
            analyst=HeuristicAnalyst(),
        )


def play(case: Path, folder: Path) -> dict[str, bytes]:
    """Play a case in an empty folder, and give what came of it by path."""
    script = runpy.run_path(str(case / "case.py"))
    repositories = [
        {"url": f"git/{slug.replace('/', '-')}", "slug": slug, "web": f"https://github.com/{slug}"}
        for slug in script["REPOSITORIES"]
    ]
    options = {"timezone": "Asia/Shanghai", "since": "2026-02-12"} | script.get("OPTIONS", {})
    Project.create(folder, repositories=repositories, **options)
    script["play"](Stage(folder, options))
    files = {
        f"archive/{path.relative_to(folder / 'archive').as_posix()}": path.read_bytes()
        for path in (folder / "archive").rglob("*")
        if path.suffix in {".json", ".state"}
    }
    settings = load(folder / "mkdocs.yml")[1]
    for language in LANGUAGES:
        site = Site(replace(settings, languages=(language,)), "Digest")
        pages = {page.path: page.content for page in site.pages()}
        for path in script["PAGES"]:
            files[f"{language}/{path}"] = pages[path].encode()
        assert site.problems == []
    return files


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case, tmp_path):
    found = play(case, tmp_path)
    expected = case / "expected"
    if os.environ.get("UPDATE_GOLDEN"):
        shutil.rmtree(expected, ignore_errors=True)
        for path, data in found.items():
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_bytes(data)
    there = {
        path.relative_to(expected).as_posix(): path.read_bytes()
        for path in expected.rglob("*")
        if path.is_file()
    }
    assert sorted(found) == sorted(there)
    for path, data in there.items():
        assert found[path].decode() == data.decode(), path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_golden_archive_is_read_as_it_was_written(case, tmp_path):
    """Files of today must stay readable: a change of the schema shows here first."""
    shutil.copytree(case / "expected" / "archive", tmp_path / "archive")
    archive = Archive(tmp_path / "archive")
    for path in sorted((tmp_path / "archive").glob("**/*.json")):
        slug = path.parents[1].relative_to(archive.root).as_posix()
        day = archive.load(slug, dt.date.fromisoformat(path.stem))
        assert day is not None
        assert json.loads(path.read_bytes())["schema_version"] == day.schema_version
        assert archive.save(day) is False, "it would be written differently"


def test_the_cases_are_there():
    assert len(CASES) >= 8
    assert all(runpy.run_path(str(case / "case.py"))["__doc__"] for case in CASES)
