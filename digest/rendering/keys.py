"""What decides a page's bytes, as keys.

A key is a hash of a value that is made of plain parts only.  Where a part is
something that has no plain form (an object that a plugin put into the
configuration, say), there is no key, and nothing is kept.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
import os
import platform
import re
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from types import BuiltinFunctionType, FunctionType
from typing import Any

from markdown.util import get_installed_extensions
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

from digest.kept.memory import version

_DISTRIBUTIONS = (
    "mkdocs",
    "properdocs",
    "markdown",
    "pymdown-extensions",
    "jinja2",
    "markupsafe",
    "babel",
    "mkdocs-material",
    "pygments",
)
"""Packages that have a part in the HTML."""
_KNOWN = {"markdown", "pymdownx", "material"}
"""Modules of extensions whose packages are among them."""
_OWN = (
    "config_file_path",
    "site_dir",
    "docs_dir",
    "plugins",
    "hooks",
    "watch",
    "dev_addr",
    "nav",
    "theme",
    "strict",
    "extra_templates",
    "exclude_docs",
    "draft_docs",
    "not_in_nav",
)
"""Options that do not reach a page, or that are looked at in another way."""
_WHOLE_SITE = re.compile(rb"\b(?:pages|build_date_utc|now)\b")
"""Names by which a template can show more than its own page."""
_TEMPLATES = (".html", ".xml", ".yml", ".svg", ".jinja")
_SKIPPED = (".icons", "assets", "__pycache__")


class NoKeyError(Exception):
    """Something has no plain form."""


def digest(*parts: object) -> str:
    """The key of plain parts.

    Raises:
        NoKeyError: a part has no plain form.
    """
    text = json.dumps([_plain(part) for part in parts], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def text_digest(text: str) -> str:
    """The hash of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@functools.cache
def versions() -> dict[str, str]:
    """The versions of everything that has a part in the HTML."""
    found = {"python": platform.python_version(), "digest.rendering": _own_code()}
    found["builder"] = Page.__module__
    for name in _DISTRIBUTIONS:
        try:
            found[name] = version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def of_markdown(config: MkDocsConfig) -> str:
    """The key of all that decides a page's content, but for the page itself.

    Raises:
        NoKeyError: an extension is configured with something that has no plain form.
    """
    return digest(
        versions(),
        list(config.markdown_extensions),
        _extensions(config.markdown_extensions),
        config["mdx_configs"] or {},
        _appended(config["mdx_configs"] or {}),
        config.use_directory_urls,
        dict(config.validation),
    )


def of_theme(config: MkDocsConfig, own: Path, program: str) -> str:
    """The key of all that decides what the theme makes of a content, but for page and navigation.

    Arguments:
        config: the site's configuration.
        own: our own folder of templates.
        program: the hash of this program.

    Raises:
        NoKeyError: something has no plain form, or a template can show other pages.
    """
    settings = {name: config.theme[name] for name in config.theme}
    options = {name: value for name, value in config.items() if name not in _OWN}
    folders = []
    for folder in config.theme.dirs:
        packaged = "site-packages" in Path(folder).parts
        folders.append(_templates(Path(folder), packaged=packaged, ours=Path(folder) == own))
    plugins = [
        # A hook is a module, and has no options.
        (name, dict(getattr(plugin, "config", {})))
        for name, plugin in config.plugins.items()
        if name != "digest"
    ]
    # Beside templates our code decides what they are given: contents, navigation, words.
    return digest(versions(), program, settings, options, folders, plugins)


def shows_pages(config: MkDocsConfig) -> bool:
    """Whether a template beside the theme, which is no page itself, can show what is in pages."""
    return any(_shows_pages(Path(config.docs_dir, name)) for name in config.extra_templates)


def _shows_pages(path: Path) -> bool:
    try:
        return _WHOLE_SITE.search(path.read_bytes()) is not None
    except OSError:
        return True  # a plugin may have made it


def of_page(page: Page, nav: Navigation, *, prune: bool) -> list[object]:
    """What a page shows of the navigation, of its neighbours and of itself."""
    family = {id(page), *(id(item) for item in page.ancestors)}
    return [
        page.url,
        page.canonical_url,
        page.edit_url,
        page.title,
        {str(name): value for name, value in page.meta.items()},
        page.is_homepage,
        [_brief(item) for item in (page.previous_page, page.next_page, nav.homepage)],
        [_shown(item, family, prune=prune) for item in nav],
    ]


