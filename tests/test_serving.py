"""``mkdocs serve``: what an edited template makes of a page, without building the site again."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.archives import FIRST, day, entry, flag, settings
from support.building import ROOT, Project

from digest.model import BreakingChange

LIVE_RELOAD = re.compile(r"<script>\s*var livereload = .*?</script>", re.DOTALL)
PAGES = ["", "2026/02/14/", "2026/02/", "2026/", "archive/", "breaking/", "breaking/2026-02/"]
PAGES += ["repositories/acme-engine/", "en/2026/02/13/", "guide/"]
BUILT = "Documentation built"


class Served:
    """A site that is served, by a copy of the package whose templates are edited."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.package = project.folder / "package"
        shutil.copytree(ROOT / "digest", self.package / "digest")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environ = os.environ | {
            "NO_MKDOCS_2_WARNING": "1",
            "PYTHONPATH": str(self.package),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self._log = project.folder / "log"
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{self.port}"],
                cwd=project.folder,
                env=self.environ,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.wait("Serving on")

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8")

    def wait(self, words: str, times: int = 1) -> None:
        """Wait until the log has said something so often."""
        until = time.monotonic() + 300
        while self.log.count(words) < times:
            assert time.monotonic() < until, self.log
            assert self._process.poll() is None, self.log
            time.sleep(0.05)

    def page(self, path: str) -> str:
        """A page, without what the server adds to it."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=30) as answer:
            return LIVE_RELOAD.sub("", answer.read().decode())

    def edit(self, file: Path, old: str, new: str) -> None:
        """Edit a file, and wait until the browser is told."""
        before = self.log.count("Reloading browsers")
        text = file.read_text("utf-8") if file.exists() else old
        assert old in text
        file.write_text(text.replace(old, new, 1), "utf-8")
        self.wait("Reloading browsers", before + 1)

    def clean_build(self) -> Path:
        """The site as a build from nothing makes it."""
        shutil.rmtree(self.project.folder / ".cache")
        site = self.project.folder / "clean"
        config = self.project.folder / "clean.yml"
        text = (self.project.folder / "mkdocs.yml").read_text("utf-8")
        config.write_text(
            text.replace(self.project.config["site_url"], f"http://127.0.0.1:{self.port}/").replace(
                '"plugins"', '"site_dir": "clean", "plugins"'
            ),
            "utf-8",
        )
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "-f", config.name],
            cwd=self.project.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return site

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "overrides").mkdir()
    project = Project.create(
        folder,
        language="zh",
        docs={"guide.md": "# Guide\n\nWords.\n"},
        top={
            "site_url": "https://example.org/",
            "theme": {"name": "material", "font": False, "custom_dir": "overrides"},
        },
        languages=["zh", "en"],
        timezone="UTC",
        collect=False,
        repositories=[{"url": "https://github.com/acme/engine"}],
    )
    removed = flag("--old", "", None)
    broken = (BreakingChange(reason="marker", text="!"),)
    settings(
        folder,
        day(FIRST, [entry("feat: one", level="high")]),
        day(
            FIRST + dt.timedelta(days=1),
            [entry("feat!: two", interface=(removed,), breaking=broken)],
        ),
    )
    site = Served(project)
    try:
        yield site
    finally:
        site.stop()


def test_an_edited_template_shows_on_each_page_that_is_opened_as_a_build_would_make_it(
    served: Served,
) -> None:
    templates = served.package / "digest" / "templates"
    for name in ("day", "month", "year", "home", "archive", "views", "repository"):
        template = templates / f"{name}.md.jinja"
        template.write_text(template.read_text("utf-8").replace("\n# ", "\nEdited.\n\n# "), "utf-8")
    served.edit(served.project.folder / "overrides" / "main.html", OVERRIDE, OVERRIDE)
    pages = {path: served.page(path) for path in PAGES}
    assert served.log.count(BUILT) == 1, served.log
    site = served.clean_build()
    for path, html in pages.items():
        assert html == (site / path / "index.html").read_text("utf-8"), path
        assert "overridden" in html
        assert ("Edited." in html) == (path != "guide/"), path
    # What nobody has opened yet is made when somebody does.
    assert "overridden" in served.page("en/2026/02/14/")


def test_a_mistake_in_a_template_is_told_and_the_page_stays(served: Served) -> None:
    template = served.package / "digest" / "templates" / "day.md.jinja"
    before = served.page("2026/02/13/")
    served.edit(template, "{%", "{% if %}{%")
    assert served.page("2026/02/13/") == before
    assert "2026/02/13.md is shown as it was before" in served.log
    served.edit(template, "{% if %}{%", "{%")
    assert served.page("2026/02/13/") == before


def test_every_other_change_builds_the_site(served: Served) -> None:
    built = served.log.count(BUILT)
    served.edit(served.project.folder / "docs" / "guide.md", "Words.", "Other words.")
    served.wait(BUILT, built + 1)
    assert "Other words." in served.page("guide/")
    style = served.project.folder / "overrides" / "style.css"
    served.edit(style, "p { color: red }", "p { color: red }")
    served.wait(BUILT, built + 2)
    assert "red" in served.page("style.css")


OVERRIDE = """{% extends "base.html" %}
{% block content %}<p>overridden</p>{{ super() }}{% endblock %}
"""
