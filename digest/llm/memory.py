"""What was found out about servers, so that the next run need not find it out again.

It is a cache: a file that is missing, damaged or deleted costs a few questions
that a server rejects, which cost nothing.
"""

from __future__ import annotations

import json
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import get_args

from digest.llm.answers import Depth
from digest.llm.endpoint import LimitName
from digest.llm.replies import Format

STYLES: tuple[Format, ...] = get_args(Format)
"""The ladder, from the strictest form down."""

_LIMITS: tuple[LimitName, ...] = get_args(LimitName)


class Memory:
    """Which form of answers, and which name of the limit, each server and model took.

    Arguments:
        path: the cache; None to remember for this run alone.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._known = _load(path)
        self._proven: set[tuple[str, Depth, Format]] = set()

    def style(self, identity: str, depth: Depth) -> Format:
        """The form to begin with.

        Arguments:
            identity: of the server and the model.
            depth: of the answer; a server may take the schema of one, and not of another.
        """
        found = self._known.get(identity, {}).get(depth)
        return next((style for style in STYLES if style == found), STYLES[0])

    def limit_name(self, identity: str) -> LimitName | None:
        """What this server calls the most tokens of an answer; None where nobody knows."""
        found = self._known.get(identity, {}).get("limit")
        return next((name for name in _LIMITS if name == found), None)

    def proven(self, identity: str, depth: Depth, style: Format) -> bool:
        """Whether this form was answered in this run."""
        return (identity, depth, style) in self._proven

    def answered(self) -> bool:
        """Whether anything was answered in this run."""
        return bool(self._proven)

    def remember(self, identity: str, depth: Depth, style: Format, limit_name: LimitName) -> None:
        """A question was answered in this form.

        Arguments:
            identity: of the server and the model.
            depth: of the answer.
            style: the form that was asked for.
            limit_name: the name of the limit that was sent.
        """
        with self._lock:
            self._proven.add((identity, depth, style))
            known = self._known.setdefault(identity, {})
            news = {depth: style, "limit": limit_name}
            if all(known.get(name) == value for name, value in news.items()):
                return
            known.update(news)
            self._save()

    def _save(self) -> None:
        if self._path is None:
            return
        temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps(self._known, indent=1, sort_keys=True), "utf-8")
            temporary.replace(self._path)
        except OSError:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _load(path: Path | None) -> dict[str, dict[str, str]]:
    """What a cache holds, as far as it can be read."""
    try:
        data = json.loads(path.read_bytes()) if path is not None else {}
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(data, dict):
        return {}
    return {
        identity: {name: value for name, value in known.items() if isinstance(value, str)}
        for identity, known in data.items()
        if isinstance(known, dict)
    }
