"""Commit → facts: each kind of fact by its own module, in the order that they need."""

from __future__ import annotations

from digest.facts import areas, authors, breaking, kinds, messages, references, reverts, titles
from digest.facts.dependencies import dependency_changes
from digest.facts.diffs import diff_of
from digest.facts.edits import edits_of
from digest.facts.grammar import UNKNOWN, Grammar
from digest.facts.interface import interface_changes
from digest.facts.signals import signals_of
from digest.facts.symbols import symbols_of
from digest.model import Contents, Facts, Reading, no_contents


def extract(
    reading: Reading, *, grammar: Grammar = UNKNOWN, contents: Contents = no_contents
) -> Facts:
    """Read the facts of one commit.

    Arguments:
        reading: the commit with its patches, as far as they were read.
        grammar: how the repository writes its titles.
        contents: where whole files can be had; without it, the patches alone are read.
    """
    commit = reading.commit
    taken_back = reverts.reverts_of(commit)
    # What is brought back is the same sort of change as it was the first time.
    title = titles.parse(reverts.brought_back(taken_back) or messages.title_of(commit), grammar)
    kind = kinds.kind_of(commit, title, taken_back, reading.patches)
    diff = diff_of(reading, contents)
    interface, unread = interface_changes(diff)
    dependencies = dependency_changes(diff)
    return Facts(
        kind=kind,
        scope=title.scope,
        breaking=breaking.breaking_changes(diff, title, kind, interface, dependencies),
        areas=areas.areas_of(commit, grammar.roots),
        symbols=symbols_of(diff),
        interface=interface,
        dependencies=dependencies,
        references=references.references_of(commit),
        reverts=taken_back,
        cherry_picked_from=references.cherry_picked_from(commit),
        bot=authors.is_bot(commit.author.name),
        merge=len(commit.parents) > 1,
        edits=edits_of(diff),
        signals=signals_of(diff, interface),
        unread=unread,
    )
