"""What the build before left is removed, as MkDocs would, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.building import PLAIN, Project
from support.collectedsite import LATER, copy_of

from digest.cleaning import Cleaning


def _files(folder: Path) -> dict[str, bytes]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    for path in (".nojekyll", ".git/HEAD", "index.html", "2026/02/13/index.html"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "theirs").write_text("theirs")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    return folder


def _clean(site: Path, cache: Path) -> None:
    cleaning = Cleaning(cache)
    cleaning.begin(site)
    cleaning.end()


def test_what_mkdocs_would_remove_is_removed(site: Path, tmp_path: Path) -> None:
    _clean(site, tmp_path / "cache")
    assert {path.name for path in site.iterdir()} == {".nojekyll", ".git", "linked"}
    assert (site / ".git" / "HEAD").exists()
    assert (tmp_path / "elsewhere" / "theirs").exists()
    assert not (tmp_path / "cache" / ".site-before").exists()


def test_what_a_killed_build_left_is_removed(site: Path, tmp_path: Path) -> None:
    left = tmp_path / "cache" / ".site-before" / "left"
    (left / "2026").mkdir(parents=True)
    _clean(tmp_path / "not-there", tmp_path / "cache")
    assert not left.exists()


def test_nothing_is_put_behind_a_link(site: Path, tmp_path: Path) -> None:
    before = _files(site)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / ".site-before").symlink_to(tmp_path / "elsewhere")
    _clean(site, tmp_path / "cache")
    assert _files(site) == before
    assert (tmp_path / "elsewhere" / "theirs").exists()


def test_where_nothing_can_be_put_aside_it_is_left_to_mkdocs(site: Path, tmp_path: Path) -> None:
    before = _files(site)
    (tmp_path / "cache").write_text("a file is in the way")
    _clean(site, tmp_path / "cache")
    assert _files(site) == before


def test_where_no_command_removes_it_it_is_left_to_mkdocs(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _files(site)
    monkeypatch.setenv("PATH", str(tmp_path))
    _clean(site, tmp_path / "cache")
    assert _files(site) == before


def test_a_site_is_built_over_another(tmp_path: Path, collected: Project) -> None:
    """Hidden files stay, what is not written again goes, and nothing of it is left in the cache."""
    project = copy_of(collected, tmp_path / "project")
    clean = copy_of(collected, tmp_path / "clean")
    clean.build(*PLAIN, now=LATER)
    left = {"stale.html": b"", "2020/01/01/index.html": b"", "index.html": b"old"}
    for path, data in {**left, ".nojekyll": b"", ".git/HEAD": b"ref"}.items():
        (project.site / path).parent.mkdir(parents=True, exist_ok=True)
        (project.site / path).write_bytes(data)
    project.build(*PLAIN, now=LATER)
    found = _files(project.site)
    assert found.pop(".nojekyll") == b""
    assert found.pop(".git/HEAD") == b"ref"
    assert found == _files(clean.site)
    assert [path for path in project.folder.rglob(".site-before") if path.is_dir()] == []


def test_a_dirty_build_removes_nothing(tmp_path: Path, collected: Project) -> None:
    project = copy_of(collected, tmp_path / "project")
    project.site.mkdir(exist_ok=True)
    (project.site / "mine.html").write_text("mine")
    project.build("--dirty", now=LATER)
    assert (project.site / "mine.html").read_text() == "mine"
    assert (project.site / "index.html").exists()
