"""Pages that are kept between builds: the same bytes as a clean build, whatever has changed."""

from __future__ import annotations

import datetime as dt
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from markdown.extensions import Extension
from markdown.util import get_installed_extensions
from mkdocs.commands import build
from mkdocs.config.base import load_config
from mkdocs.exceptions import Abort
from support import archives
from support.building import Project

from digest.archive import Archive
from digest.kept.store import Store
from digest.model import Day
from digest.rendering import keys, workers
from digest.rendering.markup import Options, Rendered, Source, Target, render

PAGE = """# Day { #top }

[there](b.md#x), [gone](c.md) and [here](#top)

## A `b` { #a-b }

Text
"""


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return Options.of(_config(tmp_path))


def _config(folder: Path, **more: Any) -> Any:
    (folder / "docs").mkdir(exist_ok=True)
    (folder / "mkdocs.yml").write_text("site_name: x\n", "utf-8")
    extensions = ["attr_list", "md_in_html", "tables", {"toc": {"permalink": True}}]
    return load_config(str(folder / "mkdocs.yml"), markdown_extensions=extensions, **more)


def _target(path: str) -> Target:
    return Target(path, path.replace(".md", "/"))


HERE = _target("a.md")


# Markdown, by itself


def test_a_page_is_rendered_with_what_mkdocs_wants_to_know_of_it(options: Options) -> None:
    found = render(Source(HERE, PAGE), {"b.md": _target("b.md"), "a.md": HERE}, options)
    assert '<a href="../b/#x">' in found.content
    assert found.title == "Day"
    assert {"top", "a-b"} <= set(found.anchors)
    assert found.links == {"b.md": {"x": "b.md#x"}, "a.md": {"top": "#top", "a-b": "#a-b"}}
    assert found.lookups["b.md"] == "+b/"
    assert found.lookups["c.md"] is None
    assert [item.id for item in found.table()] == ["top"]
    assert [child.id for child in next(iter(found.table())).children] == ["a-b"]


def test_what_mkdocs_says_meanwhile_is_kept_and_not_said(
    options: Options, caplog: pytest.LogCaptureFixture
) -> None:
    found = render(Source(HERE, PAGE), {"b.md": _target("b.md")}, options)
    [(logger, level, text)] = found.messages
    assert (logger, level) == ("mkdocs.structure.pages", logging.WARNING)
    assert "'c.md'" in text
    assert not caplog.records


def test_what_was_dumped_is_loaded(options: Options) -> None:
    found = render(Source(HERE, PAGE), {"b.md": _target("b.md")}, options)
    rest, content = found.dump()
    loaded = Rendered.load(rest, content.decode())
    assert loaded.dump() == (rest, content)
    assert str(loaded.table()) == str(found.table())


@pytest.mark.parametrize(
    ("files", "fits"),
    [
        ({"b.md": _target("b.md")}, True),
        ({}, False),
        ({"b.md": Target("b.md", "elsewhere/")}, False),
        ({"b.md": Target("b.md", "b/", excluded=True)}, False),
        ({"b.md": _target("b.md"), "c.md": _target("c.md")}, False),
    ],
    ids=["the same", "gone", "moved", "excluded", "come"],
)
def test_a_page_fits_where_the_files_it_asked_for_are_the_same(
    options: Options, files: dict[str, Target], *, fits: bool
) -> None:
    found = render(Source(HERE, PAGE), {"b.md": _target("b.md")}, options)
    assert found.fits(files) is fits


def test_many_pages_are_rendered_in_order_by_processes_of_their_own(options: Options) -> None:
    sources = [
        Source(_target(f"{n}.md"), f"# Page {n}\n\n[next]({n + 1}.md)\n")
        for n in range(workers.WORTH_IT + 3)
    ]
    targets = {source.page.src_uri: source.page for source in sources}
    alone = [render(source, targets, options) for source in sources]
    assert list(workers.render_all(sources, targets, options, workers=2)) == alone


def test_an_extension_that_no_process_can_be_given_is_used_here(tmp_path: Path) -> None:
    config = _config(tmp_path)
    config["mdx_configs"]["toc"]["slugify"] = lambda text, _: f"s-{text.lower()}"
    sources = [Source(_target(f"{n}.md"), f"# Page{n}\n") for n in range(workers.WORTH_IT)]
    found = list(workers.render_all(sources, {}, Options.of(config), workers=2))
    assert [page.anchors for page in found] == [[f"s-page{n}"] for n in range(workers.WORTH_IT)]


# Keys


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1}, {"a": 2}),
        ({"a": [1, 2]}, {"a": [2, 1]}),
        ({"a": "1"}, {"a": 1}),
        ({"a": os.path.join}, {"a": os.path.split}),
        ({"a": None}, {}),
    ],
)
def test_different_parts_have_different_keys(one: object, other: object) -> None:
    assert keys.digest(one) != keys.digest(other)


def test_equal_parts_have_one_key_in_any_order() -> None:
    assert keys.digest({"a": 1, "b": {3, 4}}) == keys.digest({"b": {4, 3}, "a": 1})


@pytest.mark.parametrize("part", [object(), lambda: None, {"a": [object()]}])
def test_what_has_no_plain_form_has_no_key(part: object) -> None:
    with pytest.raises(keys.NoKeyError):
        keys.digest(part)


