"""What a mirror is on disk: made safe whenever it is used, since a cache may come from anywhere."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec.structs import replace

from digest.errors import RepositoryError
from digest.gitprocess import GitDir, write_settings

BLOBLESS = "blob:none"
"""git's filter for commits and trees without files."""

FETCH = (
    "fetch",
    "--quiet",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-auto-maintenance",
    "--no-recurse-submodules",
)
"""A fetch of what is named, and of nothing besides."""

_PARTS = {"HEAD", "config", "objects", "packed-refs", "refs", "reftable", "shallow"}
"""What makes up a bare repository.  The rest can run code or redirect git."""


class Format(msgspec.Struct, frozen=True):
    """What of a mirror's configuration outlives its being rewritten."""

    objects: str = "sha1"
    refs: str | None = None
    filter: str | None = BLOBLESS
    """What the mirror leaves out; None for nothing."""
    fetched: int = 0
    """When it was last brought up to date, in seconds of the epoch."""


def tidy(git: GitDir, url: str) -> Format:
    """Make a mirror that may come from anywhere safe to run git on.

    Its configuration is written anew, and what is not data goes: hooks,
    attributes, pointers to other directories, locks of processes that are gone.

    Arguments:
        git: the mirror, whose lock we hold.
        url: what it mirrors.

    Raises:
        HistoryError: its configuration cannot be read.
        RepositoryError: it is something else than a bare repository.
    """
    path = git.path
    if path.is_symlink() or not (path / "objects").is_dir():
        reason = "its place in `mirrors` is taken by something that is no mirror; remove that"
        raise RepositoryError(git.slug, reason)
    kind = read_format(git)
    write_config(path, url, kind)
    for child in path.iterdir():
        if child.name not in _PARTS:
            remove(child)
    _sweep_objects(path / "objects")
    for part in ("refs", "reftable"):
        for child in list((path / part).glob("**/*.lock")):
            remove(child)
    return kind


def _sweep_objects(objects: Path) -> None:
    """Remove what processes that are gone left among the objects, in one walk."""
    for parent, folders, files in os.walk(objects):
        for name in (*folders, *files):
            if name.startswith(("tmp_", ".tmp-", "incoming-")) or name.endswith((".lock", ".keep")):
                remove(Path(parent, name))


def read_format(git: GitDir) -> Format:
    """Read the few things in a mirror's configuration that we believe."""
    file = str(git.path / "config")
    output = nowhere(git).run("config", "--file", file, "--no-includes", "--null", "--list")
    values = {}
    for entry in output.decode("utf-8", "replace").split("\0"):
        key, _, value = entry.partition("\n")
        values[re.sub(r"^remote\..*\.", "remote.", key)] = value
    left_out = values.get("digest.filter", values.get("remote.partialclonefilter", ""))
    promised = (
        left_out
        or "extensions.partialclone" in values
        or any(git.path.glob("objects/pack/*.promisor"))
    )
    fetched = values.get("digest.fetched", "")
    return Format(
        "sha256" if values.get("extensions.objectformat") == "sha256" else "sha1",
        "reftable" if values.get("extensions.refstorage") == "reftable" else None,
        (left_out if re.fullmatch(r"tree:\d", left_out) else BLOBLESS) if promised else None,
        int(fetched) if re.fullmatch(r"\d{1,12}", fetched) else 0,
    )


def nowhere(git: GitDir) -> GitDir:
    """No repository at all: for commands that must not read a mirror's configuration."""
    return replace(git, path=git.path.with_name(git.path.name + ".none"))


def write_config(path: Path, url: str, kind: Format) -> None:
    """Write a mirror's whole configuration, in one step."""
    extended = kind.objects != "sha1" or kind.refs
    values = {
        ("core", "repositoryFormatVersion"): "1" if extended else "0",
        ("core", "bare"): "true",
        ("extensions", "objectFormat"): "sha256" if kind.objects == "sha256" else None,
        ("extensions", "refStorage"): kind.refs,
        ('remote "origin"', "url"): url,
        ("digest", "filter"): kind.filter,
        ("digest", "fetched"): str(kind.fetched),
    }
    given = {name: value for name, value in values.items() if value is not None}
    write_settings(path / "config", given)


def workshop(path: Path) -> Path:
    """A new directory beside a mirror's place, where the next one is made.

    There is always a whole mirror at its place, or none.  What killed runs left
    behind goes; what they left running cannot disturb, since no name comes twice.
    """
    sweep(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"{path.name}.new.", dir=path.parent))


def install(new: Path, path: Path) -> None:
    """Put a mirror at its place, instead of what is there."""
    old = Path(tempfile.mkdtemp(prefix=f"{path.name}.old.", dir=path.parent))
    with suppress(FileNotFoundError):
        path.replace(old / "mirror")
    new.replace(path)
    shutil.rmtree(old, ignore_errors=True)


def sweep(path: Path) -> None:
    """Remove what killed runs left beside a mirror."""
    for mark in ("new", "old"):
        for left in path.parent.glob(f"{path.name}.{mark}*"):
            shutil.rmtree(left, ignore_errors=True)


def remove(path: Path) -> None:
    """Remove a file, a link or a whole directory."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
