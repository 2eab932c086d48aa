"""Pages that are shown while processes still make them: the same bytes as a clean build."""

from __future__ import annotations

import datetime as dt
import functools
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from mkdocs.config.base import load_config
from mkdocs.exceptions import Abort
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from support import archives
from support.building import Project

from digest import ahead, making, processes
from digest.ahead import Ahead
from digest.archive import Archive
from digest.kept.store import Store
from digest.model import Day
from digest.rendering.contentsahead import ContentsAhead
from digest.rendering.kept import KeptPages

NEW = archives.FIRST + dt.timedelta(days=4)
HOOK = """
def on_page_content(html, page, **_):
    assert html or page.file.generated_by != "digest", page.file.src_uri
"""

ALL_PAGES = """
{% for file in pages %}{{ file.url }}
  {{ file.page.content | length }} {% for item in file.page.toc %}{{ item.title }}{% endfor %}
{% endfor %}
"""


def _day(date: dt.date) -> Day:
    return archives.day(date, [archives.entry(f"feat: thing of {date} (#1)", level="high")])


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A site with one day more than its cache."""
    for module in (processes, ahead):
        monkeypatch.setattr(module, "are_forked", lambda: True)
        monkeypatch.setattr(module, "cores", lambda: 2)
    made = Project.create(
        tmp_path / "site",
        docs={"about.md": "# About\n"},
        top={"nav": [{"About": "about.md"}], "validation": {"anchors": "warn"}},
        repositories=[{"url": "https://github.com/acme/engine"}],
        since="2026-02-11",
        collect=False,
        cache=".cache/site",
    )
    made.only_digest()
    archive = Archive(made.folder / "archive")
    for number in range(4):
        archive.save(_day(archives.FIRST + dt.timedelta(days=number)))
    _build(made)
    archive.save(_day(NEW))
    return made


def _build(project: Project) -> dict[str, bytes]:
    return {path: data for path, data in project.build_here().items() if not path.endswith(".gz")}


def _clean(project: Project, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """What a build in one process makes without a cache."""
    monkeypatch.undo()
    config = project.config
    ours = {"digest": config["plugins"][0]["digest"] | {"cache": ""}}
    project.configure(config | {"plugins": [ours]})
    return _build(project)


def _slow() -> None:
    time.sleep(0.5)


def _deadly() -> None:
    os._exit(1)


def _failing() -> None:
    raise LookupError


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that were still being made when they were to be shown."""
    found, complete = [], KeptPages.complete

    def noted(kept: KeptPages, page: Page) -> None:
        known = kept._pages.get(page.file.src_uri)
        if known is not None and known.awaited:
            found.append(page.file.src_uri)
        complete(kept, page)

    monkeypatch.setattr(KeptPages, "complete", noted)
    return found


def _before(monkeypatch: pytest.MonkeyPatch, task: str, first: Callable[[], None]) -> None:
    """Have something happen in the processes before a task is done."""
    usual = getattr(making, task)

    @functools.wraps(usual)
    def changed(*arguments: object) -> object:
        first()
        return usual(*arguments)

    monkeypatch.setattr(making, task, changed)


@pytest.mark.parametrize("what", [_slow, _deadly, _failing])
@pytest.mark.parametrize("task", ["contents_at_leisure", "of_page"])
def test_pages_are_the_same_whatever_becomes_of_the_processes(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    shown: list[str],
    task: str,
    what: Callable[[], None],
) -> None:
    _before(monkeypatch, task, what)
    warm = _build(project)
    if what is _slow:
        assert set(shown) & {f"{NEW:%Y/%m/%d}.md", "index.md"}
    assert warm == _clean(project, monkeypatch)


@pytest.mark.parametrize(
    ("anchor", "right"), [("repository-acme-engine", True), ("nothing", False)]
)
def test_links_to_a_page_that_is_still_made_are_checked(
    project: Project, monkeypatch: pytest.MonkeyPatch, shown: list[str], anchor: str, *, right: bool
) -> None:
    _before(monkeypatch, "contents_at_leisure", _slow)
    text = f"# About\n\n[It]({NEW:%Y/%m/%d}.md#{anchor})\n"
    (project.folder / "docs" / "about.md").write_text(text, "utf-8")
    if right:
        _build(project)
    else:
        with pytest.raises(Abort, match="strict mode"):
            _build(project)
    assert f"{NEW:%Y/%m/%d}.md" in shown


