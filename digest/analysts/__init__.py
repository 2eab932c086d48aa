"""What turns a commit and its facts into an analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from digest.model import Analysis, Facts, Reading


class Analyst(Protocol):
    """Somebody who judges commits: the built-in heuristic, or a language model.

    An implementer must keep these promises:

    - The analysis is whole in itself: type, importance and summary are always there.  It
      holds all that there is to say; once the repository's own bounds tell the level, it is
      cut down to the depth of that level (see :mod:`digest.analysts.calibration`).
    - Nothing is said that neither the facts nor the commit support, and failure is never
      told in the text: who cannot judge leaves that to another analyst.
    - ``provenance`` names the analyst and its version, and carries the coverage of the
      reading.  ``made_at`` is None if and only if the same input always gives the same
      analysis; then no clock, network, or chance may have a part in it.
    - Sentences that we wrote are phrases of :mod:`digest.phrases`; the words of a commit or
      of a model are texts.  A text is plain: it holds no markup of ours.
    - Whatever is in the commit, nothing is raised because of it.
    """

    @property
    def name(self) -> str:
        """Stands in the provenance and on the page."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever the same input would give another analysis."""
        ...

    def analyse(self, reading: Reading, facts: Facts) -> Analysis:
        """Judge one commit.

        Arguments:
            reading: the commit with its patches, as far as they were read.
            facts: what was read from it without judgement.
        """
        ...
