"""Rendering on all cores: pages that are not kept yet, by processes of their own."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pickle import PicklingError

from digest import processes
from digest.rendering.markup import Options, Rendered, Source, Target, render

WORTH_IT = 24
"""Pages from which starting processes takes less time than it saves."""
_FORKED_WORTH_IT = 4
"""Likewise, where they are forked."""
_CHUNK = 4
"""Pages that a process takes at a time, where there are many."""
_DONE_HERE: tuple[type[Exception], ...] = (
    *processes.NO_HELP,
    PicklingError,
    AttributeError,
    TypeError,
)
"""Raised for an extension that cannot be handed over, and where no process lives: the pages that
are left are made here then."""

_site: tuple[Mapping[str, Target], Options] | None = None
"""In a process of its own: the site's files and options, the same for all pages."""


def render_all(
    sources: Sequence[Source],
    targets: Mapping[str, Target],
    options: Options,
    *,
    workers: int | None = None,
) -> Iterator[Rendered]:
    """Render pages, in order.

    Arguments:
        sources: the pages.
        targets: the site's files by their path below ``docs_dir``.
        options: the configuration's part.
        workers: how many processes; None for one on each core.
    """
    workers = workers or processes.cores()
    done, many, few = 0, len(sources) >= WORTH_IT, min(workers, len(sources))
    if workers > 1 and (many or (len(sources) >= _FORKED_WORTH_IT and processes.are_forked())):
        try:
            pool = processes.workers(few, _begin, targets, options)
            try:
                size = _CHUNK if many else 1
                chunks = (sources[at : at + size] for at in range(0, len(sources), size))
                waiting = deque([pool.submit(_render, chunk) for chunk in chunks])
                while waiting:
                    for rendered in processes.result(pool, waiting.popleft()):
                        done += 1
                        yield rendered
            finally:
                processes.stop(pool)
        except _DONE_HERE:
            if done == len(sources):
                raise
    for source in sources[done:]:
        yield render(source, targets, options)


def _begin(targets: Mapping[str, Target], options: Options) -> None:
    global _site  # noqa: PLW0603 - the one way to give a worker its own
    _site = targets, options


def _render(chunk: Sequence[Source]) -> list[Rendered]:
    assert _site is not None  # noqa: S101 - set by the initializer
    return [render(source, *_site) for source in chunk]
