"""What can be read from a commit without judgement.

One small module for each kind of fact.  All are pure functions of the records;
nothing here asks git, the network or the clock.
"""

from __future__ import annotations

from digest.facts import areas, authors, breaking, kinds, messages, references, reverts, titles
from digest.model import Facts, Reading


def extract(reading: Reading) -> Facts:
    """Read the facts of one commit.

    Arguments:
        reading: the commit with its patches, as far as they were read.
    """
    commit = reading.commit
    taken_back = reverts.reverts_of(commit)
    # What is brought back is the same sort of change as it was the first time.
    title = titles.parse(reverts.brought_back(taken_back) or messages.title_of(commit))
    kind = kinds.kind_of(commit, title, taken_back)
    return Facts(
        kind=kind,
        scope=title.scope,
        breaking=breaking.breaking_changes(commit, title, kind),
        areas=areas.areas_of(commit),
        references=references.references_of(commit),
        reverts=taken_back,
        cherry_picked_from=references.cherry_picked_from(commit),
        bot=authors.is_bot(commit.author.name),
        merge=len(commit.parents) > 1,
    )
