"""What is archived of a day, of which some may have been read before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from digest.analysts.calibration import Calibration, at_level
from digest.model import Entry


def levelled(entry: Entry, calibration: Calibration) -> Entry:
    """An entry whose level is that of its score.

    Arguments:
        entry: as it was judged by itself.
        calibration: where the bounds of the levels are.
    """
    level = calibration.level(entry.analysis.importance.score)
    return replace(entry, analysis=at_level(entry.analysis, level))


def better(old: Entry | None, new: Entry) -> Entry:
    """What is to be archived of a commit that was read again.

    Where nothing more was read than before, what was thought of it stands, and so does
    what a model was asked; it is paid for.

    Arguments:
        old: what is archived of it; None for nothing.
        new: what was read now.
    """
    if old is None or (old.commit, old.facts) != (new.commit, new.facts):
        return new
    return old


def is_whole(entry: Entry | None) -> bool:
    """Whether an archived entry needs no second reading.

    Arguments:
        entry: what is archived of a commit; None for nothing.
    """
    return (
        entry is not None
        and entry.commit.changes_known
        and not any(change.missing for change in entry.commit.changes)
    )


def merged(found: Iterable[str], entries: Mapping[str, Entry], *, whole: bool) -> tuple[Entry, ...]:
    """The entries of a day, newest first; those that are gone from the branch stay, marked.

    Arguments:
        found: the commits of the day that are on the branch, in its order.
        entries: what is known of each commit of the day.
        whole: whether a commit that was not found is gone.
    """
    present = [replace(entries[sha], vanished=False) for sha in found]
    shas = {entry.commit.sha for entry in present}
    gone = [
        replace(entry, vanished=entry.vanished or whole)
        for sha, entry in entries.items()
        if sha not in shas
    ]
    # The sort is stable: commits of one second stay in the order of the branch.
    return tuple(
        sorted((*present, *gone), key=lambda entry: entry.commit.committed_at, reverse=True)
    )
