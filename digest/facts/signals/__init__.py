"""What judgement rests on beside what a commit says of itself.

Each signal is a plain observation with a count and up to three lines that show it.  It
fires on few commits, so that it says something about those; none is a judgement by
itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.facts.signals.code import signals_of_code
from digest.facts.signals.patterns import PATTERNS
from digest.facts.signals.shapes import signals_of_interface, signals_of_shape
from digest.facts.signals.testing import signals_of_tests
from digest.model import Signal

if TYPE_CHECKING:
    from digest.facts.diffs import Diff
    from digest.facts.signals.lines import Found
    from digest.model import InterfaceChange

__all__ = ["NAMES", "signals_of"]

_SHAPES = (
    "large_change", "wide_change", "files_deleted", "untested", "kernels", "security_path",
    "migration", "vendored_code", "binary_added", "timing_changed", "credential_added",
    "interface_removed", "default_changed", "switch_added", "documentation_updated",
    "documentation_forgotten",
)  # fmt: skip
_TESTS = ("tests_added", "tests_removed", "tests_skipped", "tests_loosened")
NAMES = (*dict.fromkeys(pattern.name for pattern in PATTERNS), *_TESTS, *_SHAPES)
"""All names that a signal may have; each has a phrase ``signal.<name>``."""


def signals_of(diff: Diff, interface: tuple[InterfaceChange, ...]) -> tuple[Signal, ...]:
    """Collect the signals of a commit.

    Arguments:
        diff: the changed files.
        interface: what it changes of the interface.

    Returns:
        Those of the code first, then those of the tests, then those of the whole.
    """
    found: list[Found] = [
        *signals_of_code(diff),
        *signals_of_tests(diff),
        *signals_of_shape(diff),
        *signals_of_interface(diff, interface),
    ]
    return tuple(
        Signal(name=one.name, count=one.count, evidence=tuple(one.evidence))
        for one in found
        if one.count > 0
    )
