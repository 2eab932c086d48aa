"""A year of scheduled runs, in which everything goes wrong that goes wrong in a year.

A repository grows for a year.  Each morning a run takes the archive from its
branch, collects, asks a model, and pushes.  Meanwhile the remote is down for a week,
history is rewritten, the model's key is expired for a month, runs are late, do not
start or are killed, caches are lost, clocks are put forward and back, and other
runs push to the same branch.  In the end the archive is that of a year in which
nothing went wrong, but for what was never to be seen, and for what is marked.
"""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from support.chatserver import KEY, ChatServer
from support.gitrepo import GitRepo
from support.gitserver import GitServer
from support.years import (
    BROKEN,
    DAY,
    DAYS,
    FIRST,
    PROBED,
    REWRITTEN,
    SLUG,
    ZONE,
    History,
    Model,
    Site,
    morning,
)

from digest.archive import Archive
from digest.model import Day

DOWN = range(60, 67)
"""Days of the year on which the remote does not answer."""
KEYLESS = range(120, 150)
"""Days on which the model's key is not known."""
MISSED = {20, 21, 101, 240, 241, 242, 243}
"""Days on which no run starts."""
LATE = {15, 66, 180, 303}
"""Days on which the run starts in the evening."""
KILLED = {33: 0, 90: 2, 135: 1, 201: 3, 230: -1, 300: -2}
"""Days on which a run is killed: before that write of a file, or before and after the push."""
RACED = {50, 125, 202, 250}
"""Days on which another run, with folders of its own, pushes while ours is at work."""
COLD = {40, 110, 203, 305}
"""Days on which all caches, and the folder, are gone."""
REMOTE = {*range(57, 70), *range(198, 205)}
"""Days on which the repository is read over the network; on the others, cheaper, in place."""
CALM = {*range(6), PROBED, PROBED + 1, REWRITTEN - 1, REWRITTEN + 1}
"""Days on which the archive is collected that ours is held against, all since the last one at once.

Each day but the first of the probe's and of the rewriting is read when it is long over.  Only the
first week is read morning by morning: an archive that begins learns from what there is.
"""
GONE_FROM = 350
"""The day from which on the second repository is never reached again."""
JOINED = 335
"""The day from which on it is followed."""


@dataclass
class Year:
    """What there is when the year is over."""

    history: History
    site: Site
    calm: Site
    remote: GitRepo
    model: Model
    merged: int


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    folder = tmp_path_factory.mktemp("year")
    history = History(GitRepo.create(folder / "served" / "engine"))
    history.repo.allow_partial_clones()
    history.grow()
    second = GitRepo.create(folder / "second")
    second.commit("feat: all there is", {"a.py": "x = 1\n"}, date="2026-12-02T12:00:00-05:00")
    remote = GitRepo.create(folder / "archive-remote", branch="archive")
    remote.git("config", "receive.autogc", "false")
    model = Model()
    merged = 0
    with GitServer(folder / "served") as server, ChatServer(model) as chat:
        urls = {
            "near": str(history.repo.path),
            "far": server.url("engine"),
            "second": str(second.path),
        }
        site = Site(folder / "site", remote.path, dict(urls), chat.url)
        other = Site(folder / "other", remote.path, dict(urls), chat.url)
        calm = Site(folder / "calm", remote.path, {**urls, "second": ""}, chat.url)
        for day in range(DAYS):
            if day in CALM:
                model.known, server.status = True, None
                history.show(morning(day))
                calm.collect(morning(day))
            if day in MISSED:
                continue
            now, far = morning(day, 20 if day in LATE else 6), day in REMOTE
            history.show(now)
            model.known = day not in KEYLESS
            server.status = 503 if day in DOWN else None
            site.urls["second"] = other.urls["second"] = str(second.path) if day >= JOINED else ""
            if day == GONE_FROM:
                second.path.rename(folder / "second-is-gone")
            if day in COLD:
                shutil.rmtree(site.folder)
            if day in KILLED:
                site.killed(now, KILLED[day], far=far)
            elif day in RACED:
                site.depot.pull()
                other.run(now + dt.timedelta(minutes=7), far=far)
                site.collect(now, far=far)
                merged += len(site.depot.push(now).merged)
            else:
                site.run(now, far=far)
        model.known, server.status = True, None
        end = morning(DAYS)
        history.show(end)
        site.run(end)
        calm.collect(end)
    return Year(history, site, calm, remote, model, merged)


