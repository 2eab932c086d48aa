"""A day's sections as the record that is published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from msgspec.structs import asdict

from digest import escape, forges
from digest.feeds import records
from digest.feeds.dialects import Plain, Speech
from digest.feeds.places import Places, day_text
from digest.model import Evidence, Statement
from digest.outcomeviews import OutcomeView
from digest.pageviews import EntryView, RepositoryDay, day_path

FILES = 50
"""Files of one commit that are listed."""

_plain = escape.plain


def _or_none(text: str | None) -> str | None:
    return None if text is None else _plain(text)


class DayData:
    """Makes the records of days.

    Arguments:
        places: where things are.
        zone: IANA name of the site's time zone.
    """

    def __init__(self, places: Places, zone: str) -> None:
        self._places = places
        self._zone = zone
        self._words = Speech(places.language, Plain())

    def day(
        self, date: dt.date, sections: Sequence[RepositoryDay], *, text: bool
    ) -> records.DayFile:
        """The record of a day.

        Arguments:
            date: the day.
            sections: of its repositories.
            text: whether the day is published as plain Markdown too.
        """
        page = self._places.published(day_path(date))
        return records.DayFile(
            version=records.VERSION,
            generator=records.GENERATOR,
            language=self._places.language,
            date=date,
            zone=self._zone,
            page=page,
            text=day_text(date) if text else None,
            url=self._places.url(page),
            repositories=tuple(self._section(date, section) for section in sections),
        )

    def _section(self, date: dt.date, section: RepositoryDay) -> records.RepositoryDay:
        overview = section.day.overview if section.day else None
        return records.RepositoryDay(
            repository=section.repository.slug,
            url=section.repository.web,
            state=_state(section),
            overview=tuple(self._said(item) for item in overview.statements) if overview else (),
            entries=tuple(self._entry(date, view) for view in section.entries),
        )

    def _entry(self, date: dt.date, view: EntryView) -> records.Commit:
        entry, places = view.entry, self._places
        commit, facts, analysis = entry.commit, entry.facts, entry.analysis
        web, page = view.repository.web, places.entry(date, view.anchor)
        number = facts.references.pull_request
        made = analysis.provenance
        return records.Commit(
            id=places.tag(view.repository.slug, commit.sha),
            sha=commit.sha,
            page=page,
            url=places.url(page),
            evidence_urls=_line_addresses(view),
            commit_url=forges.commit_link(web, commit.sha) if web else None,
            pull_request=None
            if number is None
            else records.PullRequest(
                number=number, url=forges.pull_request_link(web, number) if web else None
            ),
            subject=_plain(commit.subject),
            author=_plain(commit.author.name),
            co_authors=tuple(map(_plain, facts.references.co_authors)),
            committed_at=commit.committed_at,
            authored_at=commit.authored_at,
            bot=facts.bot,
            merge=facts.merge,
            vanished=entry.vanished,
            kind=facts.kind,
            change_type=analysis.change_type,
            scope=_or_none(facts.scope),
            importance=records.Importance(
                level=view.level,
                score=analysis.importance.score,
                reasons=self._all_said(analysis.importance.reasons),
            ),
            standing=view.standing,
            outcomes=tuple(self._outcome(seen) for seen in view.outcomes),
            breaking=tuple(
                records.Breaking(
                    reason=item.reason,
                    text=_plain(item.text),
                    certain=item.certain,
                    evidence=_lines(item.evidence),
                )
                for item in facts.breaking
            ),
            interface=_interface(view),
            dependencies=_dependencies(view),
            areas=tuple(
                records.Area(**asdict(item) | {"name": _plain(item.name)}) for item in facts.areas
            ),
            signals=tuple(
                records.Signal(
                    name=_plain(item.name), count=item.count, evidence=_lines(item.evidence)
                )
                for item in facts.signals
            ),
            summary=self._all_said(analysis.summary),
            impact=self._all_said(analysis.impact),
            insights=tuple(
                records.SaidOn(about=item.aspect, statements=self._all_said(item.statements))
                for item in analysis.insights
            ),
            risks=tuple(
                records.RiskSaid(
                    risk=self._said(item.risk),
                    consequence=self._maybe(item.consequence),
                    trigger=self._maybe(item.trigger),
                    mitigation=self._maybe(item.mitigation),
                )
                for item in analysis.risks
            ),
            recommendations=tuple(
                records.SaidOn(about=item.audience, statements=(self._said(item.statement),))
                for item in analysis.recommendations
            ),
            analyst=records.Analyst(
                name=_plain(made.analyst),
                version=_plain(made.version),
                model=_or_none(made.model),
                made_at=made.made_at,
                pending=made.pending is not None,
                **asdict(made.coverage),
            ),
            insertions=commit.insertions,
            deletions=commit.deletions,
            files=_files(view),
            files_omitted=max(0, len(commit.changes) - FILES),
            changes_known=commit.changes_known,
        )

    def _outcome(self, seen: OutcomeView) -> records.Outcome:
        other = seen.outcome.other
        return records.Outcome(
            kind=seen.outcome.kind,
            repository=other.slug,
            sha=other.sha,
            date=other.date,
            subject=_plain(other.subject),
            by=seen.outcome.by,
            partial=seen.outcome.partial,
            page=self._places.entry(other.date, seen.anchor),
        )

    def _all_said(self, said: Iterable[Statement]) -> tuple[records.Said, ...]:
        return tuple(self._said(item) for item in said)

    def _maybe(self, said: Statement | None) -> records.Said | None:
        return None if said is None else self._said(said)

    def _said(self, said: Statement) -> records.Said:
        return records.Said(
            text=str(self._words.statement(said)),
            language=_or_none(said.language) if said.text is not None else None,
            evidence=_lines(said.evidence),
            claims=tuple(
                records.Named(
                    text=_plain(claim.text),
                    verdict=claim.verdict,
                    evidence=_lines(claim.evidence),
                )
                for claim in said.claims
            ),
            doubtful=said.doubtful,
        )


def _state(section: RepositoryDay) -> str:
    if section.damaged:
        return "damaged"
    if section.day is None:
        return "missing"
    if section.partial:
        return "partial"
    return "open" if section.open else "complete"


def _lines(evidence: Iterable[Evidence]) -> tuple[records.Line, ...]:
    """The lines that show something."""
    return tuple(
        records.Line(path=_plain(item.path), line=item.line, side=item.side) for item in evidence
    )


def _line_addresses(view: EntryView) -> records.LineAddresses | None:
    web, commit = view.repository.web, view.entry.commit
    if web is None:
        return None
    old = commit.parents[0] if commit.parents else commit.sha
    return records.LineAddresses(
        new=forges.line_template(web, commit.sha), old=forges.line_template(web, old)
    )


def _interface(view: EntryView) -> tuple[records.Interface, ...]:
    return tuple(
        records.Interface(
            what=item.what,
            name=_plain(item.name),
            change=item.change,
            before=_or_none(item.before),
            after=_or_none(item.after),
            previous_name=_or_none(item.previous_name),
            evidence=_lines(item.evidence),
        )
        for item in view.entry.facts.interface
    )


def _dependencies(view: EntryView) -> tuple[records.Dependency, ...]:
    return tuple(
        records.Dependency(
            ecosystem=item.ecosystem,
            name=_plain(item.name),
            change=item.change,
            before=_or_none(item.before),
            after=_or_none(item.after),
            locked=item.locked,
            evidence=_lines(item.evidence),
        )
        for item in view.entry.facts.dependencies
    )


def _files(view: EntryView) -> tuple[records.File, ...]:
    return tuple(
        records.File(
            path=_plain(item.path),
            status=item.status,
            previous_path=_or_none(item.previous_path),
            insertions=item.insertions,
            deletions=item.deletions,
        )
        for item in view.entry.commit.changes[:FILES]
    )
