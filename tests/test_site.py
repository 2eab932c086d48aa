"""The site as a reader gets it: real repositories, real commands, every link followed."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.building import SLUGS, Project, once
from support.collectedsite import DAYS, FORGE, LATER, NOW, copy_of, entries, external, navigation
from support.site import check_links, outline

from digest.archive import Archive

SECRETS = ("ada@example.org", "grace@example.org", "hunter2-token", "me@evil.example")


@pytest.fixture(scope="session")
def sites(tmp_path_factory, collected) -> dict[str, Project]:
    """The same archive as a site in each language; not to be changed."""

    def make(folder: Path) -> None:
        for language in ("zh", "en"):
            copy_of(collected, folder / language, language=language).build(now=NOW)

    folder = once(tmp_path_factory, "sites", make)
    return {language: Project(folder / language) for language in ("zh", "en")}


@pytest.fixture(params=["zh", "en"])
def project(request, sites) -> Project:
    return sites[request.param]


def days_of(folder: Path) -> list[str]:
    """Every archived day, newest first."""
    archive = Archive(folder / "archive")
    return sorted({day.isoformat() for slug in SLUGS for day in archive.dates(slug)}, reverse=True)


# Links, anchors, outline


def test_every_link_of_the_site_leads_somewhere(project):
    assert check_links(project.site, allowed=external) == []


def test_each_commit_has_its_short_sha_for_an_anchor(project):
    found = Counter()
    for page, anchor, subject in entries(project.folder):
        headings = {name: (level, text) for level, name, text in outline(project.page(page))}
        assert headings[anchor] == (4, subject)
        found[page] += 1
    assert len(found) == len(DAYS)
    for page, number in found.items():
        html = project.page(page)
        assert html.count('class="digest-entry"') == number
        rows = re.findall(r'<td class="digest-commits__subject"><a href="#([0-9a-f]{7})">', html)
        assert sorted(rows) == sorted(
            sha for place, sha, _ in entries(project.folder) if place == page
        )


def test_each_page_has_one_first_heading_and_skips_no_level(project):
    for path in project.site.rglob("index.html"):
        levels = [level for level, _, _ in outline(path.read_text("utf-8"))]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        steps = pairwise(levels)
        assert all(below <= above + 1 for above, below in steps), path


def test_links_into_the_forge_are_whole(project):
    html = project.page("2026/02/13/")
    archive = Archive(project.folder / "archive")
    for slug in SLUGS:
        day = archive.load(slug, dt.date(2026, 2, 13))
        for entry in day.entries:
            assert f'href="{FORGE}{slug}/commit/{entry.commit.sha}"' in html
        assert f'href="{FORGE}{slug}/pull/6275"' in html


# Search


def test_each_commit_is_exactly_one_search_record(project):
    records = project.records()
    found = Counter(record["location"] for record in records if "#" in record["location"])
    wanted = [f"{page}#{anchor}" for page, anchor, _ in entries(project.folder)]
    days = {
        place: number for place, number in found.items() if re.match(r"\d{4}/\d\d/\d\d/#", place)
    }
    assert days == dict.fromkeys(wanted, 1)
    assert len(wanted) == len(set(wanted)) == 3 * (2 * len(DAYS) + 1)


def test_the_title_of_a_search_record_is_the_subject(project):
    titles = {record["location"]: record["title"] for record in project.records()}
    for page, anchor, subject in entries(project.folder):
        title = titles[f"{page}#{anchor}"].replace("\u200b", "")
        for reference, char in {"&lt;": "<", "&gt;": ">", "&amp;": "&"}.items():
            title = title.replace(reference, char)
        assert title == subject


def test_no_other_record_repeats_a_subject(project):
    """Tables and lists of commits are left out, or one commit would be found many times."""
    entry_records = {f"{page}#{anchor}" for page, anchor, _ in entries(project.folder)}
    for record in project.records():
        if record["location"] not in entry_records:
            assert "KvPushRouter" not in record["title"] + record["text"], record["location"]


def test_a_record_says_what_the_commit_is_and_not_what_it_touched(project):
    records = {record["location"]: record["text"] for record in project.records()}
    texts = [
        records[f"{page}#{sha}"]
        for page, sha, subject in entries(project.folder)
        if "KvPushRouter" in subject
    ]
    for text in texts:
        assert "to the scheduler" in text.replace("\u200b", "")
        assert "Reported" not in text  # folded detail


# Order


def test_the_archive_goes_from_new_to_old(project):
    home, archive = project.page(""), project.page("archive/")
    year, month = project.page("2026/"), project.page("2026/02/")
    article = lambda html: html[html.index("<article") : html.index("</article")]  # noqa: E731
    days = days_of(project.folder)
    february = [day for day in days if day.startswith("2026-02")]
    recent = article(home)[article(home).index('id="recent"') :]
    listed = re.findall(r'href="\d{4}/\d\d/\d\d/">(?:<strong>)?(\d{4}-\d\d-\d\d)<', recent)
    assert listed == days[:7]
    rows = r'<td[^>]*><a href="[^"]*">(\d{4}-\d\d(?:-\d\d)?)</a></td>'
    assert re.findall(rows, article(month)) == february
    assert re.findall(rows, article(archive)) == ["2026-02", "2026-01"]
    # Its calendar goes as calendars go.
    months = re.findall(r'class="digest-month__name" href="(\d\d)/">([^<]*)<', article(year))
    names = {"zh": ["2026年1月", "2026年2月"], "en": ["January 2026", "February 2026"]}
    assert months in [list(zip(["01", "02"], named, strict=True)) for named in names.values()]
    assert f'<a href="{days[0].replace("-", "/")}/">' in article(home)


def test_a_page_leads_to_its_neighbours(project):
    html = project.page("2026/02/01/")
    assert '<a href="../../01/31/">← 2026-01-31</a>' in html
    assert '<a href="../02/">2026-02-02 →</a>' in html
    assert '<a href="../">2026-02</a>' in html


def test_the_navigation_shows_months_and_no_days(project):
    links = re.findall(
        r'href="([^"]*)" class="md-nav__link', navigation(project.page("2026/02/13/"))
    )
    assert {"../", "../../01/"} <= set(links)
    assert not [link for link in links if re.search(r"\d\d/\d\d/$|^\.\./\d\d/$", link)]


def test_the_size_of_a_page_does_not_grow_with_other_months(tmp_path, collected):
    """Only the theme's own list of years and months does, by a line each."""
    page = "2026/02/13/"
    few = copy_of(collected, tmp_path / "few")
    few.build(now=NOW)
    many = copy_of(collected, tmp_path / "many")
    archive = Archive(many.folder / "archive")
    day = archive.load(SLUGS[0], dt.date(2026, 1, 31))
    for offset in range(1, 120):
        moved = dt.date(2026, 1, 30) - dt.timedelta(days=offset)
        archive.save(replace(day, date=moved, entries=()))
    many.build(now=NOW)
    added = len(list(many.site.rglob("index.html"))) - len(list(few.site.rglob("index.html")))
    assert added >= 119
    grown = len(many.page(page)) - len(few.page(page))
    assert grown < 3_000, "it lists days"


# A function of the archive alone


def comparable(project: Project) -> dict[str, bytes]:
    return {path: data for path, data in project.files().items() if path != "sitemap.xml.gz"}


def test_the_same_archive_gives_the_same_site(tmp_path, collected, sites):
    """Without the repositories, without the network, with a mirror folder that is not there."""
    again = copy_of(collected, tmp_path / "again", collect=False, mirrors="nowhere")
    again.build(now=NOW)
    assert comparable(again) == comparable(sites["en"])


def test_the_clock_shows_in_the_sitemap_alone(tmp_path, collected, sites):
    later = copy_of(collected, tmp_path / "later")
    later.build(now=LATER)
    there, here = comparable(sites["en"]), comparable(later)
    assert {path for path in here if here[path] != there.get(path)} <= {"sitemap.xml"}


# What must not be anywhere


def test_no_address_and_no_token_is_published_or_kept(project, collected):
    kept = {
        path.as_posix(): path.read_bytes()
        for path in (collected / "archive").rglob("*")
        if path.is_file()
    }
    for path, data in (project.files() | kept).items():
        for secret in SECRETS:
            assert secret.encode() not in data, path
        assert str(collected).encode() not in data, path
