"""Dependencies of Go modules."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.facts.dependencies.entries import Entry, Source

_MODULE = r"[A-Za-z0-9][\w.~/-]{1,250}"
_REQUIRE = re.compile(rf"\s*(?:require\s+)?({_MODULE})\s+(v\d\S{{0,100}})\s*(//.*)?")
_REPLACE = re.compile(
    rf"\s*(?:replace\s+)?({_MODULE})(?:\s+v\S{{1,100}})?\s+=>\s+({_MODULE})\s+(v\d\S{{0,100}})\s*(?://.*)?"
)
_DIRECTIVE = re.compile(r"(go|toolchain)\s+(?:go)?(\d\S{0,60})\s*(?://.*)?")
_OWN = re.compile(
    rf"\s*module\s+({_MODULE})\s*(?://.*)?"
    rf"|\s*(?:replace\s+)?({_MODULE})(?:\s+v\S{{1,100}})?\s+=>\s+[./]\S*\s*(?://.*)?"
)
"""The module itself, or one that is replaced by a folder."""
_OPEN = re.compile(r"\s*(\w{1,20})\s*\(\s*(?://.*)?")


def go_mod(source: Source) -> Iterator[Entry]:
    """``go.mod``; what it marks as indirect is not asked for directly."""
    block = ""
    for number, text in source.rows:
        if match := _OPEN.fullmatch(text):
            block = match[1]
        elif text.strip() == ")" or (not number and not text):
            block = ""
        elif match := _OWN.fullmatch(text):
            yield Entry("go", match[1] or match[2], "", number, role="own")
        elif not number or block in {"exclude", "retract", "tool"}:
            continue
        elif match := _DIRECTIVE.fullmatch(text):
            yield Entry("go", match[1], match[2], number)
        elif match := _REPLACE.fullmatch(text):
            target = match[3] if match[1] == match[2] else f"{match[2]} {match[3]}"
            yield Entry("go", match[1], target, number, "replace")
        elif not text.startswith(("exclude", "retract")) and (match := _REQUIRE.fullmatch(text)):
            indirect = (match[3] or "").removeprefix("//").strip().startswith("indirect")
            entry = Entry("go", match[1], match[2], number, "require")
            yield entry._replace(role="locked") if indirect else entry
