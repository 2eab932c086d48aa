"""The guide to deployment elsewhere than on GitHub, done as it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from support import newsite
from support.building import ROOT, epoch
from support.gitrepo import GitRepo
from support.programs import programs

from digest.scaffolding import write

NOW = "2026-02-14T06:17:00+00:00"
GUIDES = {"zh": ROOT / "docs" / "deployment.md", "en": ROOT / "docs" / "en" / "deployment.md"}
STEP = re.compile(r"^    ```sh\n(.*?)^    ```", re.MULTILINE | re.DOTALL)
"""A block of the steps for GitHub Pages."""
PAGE = Path("2026/02/13/index.html")


def block(language: str, kind: str, within: str) -> str:
    """A block of code of the guide."""
    fence = re.compile(rf"^```{kind}\n(.*?)^```", re.MULTILINE | re.DOTALL)
    blocks = fence.findall(GUIDES[language].read_text("utf-8"))
    [found] = [code for code in blocks if within in code]
    return found


def lines(language: str, kind: str, within: str) -> list[str]:
    """The same without comments, which are in the guide's language."""
    code = block(language, kind, within).splitlines()
    return [line.partition(" #")[0] for line in code if not line.startswith("# ")]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A site that ``init`` has made, of one repository, and the programs of the guide."""
    engine = GitRepo.create(tmp_path / "engine")
    engine.commit("feat: a first thing", {"a.py": "x = 1\n"}, date="2026-02-13T09:00:00+00:00")
    home = tmp_path / "site"
    write(home, urls=[str(engine.path)])
    config = home / "mkdocs.yml"
    config.write_text(config.read_text("utf-8").replace("days: 30", "days: 2"), "utf-8")
    for name in [*os.environ]:
        if name.startswith(("GITHUB_", "DIGEST_", "OPENAI_", "SITE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch(NOW))
    with programs(home / ".venv" / "bin") as folder:
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        yield home


@pytest.mark.parametrize("kind", ["sh", "ini", "yaml", "nginx"])
def test_both_languages_say_to_do_the_same(kind: str) -> None:
    for within in {
        "sh": ["#!/bin/sh"],
        "ini": ["[Service]", "[Timer]"],
        "yaml": ["script:"],
        "nginx": ["server {"],
    }[kind]:
        assert lines("zh", kind, within) == lines("en", kind, within)


@pytest.mark.parametrize(
    ("language", "tried"), [("en", False), ("zh", False), ("zh", True)], ids=str
)
def test_ten_minutes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, *, tried: bool
) -> None:
    """Up to the push, whether it is tried before or not, the repository is the site's folder."""
    text = GUIDES[language].read_text("utf-8")
    get, look, try_it, push = (textwrap.dedent(step).splitlines() for step in STEP.findall(text))
    assert "venv" in get[0]
    assert "pip install" in get[1]
    assert "http.server" in try_it[-1]
    assert "git remote add" in push[-2]
    assert "git push" in push[-1]
    engine = GitRepo.create(tmp_path / "engine")
    engine.commit("feat: a first thing", {"a.py": "x = 1\n"}, date="2026-02-13T09:00:00+00:00")
    script = "\n".join([*get[2:], *look, *(try_it[:-1] if tried else []), *push[:-2]])
    # A repository of here, in place of two of elsewhere.
    script = script.replace("https://github.com/encode/httpx ", f"{engine.path} ")
    script = re.sub(r" \\\n *--repository https://\S+", "", script)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch(NOW))
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "me")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "me@example.org")
    with programs(tmp_path / ".venv" / "bin"):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (tmp_path / ".git").exists()
    home = tmp_path / "my-site"
    listed = subprocess.run(
        ["git", "ls-files"], cwd=home, capture_output=True, text=True, check=True
    ).stdout.split()
    assert sorted(listed) == [*newsite.FILES]
    assert f"language: {language} " in (home / "mkdocs.yml").read_text("utf-8")
    assert (home / "site").exists() == tried


