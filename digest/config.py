"""The plugin's options in ``mkdocs.yml``, typed with MkDocs' own option types.

MkDocs warns of an option that it does not know and builds all the same.  Here
a misspelt option is an error, because a site that quietly follows the wrong
branch or zone is worse than one that is not built.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mkdocs.config import base
from mkdocs.config import config_options as c
from mkdocs.config.base import ValidationError
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, ConfigurationError

from digest import addresses
from digest.closedoptions import Closed, Details, Number
from digest.errors import ConfigError
from digest.feeds.places import overlapping
from digest.languageoptions import Languages, languages_of
from digest.model import Repository
from digest.modeloptions import AnalystOptions, model_settings
from digest.settings import Collecting, Settings

MIRRORS_VARIABLE = "DIGEST_MIRRORS"
"""Environment variable that overrides ``mirrors``."""

COLLECT_VARIABLE = "DIGEST_COLLECT"
"""Environment variable that overrides ``collect``: ``true``, ``auto`` or ``false``."""

_COLLECTING: dict[bool | str, Collecting] = {True: "always", "auto": "auto", False: "never"}


class _Date(c.OptionallyRequired[dt.date]):
    """A calendar day, as YAML reads it or as ISO 8601 text."""

    def run_validation(self, value: object) -> dt.date:
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        try:
            return dt.date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            raise ValidationError(f"{value!r} is not a date such as 2026-02-13") from None


class _Zone(c.OptionallyRequired[ZoneInfo]):
    """An IANA time zone."""

    def run_validation(self, value: object) -> ZoneInfo:
        try:
            return ZoneInfo(value if isinstance(value, str) else "")
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValidationError(
                f"{value!r} is not an IANA time zone such as 'Asia/Shanghai' or 'UTC'"
            ) from None


class RepositoryOptions(Closed):
    """One entry of ``repositories``."""

    url = c.Type(str)
    """``https://`` or ``ssh://`` URL, or a path relative to ``mkdocs.yml``."""
    slug = c.Optional(c.Type(str))
    """Name in the archive and on the pages; by default the path in the URL."""
    branch = c.Optional(c.Type(str))
    """Branch to follow; by default the one that the remote's HEAD names."""
    web = c.Optional(c.Type(str))
    """Base of links; by default the page on a known forge; empty for no links."""


class DigestConfig(Closed):
    """The options below ``plugins: - digest:``."""

    repositories = c.ListOfItems(c.SubConfig(RepositoryOptions))
    """The repositories that the site follows, in the order of their sections."""
    languages = c.Optional(Languages())
    """In which languages the site is written, the first at its root; by default the theme's."""
    timezone = _Zone(default="UTC")
    """IANA name of the zone whose midnight begins a day."""
    since = c.Optional(_Date())
    """First day; instead of ``days``."""
    days = c.Optional(Number(1, 36_500))
    """How many days, today among them; 7 by default."""
    settle = Number(0, 366, default=3)
    """For how many days late commits are looked for."""
    archive = c.Type(str, default="archive")
    """Folder of the archive, relative to ``mkdocs.yml``."""
    mirrors = c.Type(str, default=".cache/mirrors")
    """Folder of the mirrors, relative to ``mkdocs.yml``; a cache."""
    details = Details(default="all")
    """Days whose pages have all details: ``all``, ``recent`` for 90, or a number."""
    cache = c.Type(str, default=".cache/site")
    """Folder of what builds keep for one another, relative to ``mkdocs.yml``; empty for none."""
    collect = c.Choice((True, False, "auto"), default="auto")
    """Whether a build collects: yes, no, or as far as anything can be reached."""
    patch_budget = Number(0, 1_000_000_000, default=2_000_000)
    """Bytes of patch that are read of one commit."""
    timeout = Number(1, 86_400, default=600)
    """Seconds that one git command may use the network."""
    analyst = c.SubConfig(AnalystOptions)
    """The language model that is asked about commits; none by default."""

    def validate(self) -> tuple[base.ConfigErrors, base.ConfigWarnings]:
        """Check each option and how they go together."""
        errors, warnings = super().validate()
        if not errors and not self.repositories:
            errors.append(("repositories", ValidationError("name at least one repository")))
        if not errors and self.since is not None and self.days is not None:
            errors.append(("days", ValidationError("use either 'since' or 'days', not both")))
        return errors, warnings


def settings(config: DigestConfig, mkdocs: MkDocsConfig) -> Settings:
    """The settings of a site from its validated options.

    Arguments:
        config: the plugin's options.
        mkdocs: the whole configuration, for the theme's language and the folder.

    Raises:
        ConfigError: a repository's address cannot be used, or two share a slug.
    """
    home = Path(mkdocs.config_file_path).parent if mkdocs.config_file_path else Path.cwd()
    languages = languages_of(config.languages, mkdocs)
    mirrors = os.environ.get(MIRRORS_VARIABLE) or config.mirrors
    return Settings(
        repositories=_repositories(config, home.resolve()),
        zone=config.timezone,
        archive=home / Path(config.archive).expanduser(),
        mirrors=home / Path(mirrors).expanduser(),
        details_days=config.details,
        cache=home / Path(config.cache).expanduser() if config.cache else None,
        since=config.since,
        days=config.days or 7,
        settle=config.settle,
        collect=_collecting(config.collect),
        languages=tuple(language.code for language in languages),
        names={item.code: item.name for item in languages if item.name is not None},
        descriptions={
            item.code: item.description for item in languages if item.description is not None
        },
        patch_budget=config.patch_budget,
        timeout=float(config.timeout),
        analyst=model_settings(config.analyst, home),
    )


def _collecting(configured: bool | str) -> Collecting:  # noqa: FBT001 - as YAML has it
    """Whether a build collects, by the environment or else by the configuration."""
    said = os.environ.get(COLLECT_VARIABLE, "").strip().lower()
    known = {"": configured, "true": True, "auto": "auto", "false": False}
    if said not in known:
        raise ConfigError(f"{COLLECT_VARIABLE}={said!r} is none of 'true', 'auto' and 'false'")
    return _COLLECTING[known[said]]


def load(path: Path) -> tuple[MkDocsConfig, Settings]:
    """The settings in a ``mkdocs.yml``, validated just as a build does.

    Raises:
        ConfigError: the file is missing or wrong, or does not use the plugin.
    """
    try:
        config = base.load_config(config_file=str(path))
    except ConfigurationError as error:
        raise ConfigError(str(error)) from error
    except ValueError as error:  # YAML's reader, of a date that there is not
        raise ConfigError(f"{path}: {error}") from error
    except Abort as error:
        raise ConfigError(f"{path}: {error}") from error
    plugin = config.plugins.get("digest")
    if plugin is None:
        raise ConfigError(f"{path}: the plugin 'digest' is not among its plugins")
    return config, settings(plugin.config, config)


def _repositories(config: DigestConfig, home: Path) -> tuple[Repository, ...]:
    found: list[Repository] = []
    place = "plugin 'digest', option 'repositories', entry"
    for number, options in enumerate(config.repositories, 1):
        try:
            repository = addresses.repository(
                url=options.url,
                base=home,
                slug=options.slug,
                branch=options.branch,
                web=options.web,
            )
        except ConfigError as error:
            raise ConfigError(f"{place} {number}: {error}") from error
        found.append(repository)
    slugs = [repository.slug for repository in found]
    if (pair := overlapping(slugs)) is not None:
        earlier, later = pair
        raise ConfigError(
            f"{place} {later + 1}: slug {slugs[later]!r} is taken by {slugs[earlier]!r}; "
            "give one of them another 'slug'"
        )
    return tuple(found)
