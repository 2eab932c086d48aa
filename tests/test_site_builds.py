"""Builds while something is missing or damaged, and while the site is served."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import signal
import socket
import time
import urllib.error
import urllib.request

import pytest
from support import processes
from support.building import MODULE, PLAIN, SLUGS, Project
from support.collectedsite import LATER, NOW, copy_of, entries, external
from support.gitrepo import GitRepo
from support.site import check_links, outline

from digest.archive import Archive

# What cannot be reached


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


# Live reload


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def until(condition, *, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


def test_serve_collects_once_and_not_on_every_reload(tmp_path, collected):
    project = copy_of(
        collected, tmp_path / "project", git=True, collect="auto", docs={"about.md": "# One\n"}
    )
    port = free_port()
    command = ("mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}")
    environ = {"NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "1771128000"}

    def page(path: str) -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5) as answer:
                found: str = answer.read().decode()
        except (urllib.error.URLError, TimeoutError):
            return ""
        return found

    with processes.Command(*command, cwd=project.folder, env=environ, code=MODULE) as server:
        until(lambda: "KvPushRouter" in page("2026/02/13/") and server.poll() is None)
        repo = GitRepo(project.folder / "git" / "acme-engine")
        repo.commit("feat: meanwhile", {"a.py": "x\n"}, date="2026-02-15T11:00:00+08:00")
        (project.folder / "docs" / "about.md").write_text("# Two\n", "utf-8")
        until(lambda: "Two</h1>" in re.sub("<a .*?</a>", "", page("about/")))
        assert "KvPushRouter" in page("2026/02/13/")
        os.kill(server.pid, signal.SIGINT)
        assert server.wait() == 0, server.said
        told = server.said
    assert told.count("repositories reached") == 1
    assert (
        "meanwhile"
        not in (project.folder / "archive" / SLUGS[0] / "2026" / "2026-02-15.json").read_text()
    )
    assert "Traceback" not in told
