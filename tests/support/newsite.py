"""What ``init`` writes."""

from __future__ import annotations

FILES = (
    ".github/workflows/publish.yml",
    ".gitignore",
    "README.md",
    "docs/about.md",
    "mkdocs.yml",
    "requirements.txt",
)
"""Paths below the folder, sorted."""
