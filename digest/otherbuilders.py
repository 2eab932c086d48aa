"""Pages for builders that cannot run our plugin: what they need beside the Markdown files.

Zensical reads ``mkdocs.yml`` and passes over plugins that it does not know, without a
word.  So it gets real files, and a configuration of its own that names them: the
navigation of all languages, the Markdown extensions that the pages are written for, our
styles and the script.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from babel import Locale
from mkdocs.config.defaults import MkDocsConfig

from digest import assetfiles
from digest.archive import write_whole
from digest.errors import DigestError
from digest.feeds.places import Asset
from digest.navigation import HOME_PATH, moved, part_of, with_archive
from digest.site import Site

EXTENSIONS = ("attr_list", "md_in_html", "tables")
"""Markdown extensions that the pages are written for."""

_MARK = "# Made by change-digest from"
_TAKEN_OVER = (
    "site_name",
    "site_url",
    "site_description",
    "site_author",
    "copyright",
    "repo_url",
    "repo_name",
    "edit_uri",
    "use_directory_urls",
)
_OF_THEME = ("language", "features", "palette", "font", "icon", "logo", "favicon")
"""What Zensical's theme has of Material's; overrides are templates for another engine."""


def assets_of_pages() -> Iterator[Asset]:
    """The styles and scripts of the pages, as files of the site."""
    with resources.as_file(resources.files("digest") / "assets") as assets:
        for name in assetfiles.names():
            yield Asset(f"{assetfiles.FOLDER}/{name}", (assets / name).read_bytes())


def write_configuration(
    config: MkDocsConfig, languages: Sequence[Site], out: Path, target: Path
) -> None:
    """Write a configuration with which Zensical builds the pages.

    Arguments:
        config: the site's own configuration.
        languages: the site in each language, the main one first; their pages were written.
        out: the folder of the pages.
        target: the file.

    Raises:
        DigestError: there is a file that we did not make.
    """
    if target.exists() and not target.read_text("utf-8", "replace").startswith(_MARK):
        raise DigestError(f"{target}: there is a file that was not made by change-digest")
    made = _configuration(config, languages, os.path.relpath(out, target.parent))
    name = Path(config.config_file_path).name
    # JSON is YAML, and nothing in it can be mistaken for another type.
    text = f"{_MARK} {name}; change that file, and make this one again\n"
    write_whole(target, (text + json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode())


def _configuration(config: MkDocsConfig, languages: Sequence[Site], docs: str) -> dict[str, Any]:
    taken = {name: config[name] for name in _TAKEN_OVER if config[name] not in (None, "")}
    theme = {name: config.theme[name] for name in _OF_THEME if name in config.theme}
    configured = config["mdx_configs"] or {}
    extensions = dict.fromkeys([*config.markdown_extensions, *EXTENSIONS])
    return taken | {
        "docs_dir": docs.replace(os.sep, "/"),
        "site_dir": "site",
        "theme": {"name": "material"} | theme,
        "nav": list(_navigation(config, languages)),
        "markdown_extensions": [
            {name: configured[name]} if configured.get(name) else name for name in extensions
        ],
        "extra_css": [*dict.fromkeys([*assetfiles.styles(), *map(str, config.extra_css)])],
        "extra_javascript": [
            {"path": assetfiles.SCRIPT, "type": "module"},
            *(str(item) for item in config.extra_javascript if str(item) != assetfiles.SCRIPT),
        ],
        "extra": dict(config.extra),
    }


def _navigation(config: MkDocsConfig, languages: Sequence[Site]) -> Iterator[object]:
    """The main language's items, then a section for each of the others."""
    bases = [site.base for site in languages[1:]]
    for site in languages:

        def belongs(path: str, base: str = site.base) -> bool:
            found = next((other for other in bases if path.startswith(other)), "")
            return found == base

        text = site.wording.text
        items = with_archive(
            part_of(config.nav or [], belongs),
            home=str(text("Home")),
            archive=(str(text("Archive")), _with_days(site)),
            behind=[
                (str(text("Repositories")), site.repository_navigation()),
                (str(text("Views")), moved(site.views.navigation(), site.base)),
            ],
            base=site.base,
        )
        if site.base:
            name = Locale.parse(site.language).get_display_name() or site.language
            yield {name: [item for item in items if item != site.base + HOME_PATH]}
        else:
            yield from items


def _with_days(site: Site) -> list[object]:
    """The archive's navigation, and each month's days in it: here no plugin gives them a place."""
    days: dict[str, list[object]] = {}
    for day, month in reversed(site.parents().items()):
        name = day.removeprefix(site.base).removesuffix(".md").replace("/", "-")
        days.setdefault(month, []).append({name: day})
    return [_filled(item, days) for item in site.navigation()]


def _filled(item: Any, days: dict[str, list[object]]) -> Any:  # noqa: ANN401 - YAML
    if isinstance(item, list):
        return [_filled(child, days) for child in item]
    if not isinstance(item, dict):
        return item
    return {
        name: [value, *days[value]]
        if isinstance(value, str) and value in days
        else _filled(value, days)
        for name, value in item.items()
    }
