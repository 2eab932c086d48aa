"""What a page shows of the outcomes of an entry, and how the entry stands after them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal

import msgspec

from digest.outcomes import Outcome

Standing = Literal["reverted", "reverted in part", "reapplied", "fixed", "superseded"]
"""How a change stands today, in a word; the first that is true."""


class OutcomeView(msgspec.Struct, frozen=True):
    """An outcome with the place of the other entry."""

    outcome: Outcome
    anchor: str
    """Of the other entry, on the page of its day."""
    days: int
    """Between the two, by the calendar."""
    elsewhere: bool = False
    """The other entry is of another repository."""

    @property
    def date(self) -> dt.date:
        """The day of the other entry."""
        return self.outcome.other.date


def standing(views: Iterable[OutcomeView]) -> Standing | None:
    """How an entry stands after all that happened; None where nothing did."""
    found: Standing | None = None
    kinds = set()
    for outcome in (view.outcome for view in views):
        kinds.add(outcome.kind)
        if outcome.kind == "reverted by" and (found is None or not outcome.partial):
            found = "reverted in part" if outcome.partial else "reverted"
        elif outcome.kind == "reapplied by":
            found = "reapplied"
    if found is None and "follow-up fix" in kinds:
        return "fixed"
    return found or ("superseded" if "superseded bump" in kinds else None)
