"""Style and behaviour of the pages: the files of ``digest/assets`` and where they are put."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable

FOLDER = "assets/digest"
"""Where on the site."""

SCRIPT = f"{FOLDER}/digest.js"
"""The one script that every page loads; it loads what a page asks for (``data-digest-script``)."""

_FIRST = "tokens.css"
"""Colours and badges, which the other styles use."""


def names() -> list[str]:
    """Every file, relative to the folder."""
    return sorted(_files(resources.files("digest") / "assets"))


def styles() -> list[str]:
    """Where the style sheets are on the site, in the order in which pages load them."""
    found = [name for name in names() if name.endswith(".css")]
    return [f"{FOLDER}/{name}" for name in sorted(found, key=lambda name: (name != _FIRST, name))]


def _files(folder: Traversable, path: str = "") -> list[str]:
    found = []
    for item in folder.iterdir():
        if item.is_dir():
            found += _files(item, f"{path}{item.name}/")
        elif not item.name.startswith("."):
            found.append(f"{path}{item.name}")
    return found
