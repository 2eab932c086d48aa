"""The dependencies of one manifest before and after, compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from digest.facts.dependencies.entries import Entry


class Change(NamedTuple):
    """What happened to one dependency in one manifest."""

    old: tuple[Entry, ...]
    """The entries that are gone, all of one version; empty where it was not there."""
    new: tuple[Entry, ...]
    moving: bool = False
    """It is still there, but another manifest tells its version, or told it before."""

    @property
    def entry(self) -> Entry:
        """One that says what it is called, and where it comes from."""
        return (self.new or self.old)[0]

    @property
    def versions(self) -> tuple[str | None, str | None]:
        """Before and after, as they are shown."""
        if not self.old:
            return None, self.new[0].version
        if not self.new:
            return self.old[0].version, None
        before, after = self.old[0], self.new[0]
        if before.version == after.version:
            return before.shown, after.shown
        return before.version, after.version


def compare(old: Iterable[Entry], new: Iterable[Entry]) -> Iterator[Change]:
    """Tell what happened to each dependency of a manifest.

    Arguments:
        old: its entries before.
        new: its entries after.
    """
    before, after = _by_name(old), _by_name(new)
    changes = [
        change
        for key in dict.fromkeys([*after, *before])
        if not _is_same(before.get(key, ()), after.get(key, ()))
        for change in _changes(before.get(key, []), after.get(key, []))
    ]
    renamed = _versions(changes, new=False) & _versions(changes, new=True)
    for change in changes:
        if not _is_setting(change) or change.entry.version not in renamed:
            yield change


def _is_setting(change: Change) -> bool:
    """Whether it is a setting, whose name is the repository's own, that came or went."""
    return change.entry.ecosystem == "other" and not (change.old and change.new)


def _versions(changes: Iterable[Change], *, new: bool) -> set[str]:
    """What settings that came, or went, are set to: on both sides, it is only renamed."""
    return {
        change.entry.version
        for change in changes
        if _is_setting(change) and bool(change.new) is new
    }


def _by_name(entries: Iterable[Entry]) -> dict[tuple[str, str], list[Entry]]:
    found: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        found.setdefault((entry.ecosystem, entry.name), []).append(entry)
    return found


def _is_same(old: Sequence[Entry], new: Sequence[Entry]) -> bool:
    """Whether nothing happened, which is so for nearly all."""
    return len(old) == len(new) and all(
        entry.version == other.version and entry.exact == other.exact and entry.slot == other.slot
        for entry, other in zip(old, new, strict=True)
    )


def _changes(old: list[Entry], new: list[Entry]) -> Iterator[Change]:
    """Changes of one dependency, which may stand in several groups."""
    if not old or not new:
        # One more group that asks for what is asked for already is no new dependency.
        if not any(entry.passing or entry.inherited for entry in (*old, *new)):
            yield from (Change((), same) for same in _same_versions(new))
            yield from (Change(same, ()) for same in _same_versions(old))
        return
    old = [entry for entry in old if not entry.inherited]
    new = [entry for entry in new if not entry.inherited]
    if not old or not new:
        yield from (Change((), same, moving=True) for same in _same_versions(new))
        yield from (Change(same, (), moving=True) for same in _same_versions(old))
        return
    pairs = []
    old, new = _remaining(old, new, with_slot=True)
    for entry in list(old):
        partners = [other for other in new if other.slot == entry.slot]
        if len(partners) == 1:
            pairs.append((entry, partners[0]))
            old.remove(entry)
            new.remove(partners[0])
    old, new = _remaining(old, new, with_slot=False)
    # What is left on one side alone asks for more or less of what is there anyway.
    pairs += zip(old, new, strict=False)
    joined: dict[object, list[tuple[Entry, Entry]]] = {}
    for before, after in pairs:
        if before.version != after.version or before.exact != after.exact:
            joined.setdefault((before.identity, after.identity), []).append((before, after))
    for same in joined.values():
        yield Change(tuple(pair[0] for pair in same), tuple(pair[1] for pair in same))


def _remaining(
    old: list[Entry], new: list[Entry], *, with_slot: bool
) -> tuple[list[Entry], list[Entry]]:
    """What is left when each entry has taken away its equal on the other side."""
    left, right = [], list(new)
    for entry in old:
        for index, other in enumerate(right):
            same = entry.identity == other.identity
            if same and (not with_slot or entry.slot == other.slot):
                del right[index]
                break
        else:
            left.append(entry)
    return left, right


def _same_versions(entries: Iterable[Entry]) -> Iterable[tuple[Entry, ...]]:
    found: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.identity, []).append(entry)
    return map(tuple, found.values())