def test_the_code_of_an_extension_decides_the_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of somebody's package, and of a module beside the site; a package may register a name."""
    code = (
        "from markdown.extensions import Extension\n"
        "class makeExtension(Extension):\n"
        "    def extendMarkdown(self, md):\n"
        "        pass\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "loud.py").write_text(code)
    (tmp_path / "soft").mkdir()
    (tmp_path / "soft" / "__init__.py").write_text("")
    (tmp_path / "soft" / "md.py").write_text(code)
    (tmp_path / "soft-1.dist-info").mkdir()
    (tmp_path / "soft-1.dist-info" / "METADATA").write_text("Name: soft\nVersion: 1\n")
    (tmp_path / "soft-1.dist-info" / "entry_points.txt").write_text(
        "[markdown.extensions]\nquiet = soft.md:makeExtension\n"
    )
    get_installed_extensions.cache_clear()
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text("site_name: x\n", "utf-8")
    found = set()
    for change in (None, "loud.py", "soft/md.py", "soft/__init__.py"):
        if change:
            (tmp_path / change).write_text(f"{code}# another version\n")
        config = load_config(
            str(tmp_path / "mkdocs.yml"), markdown_extensions=["loud", "quiet", "attr_list"]
        )
        found.add(keys.of_markdown(config))
        assert keys.of_markdown(config) in found
    get_installed_extensions.cache_clear()
    assert len(found) == 4


def test_an_extension_that_is_an_object_has_no_key(tmp_path: Path) -> None:
    """As a hook or a plugin may add one; its pages are rendered, and not kept."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text("site_name: x\n", "utf-8")
    config = load_config(str(tmp_path / "mkdocs.yml"))
    config.markdown_extensions.append(Extension())  # type: ignore[arg-type]
    with pytest.raises(keys.NoKeyError):
        keys.of_markdown(config)


def test_a_hook_and_an_icon_of_the_users_decide_the_theme(tmp_path: Path) -> None:
    (tmp_path / "hook.py").write_text("def on_post_build(**_):\n    pass\n", "utf-8")
    icon = tmp_path / "overrides" / ".icons" / "mine.svg"
    icon.parent.mkdir(parents=True)
    theme = {"name": "material", "custom_dir": str(tmp_path / "overrides")}
    found = set()
    for drawn in ("<svg/>", "<svg><g/></svg>"):
        icon.write_text(drawn, "utf-8")
        config = _config(tmp_path, theme=theme, hooks=[str(tmp_path / "hook.py")])
        found.add(keys.of_theme(config, tmp_path))
    assert len(found) == 2


# The folder


def test_what_is_kept_is_found_until_it_is_damaged(tmp_path: Path) -> None:
    store = Store(tmp_path / "kept")
    key = keys.digest("x")
    assert store.load("html", key) is None
    store.save("html", key, b"<p>")
    assert store.load("html", key) == b"<p>"
    [file] = (tmp_path / "kept").glob("html/*/*")
    file.write_bytes(b"rubbish")
    assert store.load("html", key) is None


def test_the_folder_is_bounded_by_what_a_build_uses(tmp_path: Path) -> None:
    root = tmp_path / "kept"
    for number in range(40):
        Store(root).save("html", keys.digest(number), os.urandom(1000))
    for path in root.glob("html/*/*"):
        os.utime(path, (1e9, 1e9))
    store = Store(root)
    assert all(store.load("html", keys.digest(number)) for number in range(10))
    left = store.sweep()
    kept = list(root.glob("html/*/*"))
    assert 10 <= len(kept) <= 20
    assert left == sum(path.stat().st_size for path in kept)
    assert all(store.load("html", keys.digest(number)) for number in range(10))


def test_what_another_build_has_just_made_is_spared(tmp_path: Path) -> None:
    Store(tmp_path).save("html", keys.digest(1), b"x")
    store = Store(tmp_path)
    store.sweep()
    assert store.has("html", keys.digest(1))


def test_a_folder_that_cannot_be_written_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What is made is there for this build, and gone with it."""
    (tmp_path / "kept").write_text("a file is in the way")
    store = Store(tmp_path / "kept")
    for number in range(3):
        store.save("html", keys.digest(number), b"x")
    assert store.load("html", keys.digest(1)) == b"x"
    assert store.has("html", keys.digest(2))
    assert not Store(tmp_path / "kept").has("html", keys.digest(1))
    [said] = caplog.messages
    assert "kept: what a build makes cannot be kept there" in said


# Whole builds


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
    config = project.config
    config["plugins"] = [item for item in config["plugins"] if "search" not in item]
    project.configure(config)
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
        loaded = load_config(str(project.folder / "mkdocs.yml"), strict=True)
        loaded.plugins.on_startup(command="build", dirty=False)
        logging.getLogger("mkdocs").setLevel(logging.INFO)
        build.build(loaded)
        loaded.plugins.on_shutdown()
    finally:
        logger.removeHandler(ear)
        logger.setLevel(level)
        project.configure(config)
    return project.files(), [text for text in said if "pages:" in text]


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
    commit = entry.commit.model_copy(update={"subject": "feat: quite another thing"})
    entries = (entry.model_copy(update={"commit": commit}), *day.entries[1:])
    archive.save(day.model_copy(update={"entries": entries}))


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
