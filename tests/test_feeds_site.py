"""Feeds and data in a build of MkDocs: what heads of pages say, the site map, the user's own."""

from __future__ import annotations

import datetime as dt
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from lxml import etree
from support import archives
from support.archives import ENGINE, FIRST
from support.building import Project, once
from support.site import check_links

from digest.archive import Archive

URL = "https://digest.example/team/site/"
HOSTILE = "feat: </title><script>window.__pwned__=1</script> \"' {{ x }} \u202e"
SECOND = FIRST + dt.timedelta(1)


def make(folder: Path, *, docs: dict[str, str] | None = None, **top: object) -> Project:
    project = Project.create(
        folder,
        docs={"about.md": "# About & *more*\n\n[Feed](feed.xml), [data](index.json)\n"}
        | (docs or {}),
        top={"site_name": 'Digest "1"', **top},
        repositories=[{"url": f"https://github.com/{ENGINE}"}],
        languages=["en", {"zh": {"site_name": "摘要"}}],
        collect=False,
    )
    archive = Archive(folder / "archive")
    archive.save(archives.day(FIRST, [archives.entry(HOSTILE, level="high")]))
    archive.save(archives.day(SECOND, [archives.entry("fix: b"), archives.entry("fix: c")]))
    return project


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A site in two languages below a path; not to be changed."""
    return Project(
        once(
            tmp_path_factory,
            "feeds",
            lambda folder: make(folder, site_url=URL, site_description="A & B").build(),
        )
    )


def elsewhere(target: str) -> bool:
    """Whether a link leads to the forge, or is the theme's button for sharing."""
    return target.startswith(("https://github.com/", "https://squidfunk.")) or (
        target == "javascript:void(0)"
    )


