"""The one place where the time of day enters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from digest.errors import ConfigError

VARIABLE = "SOURCE_DATE_EPOCH"
"""Pins "now" in seconds since 1970, as https://reproducible-builds.org defines it."""


def now(environ: Mapping[str, str]) -> dt.datetime:
    """The moment that counts as now: the clock's, or the one that is pinned.

    Raises:
        ConfigError: the variable holds no moment.
    """
    pinned = environ.get(VARIABLE, "")
    if not pinned:
        return dt.datetime.now(dt.UTC).replace(microsecond=0)
    try:
        return dt.datetime.fromtimestamp(int(pinned), dt.UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ConfigError(f"{VARIABLE}={pinned!r} is not a number of seconds") from error
