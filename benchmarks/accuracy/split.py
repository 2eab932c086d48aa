"""Which repositories are trained on, and which are reported.

Nothing is reported of a repository that the weights were trained on.  The
split was drawn before the first training, so that each half has Python, Rust,
Go and TypeScript, plain English and declared types.  Four with "Breaking changes" were added
later, by turns in the order of the alphabet, before any of their commits was looked at: mocha
and sea-orm to train on, rollup and tonic to report.  A repository that is not listed is
reported, with ``CHANGELOG.md``.

``fresh`` are eight more with breaking changes, drawn before any of their commits was looked at
and reported apart, because misses of the other held-out repositories have been read over time.
Eight names of each of four languages that were thought to have such sections were sorted and
shuffled (``random.Random(20_261_128)``, one shuffle after the other: Go, Rust, TypeScript,
Python); of each language the first two stand here that could be had and whose changelog, read by
``changelogs.parse``, lists at least fifteen pull requests or commits under such a title.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Part = Literal["train", "test", "fresh"]


@dataclass(frozen=True)
class Source:
    """A repository with a sorted changelog."""

    part: Part
    repository: str
    """Its name on the forge, without the owner."""
    changelogs: tuple[str, ...] = ("CHANGELOG.md",)
    """Paths, or beginnings of paths, of its changelogs."""
    issues: bool = False
    """Whether it names the issue that a pull request closes, where there is one."""
    selects: bool = True
    """Whether its changelog leaves out what users need not know, so that being named tells of
    importance.  Some list all pull requests.  (One that
    names nearly everything, or each bump of a dependency, is told by counting.)"""
    apart: str | None = None
    """Titles of another product in the same repository, which has its own changelog."""

    def leaves_out(self, title: str) -> bool:
        """Whether a commit belongs to another product."""
        return self.apart is not None and re.search(self.apart, title) is not None


def source_of(name: str) -> Source:
    """The source of that name; one that is not listed is reported."""
    return SOURCES.get(name) or Source("test", name)


SOURCES: dict[str, Source] = {
    "ruff": Source(
        "train",
        "ruff",
        ("CHANGELOG.md", "changelogs/"),
        apart=r"^\[(?:ty|red-knot)\b|^(?:ty|red-knot):",
    ),
    "cortex": Source("train", "cortex"),
    "tempo": Source("train", "tempo"),
    "nomad": Source("train", "nomad"),
    "opentelemetry-collector": Source(
        "train", "opentelemetry-collector", ("CHANGELOG.md", "CHANGELOG-API.md"), issues=True
    ),
    "poetry": Source("train", "poetry"),
    "textual": Source("train", "textual"),
    "aiohttp": Source("train", "aiohttp", ("CHANGES.rst",), issues=True),
    "pyo3": Source("train", "pyo3"),
    "tokio": Source("train", "tokio", ("tokio/CHANGELOG.md", "tokio-util/CHANGELOG.md")),
    "helix": Source("train", "helix"),
    "tailwindcss": Source("train", "tailwindcss"),
    "mypy": Source("train", "mypy"),
    "deno": Source("train", "deno", ("Releases.md",)),
    "xarray": Source("train", "xarray", ("doc/whats-new.rst",), issues=True),
    "sqlx": Source("train", "sqlx"),
    "telegraf": Source("train", "telegraf"),
    "stylelint": Source("train", "stylelint"),
    "babel": Source("train", "babel", ("CHANGELOG.md",), selects=False),
    "mocha": Source("train", "mocha"),
    "sea-orm": Source("train", "sea-orm"),
    "prometheus": Source("test", "prometheus"),
    "thanos": Source("test", "thanos"),
    "black": Source("test", "black", ("CHANGES.md",)),
    "pydantic": Source("test", "pydantic", ("HISTORY.md",)),
    "bat": Source("test", "bat"),
    "axum": Source(
        "test",
        "axum",
        (
            "axum/CHANGELOG.md",
            "axum-core/CHANGELOG.md",
            "axum-extra/CHANGELOG.md",
            "axum-macros/CHANGELOG.md",
        ),
    ),
    "cargo": Source(
        "test", "cargo", ("src/doc/src/CHANGELOG.md", "doc/book/src/CHANGELOG.md", "CHANGELOG.md")
    ),
    "jest": Source("test", "jest", ("CHANGELOG.md",)),
    "loki": Source("test", "loki"),
    "starlette": Source("test", "starlette", ("docs/release-notes.md",)),
    "tracing": Source("test", "tracing", ("tracing",)),
    "rollup": Source("test", "rollup"),
    "tonic": Source("test", "tonic"),
    "ibc-go": Source("fresh", "ibc-go"),
    "cometbft": Source("fresh", "cometbft", ("CHANGELOG.md", ".changelog/"), issues=True),
    "arrow-rs": Source("fresh", "arrow-rs", ("CHANGELOG.md", "CHANGELOG-old.md")),
    "hyper": Source("fresh", "hyper"),
    "eslint": Source("fresh", "eslint"),
    "typescript-eslint": Source("fresh", "typescript-eslint"),
    "attrs": Source("fresh", "attrs", ("CHANGELOG.md", "CHANGELOG.rst")),
    "dbt-core": Source("fresh", "dbt-core", ("CHANGELOG.md", ".changes/"), issues=True),
    "vite": Source("test", "vite", ("packages/vite/CHANGELOG.md",), selects=False),
    "fastapi": Source("test", "fastapi", ("docs/en/docs/release-notes.md",), selects=False),
}
