"""Python's search for garbage in circles, put off while records are read by the thousand.

An archived day is some ten thousand objects, none of which is part of a circle.  Python looks
through all of them each time that so many more are made: two thirds of the time of reading a
day, and a third of the time of making its page.
"""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def put_off() -> Iterator[None]:
    """Have no garbage looked for as long as this lasts; what is in no circle goes at once."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


_SELDOM = (100_000, 10, 100)
"""How much is made between two looks; Python's own first figure is 700."""


def look_seldom() -> None:
    """Have it looked for seldom until this process ends, which is one that builds a site.

    What is loaded by now stays, and need not be looked through again, not even when it all ends.
    """
    gc.freeze()
    gc.set_threshold(*_SELDOM)
    atexit.register(gc.freeze)


def put_off_for_good() -> None:
    """The same until this process ends, which is one that makes days and nothing else."""
    gc.freeze()
    gc.disable()


def look() -> None:
    """Look for it now."""
    gc.collect()
