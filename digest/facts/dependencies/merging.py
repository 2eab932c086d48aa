"""The same change in several manifests, told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from digest.facts.dependencies.entries import Entry
from digest.model import DependencyChange, Evidence

LIMIT = 100
"""Changes of one commit that are kept, those asked for directly first."""

EVIDENCE = 5
"""Lines that show one change."""


class Sighting(NamedTuple):
    """A change in one manifest."""

    entry: Entry
    before: str | None
    after: str | None
    evidence: tuple[Evidence, ...]
    moving: bool = False
    """It is there before and after, but another manifest tells its version on one side."""


def merged(
    sightings: Iterable[Sighting], own: set[tuple[str, str]], stays: set[tuple[str, str]]
) -> list[DependencyChange]:
    """The changes of a commit.

    Arguments:
        sightings: what its manifests show, in their order.
        own: ecosystem and name of the packages that the repository itself makes.
        stays: likewise of what one of its manifests names before and after, so that it is
            neither new to the repository nor gone.
    """
    groups: dict[tuple[str, str, bool], list[Sighting]] = {}
    for sighting in sightings:
        entry = sighting.entry
        if (entry.ecosystem, entry.name) not in own:
            key = (entry.ecosystem, entry.name, entry.role == "locked")
            groups.setdefault(key, []).append(sighting)
    found: list[DependencyChange] = []
    for locked in (False, True):
        for (ecosystem, name, resolved), group in groups.items():
            if resolved is not locked or (locked and (ecosystem, name, False) in groups):
                continue
            found += _records(group, locked=locked, stays=(ecosystem, name) in stays)
    return found[:LIMIT]


def _records(group: list[Sighting], *, locked: bool, stays: bool) -> Iterator[DependencyChange]:
    together: dict[tuple[str | None, str | None], tuple[Evidence, ...]] = {}
    for sighting in _moved(group):
        if stays and None in {sighting.before, sighting.after}:
            continue
        key = sighting.before, sighting.after
        together[key] = (*together.get(key, ()), *sighting.evidence)
    entry = group[0].entry
    for (before, after), evidence in together.items():
        yield DependencyChange(
            ecosystem=entry.ecosystem,
            name=entry.name,
            before=before,
            after=after,
            locked=locked,
            evidence=tuple(dict.fromkeys(evidence))[:EVIDENCE],
        )


def _moved(group: list[Sighting]) -> list[Sighting]:
    """Changes without those that contradict one another.

    What one manifest drops and another takes up has moved between them, and is
    neither new nor gone.
    """
    added = [sighting for sighting in group if sighting.before is None]
    removed = [sighting for sighting in group if sighting.after is None]
    if len(added) + len(removed) < len(group):
        return [sighting for sighting in group if None not in {sighting.before, sighting.after}]
    if not added or not removed:
        return [sighting for sighting in group if not sighting.moving]
    before = {sighting.before for sighting in removed}
    after = {sighting.after for sighting in added}
    if len(before) == len(after) == 1 and before != after:
        new = added[0]
        return [Sighting(new.entry, removed[0].before, new.after, new.evidence)]
    return []
