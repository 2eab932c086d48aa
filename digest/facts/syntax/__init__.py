"""Changed source code, read by real parsers, a slice at a time.

Parsing whole files on both sides of every change would cost more than all other facts
together.  So a cheap pattern decides first whether a run of changed lines can matter at all,
and then only the *statements and signatures around it* are parsed, with the headers of the
classes around them in front.  Wherever the patch alone leaves doubt, the whole file widens it.
"""

from __future__ import annotations

from digest.facts.syntax.gating import Seeker, Starts
from digest.facts.syntax.languages import language_of
from digest.facts.syntax.pieces import Piece, Within, captures, names_around, pieces
from digest.facts.syntax.sides import whole_text
from digest.facts.syntax.texts import Text

__all__ = [
    "Piece",
    "Seeker",
    "Starts",
    "Text",
    "Within",
    "captures",
    "language_of",
    "names_around",
    "pieces",
    "whole_text",
]
