"""The theme's files, listed without its icons: the same as MkDocs finds in all of them."""

from __future__ import annotations

import copy
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jinja2
import pytest
from mkdocs.commands.build import build
from mkdocs.config.base import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.theme import Theme
from support.building import Project

from digest.rendering.listing import list_quickly


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A user's folder of templates, with something of each kind."""
    folder = tmp_path / "own"
    for path in (
        "main.html",
        "assets/own.css",
        "assets/Own.JS",
        "assets/stylesheets/main.css",
        "assets/dot.in.name/a.css",
        "assets/.hidden.css",
        "assets/.hidden/a.css",
        "assets/deep/.hidden/deeper/a.css",
        ".icons/own/a.svg",
        ".icons/own/a.css",
        ".well-known/security.txt",
        ".top.css",
        "locales/x/messages.css",
        "README.txt",
        "assets/a.md",
        "assets/a.py",
        "assets/line\nbreak.css",
        "中文/图.png",
    ):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path, "utf-8")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "linked.css").write_text("")
    (folder / "linked").symlink_to(elsewhere)
    (folder / "linked.css").symlink_to(elsewhere / "linked.css")
    (folder / "lost.css").symlink_to(tmp_path / "nowhere")
    return folder


def _config(own: Path, **theme: object) -> MkDocsConfig:
    (own.parent / "docs").mkdir(exist_ok=True)
    config = MkDocsConfig()
    config.load_dict(
        {"site_name": "x", "theme": {"name": "material", "custom_dir": str(own)} | theme}
    )
    config.config_file_path = str(own.parent / "mkdocs.yml")
    errors, _ = config.validate()
    assert not errors
    return config


def _quick(own: Path, **theme: object) -> MkDocsConfig:
    config = _config(own, **theme)
    list_quickly(config)
    return config


def _files(config: MkDocsConfig, env: jinja2.Environment | None = None) -> list[tuple[str, str]]:
    """What MkDocs takes over, in its order."""
    files = Files([])
    files.add_files_from_theme(env or config.theme.get_env(), config)
    return [(file.src_uri, file.abs_src_path or "") for file in files]


def _never(*_: object) -> list[str]:
    pytest.fail("all files of the theme were listed")


def test_the_same_files_are_found_without_the_icons(own: Path) -> None:
    config = _quick(own)
    env = config.theme.get_env()
    env.loader.list_templates = _never
    found = _files(config, env)
    assert found == _files(_config(own))
    names = [name for name, _ in found]
    assert "assets/own.css" in names
    assert "中文/图.png" in names
    assert "linked.css" in names
    assert not [name for name in names if "hidden" in name or name.startswith(".")]


def test_static_templates_of_the_user_are_left_out_as_ever(own: Path) -> None:
    chosen = {"static_templates": ["assets/own.css", "sitemap.xml"]}
    assert _files(_quick(own, **chosen)) == _files(_config(own, **chosen))


def test_properdocs_is_known_too() -> None:
    script = """\
import properdocs.replacement
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from digest.rendering.listing import list_quickly
config = MkDocsConfig()
config.load_dict({"site_name": "x", "theme": {"name": "material"}})
config.validate()
def files(env):
    found = Files([])
    found.add_files_from_theme(env, config)
    return [file.src_uri for file in found]
expected = files(config.theme.get_env())
list_quickly(config)
env = config.theme.get_env()
env.loader.list_templates = None
assert files(env) == expected
print(type(config.theme).__mro__[1].__module__, len(expected) > 9)
"""
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "properdocs.theme True\n", done.stderr


# Others


def test_others_that_ask_are_told_of_all(own: Path) -> None:
    env, plain = _quick(own).theme.get_env(), _config(own).theme.get_env()
    icons = [name for name in plain.list_templates() if name.startswith(".icons/own")]
    assert len(icons) == 2

    def chosen(name: str) -> bool:
        return name.startswith(".icons/own")

    for ask in (chosen, chosen):
        assert env.list_templates(filter_func=ask) == icons
    env = _quick(own).theme.get_env()
    assert env.list_templates(["html"]) == plain.list_templates(["html"])


def test_they_are_told_of_all_after_mkdocs_has_asked(own: Path) -> None:
    config = _quick(own)
    env = config.theme.get_env()
    _files(config, env)
    assert "list_templates" not in vars(env)
    assert ".icons/own/a.svg" in env.list_templates()


