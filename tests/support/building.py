"""Sites for tests, made as a user makes them: a folder, ``mkdocs.yml``, real commands.

::

    project = Project.create(tmp_path, repositories=[{"url": "engine"}], timezone="UTC")
    project.collect(now="2026-02-14T12:00+08:00")
    project.build(now="2026-02-14T12:00+08:00")
    project.page("2026/02/13/")
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock
from mkdocs.commands import build
from mkdocs.config.base import load_config
from mkdocs.utils.yaml import get_yaml_loader, yaml_load
from support import processes

ROOT = Path(__file__).resolve().parents[2]
SLUGS = ("acme/engine", "acme/router", "globex/kv-cache")
"""The repositories that most sites of the tests follow."""

MATERIAL_SEARCH = {
    "search": {
        "separator": r"""[\s\u200b\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\-_,:;!?=\[\]()<>{}"'`/"""
        r"""\\.#|@+*&%~^$·→−]+""",
        "pipeline": [],
    }
}
"""The theme's own search, for sites whose owners prefer it; without it the site has ours."""

Done = subprocess.CompletedProcess[str]

MODULE = """\
import runpy, sys
del sys.argv[0]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
"""What ``python -m`` does."""


def once(tmp_path_factory: Any, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that is made once in a test run, whichever process comes first."""
    root = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        root = root.parent  # what all workers of a run share
    folder = root / f"shared-{name}"
    with FileLock(f"{folder}.lock"):
        if not (done := root / f"shared-{name}.done").exists():
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


def shipped() -> dict[str, Any]:
    """The configuration that is shipped, without what is this repository's own."""
    with (ROOT / "mkdocs.yml").open(encoding="utf-8") as file:
        config: dict[str, Any] = yaml_load(file, get_yaml_loader())
    del config["docs_dir"], config["site_dir"], config["nav"], config["theme"]["custom_dir"]
    config["site_url"] = ""
    return config


def epoch(now: str) -> str:
    """A moment in ISO 8601 as ``SOURCE_DATE_EPOCH`` has it."""
    return str(int(dt.datetime.fromisoformat(now).timestamp()))


def _of_python(variable: str) -> bool:
    return variable.startswith("PYTHON")


@dataclass(frozen=True)
class Project:
    """The folder of a site."""

    folder: Path

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        language: str = "en",
        docs: dict[str, str] | None = None,
        top: dict[str, Any] | None = None,
        **options: Any,
    ) -> Project:
        """Write what a user writes.

        Arguments:
            folder: where; made if it is not there.
            language: the theme's.
            docs: the user's own pages.
            top: options of MkDocs itself, on top of those that are shipped.
            options: of the plugin.
        """
        config = shipped()
        config["theme"]["language"] = language
        config["plugins"] = [MATERIAL_SEARCH, {"digest": options}]
        project = cls(folder)
        (folder / "docs").mkdir(parents=True, exist_ok=True)
        for path, text in (docs or {}).items():
            target = folder / "docs" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
        project.configure(config | (top or {}))
        return project

    def configure(self, config: dict[str, Any]) -> None:
        """Write ``mkdocs.yml``; JSON is YAML."""
        (self.folder / "mkdocs.yml").write_text(json.dumps(config, indent=1), "utf-8")

    @property
    def config(self) -> dict[str, Any]:
        """What is in ``mkdocs.yml``."""
        found: dict[str, Any] = json.loads((self.folder / "mkdocs.yml").read_text("utf-8"))
        return found

    def build_here(self) -> dict[str, bytes]:
        """Build the site in this process, strictly; its files."""
        loaded = load_config(str(self.folder / "mkdocs.yml"), strict=True)
        loaded.plugins.on_startup(command="build", dirty=False)
        try:
            build.build(loaded)
        finally:
            loaded.plugins.on_shutdown()
        return self.files()

    def only_digest(self) -> None:
        """Leave all other plugins out; without the theme's search the site has ours."""
        plugins = [item for item in self.config["plugins"] if "digest" in item]
        self.configure(self.config | {"plugins": plugins})

    @property
    def site(self) -> Path:
        """What was built."""
        return self.folder / "site"

    def page(self, path: str) -> str:
        """The HTML of a page."""
        return (self.site / path / "index.html").read_text("utf-8")

    def records(self) -> list[dict[str, Any]]:
        """The records of the search index."""
        index = json.loads((self.site / "search" / "search_index.json").read_text("utf-8"))
        found: list[dict[str, Any]] = index["docs"]
        return found

    def files(self) -> dict[str, bytes]:
        """Everything that was built, by path."""
        return {
            path.relative_to(self.site).as_posix(): path.read_bytes()
            for path in sorted(self.site.rglob("*"))
            if path.is_file()
        }

    def run(self, *command: str, now: str | None = None, **environ: str) -> Done:
        """Run a module of Python in the folder, with a pinned clock.

        What it wrote to either of its outputs may all be in ``stderr``.
        """
        clock = {} if now is None else {"SOURCE_DATE_EPOCH": epoch(now)}
        variables = {"NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1"} | clock | environ
        # Another builder is not to find ours imported; variables of Python are read as it begins.
        if command[0] not in {"digest", "mkdocs"} or any(map(_of_python, environ)):
            return subprocess.run(
                [sys.executable, "-m", *command],
                cwd=self.folder,
                env=os.environ | variables,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
        module, *arguments = command
        given, code = (arguments, None) if module == "digest" else (command, MODULE)
        status, said = processes.run(*given, cwd=self.folder, env=variables, code=code)
        return Done(command, status, "", said)

    def collect(self, *options: str, now: str, **environ: str) -> Done:
        """``python -m digest collect``, which must succeed."""
        done = self.run("digest", "collect", *options, now=now, **environ)
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def build(
        self, *options: str, now: str | None = None, fails: bool = False, **environ: str
    ) -> Done:
        """``mkdocs build --strict``, or with other options; it must succeed, or fail."""
        done = self.run("mkdocs", "build", *(options or ("--strict",)), now=now, **environ)
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        assert "Traceback" not in (done.stdout + done.stderr), done.stdout + done.stderr
        return done


PLAIN = ("--clean",)
"""Options of a build that is not strict; this one is the default anyway."""
