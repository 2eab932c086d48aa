"""Changes of symbols as records, weightiest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from digest.facts.interface.symbols_model import Symbol, parameters_of
from digest.model import Evidence, InterfaceChange

if TYPE_CHECKING:
    from digest.facts.interface.symbols_compare import Changes

LENGTH = 200
"""Characters of a signature that are told."""

_KINDS = {"class": 0, "function": 1, "type": 2, "constant": 3, "variant": 4}
_ROOTS = ("src", "python", "lib")


def told(changes: Changes, most: int) -> Iterator[InterfaceChange]:
    """The records of what happened: removed, renamed, changed, then added; classes first.

    Arguments:
        changes: what happened.
        most: how many of one file that came or went as a whole are told.
    """
    for symbol in _by_weight(changes.removed, most):
        yield _record(symbol.name, cut(symbol.signature), None, _place(symbol))
    for one, other in changes.moved:
        yield _record(
            f"{module(other)}.{other.name}",
            *pair(one.signature, other.signature),
            _place(other),
            _place(one),
            previous=f"{module(one)}.{one.name}",
        )
    for one, other in changes.renamed:
        yield _record(
            other.name,
            *pair(one.signature, other.signature),
            _place(other),
            _place(one),
            previous=one.name,
        )
    for one, other in sorted(changes.changed, key=lambda two: _KINDS[two[1].kind]):
        yield _record(other.name, *pair(one.signature, other.signature), _place(other))
    for symbol in _by_weight(changes.added, most):
        yield _record(symbol.name, None, cut(symbol.signature), _place(symbol))


def module(symbol: Symbol) -> str:
    """The module of a Python symbol, as it is imported."""
    parts = symbol.file.path(symbol.piece.side).rpartition(".")[0].split("/")
    start = max((place + 1 for place, part in enumerate(parts) if part in _ROOTS), default=0)
    return ".".join(parts[start:]).removesuffix(".__init__")


def cut(text: str, length: int = LENGTH) -> str:
    """A signature of bounded length, cut between two parameters.

    Arguments:
        text: the signature.
        length: characters at most.
    """
    if len(text) <= length:
        return text
    short = text[: length - 3]
    place = short.rfind(", ")
    return f"{short[: place + 1]} …)" if place > length // 3 else f"{short.rstrip()}…"


def pair(before: str, after: str) -> tuple[str, str]:
    """Two signatures of bounded length, so that one sees where they differ.

    Arguments:
        before: the old one.
        after: the new one.
    """
    if max(len(before), len(after)) <= LENGTH:
        return before, after
    one, other = parameters_of(before), parameters_of(after)
    if one is None or other is None:
        return cut(before), cut(after)
    common = set(one[1]) & set(other[1])
    return cut(_shortened(*one, common)), cut(_shortened(*other, common))


def _shortened(head: str, parameters: list[str], tail: str, common: set[str]) -> str:
    kept: list[str] = []
    for parameter in parameters:
        if parameter not in common:
            kept.append(parameter)
        elif kept[-1:] != ["…"]:
            kept.append("…")
    return f"{head}{', '.join(kept)}{tail}"


def _by_weight(symbols: list[Symbol], most: int) -> Iterator[Symbol]:
    counts: Counter[str] = Counter()
    for symbol in sorted(symbols, key=lambda one: (_KINDS[one.kind], bool(one.owner))):
        if symbol.file.change.status in "AD":
            counts[symbol.file.change.path] += 1
        if counts[symbol.file.change.path] <= most:
            yield symbol


def _place(symbol: Symbol) -> Evidence:
    side = symbol.piece.side
    return Evidence(path=symbol.file.path(side), line=symbol.line, side=side)


def _record(
    name: str,
    before: str | None,
    after: str | None,
    *evidence: Evidence,
    previous: str | None = None,
) -> InterfaceChange:
    return InterfaceChange(
        what="public symbol",
        name=name,
        before=before,
        after=after,
        previous_name=previous,
        evidence=evidence,
    )
