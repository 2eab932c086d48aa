"""Types of options that ``config`` and its parts share."""

from __future__ import annotations

import difflib
from typing import cast

from mkdocs.config import base
from mkdocs.config import config_options as c
from mkdocs.config.base import ValidationError


class Closed(base.Config):
    """A group of options in which a key that does not exist is an error."""

    def validate(self) -> tuple[base.ConfigErrors, base.ConfigWarnings]:
        """Check each option and how they go together."""
        errors, warnings = super().validate()
        known = [name for name, _ in self._schema]
        for key in sorted(set(self) - set(known), key=str):
            close = difflib.get_close_matches(str(key), known, n=1)
            hint = f"did you mean '{close[0]}'?" if close else f"there are: {', '.join(known)}"
            errors.append((str(key), ValidationError(f"there is no such option; {hint}")))
            warnings = [warning for warning in warnings if warning[0] != key]
        return errors, warnings


class Number(c.OptionallyRequired[int]):
    """A whole number within bounds."""

    def __init__(self, least: int, most: int, default: int | None = None) -> None:
        super().__init__(default=default)
        self.least = least
        self.most = most

    def run_validation(self, value: object) -> int:
        """Check that it is a whole number, and within its bounds."""
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not self.least <= cast("int", value) <= self.most:
            raise ValidationError(
                f"{value!r} is not a whole number from {self.least} to {self.most}"
            )
        return cast("int", value)


class Details(c.OptionallyRequired[int | None]):
    """How many days are told with all details: all, the recent ones, or a number of them."""

    recent = 90

    def run_validation(self, value: object) -> int | None:
        """A number of days, or None for all."""
        if value == "all":
            return None
        if value == "recent":
            return self.recent
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ValidationError(f"{value!r} is not 'all', 'recent' or a number of days")
        return value