def test_gitlab_understands_its_pipeline(tmp_path: Path) -> None:
    (tmp_path / ".gitlab-ci.yml").write_text(block("en", "yaml", "script:"), "utf-8")
    command = ["-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", ".gitlab-ci.yml"]
    done = subprocess.run(
        [sys.executable, *command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


class GitLab:
    """Runs the jobs of the guide's pipeline as GitLab does, each in a checkout of its own."""

    def __init__(self, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.site = site
        self.pipeline = yaml.safe_load(block("en", "yaml", "script:"))
        self.remote = GitRepo.create(site.parent / "remote.git", branch="archive")
        assert self.pipeline["variables"] == {
            "DIGEST_ARCHIVE_REMOTE": "$CI_PROJECT_URL.git",
            "NO_MKDOCS_2_WARNING": "1",
        }
        monkeypatch.setenv("DIGEST_ARCHIVE_REMOTE", str(self.remote.path))
        monkeypatch.setenv("CI_PAGES_URL", "https://acme.example.org/site")
        monkeypatch.chdir(site)

    def job(self, name: str, **replaced: str) -> subprocess.CompletedProcess[str]:
        for left in ("archive", "part", "public"):
            subprocess.run(["rm", "-rf", left], cwd=self.site, check=True)
        script = "\n".join(self.pipeline[name]["script"])
        for program, another in replaced.items():
            assert script.count(f"python -m digest {program} ") == 1
            script = script.replace(f"python -m digest {program} ", f"{another} ")
        command = ["bash", "-eo", "pipefail", "-c", script]
        return subprocess.run(command, cwd=self.site, capture_output=True, text=True, check=False)

    def publishes_after(self, code: int) -> bool:
        """Whether the site is published when collecting ends so."""
        assert self.pipeline["publish"]["needs"] == ["collect"]
        return code in {0, self.pipeline["collect"]["allow_failure"]["exit_codes"]}

    def page(self, path: Path = PAGE) -> str:
        [published] = self.pipeline["publish"]["artifacts"]["paths"]
        return (self.site / published / path).read_text("utf-8")


@pytest.fixture
def gitlab(site: Path, monkeypatch: pytest.MonkeyPatch) -> GitLab:
    return GitLab(site, monkeypatch)


def test_a_morning_on_gitlab_on_which_nothing_can_be_reached(gitlab: GitLab) -> None:
    """What is on the branch is published; the job warns, and its report tells of the rest."""
    assert gitlab.job("collect").returncode == 0
    (gitlab.site.parent / "engine").rename(gitlab.site.parent / "gone")
    subprocess.run(["rm", "-r", ".cache"], check=True)
    done = gitlab.job("collect")
    assert done.returncode != 0, done.stdout + done.stderr
    assert gitlab.publishes_after(done.returncode), done.stdout + done.stderr
    assert "| <code>engine</code> | 0 | 0 |" in done.stdout
    assert "not reached" in done.stdout
    done = gitlab.job("publish")
    assert done.returncode == 0, done.stdout + done.stderr
    html = gitlab.page()
    assert "a first thing" in html
    assert "https://acme.example.org/site" in html
    tip = gitlab.remote.git("show", "archive:engine/repository.state")
    assert json.loads(tip)["failure"], "since when it is not reached is known to the next run"


def test_a_repository_that_fails_on_gitlab_is_told_and_the_others_are_published(
    gitlab: GitLab,
) -> None:
    config = gitlab.site / "mkdocs.yml"
    named = "repositories:\n"
    two = config.read_text("utf-8").replace(named, f"{named}        - url: ../gone\n")
    config.write_text(two, "utf-8")
    done = gitlab.job("collect")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 2 repositories reached" in done.stdout
    assert re.search(r"<code>gone</code> .*not reached", done.stdout)
    assert gitlab.job("publish").returncode == 0
    assert "a first thing" in gitlab.page()
    assert gitlab.page(Path("index.html")).count("Not reached at") == 1


def test_a_damaged_file_on_gitlab_is_a_warning(gitlab: GitLab) -> None:
    assert gitlab.job("collect").returncode == 0
    path = "engine/2026/2026-02-13.json"
    gitlab.remote.commit("damage", {path: "{"}, date=NOW)
    done = gitlab.job("collect")
    assert done.returncode != 0
    assert gitlab.publishes_after(done.returncode), done.stdout + done.stderr
    assert "2026-02-13.json" in done.stdout


@pytest.mark.parametrize(
    "instead",
    ["sh -c 'kill -9 $$'", "python -m digest collect --no-such-option"],
    ids=["a program that dies", "a wrong command line"],
)
def test_a_program_that_does_not_get_to_its_end_stops_gitlab(gitlab: GitLab, instead: str) -> None:
    done = gitlab.job("collect", collect=instead)
    assert done.returncode != 0
    assert not gitlab.publishes_after(done.returncode), done.stdout + done.stderr
    assert "it did not get to its end" in done.stdout


def test_a_wrong_setting_stops_gitlab(gitlab: GitLab) -> None:
    config = gitlab.site / "mkdocs.yml"
    config.write_text(config.read_text("utf-8").replace("days: 2", "dayz: 2"), "utf-8")
    done = gitlab.job("collect")
    assert done.returncode != 0
    assert not gitlab.publishes_after(done.returncode), done.stdout + done.stderr
    assert "dayz" in done.stdout


def test_a_machine_of_ones_own(site: Path) -> None:
    """The script for cron and systemd: it swaps sites, and a build that fails swaps nothing."""
    script = block("en", "sh", "#!/bin/sh").replace("/srv/digest", str(site))
    program = site / "publish.sh"
    program.write_text(script)
    program.chmod(0o755)

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run([str(program)], capture_output=True, text=True, check=False)

    done = run()
    assert done.returncode == 0, done.stdout
    assert "Zensical" not in done.stdout, "nothing for others in the log of each morning"
    assert "1 of 1 repositories reached" in done.stdout
    address = "https://digest.example.org/"
    sitemap, feed = (site / "current" / name for name in ("sitemap.xml", "feed.xml"))
    assert f"<loc>{address}{PAGE.parent}/</loc>" in sitemap.read_text("utf-8")
    links = re.findall('<link [^>]*href="([^"]*)"', feed.read_text("utf-8"))
    assert links
    assert all(link.startswith(address) for link in links), "readers need whole addresses"
    first = (site / "current" / PAGE).read_text("utf-8")
    (site.parent / "engine").rename(site.parent / "gone")
    done = run()
    assert done.returncode == 0, done.stdout
    assert "not reached" in done.stdout
    assert "a first thing" in (site / "current" / PAGE).read_text("utf-8")
    assert (site / "old" / PAGE).read_text("utf-8") == first
    second = {path: path.stat().st_mtime_ns for path in (site / "current").rglob("*")}
    config = site / "mkdocs.yml"
    config.write_text(config.read_text("utf-8").replace("days: 2", "dayz: 2"), "utf-8")
    assert run().returncode != 0
    assert {path: path.stat().st_mtime_ns for path in (site / "current").rglob("*")} == second
