"""Pages that are kept between builds: the same bytes as a clean build, whatever has changed."""

from __future__ import annotations

import datetime as dt
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mkdocs.exceptions import Abort
from msgspec.structs import replace
from support import archives
from support.building import Project

from digest.archive import Archive
from digest.model import SCHEMA_VERSION, Day, Failure, RepositoryState, Revert


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A site of one repository over a few days, from an archive alone, built once."""
    project = Project.create(
        tmp_path_factory.mktemp("made") / "site",
        docs={"about.md": "# About\n\n[The archive](archive/index.md)\n"},
        top={"nav": [{"About": "about.md"}]},
        repositories=[{"url": "https://github.com/acme/engine"}],
        since="2026-02-11",
        collect=False,
        cache=".cache/site",
    )
    project.only_digest()
    archive = Archive(project.folder / "archive")
    for number in range(4):
        archive.save(_day(number))
    _built(project)
    return project


@pytest.fixture
def project(made: Project, tmp_path: Path) -> Project:
    """A copy of it, with what its build has kept."""
    shutil.copytree(made.folder, tmp_path / "site")
    return Project(tmp_path / "site")


def _day(number: int) -> Day:
    entries = (
        archives.entry(
            f"feat: thing {number} (#{number})", level="high", interface=(archives.flag("--x"),)
        ),
        archives.entry(f"fix: other {number}"),
    )
    return archives.day(archives.FIRST + dt.timedelta(days=number), entries)


def _built(project: Project, *, cache: str | None = None) -> tuple[dict[str, bytes], list[str]]:
    """A build in this process: its files, and what is said of pages that were kept."""
    config = project.config
    if cache is not None:
        *others, ours = config["plugins"]
        ours = {"digest": ours["digest"] | {"cache": cache}}
        project.configure(config | {"plugins": [*others, ours]})
    said: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    ear = Ear()
    logger = logging.getLogger("digest")
    logger.addHandler(ear)
    level = logger.level
    try:
        logging.getLogger("mkdocs").setLevel(logging.INFO)
        made = project.build_here()
    finally:
        logger.removeHandler(ear)
        logger.setLevel(level)
        project.configure(config)
    return made, [text for text in said if "pages:" in text]


def _stamps_apart(files: dict[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if not path.endswith(".gz")}


def test_a_second_build_renders_nothing_and_gives_the_same_bytes(project: Project) -> None:
    clean, _ = _built(project, cache="")
    shutil.rmtree(project.folder / ".cache")
    cold, [first] = _built(project)
    warm, [second] = _built(project)
    assert _stamps_apart(cold) == _stamps_apart(clean)
    assert _stamps_apart(warm) == _stamps_apart(clean)
    total = first.split(" ", 1)[0]
    assert ": 0 contents and 0 whole pages" in first
    assert f": {total} contents and {total} whole pages" in second


def _another_day(project: Project) -> None:
    archive = Archive(project.folder / "archive")
    archive.save(_day(4))


def _another_subject(project: Project) -> None:
    archive = Archive(project.folder / "archive")
    day = _day(1)
    entry = day.entries[0]
    commit = replace(entry.commit, subject="feat: quite another thing")
    entries = (replace(entry, commit=commit), *day.entries[1:])
    archive.save(replace(day, entries=entries))


def _taken_back(project: Project) -> None:
    """The page of an earlier day gets a banner, and so do the views."""
    archive = Archive(project.folder / "archive")
    undone = archives.entry(
        'Revert "feat: thing 0 (#0)"',
        reverts=(Revert(sha=_day(0).entries[0].commit.sha, subject="feat: thing 0 (#0)"),),
    )
    archive.save(archives.day(archives.FIRST + dt.timedelta(days=4), [undone]))


def _vanished(project: Project) -> None:
    archive = Archive(project.folder / "archive")
    day = _day(1)
    archive.save(replace(day, entries=(replace(day.entries[0], vanished=True), *day.entries[1:])))


def _not_reached(project: Project) -> None:
    failure = Failure(at=dt.datetime(2026, 2, 20, tzinfo=dt.UTC), reason="it does not answer")
    state = RepositoryState(
        schema_version=SCHEMA_VERSION, repository=archives.ENGINE, failure=failure
    )
    Archive(project.folder / "archive").save_state(state)


def _other_words(project: Project) -> None:
    (project.folder / "docs" / "about.md").write_text("# About\n\nOther words.\n", "utf-8")


def _ours(**values: Any) -> Callable[[Project], None]:
    def change(project: Project) -> None:
        *others, ours = project.config["plugins"]
        ours = {"digest": ours["digest"] | values}
        project.configure(project.config | {"plugins": [*others, ours]})

    return change


def _option(**values: Any) -> Callable[[Project], None]:
    def change(project: Project) -> None:
        project.configure(project.config | values)

    return change


def _override(project: Project) -> None:
    folder = project.folder / "overrides" / "partials"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "copyright.html").write_text("<p>another footer</p>", "utf-8")
    theme = project.config["theme"] | {"custom_dir": "overrides"}
    project.configure(project.config | {"theme": theme})


def _feature(project: Project) -> None:
    theme = project.config["theme"]
    project.configure(
        project.config | {"theme": theme | {"features": [*theme["features"], "navigation.footer"]}}
    )


def _extension(project: Project) -> None:
    project.configure(
        project.config | {"markdown_extensions": [{"toc": {"permalink": "¶"}}, "smarty"]}
    )


def _another_page(project: Project) -> None:
    (project.folder / "docs" / "more.md").write_text("# More\n", "utf-8")
    project.configure(project.config | {"nav": [{"About": "about.md"}, {"More": "more.md"}]})


def _script(project: Project) -> None:
    (project.folder / "docs" / "own.js").write_text("1;\n", "utf-8")
    project.configure(project.config | {"extra_javascript": ["own.js"]})


def _addresses(project: Project) -> None:
    project.configure(project.config | {"use_directory_urls": False})


def _language(project: Project) -> None:
    theme = project.config["theme"] | {"language": "zh"}
    project.configure(project.config | {"theme": theme})


CHANGES = {
    "another day": _another_day,
    "another subject": _another_subject,
    "a commit that is taken back": _taken_back,
    "a commit that has vanished": _vanished,
    "a remote that is not reached": _not_reached,
    "words of the user's": _other_words,
    "another repository": _ours(
        repositories=[{"url": f"https://github.com/acme/{name}"} for name in ("engine", "router")]
    ),
    "the forge": _ours(
        repositories=[{"url": "https://github.com/acme/engine", "web": "https://example.org/e"}]
    ),
    "details": _ours(details=2),
    "a second language": _ours(languages=["en", "zh"]),
    "the site's name": _option(site_name="Another"),
    "the site's address": _option(site_url="https://example.org/sub/"),
    "copyright": _option(copyright="2026"),
    "extra": _option(extra={"homepage": "https://example.org"}),
    "an override": _override,
    "a feature of the theme": _feature,
    "a Markdown extension": _extension,
    "another page of the user's": _another_page,
    "a script": _script,
    "addresses": _addresses,
    "the language": _language,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_warm_build_is_a_clean_build_whatever_has_changed(
    project: Project, change: Callable[[Project], None]
) -> None:
    before = project.files()
    change(project)
    warm, _ = _built(project)
    clean, _ = _built(project, cache="")
    assert _stamps_apart(warm) == _stamps_apart(clean)
    assert _stamps_apart(warm) != _stamps_apart(before)


def test_a_banner_comes_to_a_page_that_was_kept(project: Project) -> None:
    page = "2026/02/13/index.html"
    assert b"Reverted by" not in project.files()[page]
    _taken_back(project)
    warm, _ = _built(project)
    assert b"Reverted by" in warm[page]


def test_a_new_day_leaves_the_other_days_as_they_are(project: Project) -> None:
    _another_day(project)
    _, [said] = _built(project)
    pages, contents, *_ = (int(word) for word in said.split() if word.isdigit())
    # Its own page, its neighbour's, and the pages over the archive.
    assert pages - contents <= 12
    assert contents >= 2


def test_an_emptied_folder_costs_time_alone(project: Project) -> None:
    before = project.files()
    for path in (project.folder / ".cache").rglob("*"):
        if path.is_file() and path.stat().st_size % 2:
            path.write_bytes(b"rubbish")
    after, _ = _built(project)
    assert _stamps_apart(before) == _stamps_apart(after)


def test_a_folder_that_cannot_be_written_makes_nothing_twice(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted by an extension, which sees each Markdown that is rendered."""
    clean, _ = _built(project, cache="")
    (project.folder / "counting.py").write_text(
        "from markdown.extensions import Extension\n"
        "from markdown.preprocessors import Preprocessor\n"
        "class Counting(Preprocessor):\n"
        "    def run(self, lines):\n"
        "        with open('seen', 'a') as file:\n"
        "            file.write('x')\n"
        "        return lines\n"
        "def makeExtension(**_):\n"
        "    found = Extension()\n"
        "    found.extendMarkdown = lambda md: md.preprocessors.register(Counting(md), 'x', 100)\n"
        "    return found\n"
    )
    monkeypatch.syspath_prepend(project.folder)
    monkeypatch.chdir(project.folder)
    config = project.config
    config["markdown_extensions"] = [*config["markdown_extensions"], "counting"]
    project.configure(config)
    seen = project.folder / "seen"
    counts = []
    (project.folder / "taken").write_text("a file is in the way")
    for cache in ("", "taken"):
        files, _ = _built(project, cache=cache)
        assert _stamps_apart(files) == _stamps_apart(clean)
        counts.append(len(seen.read_text()))
        seen.unlink()
    assert counts[0] == counts[1]


def test_a_warning_is_said_by_a_warm_build_too(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken link of ours would be a mistake; it must not be found by the first build alone."""
    monkeypatch.setattr("digest.pages.relative", lambda *_: "missing.md")
    for _ in range(2):
        with pytest.raises(Abort, match="strict"):
            _built(project)


def test_another_plugin_that_looks_at_pages_sees_them_all(project: Project) -> None:
    hook = project.folder / "hook.py"
    hook.write_text(
        "def on_page_content(html, **_):\n    return html + '<p>seen</p>'\n"
        "def on_page_markdown(markdown, page, **_):\n"
        "    return markdown + '\\n\\nadded\\n' if page.url.endswith('14/') else markdown\n",
        "utf-8",
    )
    project.configure(project.config | {"hooks": ["hook.py"]})
    for _ in range(2):
        files, _ = _built(project)
        days = {path: data for path, data in files.items() if path.startswith("2026/02/1")}
        assert all(b"<p>seen</p>" in data for path, data in days.items() if path.endswith("html"))
        assert b"<p>added</p>" in files["2026/02/14/index.html"]
    clean, _ = _built(project, cache="")
    assert _stamps_apart(files) == _stamps_apart(clean)
