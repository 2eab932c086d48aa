"""Bringing the archive up to date before a build, as the site's settings say.

A module of its own so that a build that collects nothing does not load what collecting
needs: reading git and diffs, asking a model.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from digest import clock
from digest.analysts.heuristic import HeuristicAnalyst
from digest.collect import collect
from digest.llm.analyst import analyst_for
from digest.owing import Asking
from digest.progress import progress_for
from digest.results import Summary
from digest.settings import Settings


def update(settings: Settings, environment: Mapping[str, str]) -> Summary:
    """Collect what is missing, and ask the model, if one is named, for what it owes.

    Arguments:
        settings: the site's settings.
        environment: has the keys, and the moment that counts as now, where it is set.
    """
    model = analyst_for(settings, environment)
    return collect(
        settings,
        now=clock.now(environment),
        analyst=HeuristicAnalyst(),
        asking=Asking(model, progress=progress_for(sys.stderr)) if model else None,
    )
