"""Sets of names, written as text, because a list of a hundred literals is not read by anybody."""

from __future__ import annotations


def names(text: str) -> frozenset[str]:
    """Make a set of the words that white space separates."""
    return frozenset(text.split())