class Head(HTMLParser):
    """What the head of a page says."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.metas: list[tuple[str, str]] = []
        self.alternates: list[tuple[str, str, str]] = []
        self.canonical = ""
        self.scripts = 0
        self.feed(html.partition("</head>")[0])

    @property
    def said(self) -> dict[str, str]:
        assert len(self.metas) == len(dict(self.metas))
        return dict(self.metas)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name = found.get("property") or found.get("name")
        if tag == "meta" and name and re.match("og:|article:|twitter:|description", name):
            self.metas.append((name, found["content"]))
        elif tag == "link" and found.get("rel") == "alternate" and "type" in found:
            self.alternates.append((found["type"], found["title"], found["href"]))
        elif tag == "link" and found.get("rel") == "canonical":
            self.canonical = found["href"]


def test_every_link_leads_somewhere(site: Project) -> None:
    assert check_links(site.site, allowed=elsewhere, site_url=URL) == []


def test_a_day_has_a_card(site: Project) -> None:
    head = Head(site.page("2026/02/14"))
    assert head.said == {
        "description": "2 commits · Medium 2 · fix: b",
        "og:title": "Daily digest (Saturday, February 14, 2026)",
        "og:description": "2 commits · Medium 2 · fix: b",
        "og:type": "article",
        "og:site_name": 'Digest "1"',
        "og:locale": "en_US",
        "og:url": f"{URL}2026/02/14/",
        "article:published_time": "2026-02-14",
        "article:modified_time": "2026-02-15T00:00:00+00:00",
        "twitter:card": "summary",
    }
    assert head.canonical == head.said["og:url"]


def test_a_card_shows_hostile_subjects_as_text(site: Project) -> None:
    page = site.page("2026/02/13")
    assert "<script>window" not in page
    shown = HOSTILE.replace("\u202e", "[U+202E]")
    assert Head(page).said["og:description"] == f"1 commit · High 1 · {shown}"
    assert "\u202e" not in page


def test_every_page_has_a_card_of_its_own_language(site: Project) -> None:
    for path in site.site.rglob("index.html"):
        place = path.parent.relative_to(site.site).as_posix()
        said = Head(path.read_text("utf-8")).said
        in_chinese = place == "zh" or place.startswith("zh/")
        assert said["og:locale"] == ("zh_CN" if in_chinese else "en_US")
        assert said["og:site_name"] == ("摘要" if in_chinese else 'Digest "1"')
        assert said["og:url"] == URL + ("" if place == "." else f"{place}/")
        assert said["og:title"]
        assert said["description"] == said["og:description"]
    assert Head(site.page("")).said["description"] == "A & B"
    assert Head(site.page("about")).said["og:title"] == "About & more"
    assert Head(site.page("zh/2026/02")).said["description"] == "2026-02：2 天 · 3 个提交"


def test_pages_name_their_feeds(site: Project) -> None:
    atom, feed, text = "application/atom+xml", "application/feed+json", "text/markdown"
    everywhere = [
        (atom, 'Digest "1"', "feed.xml"),
        (feed, 'Digest "1"', "feed.json"),
        (atom, 'Digest "1" · High importance', "feeds/high.xml"),
        (atom, 'Digest "1" · Breaking changes', "feeds/breaking.xml"),
    ]
    assert Head(site.page("")).alternates == everywhere
    day = Head(site.page("zh/2026/02/13")).alternates
    assert (atom, "摘要", "../../../feed.xml") in day
    assert (text, "Markdown", "index.md") in [
        (kind, title, href.removeprefix("./")) for kind, title, href in day
    ]
    (page,) = (site.site / "repositories").glob("*/index.html")
    assert Head(page.read_text("utf-8")).alternates[:2] == [
        (atom, f'Digest "1" · {ENGINE}', f"../../feeds/repository/{ENGINE}.xml"),
        (feed, f'Digest "1" · {ENGINE}', f"../../feeds/repository/{ENGINE}.json"),
    ]


def test_files_lie_beside_their_pages(site: Project) -> None:
    for base in ("", "zh/"):
        for name in ("index.html", "index.md", "index.json"):
            assert (site.site / base / "2026/02/13" / name).is_file()
    assert not list(site.site.rglob("*.txt.*"))
    assert {path.name for path in site.site.rglob("*.txt")} == {"llms.txt", "robots.txt"}


def test_the_site_map_has_all_pages_and_when_ours_changed(site: Project) -> None:
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    root = etree.fromstring((site.site / "sitemap.xml").read_bytes())
    found = {
        node.findtext("s:loc", "", space): node.findtext("s:lastmod", "", space)
        for node in root.findall("s:url", space)
    }
    pages = {
        path.parent.relative_to(site.site).as_posix() for path in site.site.rglob("index.html")
    }
    assert set(found) == {URL + ("" if page == "." else f"{page}/") for page in pages}
    assert found[f"{URL}2026/02/13/"] == "2026-02-14"
    assert found[f"{URL}zh/2026/02/14/"] == found[URL] == "2026-02-15"
    assert f"Sitemap: {URL}sitemap.xml\n" in (site.site / "robots.txt").read_text()


def test_the_users_own_files_go_first(tmp_path: Path) -> None:
    docs = {
        "robots.txt": "User-agent: *\nDisallow: /\n",
        "day.md": "---\ndescription: Mine\ntitle: Own\n---\n# Day\n",
    }
    project = make(tmp_path, docs=docs)
    project.build()
    assert (project.site / "robots.txt").read_text() == docs["robots.txt"]
    assert Head(project.page("day")).said["description"] == "Mine"
    # No address is configured: all is there, and links lead there from where they stand.
    said = Head(project.page("2026/02/13")).said
    assert "og:url" not in said
    assert json.loads((project.site / "feed.json").read_bytes())["items"]
    assert check_links(project.site, allowed=elsewhere) == []


def test_pages_for_other_builders_have_their_data_beside_them(tmp_path: Path) -> None:
    project = make(tmp_path, site_url=URL)
    done = project.run("digest", "pages", "out")
    assert done.returncode == 0, done.stderr
    out = tmp_path / "out"
    assert (out / "2026/02/13.md").is_file()
    assert not (out / "2026/02/13/index.md").exists()
    record = json.loads((out / "2026/02/13/index.json").read_bytes())
    assert "text" not in record
    assert f"]({URL}2026/02/13/)" in (out / "llms.txt").read_text("utf-8")
    assert (out / "zh/feed.xml").is_file()
