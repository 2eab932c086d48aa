"""Pages that are kept between builds: Markdown by itself, keys, and the folder they are kept in."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

import pytest
from markdown.extensions import Extension
from markdown.util import get_installed_extensions
from mkdocs.config.base import load_config
from support.dying import die_halfway
from support.processes import run

from digest.kept import memory
from digest.kept.store import Store
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


def render_halfway(folder: Path) -> None:
    """Render pages of which each process is killed; called by one that may stand still."""
    here, usual = os.getpid(), workers.render

    def halfway(*given: Any) -> Rendered:
        if os.getpid() != here:
            die_halfway()
        return usual(*given)

    workers.render = halfway  # as they are forked, they have it
    options = Options.of(_config(folder))
    sources = [Source(_target(f"{n}.md"), f"# Page {n}\n") for n in range(workers.WORTH_IT)]
    found = list(workers.render_all(sources, {}, options, workers=2))
    assert found == [render(source, {}, options) for source in sources]


def test_half_an_answer_costs_time_only(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; import test_rendering; test_rendering.render_halfway(Path.cwd())"
    )
    assert run(cwd=tmp_path, code=code) == (0, "")


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


@pytest.mark.parametrize(
    "package", ["mkdocs", "mkdocs-material", "markdown", "pymdown-extensions", "pygments", "jinja2"]
)
def test_another_version_of_builder_theme_or_extension_is_another_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    config = _config(tmp_path, theme={"name": "material"})

    def found() -> tuple[str, str]:
        keys.versions.cache_clear()
        return keys.of_markdown(config), keys.of_theme(config, tmp_path, "program")

    before, version = found(), memory.version
    assert found() == before
    monkeypatch.setattr(keys, "version", lambda name: f"{version(name)}{'.1' * (name == package)}")
    assert not {*before} & {*found()}
    monkeypatch.undo()
    assert found() == before


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
        found.add(keys.of_theme(config, tmp_path, "program"))
    assert len(found) == 2


# The folder


def test_what_is_kept_is_found_until_it_is_damaged(tmp_path: Path) -> None:
    store = Store(tmp_path / "kept")
    key = keys.digest("x")
    assert store.load("html", key) is None
    store.save("html", key, b"<p>")
    assert store.load("html", key) == b"<p>"
    [file] = (tmp_path / "kept").glob("html/*")
    file.write_bytes(b"rubbish")
    assert store.load("html", key) is None


def test_the_folder_is_bounded_by_what_a_build_uses(tmp_path: Path) -> None:
    root = tmp_path / "kept"
    for number in range(40):
        Store(root).save("html", keys.digest(number), os.urandom(1000))
    for path in root.glob("html/*"):
        os.utime(path, (1e9, 1e9))
    store = Store(root)
    assert all(store.load("html", keys.digest(number)) for number in range(10))
    left = store.sweep()
    kept = list(root.glob("html/*"))
    assert 10 <= len(kept) <= 20
    assert left == sum(path.stat().st_size for path in kept)
    assert all(store.load("html", keys.digest(number)) for number in range(10))


def test_what_is_linked_to_is_not_tidied_up(tmp_path: Path) -> None:
    theirs = tmp_path / "home" / "letters" / "old.txt"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("dear")
    os.utime(theirs, (1e9, 1e9))
    Store(tmp_path / "kept").save("html", keys.digest(1), b"x")
    (tmp_path / "kept" / "linked").symlink_to(tmp_path / "home")
    (tmp_path / "kept" / "html" / "linked").symlink_to(tmp_path / "home" / "letters")
    Store(tmp_path / "kept").sweep()
    assert theirs.exists()


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
