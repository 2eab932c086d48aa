"""One archive, three builders: MkDocs and ProperDocs with the plugin, Zensical from Markdown."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import pytest
from support.archives import FIRST, day, dependency, entry, flag, settings
from support.building import ROOT, Project, once
from support.site import check_links

from digest.model import BreakingChange

ADDRESS = "https://example.org/"
BUILDERS = ("mkdocs", "properdocs", "zensical")
MOVE = re.compile(r"^```sh\n(rm -rf build/pages.*?)^```", re.MULTILINE | re.DOTALL)
"""The commands of the guide that build with Zensical."""


class _Article(HTMLParser):
    """The ids of a page's article, and where its links lead."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.inside = 0
        self.ids: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside += tag == "article"
        given = dict(attrs)
        name, target = given.get("id"), given.get("href")
        if self.inside and tag == "a" and target is not None:
            self.links.add(urljoin(self.address, target))
        # The theme's own have two underscores.
        if self.inside and name and not name.startswith("__"):
            self.ids.add(name)

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag == "article"


def articles(site: Path) -> dict[str, _Article]:
    """What there is to be found in each page."""
    found = {}
    for path in site.rglob("*.html"):
        if path.name != "404.html":
            place = path.relative_to(site).as_posix()
            parser = found[place] = _Article(ADDRESS + place.removesuffix("index.html"))
            parser.feed(path.read_text("utf-8"))
    return found


def _make(folder: Path) -> None:
    project = Project.create(
        folder,
        language="zh",
        docs={"guide.md": "# Guide\n\n[A day](2026/02/13.md)\n"},
        top={"site_url": ADDRESS},
        languages=["zh", "en"],
        timezone="UTC",
        collect=False,
        repositories=[{"url": "https://github.com/acme/engine"}],
    )
    project.only_digest()
    facts = {
        "interface": (flag("--old", "", None),),
        "dependencies": (dependency("torch", "2.0", "2.1"),),
        "breaking": (BreakingChange(reason="marker", text="!"),),
    }
    settings(
        folder,
        day(FIRST, [entry("feat: `one` <b> | {{ two }} [x](y)", level="high"), entry("fix: 路由")]),
        day(FIRST + dt.timedelta(days=1), [entry("feat!: no --old", **facts)]),
    )
    # The same cache: what one builder kept is not the other's.
    project.build("--strict", "--site-dir", "mkdocs")
    done = project.run(
        "properdocs", "build", "--strict", "--config-file", "mkdocs.yml", "--site-dir", "properdocs"
    )
    assert done.returncode == 0, done.stderr
    assert "kept from earlier builds" in done.stderr
    # As the guide says it, word for word.
    [script] = MOVE.findall((ROOT / "docs" / "en" / "configuration.md").read_text("utf-8"))
    built = subprocess.run(
        ["bash", "-euc", script],
        cwd=folder,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (folder / "site").rename(folder / "zensical")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, "builders", _make)


@pytest.mark.parametrize("builder", BUILDERS[1:])
def test_each_builder_makes_the_same_pages_with_the_same_anchors_and_links(
    built: Path, builder: str
) -> None:
    expected, found = articles(built / "mkdocs"), articles(built / builder)
    assert found.keys() == expected.keys()
    for path, page in expected.items():
        assert page.ids <= found[path].ids, path
        assert page.links == found[path].links, path
    assert sum(len(page.links) for page in expected.values()) > 5 * len(expected)


@pytest.mark.parametrize("builder", BUILDERS)
def test_each_link_leads_somewhere(built: Path, builder: str) -> None:
    def outside(address: str) -> bool:
        return address.startswith(("https://", "mailto:"))

    assert check_links(built / builder, allowed=outside, site_url=ADDRESS) == []


@pytest.mark.parametrize("builder", BUILDERS)
def test_feeds_data_and_a_search_are_there(built: Path, builder: str) -> None:
    site, reference = built / builder, built / "mkdocs"
    for name in ("feed.xml", "en/feed.json", "2026/02/13/index.json", "assets/digest/digest.js"):
        assert (site / name).is_file(), name
    assert (site / "feed.xml").read_bytes() == (reference / "feed.xml").read_bytes()
    index = "search.json" if builder == "zensical" else "search/index.json"
    assert (site / index).is_file()


def test_pages_of_zensical_have_our_styles_and_navigation(built: Path) -> None:
    html = (built / "zensical" / "en" / "2026" / "02" / "13" / "index.html").read_text("utf-8")
    assert "assets/digest/tokens.css" in html
    assert "assets/digest/digest.js" in html
    assert 'href="../14/"' in html


def test_a_builder_is_told_from_the_other_in_what_is_kept(built: Path) -> None:
    html = (built / "properdocs" / "2026" / "02" / "13" / "index.html").read_text("utf-8")
    assert "mkdocs-1" not in html


def test_a_configuration_that_is_not_ours_is_left_alone(built: Path) -> None:
    project = Project(built)
    done = project.run("digest", "pages", "build/pages", "--write-config", "mkdocs.yml")
    assert done.returncode == 1
    assert "was not made by change-digest" in done.stderr
