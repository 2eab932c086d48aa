"""Dependencies of Ruby projects."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.facts.dependencies.entries import Entry, Source

_GEM = re.compile(
    r"""\s*gem\s*\(?\s*["']([\w.-]{1,100})["']((?:\s*,\s*["'][^"']{1,60}["']){0,4})(.*)"""
)
_RUBY = re.compile(r"""ruby\s+["']([^"']{1,60})["'].*""")
_QUOTED = re.compile(r"""["']([^"']{1,60})["']""")
_LOCKED = re.compile(r"    ([\w.-]{1,100}) \(([\w.+-]{1,60})\)")


def gemfile(source: Source) -> Iterator[Entry]:
    """``Gemfile``."""
    for number, text in source.rows:
        if not number:
            continue
        if match := _RUBY.fullmatch(text):
            yield Entry("ruby", "ruby", match[1], number)
        elif (match := _GEM.fullmatch(text)) and "path:" not in match[3]:
            yield Entry("ruby", match[1], ",".join(_QUOTED.findall(match[2])), number)


def gemfile_lock(source: Source) -> Iterator[Entry]:
    """``Gemfile.lock``: what stands four spaces deep is resolved."""
    for number, text in source.rows:
        if number and (match := _LOCKED.fullmatch(text)):
            yield Entry("ruby", match[1], match[2], number, role="locked")
