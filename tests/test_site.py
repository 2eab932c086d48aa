"""The site as a reader gets it: real repositories, real commands, every link followed."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from support.building import PLAIN, SLUGS, Project, once
from support.gitrepo import GitRepo, Person
from support.site import check_links, outline

from digest.archive import Archive

NOW = "2026-02-15T12:00:00+08:00"
LATER = "2026-02-20T12:00:00+08:00"
DAYS = ("2026-01-31", "2026-02-12", "2026-02-13", "2026-02-14")
SECRETS = ("ada@example.org", "grace@example.org", "hunter2-token", "me@evil.example")
FORGE = "https://github.com/"


def history(repo: GitRepo, name: str) -> None:
    """Some days of one repository."""
    repo.author = Person("Ada Lovelace", "ada@example.org")
    for day in DAYS:
        repo.now = dt.datetime.fromisoformat(f"{day}T09:00:00+08:00")
        repo.commit(
            f"feat({name}): KvPushRouter of {name} on {day} (#6275)\n\n"
            f"Wires {name} to the scheduler.\n\nCo-authored-by: Grace <grace@example.org>\n"
            "Reported-by: me@evil.example\n",
            {f"src/{name}/router.py": f"{day}\n" * 60, f"docs/{name}.md": f"{day}\n"},
        )
        repo.commit(f"fix: `pool.py` leaks <{name}> | {day}", {"src/pool.py": f"{day}\n"})
    repo.commit(f"docs: mention {name}", {"README.md": "x\n"})


def make_project(folder: Path) -> None:
    """A site of three repositories over several days, collected and not yet built."""
    repositories = []
    for slug in SLUGS:
        path = folder / "git" / slug.replace("/", "-")
        history(GitRepo.create(path), slug.split("/")[1])
        repositories.append(
            {"url": str(path.relative_to(folder)), "slug": slug, "web": FORGE + slug}
        )
    project = Project.create(
        folder,
        repositories=repositories,
        timezone="Asia/Shanghai",
        since="2026-01-30",
        collect=False,
    )
    project.collect(now=NOW, GITHUB_TOKEN="hunter2-token")


@pytest.fixture(scope="session")
def collected(tmp_path_factory) -> Path:
    """The folder of a project whose archive is there; not to be changed."""
    return once(tmp_path_factory, "collected", make_project)


@pytest.fixture(scope="session")
def sites(tmp_path_factory, collected) -> dict[str, Project]:
    """The same archive as a site in each language; not to be changed."""

    def make(folder: Path) -> None:
        for language in ("zh", "en"):
            copy_of(collected, folder / language, language=language).build(now=NOW)

    folder = once(tmp_path_factory, "sites", make)
    return {language: Project(folder / language) for language in ("zh", "en")}


def copy_of(
    collected: Path,
    folder: Path,
    *,
    language: str = "en",
    git: bool = False,
    docs: dict[str, str] | None = None,
    top: dict[str, object] | None = None,
    **options: object,
) -> Project:
    """A project with the same archive, with other options, with or without the repositories."""
    config = Project(collected).config
    given = next(item["digest"] for item in config["plugins"] if "digest" in item) | options
    project = Project.create(folder, language=language, docs=docs, top=top, **given)
    shutil.copytree(collected / "archive", folder / "archive")
    if git:
        shutil.copytree(collected / "git", folder / "git")
    return project


@pytest.fixture(params=["zh", "en"])
def project(request, sites) -> Project:
    return sites[request.param]


def entries(folder: Path) -> list[tuple[str, str, str]]:
    """Page, anchor and subject of each archived commit."""
    archive = Archive(folder / "archive")
    return [
        (f"{day.date:%Y/%m/%d}/", entry.commit.short_sha, entry.commit.subject)
        for slug in SLUGS
        for day in archive.days(slug)
        for entry in day.entries
    ]


def days_of(folder: Path) -> list[str]:
    """Every archived day, newest first."""
    archive = Archive(folder / "archive")
    return sorted({day.isoformat() for slug in SLUGS for day in archive.dates(slug)}, reverse=True)


# Links, anchors, outline


def test_every_link_of_the_site_leads_somewhere(project):
    assert check_links(project.site, allowed=external) == []


def external(address: str) -> bool:
    """Links into the forge, to the theme's home, and Material's search.share."""
    home = "https://squidfunk.github.io/mkdocs-material/"
    return address.startswith((FORGE, home)) or address == "javascript:void(0)"


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
    months = re.findall(r'href="[^"]*">(2026-\d\d)</a>', article(year))
    assert list(dict.fromkeys(months)) == ["2026-01", "2026-02"]
    assert f'<a href="{days[0].replace("-", "/")}/">' in article(home)


def test_a_page_leads_to_its_neighbours(project):
    html = project.page("2026/02/01/")
    assert '<a href="../../01/31/">← 2026-01-31</a>' in html
    assert '<a href="../02/">2026-02-02 →</a>' in html
    assert '<a href="../">2026-02</a>' in html


def navigation(html: str) -> str:
    """The left navigation of a page."""
    return html[html.index("md-nav--primary") : html.index("<article")]


def titles(html: str) -> list[str]:
    """What stands in the left navigation of a page, each title once."""
    found = re.findall(r'<span class="md-ellipsis">\s*(.*?)\s*<', navigation(html))
    return list(dict.fromkeys(found))


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
        archive.save(day.model_copy(update={"date": moved, "entries": ()}))
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


def test_offline_the_site_is_built_from_the_archive_and_says_so(tmp_path, collected):
    """``collect: auto``, and the repositories are gone."""
    offline = copy_of(collected, tmp_path / "offline", collect="auto")
    done = offline.build("--strict", now=LATER)
    assert "nothing could be reached: the site is built from the archive as it is" in done.stderr
    home = offline.page("")
    assert home.count("Not reached at 2026-02-20 12:00:00") == 3
    html = offline.page("2026/02/18/")
    assert html.count("Not reached since 2026-02-15 12:00:00") >= 3
    assert "No commits" not in html
    for page, anchor, _ in entries(collected):
        assert f'id="{anchor}"' in offline.page(page)
    assert check_links(offline.site, allowed=external) == []


def test_one_repository_that_cannot_be_reached_harms_no_other(tmp_path, collected):
    project = copy_of(collected, tmp_path / "project", git=True, collect="auto")
    shutil.rmtree(project.folder / "git" / "acme-router")
    repo = GitRepo(project.folder / "git" / "acme-engine")
    repo.commit("feat: news", {"a.py": "new\n"}, date="2026-02-19T09:00:00+08:00")
    done = project.build("--strict", now=LATER)
    assert "2 of 3 repositories reached" in done.stderr
    html = project.page("2026/02/19/")
    assert [text for level, _, text in outline(html) if level == 4] == ["feat: news"]
    assert html.count("Not reached since 2026-02-15 12:00:00") == 2  # in the list, in its section
    assert html.count("No commits on this day.") == 2  # of the third, likewise


def test_collect_true_stops_when_nothing_can_be_reached(tmp_path, collected):
    project = copy_of(collected, tmp_path / "project", collect=True)
    done = project.build(*PLAIN, now=LATER, fails=True)
    assert "0 of 3 repositories reached" in done.stderr
    assert "(collect: true)" in done.stderr
    assert not (project.site / "index.html").exists()


@pytest.mark.parametrize(
    ("language", "empty"),
    [("en", "Nothing has been collected yet."), ("zh", "还没有采集到任何内容。")],
)
def test_an_empty_archive_makes_an_honest_site(tmp_path, language, empty):
    project = Project.create(
        tmp_path, language=language, repositories=[{"url": "gone", "slug": "acme/engine"}]
    )
    project.build("--strict", now=NOW)
    assert empty in project.page("")
    assert empty in project.page("archive/")
    assert ("Not reached at" if language == "en" else "未能访问") in project.page("")
    assert check_links(project.site, allowed=external) == []


# Damage


@pytest.fixture
def damaged(tmp_path, collected):
    project = copy_of(collected, tmp_path / "project")
    path = Archive(project.folder / "archive").day_file(SLUGS[0], dt.date(2026, 2, 13))
    path.write_text(path.read_text("utf-8")[:1000], "utf-8")
    return project, path


def test_a_damaged_day_is_told_and_the_rest_is_published(damaged):
    project, path = damaged
    before = path.read_bytes()
    done = project.build(*PLAIN, now=NOW)
    told = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    assert len(told) == 1
    assert "2026-02-13.json" in told[0]
    html = project.page("2026/02/13/")
    assert "The archive file of this day cannot be read; it is kept as it is." in html
    assert html.count("digest-entry") == 4  # of the two others
    assert "an archive file cannot be read" in project.page("2026/02/")
    assert check_links(project.site, allowed=external) == []
    assert path.read_bytes() == before


def test_a_damaged_day_stops_a_strict_build(damaged):
    project, _ = damaged
    done = project.build("--strict", now=NOW, fails=True)
    assert "2026-02-13.json" in done.stderr


def test_a_day_of_a_newer_version_is_not_guessed_at(damaged):
    project, path = damaged
    path.write_text('{"schema_version": 99, "new": true}', "utf-8")
    done = project.build(*PLAIN, now=NOW)
    assert "schema version 99" in done.stderr
    assert "update change-digest" in done.stderr


# The user's own pages, and other plugins


def test_pages_of_the_user_go_first(tmp_path, collected):
    """Their home page stays, their folders become sections, and the archive is beside them."""
    docs = {
        "index.md": "# Welcome\n\n[The archive](archive/index.md), [a day](2026/02/13.md)\n",
        "about.md": "# About us\n",
        "guide/one.md": "# First steps\n",
    }
    project = copy_of(collected, tmp_path / "project", docs=docs)
    project.build(now=NOW)
    assert [text for _, _, text in outline(project.page(""))] == ["Welcome"]
    assert titles(project.page("guide/one/")) == [
        *("Welcome", "Archive", "Repositories", "Views", "About us", "Guide", "First steps")
    ]
    assert check_links(project.site, allowed=external) == []


def test_a_readme_is_a_home_page_too(tmp_path, collected):
    project = copy_of(collected, tmp_path / "project", docs={"README.md": "# Read me\n"})
    project.build(now=NOW)
    assert [text for _, _, text in outline(project.page(""))] == ["Read me"]


def test_the_navigation_of_the_user_is_kept(tmp_path, collected):
    docs = {"about.md": "# About us\n", "index.md": "# Welcome\n"}
    nav = [{"Start": "index.md"}, {"More": [{"Days": "archive/index.md"}, "about.md"]}]
    project = copy_of(collected, tmp_path / "project", docs=docs, top={"nav": nav})
    project.build(now=NOW)
    assert titles(project.page("2026/"))[:5] == ["Start", "More", "Days", "2026", "2026-02"]
    assert titles(project.page("about/")) == [
        *("Start", "More", "Days", "About us", "Repositories", "Views")
    ]


def test_a_navigation_that_does_not_name_the_archive_gets_it(tmp_path, collected):
    docs = {"about.md": "# About us\n"}
    project = copy_of(collected, tmp_path / "project", docs=docs, top={"nav": ["about.md"]})
    project.build(now=NOW)
    assert titles(project.page("about/")) == [
        *("Home", "Archive", "Repositories", "Views", "About us")
    ]


@pytest.mark.parametrize(
    ("path", "address"), [("2026/02/13.md", "2026/02/13/"), ("archive.md", "archive/")]
)
def test_a_page_of_the_users_where_ours_is_linked_to_stops_the_build(
    tmp_path, collected, path, address
):
    project = copy_of(collected, tmp_path / "project", docs={path: "# My own\n"})
    done = project.build(*PLAIN, now=NOW, fails=True)
    assert f"docs_dir has a page that would be published at '{address}'" in done.stderr


def test_other_plugins_and_flat_addresses_are_fine(tmp_path, collected):
    plugins = Project(collected).config["plugins"]
    docs = {"tags.md": "# Tags\n", "about.md": "---\ntags: [house]\n---\n# About\n"}
    top = {
        "plugins": [{"tags": {}}, *plugins, {"info": {"enabled": False}}],
        "use_directory_urls": False,
        "site_url": "https://example.org/digest/",
        "repo_url": "https://github.com/acme/site",
        "edit_uri": "edit/main/docs/",
        "theme": Project(collected).config["theme"] | {"features": ["content.action.edit"]},
    }
    project = copy_of(collected, tmp_path / "project", docs=docs, top=top)
    project.build(now=NOW)
    html = (project.site / "2026" / "02" / "13.html").read_text("utf-8")
    assert html.count("digest-entry") == 6
    assert "/edit/main/docs/2026" not in html, "there is no such file to edit"
    ours = ("https://example.org/digest/", FORGE, "https://squidfunk.github.io/")
    problems = check_links(
        project.site,
        allowed=lambda address: address.startswith(ours),
        site_url="https://example.org/digest/",
    )
    assert problems == []


def test_the_site_works_with_the_theme_of_mkdocs(tmp_path, collected):
    top = {"theme": "mkdocs", "markdown_extensions": [], "plugins": []}
    config = Project(collected).config
    top["plugins"] = [item for item in config["plugins"] if "digest" in item]
    project = copy_of(collected, tmp_path / "project", top=top)
    project.build(now=NOW)
    html = project.page("2026/02/13/")
    assert html.count("<table") == 4
    for page, anchor, _ in entries(collected):
        if page == "2026/02/13/":
            assert f'id="{anchor}"' in html


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


# Live reload


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def until(condition, *, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


def test_serve_collects_once_and_not_on_every_reload(tmp_path, collected):
    project = copy_of(
        collected, tmp_path / "project", git=True, collect="auto", docs={"about.md": "# One\n"}
    )
    port, log = free_port(), tmp_path / "log"
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"]
    environ = os.environ | {"NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "1771128000"}

    def page(path: str) -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5) as answer:
                found: str = answer.read().decode()
        except urllib.error.URLError:
            return ""
        return found

    with (
        log.open("w") as output,
        subprocess.Popen(command, cwd=project.folder, env=environ, stderr=output) as server,
    ):
        try:
            until(lambda: "KvPushRouter" in page("2026/02/13/") and server.poll() is None)
            repo = GitRepo(project.folder / "git" / "acme-engine")
            repo.commit("feat: meanwhile", {"a.py": "x\n"}, date="2026-02-15T11:00:00+08:00")
            (project.folder / "docs" / "about.md").write_text("# Two\n", "utf-8")
            until(lambda: "Two</h1>" in re.sub("<a .*?</a>", "", page("about/")))
            assert "KvPushRouter" in page("2026/02/13/")
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=20)
    told = log.read_text("utf-8")
    assert told.count("repositories reached") == 1
    assert (
        "meanwhile"
        not in (project.folder / "archive" / SLUGS[0] / "2026" / "2026-02-15.json").read_text()
    )
    assert "Traceback" not in told
