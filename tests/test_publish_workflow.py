"""The workflows, read by those who know what goes wrong in workflows."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.building import ROOT

from digest.config import load
from digest.scaffolding import write

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PUBLISH = ROOT / ".github" / "workflows" / "publish.yml"
_EXPRESSION = re.compile(r"\$\{\{")


def tool(name: str) -> str:
    """A program that the extra ``test`` brings along, where there are wheels of it."""
    found = shutil.which(
        name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    if found is None:
        reason = f"{name} is not installed; on Linux on x86-64 the extra 'test' brings it"
        if os.environ.get("CI") and (platform.system(), platform.machine()) == ("Linux", "x86_64"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def jobs(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))["jobs"]
    return found


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in jobs(path).values():
        yield from job["steps"]


@pytest.mark.parametrize("name", ["zizmor", "actionlint"])
def test_nothing_is_found(name: str) -> None:
    options = {
        "zizmor": ["--offline", "--no-progress", "--no-config", str(ROOT / ".github")],
        "actionlint": ["-no-color", *map(str, WORKFLOWS)],
    }[name]
    done = subprocess.run([tool(name), *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_what_a_workflow_may_do(path: Path) -> None:
    whole = yaml.safe_load(path.read_text("utf-8"))
    assert whole["permissions"] == {}
    assert "pull_request_target" not in path.read_text("utf-8")
    for job in whole["jobs"].values():
        assert "permissions" in job
        assert "timeout-minutes" in job
    for step in steps(path):
        if "uses" in step:
            assert re.fullmatch(r"actions/[a-z/-]+@[0-9a-f]{40}", step["uses"])
            if step["uses"].startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False
        # Whatever a branch or a title is called, no shell reads it as code.
        assert not _EXPRESSION.search(step.get("run", ""))
    for line in path.read_text("utf-8").splitlines():
        if "uses:" in line:
            assert re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), "the version in words"


def test_who_may_write() -> None:
    rights = {name: job["permissions"] for name, job in jobs(PUBLISH).items()}
    writing = {
        name: {right for right, kind in given.items() if kind == "write"}
        for name, given in rights.items()
    }
    assert writing == {
        "collect": set(),
        "archive": {"contents"},
        "build": set(),
        "deploy": {"pages", "id-token"},
        "issue": {"issues"},
    }
    for name, job in jobs(PUBLISH).items():
        secrets = re.findall(r"secrets\.\w+", str(job))
        assert bool(secrets) == (name == "collect"), "where keys are, nothing may be written"
    events = yaml.safe_load(PUBLISH.read_text("utf-8"))[True]
    assert set(events) == {"schedule", "workflow_dispatch", "push"}, "no pull requests"
    minute = events["schedule"][0]["cron"].split()[0]
    assert int(minute) % 5, "not when everybody's runs start"


def test_pull_requests_get_no_secrets() -> None:
    text = (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    assert "secrets." not in text
    assert "write" not in str([job["permissions"] for job in jobs(WORKFLOWS[0]).values()])


def test_who_copies_it_gets_what_we_run(tmp_path: Path) -> None:
    write(tmp_path, timezone=load(ROOT / "mkdocs.yml")[1].zone.key)
    made = tmp_path / ".github" / "workflows" / "publish.yml"
    assert made.read_text("utf-8") == PUBLISH.read_text("utf-8")


def test_morning_is_morning_where_the_site_is(tmp_path: Path) -> None:
    write(tmp_path, timezone="America/New_York")
    made = tmp_path / ".github" / "workflows" / "publish.yml"
    [schedule] = yaml.safe_load(made.read_text("utf-8"))[True]["schedule"]
    assert schedule == {"cron": "17 6 * * *", "timezone": "America/New_York"}
    done = subprocess.run(
        [tool("actionlint"), "-no-color", str(made)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_step_is_a_command_that_is_tested() -> None:
    """No logic in YAML: a step is one line, and starts a program of ours."""
    known = re.compile(
        r"python -m (pip install|mkdocs build|digest (archive|collect|report|size)) ?.*"
    )
    for step in steps(PUBLISH):
        if "run" in step:
            assert known.fullmatch(step["run"]), step["run"]
