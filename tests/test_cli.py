"""The command line, as a person or a scheduled job runs it."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from support import processes
from support.gitrepo import GitRepo

NOW = dt.datetime(2026, 2, 13, 4, tzinfo=dt.UTC)
"""Noon in Shanghai."""


@dataclass
class Site:
    """A folder with a ``mkdocs.yml``."""

    path: Path
    now: dt.datetime | str = NOW

    def configure(
        self, *repositories: dict[str, str], name: str = "mkdocs.yml", **options: object
    ) -> None:
        plugin = {"timezone": "Asia/Shanghai", "days": 3, "repositories": list(repositories)}
        config = {
            "site_name": "Test",
            "theme": {"name": "material", "font": False},
            "plugins": [{"digest": plugin | options}],
        }
        (self.path / "docs").mkdir(exist_ok=True)
        (self.path / name).write_text(yaml.safe_dump(config))

    def run(self, *args: str, status: int = 0) -> str:
        """Run a command; what it says, on both of its outputs."""
        now = self.now if isinstance(self.now, str) else str(int(self.now.timestamp()))
        code, said = processes.run(*args, cwd=self.path, env={"SOURCE_DATE_EPOCH": now})
        assert "Traceback" not in said
        assert code == status, said
        return said

    def archived(self, slug: str = "owner/name") -> list[str]:
        return sorted(path.stem for path in (self.path / "archive" / slug).rglob("*.json"))


HERE = {"url": "repo", "slug": "owner/name"}
DOWN = {"url": "http://127.0.0.1:9/down", "slug": "owner/down"}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    repo = GitRepo.create(tmp_path / "repo")
    repo.commit("feat: begin", {"a.py": "a\n"}, date="2026-02-12T10:00:00+08:00")
    repo.commit("fix: today", {"a.py": "b\n"}, date="2026-02-13T10:00:00+08:00")
    made = Site(tmp_path)
    made.configure(HERE)
    return made


# collect


def test_collect_says_what_became_of_it(site: Site) -> None:
    said = site.run("collect").splitlines()
    assert said == [
        "owner/name: 3 days read, 2 new commits",
        "1 of 1 repositories reached, 2 new commits",
    ]
    assert site.archived() == ["2026-02-11", "2026-02-12", "2026-02-13"]
    assert site.run("collect").splitlines()[-1] == "1 of 1 repositories reached, 0 new commits"


def test_collect_with_a_window_and_another_file(site: Site) -> None:
    site.configure(HERE, name="other.yml", archive="elsewhere")
    site.run("collect", "-f", "other.yml", "--since", "2026-02-01", "--until", "2026-02-12")
    names = sorted(path.stem for path in (site.path / "elsewhere").rglob("*.json"))
    assert (names[0], names[-1], len(names)) == ("2026-02-01", "2026-02-12", 12)


def test_one_that_is_not_reached_is_no_failure(site: Site) -> None:
    site.configure(DOWN, HERE)
    said = site.run("collect")
    assert "owner/down: not reached: " in said
    assert said.splitlines()[-1] == (
        "1 of 2 repositories reached, 2 new commits; not reached: owner/down"
    )
    assert len(site.archived()) == 3
    assert str(site.path) not in said


def test_nothing_reached_is_status_3(site: Site) -> None:
    site.configure(DOWN)
    said = site.run("collect", status=3)
    assert said.splitlines()[-1] == (
        "0 of 1 repositories reached, 0 new commits; not reached: owner/down"
    )
    site.configure(DOWN, HERE)
    site.run("collect", "--repository", "owner/down", status=3)
    site.run("collect", "--no-fetch", "--repository", "owner/down", status=3)
    site.run("collect", "--repository", "owner/name", "--no-fetch")


def test_what_is_no_repository_is_told(site: Site) -> None:
    (site.path / "empty").mkdir()
    site.configure({"url": "empty", "slug": "a/empty"}, {"url": "nowhere", "slug": "a/nowhere"})
    said = site.run("collect", status=3)
    assert "a/empty: not reached: its `url` names no git repository" in said
    assert "a/nowhere: not reached: its `url` names no directory" in said


def test_a_damaged_file_is_status_1_and_named(site: Site) -> None:
    site.run("collect")
    file = site.path / "archive/owner/name/2026/2026-02-12.json"
    file.write_text("{")
    said = site.run("collect", status=1)
    assert str(file) in said
    assert said.splitlines()[-1].endswith("; cannot be used: 1 archive file")
    assert file.read_text() == "{"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (
            ["--repository", "owner/nam"],
            "there is no repository 'owner/nam'; there are: owner/name",
        ),
        (["--since", "yesterday"], "'yesterday' is not a date such as 2026-02-13"),
        (["--until", "2026-02-30"], "'2026-02-30' is not a date such as 2026-02-13"),
        (["--since", "2026-02-13", "--until", "2026-02-12"], "--until is before --since"),
        (["--sinc"], "--since"),
    ],
)
def test_wrong_arguments(site: Site, args: list[str], said: str) -> None:
    assert said in site.run("collect", *args, status=2)
    assert not (site.path / "archive").exists()


def test_a_wrong_configuration_is_status_1(site: Site) -> None:
    assert "nowhere.yml" in site.run("collect", "-f", "nowhere.yml", status=1)
    site.configure(HERE, timezoen="UTC")
    assert "did you mean 'timezone'" in site.run("collect", status=1)
    site.configure({"url": "https://u:s3cret@example.org/a/b"})
    said = site.run("collect", status=1)
    assert "user information" in said
    assert "s3cret" not in said
    (site.path / "mkdocs.yml").write_text("site_name: Test\nplugins: []\n")
    assert "the plugin 'digest' is not among its plugins" in site.run("status", status=1)


def test_another_zone_is_status_1(site: Site) -> None:
    site.run("collect")
    site.configure(HERE, timezone="UTC")
    assert "option 'timezone' is UTC" in site.run("collect", status=1)


def test_a_clock_that_is_pinned_wrongly(site: Site) -> None:
    site.now = "noon"
    said = site.run("collect", status=1)
    assert "SOURCE_DATE_EPOCH='noon' is not a number of seconds" in said


# status


def test_status_before_and_after(site: Site) -> None:
    assert site.run("status").splitlines() == [
        "owner/name",
        "  reached    never",
        "  days       0 archived",
        "  open       none",
        "  holes      2026-02-11, 2026-02-12, 2026-02-13",
        "  again      none",
        "  pending    none",
    ]
    site.run("collect")
    (site.path / "archive/owner/name/2026/2026-02-12.json").unlink()
    said = site.run("status").splitlines()
    assert said[1] == "  reached    2026-02-13 12:00:00+08:00"
    assert said[2].startswith("  branch     main at ")
    assert said[3:] == [
        "  days       2 archived, 2026-02-11 to 2026-02-13",
        "  open       2026-02-13",
        "  holes      2026-02-12",
        "  again      2026-02-11, 2026-02-12, 2026-02-13",
        "  pending    none",
    ]


def test_status_tells_failures_and_damage(site: Site) -> None:
    site.run("collect")
    file = site.path / "archive/owner/name/2026/2026-02-12.json"
    file.write_text("{")
    site.configure(DOWN, HERE)
    site.run("collect", "--repository", "owner/down", status=3)
    said = site.run("status")
    assert "  failed     2026-02-13 12:00:00+08:00: " in said
    assert f"  damaged    {file}: it is damaged" in said
    assert "  holes      none" in said


# pages


def test_pages_are_written_and_written_again(site: Site) -> None:
    site.run("collect")
    said = site.run("pages", "out")
    files = sorted(path for path in (site.path / "out").rglob("*") if path.is_file())
    pages = [path for path in files if path.suffix == ".md"]
    others = len(files) - len(pages)
    assert said == f"{len(pages)} pages in out, and {others} files of feeds and data\n"
    day = site.path / "out" / "2026" / "02" / "13.md"
    assert day in files
    assert "fix: today" in day.read_text("utf-8").replace("&#58;", ":")
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}
    assert site.run("pages", "out") == said
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files} == before


def test_pages_need_neither_repository_nor_network(site: Site) -> None:
    site.run("collect")
    site.run("pages", "one")
    (site.path / "repo").rename(site.path / "gone")
    site.now = NOW + dt.timedelta(days=100)
    site.run("pages", "two")
    made = [
        {
            path.relative_to(site.path / out): path.read_bytes()
            for path in (site.path / out).rglob("*.md")
        }
        for out in ("one", "two")
    ]
    assert made[0] == made[1]


def test_pages_leave_files_of_others_alone(site: Site) -> None:
    site.run("collect")
    theirs = site.path / "docs" / "index.md"
    theirs.write_text("# My own\n")
    assert "was not made by change-digest" in site.run("pages", "docs", status=1)
    assert theirs.read_text() == "# My own\n"
    assert list((site.path / "docs").rglob("*.md")) == [theirs], "nothing else was written"


def test_pages_of_days_that_are_gone_are_removed(site: Site) -> None:
    site.run("collect")
    site.run("pages", "out")
    (site.path / "out" / "theirs.md").write_text("# Theirs\n")
    (site.path / "archive/owner/name/2026/2026-02-11.json").unlink()
    site.run("pages", "out")
    days = sorted(path.name for path in (site.path / "out/2026/02").glob("*.md"))
    assert days == ["12.md", "13.md", "index.md"]
    data = sorted(path.parent.name for path in (site.path / "out/2026/02").glob("*/*.json"))
    assert data == ["12", "13"]
    assert (site.path / "out" / "theirs.md").exists()


def test_pages_name_what_cannot_be_read(site: Site) -> None:
    site.run("collect")
    file = site.path / "archive/owner/name/2026/2026-02-12.json"
    file.write_text("{")
    said = site.run("pages", "out", status=1)
    assert str(file) in said
    assert "pages in out" in said


def test_help_and_version(site: Site) -> None:
    said = site.run("--help")
    for name in ("collect", "pages", "status"):
        assert name in said
    assert "2026-02" not in site.run("--version")
    assert "--no-fetch" in site.run("collect", "-h")


def test_it_is_a_module_that_runs(site: Site) -> None:
    """As a person starts it: a new interpreter, and nothing imported before."""
    command = [sys.executable, "-m", "digest", "collect"]
    environ = os.environ | {"SOURCE_DATE_EPOCH": str(int(NOW.timestamp()))}
    done = subprocess.run(command, cwd=site.path, env=environ, capture_output=True, check=True)
    assert b"1 of 1 repositories reached, 2 new commits" in done.stdout
    assert b"owner/name: 3 days read, 2 new commits" in done.stderr
