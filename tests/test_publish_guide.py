"""The guide to deployment elsewhere than on GitHub, done as it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from support.building import ROOT, epoch
from support.gitrepo import GitRepo
from support.programs import programs

from digest.__main__ import main
from digest.scaffolding import write

NOW = "2026-02-14T06:17:00+00:00"
GUIDES = {"zh": ROOT / "docs" / "deployment.md", "en": ROOT / "docs" / "en" / "deployment.md"}
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


@pytest.mark.parametrize("kind", ["sh", "ini", "yaml"])
def test_both_languages_say_to_do_the_same(kind: str) -> None:
    for within in {"sh": ["#!/bin/sh"], "ini": ["[Service]", "[Timer]"], "yaml": ["script:"]}[kind]:
        assert lines("zh", kind, within) == lines("en", kind, within)


def test_gitlab_understands_its_pipeline(tmp_path: Path) -> None:
    (tmp_path / ".gitlab-ci.yml").write_text(block("en", "yaml", "script:"), "utf-8")
    command = ["-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", ".gitlab-ci.yml"]
    done = subprocess.run(
        [sys.executable, *command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_morning_on_gitlab_on_which_nothing_can_be_reached(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is on the branch is published; the report tells of the rest."""
    remote = GitRepo.create(site.parent / "remote.git", branch="archive")
    pipeline = yaml.safe_load(block("en", "yaml", "script:"))
    assert pipeline["variables"] == {"DIGEST_ARCHIVE_REMOTE": "$CI_PROJECT_URL.git"}
    monkeypatch.setenv("DIGEST_ARCHIVE_REMOTE", str(remote.path))
    monkeypatch.setenv("CI_PAGES_URL", "https://acme.example.org/site")
    monkeypatch.chdir(site)
    for command in ("collect", "archive push"):
        assert CliRunner().invoke(main, command.split()).exit_code == 0
    (site.parent / "engine").rename(site.parent / "gone")
    subprocess.run(["rm", "-r", "archive", ".cache"], check=True)
    script = "\n".join(pipeline["publish"]["script"])
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| <code>engine</code> | 0 | 0 |" in done.stdout
    assert "not reached" in done.stdout
    [published] = pipeline["publish"]["artifacts"]["paths"]
    html = (site / published / PAGE).read_text("utf-8")
    assert "a first thing" in html
    assert "https://acme.example.org/site" in html
    tip = remote.git("show", "archive:engine/repository.state")
    assert json.loads(tip)["failure"], "since when it is not reached is known to the next run"


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
