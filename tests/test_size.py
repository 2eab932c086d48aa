"""A site within its limits: how large it is, and what old days keep of their text."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from pathlib import Path

import pytest
from support import archives
from support.building import Project
from support.gitrepo import GitRepo
from support.site import check_links, outline

from digest import sitesize, status
from digest.site import Site
from digest.sitesize import SiteSize

FIRST = archives.FIRST
NOW = "2026-02-17T12:00:00+00:00"


def fill(path: Path, size: int) -> None:
    """A file that claims a size and takes no room."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.truncate(path, size)


def test_the_size_of_a_site(tmp_path: Path) -> None:
    assert SiteSize.of(tmp_path / "site") is None
    fill(tmp_path / "site" / "a.html", 500_000)
    size = SiteSize.of(tmp_path / "site")
    assert size == SiteSize(1, 500_000)
    assert str(size) == "1 files, 500.0 kB (0.1% of GitHub Pages' 1 GB)"
    assert size.advice is None
    fill(tmp_path / "site" / "b" / "c.html", 799_000_000)
    assert SiteSize.of(tmp_path / "site").advice is None  # type: ignore[union-attr]
    fill(tmp_path / "site" / "b" / "d.html", 600_000)
    size = SiteSize.of(tmp_path / "site")
    assert size is not None
    assert "80%" in (size.advice or "")
    assert "details: recent" in (size.advice or "")


def test_status_says_it(tmp_path: Path) -> None:
    settings = archives.settings(tmp_path, archives.day(FIRST, [archives.entry("feat: one")]))
    site = tmp_path / "site"

    def lines() -> str:
        return "\n".join(status.report(settings, FIRST, site))

    assert "size" not in lines()
    fill(site / "a.html", 700_000_000)
    assert "700.0 MB (70.0% of" in lines()
    assert "soon full" not in lines()
    fill(site / "b.html", 200_000_000)
    assert "soon full  GitHub Pages takes 1 GB, and the site has 90% of that" in lines()
    fill(site / "c.html", 200_000_000)
    assert "too large" in lines()


def test_old_days_are_told_in_short(tmp_path: Path) -> None:
    days = [
        archives.day(FIRST + dt.timedelta(days=number), [archives.entry(f"feat: number {number}")])
        for number in range(5)
    ]
    settings = archives.settings(tmp_path, *days)
    whole = {page.path: page.content for page in Site(settings, "x").pages()}
    short = {
        page.path: page.content for page in Site(replace(settings, details_days=2), "x").pages()
    }
    assert set(whole) == set(short)
    changed = {path for path in whole if whole[path] != short[path]}
    assert changed == {f"2026/02/{day}.md" for day in (13, 14, 15)}
    for path in changed:
        assert len(short[path]) < len(whole[path])
    text = short["2026/02/13.md"]
    assert "told in short" in text
    assert "Does something" in text, "the summary stays"
    assert "digest-rest" in whole["2026/02/13.md"]
    assert "digest-rest" not in text


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("short")
    repo = GitRepo.create(folder / "engine")
    for day in (13, 14, 16):
        repo.commit(
            f"feat!: change --flag-{day}\n\nBREAKING CHANGE: the flag is <b>gone</b>.",
            {"cli.py": f"parser.add_argument('--flag-{day}')\n"},
            date=f"2026-02-{day}T09:00:00+00:00",
        )
    project = Project.create(
        folder / "site",
        repositories=[{"url": "../engine", "slug": "acme/engine"}],
        timezone="UTC",
        days=5,
        details=2,
    )
    done = project.build(now=NOW)
    assert "the site: " in done.stderr + done.stdout
    return project


def test_links_to_old_days_lead_where_they_led(built: Project) -> None:
    assert not check_links(
        built.site, allowed=lambda target: target.startswith(("https:", "javascript:"))
    )
    page = (built.site / "2026" / "02" / "13" / "index.html").read_text("utf-8")
    assert [name for level, name, _ in outline(page) if level == 4], "each entry has its anchor"
    assert "told in short" in page
    for name in ("index.md", "index.json"):
        assert f'href="{name}"' in page or f'href="./{name}"' in page
        file = (built.site / "2026" / "02" / "13" / name).read_text("utf-8")
        assert "gone" in file, "the whole text is there"
    assert "told in short" not in (built.site / "2026/02/16/index.html").read_text("utf-8")


@pytest.mark.parametrize("value", ["'old'", "0", "-3", "true", "1.5", "[1]"])
def test_what_is_no_number_of_days(
    tmp_path: Path, value: str, caplog: pytest.LogCaptureFixture
) -> None:
    from digest.config import load
    from digest.errors import ConfigError

    (tmp_path / "docs").mkdir()
    plugins = f"plugins:\n  - digest:\n      repositories: [{{url: .}}]\n      details: {value}\n"
    (tmp_path / "mkdocs.yml").write_text(f"site_name: x\n{plugins}")
    with pytest.raises(ConfigError, match="configuration error"):
        load(tmp_path / "mkdocs.yml")
    assert "'recent' or a number of days" in caplog.text


@pytest.mark.parametrize(("value", "days"), [("all", None), ("recent", 90), ("30", 30)])
def test_what_is_one(tmp_path: Path, value: str, days: int | None) -> None:
    from digest.config import load

    (tmp_path / "docs").mkdir()
    plugins = f"plugins:\n  - digest:\n      repositories: [{{url: .}}]\n      details: {value}\n"
    (tmp_path / "mkdocs.yml").write_text(f"site_name: x\n{plugins}")
    assert load(tmp_path / "mkdocs.yml")[1].details_days == days


def test_the_limit_is_that_of_github_pages() -> None:
    assert sitesize.LIMIT == 1_000_000_000
