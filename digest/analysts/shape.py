"""What a commit looks like from outside: which sorts of files it adds, changes and removes."""

from __future__ import annotations

import functools
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from digest.facts.paths import category_of
from digest.facts.wordlists import names

if TYPE_CHECKING:
    from digest.model import Area, Category, Facts, FileChange, Reading

SURFACE_STEMS = names(
    """
    api arg_utils args arguments cli config configs configuration environ env envs flags
    openapi options protocol routes schema server_args settings swagger urls
    """
)
"""Names of files in which programs usually declare what users set and call."""
SURFACE_ENDINGS = ("_api", "_args", "_cli", "_config", "_options", "_schema", "_settings", "_types")
SURFACE_SUFFIXES = (".graphql", ".pb.go", ".proto", ".thrift", ".wit")


class Shape(msgspec.Struct, frozen=True):
    """A commit's files, sorted by what they are for and what happened to them."""

    source: tuple[Area, ...]
    """Areas of source, the largest first."""
    apart: dict[Category, int]
    """How many files of each other category."""
    added: tuple[str, ...]
    """Files of source that are new."""
    removed: tuple[str, ...]
    renamed: int
    surface: tuple[str, ...]
    """Files of source that usually declare what users set or call."""
    migrations: tuple[str, ...]

    @property
    def source_files(self) -> int:
        """How many files of source are touched."""
        return sum(area.files for area in self.source)

    @property
    def source_lines(self) -> int:
        """How many lines of source are added or removed."""
        return sum(area.insertions + area.deletions for area in self.source)


def shape_of(reading: Reading, facts: Facts) -> Shape:
    """Sort a commit's files."""
    changes = reading.commit.changes
    source = [change for change in changes if category_of(change) == "source"]
    apart: dict[Category, int] = {}
    for area in facts.areas:
        if area.category != "source":
            apart[area.category] = apart.get(area.category, 0) + area.files
    return Shape(
        source=tuple(area for area in facts.areas if area.category == "source"),
        apart=apart,
        added=tuple(change.path for change in source if change.status == "A"),
        removed=tuple(change.path for change in source if change.status == "D"),
        renamed=sum(change.status == "R" for change in source),
        surface=tuple(change.path for change in source if _is_surface(change)),
        migrations=tuple(change.path for change in source if _is_migration(change)),
    )


def _is_surface(change: FileChange) -> bool:
    return _is_surface_path(change.path)


@functools.lru_cache(maxsize=16_384)
def _is_surface_path(name: str) -> bool:
    path = PurePosixPath(name.lower())
    stem = path.stem.lstrip(".")
    return (
        stem in SURFACE_STEMS or stem.endswith(SURFACE_ENDINGS) or path.suffix in SURFACE_SUFFIXES
    )


def _is_migration(change: FileChange) -> bool:
    folders = change.path.lower().split("/")[:-1]
    return change.status == "A" and ("migrations" in folders or "db/migrate" in change.path)
