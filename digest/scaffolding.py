"""A new site: the files that somebody needs who has nothing yet."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from importlib import metadata, resources
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from digest import addresses
from digest.archive import write_whole
from digest.errors import ConfigError, DigestError
from digest.feeds.places import overlapping
from digest.model import Repository

_FILES = {
    "mkdocs.yml": "mkdocs.yml",
    "publish.yml": ".github/workflows/publish.yml",
    "requirements.txt": "requirements.txt",
    "@LANGUAGE@/README.md": "README.md",
    "gitignore": ".gitignore",
    "@LANGUAGE@/about.md": "docs/about.md",
}
"""Templates, and where they go."""
SITE_NAMES = {"en": "What changed", "zh": "变更摘要"}
"""The languages in which a site can be written, and what it is called in each."""
_EXAMPLE = "https://github.com/encode/httpx"
_DISTRIBUTION = "change-digest"


def write(
    folder: Path,
    *,
    urls: Sequence[str] = (),
    timezone: str = "UTC",
    language: str = "en",
    requirement: str | None = None,
) -> list[Path]:
    """Write a site that publishes itself.

    Arguments:
        folder: where to; made if it is not there.
        urls: repositories to follow; an example where there is none.
        timezone: whose midnight begins a day.
        language: of the site and of what is written about it; one of ``SITE_NAMES``.
        requirement: how pip gets us; by default as we were got.

    Returns:
        The files.

    Raises:
        ConfigError: a repository or the zone cannot be used.
        DigestError: one of the files is there already; nothing is written.
    """
    _check(timezone)
    values = {
        "@REPOSITORIES@": "\n".join(_repositories(folder, urls or (_EXAMPLE,))),
        "@LANGUAGE@": language,
        "@LANGUAGES@": ", ".join([language, *(code for code in SITE_NAMES if code != language)]),
        "@SITE_NAME@": SITE_NAMES[language],
        "@TIMEZONE@": json.dumps(timezone),
        "@REQUIREMENT@": requirement or _requirement(),
    }
    targets = {folder / path: name for name, path in _FILES.items()}
    taken = [target for target in targets if target.exists() or target.is_symlink()]
    if taken:
        names = ", ".join(str(target) for target in taken)
        raise DigestError(f"nothing is overwritten, and nothing was written; there is: {names}")
    templates = resources.files("digest") / "scaffold"
    for target, name in targets.items():
        text = (templates / name.replace("@LANGUAGE@", language)).read_text("utf-8")
        for mark, value in values.items():
            text = text.replace(mark, value)
        write_whole(target, text.encode())
    return list(targets)


def _check(timezone: str) -> None:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(
            f"{timezone!r} is not an IANA time zone such as 'Asia/Shanghai'"
        ) from None


def _repositories(folder: Path, urls: Sequence[str]) -> Iterator[str]:
    for url, found in zip(urls, _followed(urls), strict=True):
        place = url
        if found.local:
            place = Path(os.path.relpath(found.url, folder.resolve())).as_posix()
        # A JSON string is a YAML string too.
        yield f"        - url: {json.dumps(place, ensure_ascii=False)}"


def _followed(urls: Sequence[str]) -> list[Repository]:
    """The repositories, as the configuration will have them."""
    found = []
    for url in urls:
        try:
            repository = addresses.repository(url=url, base=Path.cwd())
        except ConfigError as error:
            raise ConfigError(f"option '--repository': {error}") from error
        if repository.local and not Path(repository.url).is_dir():
            raise ConfigError(
                f"option '--repository': {addresses.shown(url)!r} is no folder of this machine; "
                "the address of a repository elsewhere begins with https:// or ssh://"
            )
        found.append(repository)
    slugs = [repository.slug for repository in found]
    if (pair := overlapping(slugs)) is not None:
        earlier, later = pair
        raise ConfigError(
            f"option '--repository': slug {slugs[later]!r} is taken by {slugs[earlier]!r}; leave "
            "one of them out; if they are two, add it to mkdocs.yml with a 'slug' of its own"
        )
    return found


def got_in_private() -> bool:
    """Whether pip got us from a place of which nobody else knows, such as a folder of here."""
    return _origin() is not None and _address() is None


def _requirement() -> str:
    """How pip gets the version that runs: from where it was installed, if others can reach that."""
    address = _address()
    if address is None:
        return f"{_DISTRIBUTION}=={metadata.version(_DISTRIBUTION)}"
    return f"{_DISTRIBUTION} @ git+{address}"


def _address() -> str | None:
    """The address and the commit from which pip got us; None where it was no such place."""
    try:
        origin = json.loads(_origin() or "")
        commit = origin["vcs_info"]["commit_id"]
        return f"{addresses.remote(origin['url'])}@{commit}"
    except (ValueError, KeyError, TypeError, ConfigError):
        return None


def _origin() -> str | None:
    """What pip noted of a place that is no index.

    See https://packaging.python.org/specifications/direct-url/.
    """
    return metadata.distribution(_DISTRIBUTION).read_text("direct_url.json")
