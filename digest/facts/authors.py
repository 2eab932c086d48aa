"""Which authors are programs.

Meant are accounts that repeat a routine: bumps, formatting, synchronisation.
Agents that write changes as a person would are no bots in this sense: what they
change is as important as anybody's change.
"""

from __future__ import annotations

import functools
import re

from digest.facts.wordlists import names

BOTS = names(
    """
    allcontributors bors copybara-service dependabot dependabot-preview depfu
    facebook-github-bot github-actions google-oss-robot greenkeeper imgbot mergify
    pre-commit-ci pyup-bot pytorchmergebot pytorchupdatebot renovate renovate-bot
    semantic-release-bot snyk-bot stale weblate whitesource-bolt
    """
)
"""Names under which programs commit, in lower case, with ``-`` for spaces."""

AGENTS = names("claude codex copilot cursor cursoragent devin gemini jules openhands")
"""Names, or first parts of names, of agents that write code."""

_NAME_LIMIT = 200
_ENDS_AS_BOT = re.compile(r"(?:^|[-_ .])(?:bot|robot|autobot|ci)$")


@functools.lru_cache(maxsize=1_024)
def is_bot(name: str) -> bool:
    """Tell whether an author is a program that repeats a routine.

    Arguments:
        name: as the commit has it.
    """
    name = name[:_NAME_LIMIT].strip().lower()
    plain = name.removesuffix("[bot]").strip()
    slug = plain.replace(" ", "-").replace("_", "-")
    if not AGENTS.isdisjoint(slug.split("-")[:1]):
        return False
    return name.endswith("[bot]") or slug in BOTS or _ENDS_AS_BOT.search(plain) is not None
