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

OFFSET = -0.39

WEIGHTS: dict[str, float] = {
    # what it is, and what it does to files
    "bot": -0.92,
    "closes": 0.51,
    "co-authors": 0.06,
    "grows": 0.17,
    "merge": -0.16,
    "renames files": -0.07,
    "shrinks": -0.06,
    "surface": 0.08,
    # the kind of change
    "kind:chore": -0.5,
    "kind:ci": -0.41,
    "kind:dependencies": -0.12,
    "kind:documentation": -0.17,
    "kind:feature": 0.16,
    "kind:fix": 0.23,
    "kind:other": 0.16,
    "kind:performance": 0.08,
    "kind:refactor": -0.22,
    "kind:revert": -0.11,
    "kind:test": -0.26,
    # what says that it breaks something
    "breaking:interface": 0.12,
    "breaking:requirement": 0.05,
    "breaking:words": 0.2,
    # what it does to the interface
    "added:config_key:many": -0.05,
    "added:metric:many": 0.06,
    "added:public_symbol": 0.13,
    "added:schema:many": -0.06,
    "removed:metric": 0.08,
    "removed:named": 0.13,
    "removed:public_symbol:many": 0.1,
    # what it does to dependencies
    "dependency:action": -0.14,
    "dependency:added": -0.09,
    "dependency:locked": -0.23,
    # what else its code shows
    "signal:deprecation_added": 0.25,
    "signal:error_handling_removed": -0.17,
    "signal:switch_added": -0.08,
    "signal:todo_added": -0.08,
    "signal:unsafe_code": 0.26,
    # the only sort of files that it changes
    "only:build": -0.23,
    "only:ci": -0.44,
    "only:data": 0.06,
    "only:documentation": -0.29,
    "only:lock": -0.17,
    "only:mixed": -0.06,
    "only:test": -0.43,
    "only:tooling": -0.09,
    "only:vendored": 0.08,
    # other sorts, where it changes no source
    "among:build": -0.13,
    "among:ci": 0.1,
    "among:documentation": 0.09,
    "among:generated": 0.06,
    "among:lock": -0.15,
    # what it changes beside source
    "with:ci": -0.21,
    "with:data": 0.05,
    "with:documentation": 0.3,
    "with:generated": 0.09,
    "with:lock": -0.21,
    "with:test": 0.25,
    # how many lines of source, by steps
    "lines:2": 0.05,
    "lines:3": 0.12,
    "lines:4": 0.08,
    "lines:5": 0.14,
    "lines:6": 0.06,
    # how many files of source, by steps
    "files:0": 0.13,
    "files:1": 0.13,
    "files:2": 0.08,
    "files:3": 0.05,
    "files:5": -0.1,
    # how many areas, up to five
    "areas:1": 0.12,
    "areas:2": 0.18,
    # how long the message is, by steps
    "body:0": -0.37,
    "body:1": -0.2,
    "body:2": -0.17,
    "body:3": -0.1,
    # what the title holds
    "title:code": 0.2,
    "title:option": 0.1,
    "title:release": -0.32,
    # the word that the title begins with
    "first:bump": -0.08,
    "first:fix": 0.08,
    "first:update": -0.05,
    # words anywhere in the title
    "word:as": 0.06,
    "word:bump": -0.07,
    "word:changelog": -0.09,
    "word:ci": -0.11,
    "word:from": -0.06,
    "word:function": -0.05,
    "word:md": -0.06,
    "word:on": 0.05,
    "word:refactor": -0.13,
    "word:release": -0.05,
    "word:remove": -0.06,
    "word:replace": -0.07,
    "word:support": 0.11,
    "word:test": -0.17,
    "word:update": -0.05,
    "word:when": 0.07,
}
"""Traits that are not listed add nothing."""

FIRST = frozenset(name.removeprefix("first:") for name in WEIGHTS if name.startswith("first:"))
"""Words that count where a title begins with them."""
WORDS = frozenset(name.removeprefix("word:") for name in WEIGHTS if name.startswith("word:"))
"""Words that count anywhere in a title."""