def _shown(item: Any, family: set[int], *, prune: bool) -> list[object]:  # noqa: ANN401
    """An item of the navigation as a page shows it; of a pruned section, its way to a page."""
    if not isinstance(item, Section):
        return [*_brief(item), id(item) in family]
    inside = id(item) in family
    children = item.children if inside or not prune else item.children[:1]
    return [
        item.title,
        inside,
        len(item.children) > 1,
        [_shown(child, family, prune=prune) for child in children],
    ]


def _brief(item: Any) -> list[object]:  # noqa: ANN401
    if item is None:
        return []
    meta = getattr(item, "meta", None) or {}
    return [
        item.title,
        item.url,
        *(meta.get(name) for name in ("icon", "status", "subtitle", "title")),
    ]


def _own_code() -> str:
    """A hash of this package, so that a change of it is a change of what it makes."""
    parts = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _extensions(names: Iterable[str]) -> dict[str, str]:
    """The code of Markdown extensions that no package of ours names: by hash of what they are.

    A version does not change with a module of the user's, nor with a package that is edited in
    place; what stands in the files does.
    """
    names = list(names)
    if not all(isinstance(name, str) for name in names):
        raise NoKeyError("a Markdown extension is given as an object")
    registered = {entry.name: entry.value for entry in get_installed_extensions()}
    tops = {registered.get(name, name).partition(":")[0].partition(".")[0] for name in names}
    return {top: _module(top) for top in sorted(tops - _KNOWN)}


def _module(name: str) -> str:
    """A hash of all files of a module or a package."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise NoKeyError(f"the Markdown extension {name} has no file")
    origin = Path(spec.origin)
    paths = _all_files(origin.parent) if spec.submodule_search_locations else [origin]
    parts = [path.read_bytes() for path in paths if "__pycache__" not in path.parts]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _appended(configs: Mapping[str, Any]) -> list[str]:
    """The texts that ``pymdownx.snippets`` puts behind every page."""
    snippets = configs.get("pymdownx.snippets") or {}
    texts = []
    for name in snippets.get("auto_append") or []:
        bases = snippets.get("base_path") or ["."]
        for base in [bases] if isinstance(bases, str) else bases:
            path = Path(base) / name
            if path.is_file():
                texts.append(hashlib.sha256(path.read_bytes()).hexdigest())
    return texts


def _templates(folder: Path, *, packaged: bool, ours: bool) -> object:
    """The templates in a folder of the theme, by hash."""
    if packaged and not ours:
        return _packaged(folder)
    return _hashes(folder, own=ours)


@functools.lru_cache
def _packaged(folder: Path) -> object:
    """Templates of an installed theme: they change with its version, or by hand."""
    return _hashes(folder, own=True)


def _hashes(folder: Path, *, own: bool) -> list[object]:
    found: list[object] = []
    for path in _files(folder) if own else _all_files(folder):
        data = path.read_bytes()
        if not own and path.suffix in _TEMPLATES and _WHOLE_SITE.search(data):
            raise NoKeyError(f"{path} can show other pages")
        found.append([path.relative_to(folder).as_posix(), hashlib.sha256(data).hexdigest()])
    return found


def _all_files(folder: Path) -> list[Path]:
    """Everything in a user's own folder: a template may include an icon or a style sheet."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _files(folder: Path) -> list[Path]:
    """The templates below a folder, without icons, of which an installed theme has thousands."""
    found: list[Path] = []
    for parent, folders, names in os.walk(folder):
        if parent == os.fspath(folder):
            folders[:] = [name for name in folders if name not in _SKIPPED]
        found += (Path(parent, name) for name in names if name.endswith(_TEMPLATES))
    return sorted(found)


def _plain(value: object) -> object:
    """A value as JSON has it."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, Mapping):
        return {
            "map": sorted([[_plain(name), _plain(part)] for name, part in value.items()], key=repr)
        }
    if isinstance(value, (set, frozenset)):
        return {"set": sorted((_plain(part) for part in value), key=repr)}
    return _named(value)


def _named(value: object) -> object:
    """A function by its name; a path or an enumeration's member by its own."""
    if isinstance(value, functools.partial):
        return {"partial": [_plain(value.func), _plain(value.args), _plain(value.keywords)]}
    if isinstance(value, (FunctionType, BuiltinFunctionType, type)):
        if "<" in value.__qualname__:
            raise NoKeyError(f"{value.__qualname__} is a function without a name of its own")
        return {"name": f"{value.__module__}.{value.__qualname__}"}
    if isinstance(value, os.PathLike) and type(value).__module__.startswith("pathlib"):
        return {"path": os.fspath(value)}
    if type(value).__name__ == "Locale":  # Babel's, or MkDocs' stand-in for it
        return {"locale": str(value)}
    raise NoKeyError(f"a {type(value).__qualname__} has no plain form")
