"""Why there is no answer from a model::

    DigestError
    └── EndpointError       this question was not answered
        ├── FormatError     not in this form; in another one, perhaps
        ├── ContextError    the question is too long
        ├── RefusalError    the model, or a filter, does not want to
        ├── UnusableError   there were answers, but none that can be published
        ├── TransientError  later, perhaps
        ├── BudgetError     it may cost more than is left
        └── StoppedError    nothing more of this run will be answered

Each has a short code of ours as its reason, never a server's words: those may
hold a key, an address, or whatever a stranger put there.  For the same reason
none of them has the foreign error as its cause.
"""

from __future__ import annotations

from typing import Literal

from digest.errors import DigestError
from digest.model import Tokens

Reason = Literal[
    "address",
    "budget",
    "connection",
    "context",
    "cut off",
    "empty answer",
    "format",
    "interrupted",
    "invalid answer",
    "invalid body",
    "key",
    "language",
    "no batches",
    "permission",
    "quota",
    "rate limit",
    "refused",
    "rejected",
    "server error",
    "timeout",
]
"""The codes that the archive keeps."""

REASONS: dict[Reason, str] = {
    "address": "the address is not that of a server; see 'base_url'",
    "budget": "the budget of this run is spent; see 'max_tokens' and 'max_cost'",
    "connection": "the server cannot be reached",
    "context": "the question is longer than the model reads; lower 'diff_budget'",
    "cut off": "the answers were cut off",
    "empty answer": "the answers were empty",
    "format": "the server does not take the form of the question",
    "interrupted": "the run was interrupted",
    "invalid answer": "the answers have not the form that was asked for",
    "invalid body": "the server's answers cannot be read",
    "key": "the server does not know the key (401); see OPENAI_API_KEY",
    "language": "the answers are in another language",
    "no batches": "the server has no batches: nothing was sent; collect without --batch",
    "permission": "the key may not use this model (403)",
    "quota": "the quota is used up, or the account has no credit",
    "rate limit": "the server wants to be asked less often, for longer than 'max_wait'",
    "refused": "the model refused",
    "rejected": "the server rejects the questions (400)",
    "server error": "the server has trouble of its own",
    "timeout": "the server takes longer than 'timeout'",
}
"""What each code means, for a person who can do something about it."""


class EndpointError(DigestError):
    """A question was not answered.

    Arguments:
        reason: a short code.
        tokens: what it cost all the same; None for nothing.
        calls: how often the server was asked.
    """

    def __init__(self, reason: Reason, *, tokens: Tokens | None = None, calls: int = 1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.tokens = tokens
        self.calls = calls


class FormatError(EndpointError):
    """The server may not know this way to ask for a form."""


class ContextError(EndpointError):
    """The question is longer than the model reads."""


class RefusalError(EndpointError):
    """The model, or a filter in front of it, does not want to answer."""


class UnusableError(EndpointError):
    """What was answered can't be published: cut off, of another form, or in another language."""


class TransientError(EndpointError):
    """It may work later.

    Arguments:
        reason: a short code.
        after: seconds after which the server wants to be asked again; None if it did not say.
        tokens: what it cost all the same; None for nothing.
    """

    def __init__(
        self, reason: Reason, *, after: float | None = None, tokens: Tokens | None = None
    ) -> None:
        super().__init__(reason, tokens=tokens)
        self.after = after


class BudgetError(EndpointError):
    """It may cost more than is left of the run's budget, so it was not asked."""


class StoppedError(EndpointError):
    """Nothing more of this run will be answered: the key, the model, the address, the quota."""
