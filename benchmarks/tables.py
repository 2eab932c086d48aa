"""The table that the benchmarks print."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, and what it should be."""

    name: str
    figure: str
    target: str
    holds: bool
    detail: str = ""


def at_most(name: str, value: float, limit: float, detail: str = "", unit: str = "") -> Row:
    """A figure that must not be above a limit."""
    return Row(name, f"{value:.3g}{unit}", f"≤ {limit:g}{unit}", value <= limit, detail)


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios of runs that were taken in turn."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def table(rows: Sequence[Row]) -> str:
    """Rows as text, aligned."""
    lines = [("", "figure", "target", "", "detail")]
    lines += [(r.name, r.figure, r.target, "ok" if r.holds else "ABOVE", r.detail) for r in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
