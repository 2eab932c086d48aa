"""What a run may cost, in tokens and in money."""

from __future__ import annotations

import msgspec

from digest.errors import ConfigError
from digest.llm.sizes import NOTHING, added
from digest.model import Tokens

_MILLION = 1_000_000


class Prices(msgspec.Struct, frozen=True):
    """What a model costs, in any one currency."""

    prompt: float
    """A million tokens of questions."""
    completion: float
    """A million tokens of answers."""

    def cost(self, tokens: Tokens) -> float:
        """What these tokens cost."""
        return (tokens.prompt * self.prompt + tokens.completion * self.completion) / _MILLION


class Budget:
    """What has been spent of what may be spent.

    Arguments:
        max_tokens: of questions and answers together; None for any number.
        max_cost: in the currency of the prices; None for any amount.
        prices: what the model costs; without them no cost is known.

    Raises:
        ConfigError: a cost is limited, but there are no prices.
    """

    def __init__(
        self,
        *,
        max_tokens: int | None = None,
        max_cost: float | None = None,
        prices: Prices | None = None,
    ) -> None:
        if max_cost is not None and prices is None:
            raise ConfigError("max_cost needs the model's prices: set them, or max_tokens instead")
        self.max_tokens = max_tokens
        self.max_cost = max_cost
        self.prices = prices
        self.spent = NOTHING
        """All tokens of the run so far."""

    @property
    def cost(self) -> float | None:
        """What was spent so far; None where prices are not known."""
        return None if self.prices is None else self.prices.cost(self.spent)

    def spend(self, tokens: Tokens) -> None:
        """Count what a call has cost."""
        self.spent = added(self.spent, tokens)

    def allows(self, tokens: Tokens) -> bool:
        """Whether so much more may be spent."""
        after = added(self.spent, tokens)
        if self.max_tokens is not None and after.prompt + after.completion > self.max_tokens:
            return False
        return self.max_cost is None or not (
            self.prices is not None and self.prices.cost(after) > self.max_cost
        )
