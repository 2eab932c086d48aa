"""The files of the theme, found without a look at its icons.

MkDocs takes over what a theme publishes as it is, and asks the theme's environment for all of its
templates to find it.  Whatever has a dot before its name, or before that of a folder around it, it
leaves out then; nine in ten files of Material are such, the icons.  Those folders are passed over.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from functools import partial
from types import FunctionType

import jinja2
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.theme import Theme

_Filter = Callable[[str], bool]


def list_quickly(config: MkDocsConfig) -> None:
    """Have MkDocs list the files of the theme quickly, if the theme is of the usual kind.

    Arguments:
        config: the site's configuration.
    """
    if type(config.theme) is Theme:
        config.theme = _QuickTheme(config.theme)


class _QuickTheme(Theme):
    """A theme whose environment lists for MkDocs what MkDocs takes over, and all for others.

    Arguments:
        theme: what it is otherwise; whoever changes the one changes the other.
    """

    def __init__(self, theme: Theme) -> None:
        self.__dict__ = theme.__dict__

    def get_env(self) -> jinja2.Environment:
        """The environment of the theme's templates."""
        env = super().get_env()
        env.list_templates = partial(_list, env)  # type: ignore[method-assign]
        return env


def _list(
    env: jinja2.Environment,
    extensions: Collection[str] | None = None,
    filter_func: _Filter | None = None,
) -> list[str]:
    """Stands in for ``Environment.list_templates``, once."""
    vars(env).pop("list_templates", None)
    loader = env.loader
    known = extensions is None and _is_of_mkdocs(filter_func)
    if known and type(loader) is jinja2.FileSystemLoader:
        return sorted({*filter(filter_func, _shown(loader))})
    return env.list_templates(extensions, filter_func)


def _is_of_mkdocs(chosen: _Filter | None) -> bool:
    """Whether these are the files for MkDocs to take over, without those that are hidden."""
    if not isinstance(chosen, FunctionType) or chosen.__module__ != Files.__module__:
        return False
    if not chosen.__qualname__.startswith(f"{Files.add_files_from_theme.__qualname__}.<locals>."):
        return False
    return not chosen(".hidden/file") and not chosen("folder/.hidden/file")


def _shown(loader: jinja2.FileSystemLoader) -> Iterator[str]:
    """What the loader would list, without hidden folders."""
    for place in loader.searchpath:
        for parent, folders, names in os.walk(place, followlinks=loader.followlinks):
            folders[:] = [folder for folder in folders if not folder.startswith(".")]
            within = parent[len(place) :].strip(os.sep).replace(os.sep, "/")
            yield from (f"{within}/{name}" if within else name for name in names)
