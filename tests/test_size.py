"""A site within its limits: how large it is, and what old days keep of their text."""

from __future__ import annotations

import datetime as dt
import gzip
import html
import json
import os
import re
import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace
from support import archives
from support.building import Project
from support.readersite import COMMITS, FULL
from support.site import check_links, outline

from digest import sitesize, status
from digest.archive import Archive
from digest.model import BreakingChange, References, Revert
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
    assert "Does something" in text, "a sentence stays"
    assert "digest-rest" in whole["2026/02/13.md"]
    assert "digest-rest" not in text


def test_a_row_says_what_it_takes_to_judge_a_commit(tmp_path: Path) -> None:
    second = FIRST + dt.timedelta(1)
    first = archives.entry(
        "feat!: drop <b> (#7)",
        level="high",
        breaking=(BreakingChange(reason="marker", text="drop"),),
        references=References(pull_request=7),
    )
    undone = archives.entry(
        "Revert drop", reverts=(Revert(sha=first.commit.sha, subject="feat!: drop <b> (#7)"),)
    )
    lost = archives.entry("fix: lost", level="low", vanished=True)
    settings = archives.settings(
        tmp_path, archives.day(FIRST, [lost, first]), archives.day(second, [undone])
    )
    pages = Site(replace(settings, details_days=1), "x").pages()
    text = next(page.content for page in pages if page.path == "2026/02/13.md")
    rows = [line for line in text.splitlines() if line.startswith("- ")]
    assert len(rows) == 2, "a row for each"
    row = re.sub("<[^>]*>", "|", html.unescape(rows[0].replace("&#60;", "(").replace("&#62;", ")")))
    assert f'<time id="{first.commit.sha[:7]}"' in rows[0]
    for said in ("12:00", "High", "feat!: drop (b) (#7)", "Breaking", "Feature", "Does something"):
        assert f"|{said}" in row or f" {said}" in row, said
    assert f'href="https://github.com/acme/engine/commit/{first.commit.sha}"' in rows[0]
    assert 'href="https://github.com/acme/engine/pull/7"' in rows[0]
    assert "Reverted by [Revert drop](14.md#" in row
    assert "vanished" in rows[1]
    assert "Low" in rows[1]


# A site with details of one day


DAY = f"{FULL:%Y/%m/%d}"


def external(target: str) -> bool:
    return target.startswith(("https:", "javascript:"))


def anchors(page: str) -> set[str]:
    return set(re.findall(r' id="([^"]+)"', page))


def test_links_to_old_days_lead_where_they_led(reader_site: Project, short_site: Project) -> None:
    assert not check_links(short_site.site, allowed=external)
    days = [path for path in reader_site.files() if re.fullmatch(r"(en/)?2026/../../.*l", path)]
    assert len(days) == 60
    for path in days:
        whole = (reader_site.site / path).read_text("utf-8")
        headings = {name for _, name, _ in outline(whole) if name}
        assert headings <= anchors((short_site.site / path).read_text("utf-8")), path


def test_what_programs_are_told_of_old_days_leads_there(short_site: Project) -> None:
    for base in ("", "en/"):
        for path in (short_site.site / base / "2026").rglob("index.json.gz"):
            for part in json.loads(gzip.decompress(path.read_bytes()))["repositories"]:
                for entry in part.get("entries", ()):
                    page, _, anchor = entry["page"].partition("#")
                    assert f'id="{anchor}"' in short_site.page(base + page)


def test_json_of_old_days_is_packed(reader_site: Project, short_site: Project) -> None:
    before, files = reader_site.files(), short_site.files()
    days = [path for path in before if re.fullmatch(r"(en/)?2026/../../index.json", path)]
    assert len(days) == 60
    for path in days:
        assert path not in files
        packed = files[f"{path}.gz"]
        assert gzip.decompress(packed) == before[path]
        assert (packed[3], packed[4:8]) == (0, bytes(4)), "no name and no moment"
        text = path.replace(".json", ".md")
        assert files[text] == before[text]
    newest = f"{FULL + dt.timedelta(1):%Y/%m/%d}/index.json"
    assert newest in files
    assert f"{newest}.gz" not in files
    for base in ("", "en/"):
        for listed in json.loads(files[f"{base}2026/index.json"])["days"]:
            assert base + listed["data"] in files


def test_a_short_page_says_where_the_whole_is(short_site: Project) -> None:
    page = short_site.page(f"en/{DAY}")
    assert "told in short" in page
    for name in ("index.md", "index.json.gz"):
        assert re.search(rf'href="(\./)?{re.escape(name)}"', page)
    assert "told in short" not in short_site.page(f"en/{FULL + dt.timedelta(1):%Y/%m/%d}")


def test_an_old_day_takes_a_third_of_the_room(reader_site: Project, short_site: Project) -> None:
    before, files = reader_site.files(), short_site.files()
    commits = len(re.findall("<time id=", short_site.page(DAY)))
    assert commits == 3 * COMMITS
    page = len(files[f"{DAY}/index.html"])
    assert page / commits < 0.25 * len(before[f"{DAY}/index.html"]) / commits
    assert page < 20_000 + 750 * commits
    names = ("index.html", "index.json", "index.json.gz", "index.md")
    taken, was = (
        sum(len(made.get(f"{DAY}/{name}", b"")) for name in names) for made in (files, before)
    )
    assert taken < 0.4 * was


def test_builds_with_and_without_what_is_kept_are_the_same(tmp_path: Path) -> None:
    """The option changes back and forth; each time the site is as if nothing had been kept."""
    project = Project.create(
        tmp_path, repositories=[{"url": f"https://github.com/{archives.ENGINE}"}], collect=False
    )
    archive = Archive(tmp_path / "archive")
    for number in range(4):
        entry = archives.entry(f"feat: number {number}", level="high")
        archive.save(archives.day(FIRST + dt.timedelta(number), [entry]))

    def built(details: object, *, kept: bool = True) -> dict[str, bytes]:
        config = project.config
        config["plugins"][-1]["digest"] |= {"details": details}
        project.configure(config)
        if not kept:
            shutil.rmtree(tmp_path / ".cache")
        project.build(now=NOW)
        return project.files()

    whole, short = built("all"), built(2)
    assert built("all") == whole
    assert built(2) == short
    assert built(2, kept=False) == short
    assert "2026/02/14/index.json.gz" in short.keys() - whole.keys()
    assert "2026/02/14/index.json" in whole.keys() - short.keys()
    assert "2026/02/15/index.json" in short
    found = [record for record in project.records() if "number 0" in record["text"]]
    places = [record["location"] for record in found if record["location"].startswith("2026/02/13")]
    assert places == ["2026/02/13/#high-repository-acme-engine"], "the theme's search finds it too"


def test_the_size_is_told(tmp_path: Path) -> None:
    project = Project.create(
        tmp_path, repositories=[{"url": f"https://github.com/{archives.ENGINE}"}], collect=False
    )
    Archive(tmp_path / "archive").save(archives.day(FIRST, [archives.entry("feat: one")]))
    done = project.build(now=NOW)
    assert "the site: " in done.stderr + done.stdout


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
