"""What pages tell of what became of a commit."""

from __future__ import annotations

import datetime as dt

import pytest
from support.building import Project
from support.gitrepo import GitRepo
from support.sequels import ADDED, FIX, SHA, SLUG, TITLE, days, edited, entry
from support.site import check_links

from digest.hindsight import Hindsight
from digest.model import SCHEMA_VERSION, Day, Entry, Repository, RepositoryState
from digest.outcomes import Mention, Outcome
from digest.outcomeviews import OutcomeView, standing
from digest.pages import Pages
from digest.pageviews import EntryView, RepositoryDay, anchors
from digest.wording import Wording

FIRST = dt.date(2026, 2, 13)
ENGINE = Repository(slug=SLUG, url="https://github.com/acme/engine")


def sections(date: dt.date, parts: dict[Repository, Day | None]) -> list[RepositoryDay]:
    """A day of several repositories, with the anchors that its page has."""
    pairs = [(one, item) for one, day in parts.items() if day for item in day.entries]
    views = iter(
        EntryView(item, one, anchor)
        for (one, item), anchor in zip(pairs, anchors(pairs), strict=True)
    )
    return [
        RepositoryDay(
            repository=one,
            state=RepositoryState(schema_version=SCHEMA_VERSION, repository=one.slug),
            anchor=f"repository-{one.slug.replace('/', '-')}",
            day=day,
            entries=tuple(next(views) for _ in day.entries) if day else (),
        )
        for one, day in parts.items()
    ]


def pages(entries: list[Entry], language: str = "en") -> dict[str, str]:
    """The page of each day, by its path."""
    hindsight = Hindsight()
    shown = [(day.date, sections(day.date, {ENGINE: day})) for day in days(entries)]
    for _, parts in shown:
        hindsight.add(parts)
    templates = Pages(Wording(language), "Digest")
    made = [
        templates.day(date, hindsight.of(parts), previous=None, following=None)
        for date, parts in shown
    ]
    return {page.path: page.content for page in made}


def test_the_banner_and_the_link_back():
    later = entry('Revert "feat(router): add an affinity mode" (#15)', at=16)
    found = pages([entry(TITLE), later])
    early, late = found["2026/02/13.md"], found["2026/03/01.md"]
    short = later.commit.short_sha
    assert f"](../03/01.md#{short}) on 2026-03-01 (16 days later)." in early
    assert "\n> Reverted by [Revert " in early
    assert '<span class="digest-outcome">reverted</span>' in early
    assert f"(../02/13.md#{SHA[:7]}) of 2026-02-13 (16 days earlier)" in late
    assert early.count("Reverted by") == 1
    chinese = pages([entry(TITLE), later], "zh")
    assert "已于 2026-03-01（16 天后）被 [Revert" in chinese["2026/02/13.md"]
    assert "已回退" in chinese["2026/02/13.md"]


def test_the_banner_says_how_a_fix_is_known():
    both = [edited(ADDED, 0, {"a.py": "1+40"}), edited(FIX, 2, {"a.py": "5-1+1"})]
    found = pages(both)
    assert "\n> Followed by a fix of lines that this commit added: [fix" in found["2026/02/13.md"]
    assert "(2 days earlier) · repairs lines that it added\n" in found["2026/02/15.md"]
    chinese = pages(both, "zh")
    assert "修正了本提交新增的代码行" in chinese["2026/02/13.md"]
    assert "修正其新增的代码行" in chinese["2026/02/15.md"]
    named = pages([entry(ADDED), entry("fix: the mode", "A follow-up to #12.", at=2)])
    assert "\n> Followed by a fix: [fix" in named["2026/02/13.md"]


def test_a_link_within_a_page_and_one_to_a_longer_anchor():
    twin = "abcdef1" + "0" * 33
    other = "abcdef1" + "1" * 33
    first = entry(TITLE, sha="abcdef1" + "2" * 33)
    second = entry("fix: a crash introduced in #12 (#13)", at=0.1, sha=twin)
    page = pages([first, entry("Something else", sha=other), second])["2026/02/13.md"]
    anchor = next(
        line.rsplit("#", 1)[1].split()[0]
        for line in page.split("\n")
        if line.startswith("#### fix")
    )
    assert len(anchor) > 7
    assert f"](#{anchor}) on 2026-02-13 (the same day)." in page


def test_what_a_commit_says_stays_text_in_a_banner():
    title = "Add `a` <script>alert(1)</script> [x](javascript:y) | *z* (#12)"
    page = pages([entry(title), entry(f'Revert "{title}"', at=1)])
    for content in page.values():
        assert "<script>" not in content
        assert "](javascript" not in content


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([], None),
        (["reverted by"], "reverted"),
        (["reverted by", "reapplied by"], "reapplied"),
        (["reverted by", "reapplied by", "reverted by"], "reverted"),
        (["follow-up fix", "superseded bump"], "fixed"),
        (["superseded bump"], "superseded"),
        (["cherry-picked to"], None),
    ],
)
def test_how_an_entry_stands(kinds, expected):
    other = Mention(SLUG, "ab" * 20, FIRST, "x", None)
    views = [OutcomeView(Outcome(kind, other, "sha"), "abababa", 1) for kind in kinds]
    assert standing(views) == expected


def test_a_built_site_has_no_broken_link(tmp_path):
    repo = GitRepo.create(tmp_path / "engine")
    title = "feat: a mode of the router"
    repo.commit(f"{title} (#1)", {"a.py": "a\n"}, date="2026-02-12T10:00:00+00:00")
    repo.commit(f'Revert "{title}" (#2)', {"a.py": "b\n"}, date="2026-02-13T10:00:00+00:00")
    project = Project.create(
        tmp_path,
        repositories=[{"url": "engine", "slug": SLUG}],
        timezone="UTC",
        since="2026-02-12",
    )
    project.collect(now="2026-02-14T12:00+00:00")
    project.build(now="2026-02-14T12:00+00:00")
    assert check_links(project.site, allowed=lambda _: True) == []
    assert "Reverted by" in project.page("2026/02/12")
