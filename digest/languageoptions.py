"""The option ``languages``: in which languages the site is written."""

from __future__ import annotations

import logging
from functools import lru_cache

import msgspec
from mkdocs.config import config_options as c
from mkdocs.config.base import ValidationError
from mkdocs.config.defaults import MkDocsConfig

from digest.closedoptions import Closed

COMPLETE = {"zh": "zh", "zh-cn": "zh", "zh-hans": "zh", "en": "en"}
"""Codes that a theme may use, and the language of ours that they mean."""

_log = logging.getLogger("digest.config")


class Language(msgspec.Struct, frozen=True):
    """One language of the site."""

    code: str
    name: str | None = None
    """The site's name in it; None for the same as everywhere."""
    description: str | None = None
    """What the site is, in it."""


class LanguageOptions(Closed):
    """What may be said of one language."""

    site_name = c.Optional(c.Type(str))
    """The site's name in this language; by default MkDocs' ``site_name``."""
    site_description = c.Optional(c.Type(str))
    """What the site is, in this language; by default MkDocs' ``site_description``."""


class Languages(c.OptionallyRequired[tuple[Language, ...]]):
    """A code, or a list of codes, each with options of its own or without."""

    def run_validation(self, value: object) -> tuple[Language, ...]:
        """Check codes and options; nothing may be there twice."""
        items = value if isinstance(value, list) else [value]
        found = tuple(_language(item) for item in items)
        if not found:
            raise ValidationError("name at least one language, or leave the option out")
        codes = [language.code for language in found]
        for code in codes:
            if codes.count(code) > 1:
                raise ValidationError(f"{code!r} is there more than once")
        return found


def _language(item: object) -> Language:
    """One item of the list, as YAML has it: ``zh``, or ``zh: {site_name: …}``."""
    given: object = None
    if isinstance(item, dict) and len(item) == 1:
        ((item, given),) = item.items()
    code = COMPLETE.get(item.replace("_", "-").lower()) if isinstance(item, str) else None
    if code is None:
        raise ValidationError(f"{item!r} is no language of ours; there are: en, zh")
    if given is not None and not isinstance(given, dict):
        raise ValidationError(f"{code!r} takes options such as 'site_name', and not {given!r}")
    options = LanguageOptions()
    options.load_dict(given or {})
    for name, error in options.validate()[0]:
        raise ValidationError(f"{code!r}, option {name!r}: {error}")
    return Language(code, options.site_name, options.site_description)


def languages_of(
    configured: tuple[Language, ...] | None, mkdocs: MkDocsConfig
) -> tuple[Language, ...]:
    """The languages of a site: those that are configured, or else the theme's."""
    if configured:
        return configured
    value = str(mkdocs.theme.get("language") or mkdocs.theme.get("locale") or "en")
    code = COMPLETE.get(value.replace("_", "-").lower())
    if code is None:
        _say_untranslated(value)
    return (Language(code or "en"),)


@lru_cache
def _say_untranslated(language: str) -> None:
    """Say once, and not on each rebuild of ``serve``, that there is no translation."""
    _log.warning(
        "there is no translation into %r (theme.language): pages are written in English", language
    )