def test_who_looks_at_pages_before_they_are_shown_sees_them(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    _before(monkeypatch, "contents_at_leisure", _slow)
    hook = """
import pathlib
FOUND = {}
def on_nav(nav, config, files, **_):
    FOUND.update({file.src_uri: file for file in files.documentation_pages()})
def on_pre_template(template, template_name, config, **_):
    seen = [f"{name} {sorted(file.page.present_anchor_ids)}" for name, file in FOUND.items()]
    pathlib.Path(config.site_dir, "seen.txt").write_text("\\n".join(sorted(seen)))
    return template
"""
    (project.folder / "hook.py").write_text(hook, "utf-8")
    project.configure(project.config | {"hooks": ["hook.py"]})
    warm = _build(project)
    assert b"repository-acme-engine" in warm["seen.txt"]
    assert warm == _clean(project, monkeypatch)


def test_who_looks_at_contents_sees_them(
    project: Project, monkeypatch: pytest.MonkeyPatch, shown: list[str]
) -> None:
    _before(monkeypatch, "contents_at_leisure", _slow)
    (project.folder / "hook.py").write_text(HOOK, "utf-8")
    project.configure(project.config | {"hooks": ["hook.py"]})
    warm = _build(project)
    assert shown == []
    assert warm == _clean(project, monkeypatch)


@pytest.mark.parametrize("template", ["sitemap.xml", "partials/copyright.html"])
def test_a_template_that_shows_other_pages_sees_them(
    project: Project, monkeypatch: pytest.MonkeyPatch, template: str
) -> None:
    _before(monkeypatch, "contents_at_leisure", _slow)
    path = project.folder / "overrides" / template
    path.parent.mkdir(parents=True)
    path.write_text(ALL_PAGES, "utf-8")
    theme = project.config["theme"] | {"custom_dir": "overrides"}
    project.configure(project.config | {"theme": theme})
    assert _build(project) == _clean(project, monkeypatch)


def test_a_template_beside_the_theme_sees_all_pages(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    _before(monkeypatch, "contents_at_leisure", _slow)
    (project.folder / "docs" / "all.txt").write_text(ALL_PAGES, "utf-8")
    project.configure(project.config | {"extra_templates": ["all.txt"]})
    warm, again = _build(project), _build(project)
    assert warm == again == _clean(project, monkeypatch)


class Ending(Ahead):
    """Its last page is made when somebody asks for it."""

    def __init__(self, make: Callable[[], object]) -> None:
        super().__init__()
        self.ended = False
        self._make = make

    def awaits(self, path: str) -> bool:
        self._make()
        return super().awaits(path)

    def end(self) -> None:
        self.ended = True


def test_a_page_that_is_made_at_that_moment_is_not_made_again(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("---\ntitle: A\n---\n# A\n", "utf-8")
    (tmp_path / "mkdocs.yml").write_text("site_name: x\n", "utf-8")
    config = load_config(str(tmp_path / "mkdocs.yml"))
    file = File("a.md", config.docs_dir, config.site_dir, config.use_directory_urls)
    store, files = Store(tmp_path / "kept"), Files([file])
    contents = ContentsAhead.of(store.root, config, files)
    assert contents is not None
    ending = Ending(lambda: contents("a.md", file.content_string))
    kept = KeptPages(store, config, tmp_path, "program")
    kept.prepare(files, files, alone=True, ahead=ending)
    assert not ending.ended


def test_the_head_of_a_kept_file_is_the_same_each_time(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("site_name: x\n", "utf-8")
    (tmp_path / "docs").mkdir()
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "a").write_text("---\ntitle: A\ndate: 2026-02-13\n---\n# A\n", "utf-8")
    config = load_config(str(tmp_path / "mkdocs.yml"))
    file = File("a.md", config.docs_dir, config.site_dir, config.use_directory_urls)
    file.abs_src_path = str(tmp_path / "cache" / "a")
    kept = KeptPages(Store(tmp_path / "cache" / "pages"), config, tmp_path, "program")
    first, again = kept._head(file), kept._head(file)
    assert first == again
    assert first[0]["date"] == dt.date(2026, 2, 13)