def _told(day: Day, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """A day without what depends on when it was read: the tip then, and when a model was asked."""
    found: dict[str, Any] = msgspec.to_builtins(replace(day, head=None))
    found["entries"] = [item for item in found["entries"] if item["commit"]["sha"] not in without]
    for item in [*(entry["analysis"] for entry in found["entries"]), found["overview"]]:
        if item is not None:
            item["provenance"]["made_at"] = None
    return found


def test_the_archive_is_that_of_a_year_in_which_nothing_went_wrong(year: Year) -> None:
    ours, calm = year.site.archive, year.calm.archive
    dates = calm.dates(SLUG)
    assert dates == [dates[0] + DAY * number for number in range(len(dates))], "no hole"
    assert dates[-1] == FIRST + DAYS * DAY
    assert ours.dates(SLUG) == dates
    unseen = frozenset([year.history.probe])
    different = [
        (str(theirs.date), _told(theirs, unseen), _told(mine))
        for theirs, mine in zip(calm.days(SLUG), ours.days(SLUG), strict=True)
        if _told(theirs, unseen) != _told(mine)
    ]
    assert different == []


def test_what_was_never_to_be_seen_is_all_that_is_missing(year: Year) -> None:
    def entries(archive: Archive) -> dict[str, bool]:
        return {
            entry.commit.sha: entry.vanished for day in archive.days(SLUG) for entry in day.entries
        }

    ours, calm = entries(year.site.archive), entries(year.calm.archive)
    assert set(calm) - set(ours) == {year.history.probe}
    assert calm[year.history.probe], "and in the calm year it is marked"
    assert set(ours) <= set(calm)
    rewritten = {sha for sha, vanished in ours.items() if vanished}
    assert rewritten == year.history.rewritten & set(ours)
    assert rewritten, "a force push took away what had been published"


def test_each_commit_is_on_its_day(year: Year) -> None:
    """By the calendar alone, without asking git or ourselves."""
    expected: dict[dt.date, set[str]] = {}
    for sha, moment in year.history.made.items():
        expected.setdefault(moment.astimezone(ZONE).date(), set()).add(sha)
    for day in year.site.archive.days(SLUG):
        found = {entry.commit.sha for entry in day.entries}
        assert found == expected.get(day.date, set()), day.date
        if day.date < FIRST + DAYS * DAY:
            assert day.complete


def test_nothing_is_left_to_do(year: Year) -> None:
    state = year.site.archive.state(SLUG)
    assert state.failure is None
    assert state.owed == ()
    assert min(state.unsettled) >= FIRST + (DAYS - 4) * DAY
    assert year.model.refused, "there was a month without a key"
    answered = [
        entry.analysis.provenance.analyst
        for day in year.site.archive.days(SLUG)
        for entry in day.entries
    ]
    assert "model" in answered


def test_what_is_gone_for_good_is_marked(year: Year) -> None:
    state = year.site.archive.state(BROKEN)
    assert state.failure is not None
    assert state.failure.at.date() == FIRST + DAYS * DAY
    assert state.reached_at is not None
    assert state.reached_at.date() < FIRST + GONE_FROM * DAY
    assert max(year.site.archive.dates(BROKEN)) == state.reached_at.date()


def test_the_branch_is_whole_and_has_it_all(year: Year) -> None:
    year.remote.git("fsck", "--strict")
    assert year.merged, "runs did meet"
    log = year.remote.git("log", "--format=%s%n%b", "archive").decode()
    assert KEY not in log
    fresh = Site(year.site.folder.parent / "fresh", year.remote.path, year.site.urls)
    fresh.depot.pull()
    for slug in (SLUG, BROKEN):
        for mine, theirs in zip(
            fresh.archive.days(slug), year.site.archive.days(slug), strict=True
        ):
            assert mine == theirs
    assert not list(year.site.folder.glob("archive/**/*.tmp"))
