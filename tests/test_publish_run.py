"""The workflow, step by step as its file says it, with folders in place of artifacts.

What the actions of others do, a checkout, a cache, an artifact, is done here by copying
folders.  Each line that the workflow runs is read by the same shell, in a fresh checkout
for each job, with the environment that the workflow gives it and no more.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from support.chatserver import KEY, ChatServer, Reply, Request, fault
from support.gitrepo import GitRepo
from support.issues import IssueServer

from digest.__main__ import main
from digest.scaffolding import write
from digest.sharding import Shard

PARTS = 2
SLUGS = [f"acme/r{number}" for number in range(4)]
REPOSITORY = "acme/site"
TOKEN = "ghs_0123456789abcdefghijklmnopqrstuvwxyz"
_EXPRESSION = re.compile(r"\$\{\{ *(.+?) *\}\}")
_KEPT = ("HOME", "LANG", "PATH", "PYTHONPATH", "VIRTUAL_ENV")


@dataclass
class Run:
    """One run of the workflow."""

    folder: Path
    remote: Path
    api: str
    number: int
    key: str = ""
    """Of the language model."""
    results: dict[str, str] = field(default_factory=dict)
    said: str = ""

    def __post_init__(self) -> None:
        self.home = self.folder / f"run-{self.number}"
        self.home.mkdir()
        self.summary = self.home / "summary.md"
        self.outputs = self.home / "outputs"
        self.outputs.touch()
        source = self.folder / "checkout" / ".github" / "workflows" / "publish.yml"
        self.workflow = yaml.safe_load(source.read_text("utf-8"))

    def job(self, name: str, part: int = 1) -> Path:
        """One job, on a machine of its own."""
        machine = self.home / f"{name}-{part}"
        shutil.copytree(self.folder / "checkout", machine)
        job = self.workflow["jobs"][name]
        given = self.workflow.get("env", {}) | job.get("env", {})
        self.results[name] = "success"
        for step in job["steps"]:
            if self.results[name] == "failure" and "always()" not in step.get("if", ""):
                continue
            if "uses" in step:
                self._action(step["uses"].partition("@")[0], step.get("with", {}), machine, part)
            elif not step["run"].startswith("python -m pip "):
                code = self._shell(step, given, machine, part)
                if code and not step.get("continue-on-error"):
                    self.results[name] = "failure"
        return machine

    def _action(self, name: str, options: dict[str, Any], machine: Path, part: int) -> None:
        if name == "actions/upload-artifact":
            target = self.home / "artifacts" / self._value(options["name"], part)
            if (machine / options["path"]).exists():  # otherwise the action only warns
                shutil.copytree(machine / options["path"], target)
        elif name == "actions/download-artifact":
            assert options["pattern"] == "part-*"
            source = self.home / "artifacts"
            for found in source.glob("part-*") if source.exists() else ():
                shutil.copytree(found, machine / options["path"] / found.name)

    def _shell(self, step: dict[str, Any], given: dict[str, str], machine: Path, part: int) -> int:
        environ = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environ |= {
            "CI": "true",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_OUTPUT": str(self.outputs),
            "GITHUB_API_URL": self.api,
            "SOURCE_DATE_EPOCH": str(1_771_050_000 + 86_400 * self.number),  # 2026-02-14
        }
        for name, value in {**given, **step.get("env", {})}.items():
            environ[name] = self._value(str(value), part)
        # The shell says what it would start; our own commands then run here, others there.
        told = self._bash(step["run"].replace("python", "printf '%s\\0'", 1), machine, environ)
        words = told.stdout.split("\0")[:-1]
        if words[:2] == ["-m", "digest"]:
            code, said = self._ours(words[2:], machine, environ)
        else:
            done = self._bash(step["run"].replace("python", sys.executable, 1), machine, environ)
            code, said = done.returncode, done.stdout + done.stderr
        self.said += f"$ {step['run']}\n{said}"
        assert "Traceback" not in said, said
        return code

    @staticmethod
    def _bash(
        line: str, machine: Path, environ: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", line],
            cwd=machine,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )

    @staticmethod
    def _ours(words: list[str], machine: Path, environ: dict[str, str]) -> tuple[int, str]:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(machine)
            for name in set(os.environ) - set(environ):
                if name.startswith(("GITHUB_", "DIGEST_", "OPENAI_", "SITE_")):
                    patch.delenv(name)
            for name, value in environ.items():
                patch.setenv(name, value)
            done = CliRunner().invoke(main, words)
        assert isinstance(done.exception, SystemExit | None), done.exception
        return done.exit_code, done.output

    def _outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.outputs.read_text("utf-8").splitlines())

    def _value(self, text: str, part: int) -> str:
        known = {
            "github.server_url": str(self.remote.parent),
            "github.repository": self.remote.name,
            "github.token": TOKEN,
            "matrix.part": str(part),
            "strategy.job-total": str(PARTS),
            "secrets.OPENAI_API_KEY": self.key,
            "secrets.DIGEST_TOKEN_GITHUB_COM": "",
            "vars.OPENAI_BASE_URL": "",
            "vars.DIGEST_PARTS || '[1]'": json.dumps(list(range(1, PARTS + 1))),
            "steps.pages.outputs.base_url": "https://acme.example.org/site",
            "toJSON(needs)": json.dumps(
                {
                    name: {"result": result, "outputs": self._outputs() if name == "build" else {}}
                    for name, result in self.results.items()
                }
            ),
        }
        return _EXPRESSION.sub(lambda found: known[found[1]], text)


@pytest.fixture
def world(tmp_path: Path) -> tuple[Path, GitRepo]:
    for number, slug in enumerate(SLUGS):
        repo = GitRepo.create(tmp_path / "repos" / slug)
        repo.commit(f"feat: {slug}", {"a.py": "x\n"}, date=f"2026-02-13T09:0{number}:00+00:00")
    write(tmp_path / "checkout", urls=[str(tmp_path / "repos" / slug) for slug in SLUGS])
    config = tmp_path / "checkout" / "mkdocs.yml"
    text = (
        config.read_text("utf-8")
        .replace("days: 30", "days: 2")
        .replace('"../repos', '"../../repos')
    )
    for slug in SLUGS:
        text = text.replace(f'{slug}"', f'{slug}"\n          slug: {slug}')
    config.write_text(text, "utf-8")
    return tmp_path, GitRepo.create(tmp_path / "remote", branch="archive")


def test_two_mornings(world: tuple[Path, GitRepo]) -> None:
    folder, remote = world
    with IssueServer(REPOSITORY, TOKEN) as forge:
        first = Run(folder, remote.path, forge.url, 0)
        for part in range(1, PARTS + 1):
            first.job("collect", part)
        for name in ("archive", "issue"):
            first.job(name)
        assert set(first.results.values()) == {"success"}, first.said
        assert not forge.issues
        assert remote.git("rev-list", "--count", "archive") == b"1\n", "one commit of all parts"
        listing = remote.git("ls-tree", "-r", "--name-only", "archive").decode()
        assert all(f"{slug}/2026/2026-02-13.json" in listing for slug in SLUGS)
        assert "4 of 4 repositories reached, 4 new commits" in first.summary.read_text()

        # One repository is gone, one part finds a configuration that it cannot use, and the key of
        # the model that is asked from now on has run out.
        gone = SLUGS[0]
        (folder / "repos" / gone).rename(folder / "repos" / "gone")
        config = folder / "checkout" / "mkdocs.yml"
        broken = 1 if Shard(2, PARTS).holds(gone) else 2
        reached = [slug for slug in SLUGS[1:] if not Shard(broken, PARTS).holds(slug)]
        for slug in reached:
            GitRepo(folder / "repos" / slug).commit("fix: next", date="2026-02-14T09:00:00+00:00")
        with ChatServer(_refuse) as chat:
            asked = f"analyst: {{model: tiny, base_url: {json.dumps(chat.url)}}}"
            kept = config.read_text("utf-8").replace("days: 2", f"days: 2\n      {asked}")
            second = Run(folder, remote.path, forge.url, 1, key=KEY)
            for part in range(1, PARTS + 1):
                text = kept.replace("days: 2", "dayz: 2") if part == broken else kept
                config.write_text(text, "utf-8")
                second.job("collect", part)
            config.write_text(kept, "utf-8")
            for name in ("archive", "build", "issue"):
                second.job(name)
            assert chat.requests, "the model was asked"
        assert second.results == {
            "collect": second.results["collect"],
            "archive": "success",
            "build": "success",
            "issue": "success",
        }, second.said
        assert remote.git("rev-list", "--count", "archive") == b"2\n"
        page = second.home / "build-1" / "site" / "2026" / "02" / "13" / "index.html"
        assert "acme.example.org/site" in page.read_text("utf-8")
        assert all(slug in page.read_text("utf-8") for slug in SLUGS)
        page = second.home / "build-1" / "site" / "2026" / "02" / "14" / "index.html"
        assert all(slug in page.read_text("utf-8") for slug in reached)
        for text in (second.summary.read_text("utf-8"), forge.open[0]["body"]):
            told = text.replace("&#47;", "/").replace("&#95;", "_")
            assert gone in told
            assert f"part {broken}/{PARTS}" in told
            assert "the model" in told
            assert "OPENAI_API_KEY" in told
            assert KEY not in told
        assert "of GitHub Pages' 1 GB" in second.summary.read_text("utf-8")
        assert TOKEN not in first.said + second.said + forge.open[0]["body"]
        assert KEY not in second.said


def _refuse(request: Request) -> Reply:
    return fault(401, code="invalid_api_key")