def test_a_filter_that_takes_what_is_hidden_is_asked_of_all(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fnmatch.fnmatch", lambda name, pattern: False)
    found = _files(_quick(own))
    assert found == _files(_config(own))
    assert ".well-known/security.txt" in [name for name, _ in found]


def test_the_loader_of_another_is_asked(own: Path) -> None:
    config = _quick(own)
    env = config.theme.get_env()
    env.loader = jinja2.ChoiceLoader([jinja2.DictLoader({"assets/made.css": ""}), env.loader])
    asked: list[str] = []
    env.loader.loaders[0].list_templates = lambda: asked.append("") or ["assets/made.css"]
    plain = _config(own)
    assert _files(config, env) == _files(plain)
    assert asked


def test_the_theme_of_another_is_left_alone(own: Path) -> None:
    class Other(Theme):
        pass

    config = _config(own)
    config.theme = other = Other("material")
    list_quickly(config)
    assert config.theme is other


# The theme is the one that it was


def test_it_shares_what_others_set(own: Path) -> None:
    config = _config(own)
    before = config.theme
    list_quickly(config)
    list_quickly(config)
    assert isinstance(config.theme, type(before))
    assert (config.theme.name, config.theme.custom_dir) == ("material", str(own))
    before["features"] = ["one"]
    before.dirs = [*before.dirs, "more"]
    config.theme.static_templates = {"x.xml"}
    assert (config.theme["features"], config.theme.dirs[-1]) == (["one"], "more")
    assert before.static_templates == {"x.xml"}


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_goes_its_own_way(own: Path, copied: Callable[[Theme], Theme]) -> None:
    config = _quick(own)
    expected = _files(config)
    theme = copied(config.theme)
    theme.dirs = [path for path in theme.dirs if path != str(own)]
    assert _files(config) == expected
    config.theme = theme
    names = [name for name, _ in _files(config)]
    assert names
    assert "assets/own.css" not in names


# Builds, one after another


def test_a_build_takes_over_what_is_there_by_then(own: Path, tmp_path: Path) -> None:
    project = _site(tmp_path)
    assert "assets/stylesheets/main.css" in _built(project)
    assets = own / "assets"
    (own / "more" / "deep").mkdir(parents=True)
    (own / "more" / "deep" / "new.css").write_text("new")
    (assets / "own.css").rename(assets / "owned.css")
    (assets / "dot.in.name").rename(assets / ".dot")
    (assets / ".hidden").rename(assets / "shown")
    (assets / "stylesheets" / "main.css").unlink()
    shutil.rmtree(own / "中文")
    found = _built(project)
    assert {"more/deep/new.css", "assets/owned.css", "assets/shown/a.css"} <= {*found}
    gone = {"assets/own.css", "assets/dot.in.name/a.css", "assets/stylesheets/main.css"}
    assert not {*found} & {*gone, "中文/图.png"}
    shutil.rmtree(project.folder / ".cache")
    assert _without_times(found) == _without_times(_built(project))


def test_a_folder_that_a_plugin_or_hook_puts_into_the_theme_is_looked_at(
    own: Path, tmp_path: Path
) -> None:
    more = tmp_path / "more"
    (more / "assets").mkdir(parents=True)
    (more / "assets" / "more.css").write_text("")
    (tmp_path / "hook.py").write_text(
        f"def on_config(config):\n    config.theme.dirs.append({str(more)!r})\n"
        f"def on_pre_build(config):\n    config.theme.dirs.insert(0, {str(more / 'assets')!r})\n"
    )
    project = _site(tmp_path)
    project.configure(project.config | {"hooks": ["hook.py"]})
    assert {"assets/more.css", "more.css"} <= {*_built(project)}


def _site(folder: Path) -> Project:
    project = Project.create(
        folder,
        docs={"index.md": "# Home\n"},
        repositories=[{"url": "https://github.com/acme/engine"}],
        collect=False,
        cache=".cache",
    )
    project.only_digest()
    theme = project.config["theme"] | {"custom_dir": "own"}
    project.configure(project.config | {"theme": theme})
    (folder / "own" / "main.html").write_text('{% extends "base.html" %}')
    # What is copied must be there.
    (folder / "own" / "lost.css").unlink()
    return project


def _built(project: Project) -> dict[str, bytes]:
    config = load_config(str(project.folder / "mkdocs.yml"))
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    config.plugins.on_shutdown()
    return _all(project.site)


def _all(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _without_times(files: dict[str, bytes]) -> dict[str, bytes]:
    """Without what is packed with the time at which it was."""
    return {path: data for path, data in files.items() if not path.endswith(".gz")}
