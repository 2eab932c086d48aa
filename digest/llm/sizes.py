"""How long a text is for a model, before anybody has counted."""

from __future__ import annotations

from digest.model import Tokens

BYTES_PER_TOKEN = 3.3
"""Of diffs in UTF-8, by the vocabularies in use: source in English has some 3.6, so that this
errs on the safe side; a Chinese character has three bytes and is about one token."""

NOTHING = Tokens(prompt=0, completion=0)


def tokens_of(text: str) -> int:
    """About how many tokens a text has."""
    return int(len(text.encode("utf-8", "replace")) / BYTES_PER_TOKEN) + 1


def added(first: Tokens | None, second: Tokens | None) -> Tokens:
    """The sum of two costs, of which either may be nothing."""
    one, two = first or NOTHING, second or NOTHING
    return Tokens(prompt=one.prompt + two.prompt, completion=one.completion + two.completion)
