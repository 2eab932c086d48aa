"""``mkdocs serve`` with a year behind it: when an edited template shows on the page that is open.

The site is that of :mod:`benchmarks.building`.  It is served by a copy of the package,
whose templates are edited.  Counted from the moment at which the file is written, until
the browser is told to load the page again and has got it.  That is what a reader with an
editor beside the browser waits for, so it is in seconds, and not held against plain MkDocs,
which builds the whole site again.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import digest
from benchmarks.building import prepare
from benchmarks.tables import Row, at_most

DAYS = 365
SECONDS = 2.0
_EDITED = "day.md.jinja"
_PAUSE = 1.0
"""Seconds between edits, so that none is seen with the one before it."""


def rows(home: Path, *, runs: int, days: int = DAYS) -> list[Row]:
    """The figures.

    Arguments:
        home: a folder to work in.
        runs: how many edits; their median counts.
        days: of the archive.
    """
    from support.bilingual import FIRST  # noqa: PLC0415 - the tests' own

    folder = home / "serving"
    prepare(folder, days)
    shutil.copytree(Path(digest.__file__).parent, folder / "package" / "digest")
    day = FIRST.fromordinal(FIRST.toordinal() + days - 1)
    with _Served(folder) as served:
        taken = [served.edit(f"{day:%Y/%m/%d}/", f"edit {number}") for number in range(runs)]
    detail = (
        f"{len(taken)} edits, {min(taken):.2f} to {max(taken):.2f} s; first {served.first:.1f} s"
    )
    shutil.rmtree(folder)
    name = f"serve, {days:,} days: an edited template on one page"
    return [at_most(name, statistics.median(taken), SECONDS, detail, " s")]


class _Served:
    """A site that is served."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "package" / "digest" / "templates" / _EDITED
        self._log = folder / "log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._place = f"127.0.0.1:{free.getsockname()[1]}"
        path = os.pathsep.join([str(folder / "package"), os.environ.get("PYTHONPATH", "")])
        began = time.monotonic()
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mkdocs", "serve", "-a", self._place],
                cwd=folder,
                env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": path},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait("Serving on", 1)
        self.first = time.monotonic() - began
        """Seconds of the first build."""

    def __enter__(self) -> _Served:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def edit(self, page: str, words: str) -> float:
        """Write words below the template of a day, and say when they are on a page."""
        time.sleep(_PAUSE)
        told = self._log.read_text("utf-8").count("Reloading browsers")
        text = f"{self._template.read_text('utf-8')}\n{words}\n"
        began = time.monotonic()
        self._template.write_text(text, "utf-8")
        self._wait("Reloading browsers", told + 1)
        with urllib.request.urlopen(f"http://{self._place}/{page}", timeout=60) as answer:
            shown = words in answer.read().decode()
        taken = time.monotonic() - began
        if not shown:
            raise RuntimeError(f"{page} does not show what was edited")
        return taken

    def _wait(self, words: str, times: int) -> None:
        while self._log.read_text("utf-8").count(words) < times:
            if self._process.poll() is not None:
                raise RuntimeError(self._log.read_text("utf-8"))
            time.sleep(0.01)
