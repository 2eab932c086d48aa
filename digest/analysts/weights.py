"""What each trait of a commit adds to its importance: a table, written by a program.

Made by ``python -m benchmarks.accuracy.train`` on 2026-11-23, from 11250 commits of
pull requests of repositories with a sorted changelog:
aiohttp, cortex, helix, mypy, nomad, opentelemetry-collector, poetry, pyo3, ruff,
stylelint, tailwindcss, tempo, textual, tokio, xarray.

The weights are those of a logistic regression of "the maintainers named it in their changelog",
in log-odds, all scaled and shifted by one factor and one offset so that scores spread over 0 to
1.  Not by hand: train again.
"""

from __future__ import annotations

OFFSET = -0.64

WEIGHTS: dict[str, float] = {
    # what it is, and what it does to files
    "bot": -0.47,
    "closes": 0.33,
    "co-authors": 0.07,
    "grows": 0.2,
    "merge": -0.08,
    "notes": 0.15,
    "surface": 0.07,
    # the kind of change
    "kind:chore": -0.29,
    "kind:ci": -0.23,
    "kind:dependencies": -0.14,
    "kind:documentation": -0.13,
    "kind:feature": 0.22,
    "kind:fix": 0.27,
    "kind:other": 0.11,
    "kind:refactor": -0.1,
    "kind:test": -0.16,
    # what says that it breaks something
    "breaking:words": 0.06,
    # what it does to the interface
    "added:public_symbol": 0.12,
    # what it does to dependencies
    "dependency:action": -0.06,
    "dependency:changed": -0.12,
    "dependency:locked": -0.13,
    # what else its code shows
    "signal:deprecation_added": 0.09,
    "signal:unsafe_code": 0.11,
    # the only sort of files that it changes
    "only:build": -0.12,
    "only:ci": -0.26,
    "only:documentation": -0.19,
    "only:lock": -0.07,
    "only:mixed": -0.08,
    "only:test": -0.21,
    # other sorts, where it changes no source
    "among:build": -0.1,
    "among:lock": -0.11,
    # what it changes beside source
    "with:ci": -0.11,
    "with:documentation": 0.24,
    "with:lock": -0.1,
    "with:test": 0.3,
    # how many lines of source, by steps
    "lines:2": 0.07,
    "lines:3": 0.14,
    "lines:4": 0.09,
    "lines:5": 0.12,
    # how many files of source, by steps
    "files:0": 0.15,
    "files:1": 0.16,
    "files:2": 0.1,
    "files:3": 0.05,
    # how many areas, up to five
    "areas:1": 0.17,
    "areas:2": 0.19,
    # how long the message is, by steps
    "body:0": -0.28,
    "body:1": -0.12,
    "body:2": -0.07,
    # what the title holds
    "title:code": 0.2,
    "title:release": -0.16,
    # the word that the title begins with
    "first:allow": 0.05,
    "first:bump": -0.17,
    "first:fix": 0.09,
    "first:update": -0.11,
    # words anywhere in the title
    "word:action": -0.05,
    "word:as": 0.07,
    "word:bump": -0.16,
    "word:by": 0.05,
    "word:changelog": -0.12,
    "word:ci": -0.21,
    "word:from": -0.12,
    "word:function": -0.06,
    "word:md": -0.07,
    "word:of": 0.05,
    "word:on": 0.06,
    "word:refactor": -0.16,
    "word:release": -0.11,
    "word:remove": -0.07,
    "word:replace": -0.08,
    "word:support": 0.14,
    "word:test": -0.27,
    "word:update": -0.12,
    "word:when": 0.09,
}
"""Traits that are not listed add nothing."""

FIRST = frozenset(name.removeprefix("first:") for name in WEIGHTS if name.startswith("first:"))
"""Words that count where a title begins with them."""
WORDS = frozenset(name.removeprefix("word:") for name in WEIGHTS if name.startswith("word:"))
"""Words that count anywhere in a title."""
