"""What the first command and the first build of a process do, and later ones need not.

Importing this module does it: classes and templates are loaded, tables of languages read,
expressions compiled.  Processes that are forked from one that has it begin with all of that.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ["NO_MKDOCS_2_WARNING"] = "1"  # read by the theme as it is imported

from mkdocs.commands import build
from mkdocs.config.base import load_config
from support.building import Project, epoch
from support.gitrepo import GitRepo

from digest import clock
from digest.analysts.heuristic import HeuristicAnalyst
from digest.collect import collect
from digest.config import load

_DAY = "2026-02-13T09:00:00+00:00"


def _site(folder: Path) -> None:
    repository = GitRepo.create(folder / "engine")
    files = {"a.py": "x = 1\n", "b.rs": "fn b() {}\n", "c.go": "package c\n", "d.ts": "let d\n"}
    repository.commit("feat: one", files, date=_DAY)
    repository.commit("feat!: two", dict.fromkeys(files, "y\n"), date=_DAY)
    Project.create(
        folder,
        repositories=[{"url": "engine"}],
        days=1,
        timezone="UTC",
        languages=["zh", "en"],
        collect=False,
    )
    config = str(folder / "mkdocs.yml")
    collect(load(Path(config))[1], now=clock.now(os.environ), analyst=HeuristicAnalyst())
    loaded = load_config(config)
    loaded.plugins.on_startup(command="build", dirty=False)
    build.build(loaded)
    loaded.plugins.on_shutdown()


with tempfile.TemporaryDirectory() as _folder:
    _before = dict(os.environ)
    os.environ["SOURCE_DATE_EPOCH"] = epoch(_DAY)
    try:
        _site(Path(_folder))
    finally:
        os.environ.clear()
        os.environ.update(_before)
