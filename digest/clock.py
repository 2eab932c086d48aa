"""The one place where the time of day enters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from digest.errors import ConfigError

VARIABLE = "SOURCE_DATE_EPOCH"
"""Pins "now" in seconds since 1970, as https://reproducible-builds.org defines it."""

_LAST = 250_000_000_000
"""In the year 9892: days before and after it can still be named."""


def now(environ: Mapping[str, str]) -> dt.datetime:
    """The moment that counts as now: the clock's, or the one that is pinned.

    Raises:
        ConfigError: the variable holds no moment.
    """
    pinned = environ.get(VARIABLE, "")
    if not pinned:
        return dt.datetime.now(dt.UTC).replace(microsecond=0)
    if not (pinned.isascii() and pinned.isdecimal() and int(pinned) < _LAST):
        raise ConfigError(f"{VARIABLE}={pinned!r} is not a number of seconds since 1970")
    return dt.datetime.fromtimestamp(int(pinned), dt.UTC)
