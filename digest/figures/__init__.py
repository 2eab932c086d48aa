"""Figures of the pages: their geometry, in whole numbers; how they look is the style sheet's.

Nothing here says a word or writes a tag: a template draws what these records
hold, and puts the same numbers beside it as a table.
"""

from digest.figures.bars import Bar, Stack, stack
from digest.figures.calendar import Calendar, Cell, Month, calendar, months_between
from digest.figures.scale import Steps, rounded_up

__all__ = [
    "Bar",
    "Calendar",
    "Cell",
    "Month",
    "Stack",
    "Steps",
    "calendar",
    "months_between",
    "rounded_up",
    "stack",
]
