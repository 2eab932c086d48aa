"""What a scheduled run tells the person who does not watch it.

Each part of a run writes a report as JSON.  All of them together become one table
in Markdown, for the run's summary and for the issue that is open while something
is wrong.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from digest import escape
from digest.archive import serialise, write_whole
from digest.errors import DigestError
from digest.llm.errors import REASONS
from digest.model.base import Count, Record, Timestamp
from digest.results import Result, Summary
from digest.sitesize import SiteSize

_HARMLESS = {"budget", "interrupted", "language", "refused", "cut off", "context"}
"""Reasons for which a question waits, and about which nobody need do anything."""
_LONGEST = 300
"""Characters of a reason."""
_MOST_ROWS = 400
"""Rows of a table; a summary may have 1 MiB, the text of an issue 65,536 characters."""

_PUBLISHED = "The site is published all the same, from what could be read."
_NOT_PUBLISHED = "The site was not published: it is as an earlier run left it."


class RepositoryReport(Record, frozen=True):
    """What became of one repository."""

    slug: str
    days: Count
    commits: Count
    failure: str | None = None
    model: str | None = None
    """What became of the questions to a language model, in words."""
    reasons: tuple[str, ...] = ()
    """Codes of why questions were not answered."""
    damaged: tuple[str, ...] = ()


class Report(Record, frozen=True):
    """What became of one run, or of one part of it."""

    at: Timestamp
    repositories: tuple[RepositoryReport, ...]
    part: int = 1
    parts: int = 1


class Trouble(msgspec.Struct, frozen=True):
    """Something that a person should look at."""

    where: str
    """A repository, or a part of the run."""
    what: str


def report_of(summary: Summary, now: dt.datetime, part: int = 1, parts: int = 1) -> Report:
    """The report of what was collected."""
    return Report(
        at=now, part=part, parts=parts, repositories=tuple(map(_repository, summary.results))
    )


def _repository(result: Result) -> RepositoryReport:
    tally = result.tally
    return RepositoryReport(
        slug=result.slug,
        days=result.days,
        commits=result.commits,
        failure=result.failure,
        model=str(tally) if tally is not None else None,
        reasons=tally.reasons if tally is not None else (),
        damaged=tuple(
            f"{'/'.join(error.path.parts[-2:])}: {error.reason}" for error in result.damaged
        ),
    )


def write(report: Report, path: Path) -> None:
    """Write a report.

    Raises:
        ArchiveError: it cannot be written.
    """
    write_whole(path, serialise(report))


def gather(folder: Path) -> list[Report]:
    """All reports below a folder, by their part.

    Raises:
        DigestError: one cannot be read.
    """
    reports = []
    for path in sorted(folder.glob("**/report.json")):
        try:
            reports.append(msgspec.json.decode(path.read_bytes(), type=Report))
        except (ValueError, OSError) as error:
            raise DigestError(f"{path}: it is no report of a run") from error
    return sorted(reports, key=lambda report: report.part)


def troubles(reports: Sequence[Report], parts: int) -> list[Trouble]:
    """What a person should look at, in the order of the repositories.

    Arguments:
        reports: those that arrived.
        parts: how many there should be.
    """
    found = [
        Trouble(f"part {part}/{parts}", "it did not get to its end; its log says why")
        for part in sorted({*range(1, parts + 1)} - {report.part for report in reports})
    ]
    for item in _all(reports):
        found += [Trouble(item.slug, reason) for reason in _problems(item)]
    return found


def table(reports: Sequence[Report], parts: int) -> str:
    """All reports as one table in Markdown; nothing in it can be markup or call anybody."""
    items = _all(reports)
    wrong = [item for item in items if any(_problems(item))]
    right = [item for item in items if not any(_problems(item))]
    missing = [item for item in troubles(reports, parts) if item.where.startswith("part ")]
    commits = sum(item.commits for item in items)
    reached = sum(item.failure is None for item in items)
    lines = [
        f"**{reached} of {len(items)} repositories reached, {commits} new commits**",
        "",
        "| Repository | Days read | New commits | Model | Trouble |",
        "|---|--:|--:|---|---|",
    ]
    lines += [f"| {_code(item.where)} | | | | {_code(item.what)} |" for item in missing]
    for item in [*wrong, *right][:_MOST_ROWS]:
        trouble = "<br>".join(_code(reason) for reason in _problems(item))
        model = _code(item.model) if item.model else ""
        lines.append(f"| {_code(item.slug)} | {item.days} | {item.commits} | {model} | {trouble} |")
    if len(items) > _MOST_ROWS:
        lines.append(f"| and {len(items) - _MOST_ROWS} more | | | | |")
    return "\n".join([*lines, ""])


def size(found: SiteSize) -> str:
    """How large a site is, for a run's summary, with what to do before it is too large."""
    advice = f"**{found.advice}.**\n\n" if found.advice is not None else ""
    return f"The site: {found}\n\n{advice}"


def told(problems: Sequence[Trouble], text: str, run: str | None, *, published: bool = True) -> str:
    """The text of an issue.

    Arguments:
        problems: what is wrong.
        text: the table of the run.
        run: address of the run; None where it has none.
        published: whether the site was, in spite of what is wrong.
    """
    lines = ["What a person should look at:", ""]
    lines += [f"- {_code(item.where)}: {_code(item.what)}" for item in problems[:_MOST_ROWS]]
    if len(problems) > _MOST_ROWS:
        lines.append(f"- and {len(problems) - _MOST_ROWS} more")
    lines += [
        "",
        f"{_PUBLISHED if published else _NOT_PUBLISHED} The next run tries again.",
        "This issue is closed when a run finds nothing wrong.",
        "",
    ]
    if run is not None:
        lines += [f"[The run]({escape.url(run)})", ""]
    return "\n".join([*lines, text])


def _all(reports: Iterable[Report]) -> list[RepositoryReport]:
    return [item for report in reports for item in report.repositories]


def _problems(item: RepositoryReport) -> Iterator[str]:
    if item.failure is not None:
        yield f"not reached: {item.failure}"
    for reason in item.reasons:
        if reason not in _HARMLESS:
            known = {str(code): words for code, words in REASONS.items()}
            yield f"the model: {known.get(reason, reason)}"
    yield from item.damaged


def _code(text: str) -> str:
    """Text of others as code, where a forge looks for no names of people and no issues."""
    shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return f"<code>{escape.markdown(shown)}</code>"
