"""Home, months and years: what a reader sees of many days at once."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from msgspec.structs import replace
from support.archives import ENGINE, FIRST, day, entry, flag, full, settings
from support.dialects import commonmark_shape, html, lines, outline_is_sound, skeleton
from support.hostile import CORPUS

from digest.model import BreakingChange, Day, Revert, Statement
from digest.pageviews import Page
from digest.roundups import LATELY_SHOWN, MONTH_HIGH, MONTH_OPEN, RECENT_DAYS
from digest.site import Site
from digest.summaries import DaySummary

OTHER = "acme/router"


def pages(folder, *days: Day, language="en") -> dict[str, Page]:
    """Every page of a site of those days."""
    return {
        page.path: page for page in Site(settings(folder, *days, language=language), "S").pages()
    }


def one_a_day(count: int, *, apart: int = 1, **more) -> list[Day]:
    """Days of an entry each."""
    return [
        day(FIRST + dt.timedelta(n * apart), [entry(f"feat: {n}", **more)]) for n in range(count)
    ]


def part(page: Page, name: str) -> Page:
    """What stands below one heading of a page."""
    heading = re.search(rf"^(##+) [^\n]*{{ #{name}[ }}]", page.content, re.MULTILINE)
    assert heading, f"no {name}"
    rest = page.content[heading.start() :]
    end = re.search(rf"\n#{{1,{len(heading[1])}}} ", rest)
    return Page(page.path, name, "---\n---\n" + rest[: end.start() if end else None])


# Home


def test_home_names_what_matters_of_the_newest_day_and_why(tmp_path):
    high = entry("feat: queue", level="high", score=0.9, sha="aaaaaaa")
    low = [entry(f"chore: {n}", level="low") for n in range(3)]
    home = pages(tmp_path, day(FIRST, [high, *low]))["index.md"]
    card = part(home, "newest-repository-acme-engine")
    assert lines(card) == ["High feat: queue | Does something."]
    assert "](2026/02/13.md#aaaaaaa)" in card.content
    assert "](repositories/acme-engine.md)" in card.content


def test_home_says_from_what_to_what(tmp_path):
    moved = Statement(
        phrase="tell.default.flag", values={"name": "--threads", "before": "1", "after": "4"}
    )
    reasons = (
        Statement(phrase="reason.changed.flag", values={"names": ("--threads",), "count": 1}),
    )
    one = entry("feat: four threads", level="high", score=0.9)
    analysis = replace(
        one.analysis, summary=(moved,), importance=replace(one.analysis.importance, reasons=reasons)
    )
    low = [entry(f"chore: {n}", level="low") for n in range(3)]
    changed = replace(one, analysis=analysis)
    home = pages(tmp_path, day(FIRST, [changed, *low]))["index.md"]
    assert lines(part(home, "newest-repository-acme-engine"))[0].endswith("from 1 to 4.")


def test_a_quiet_morning_shows_the_day_before(tmp_path):
    today = replace(day(FIRST + dt.timedelta(1), []), complete=False)
    home = pages(tmp_path, day(FIRST, [entry("feat: one")]), today)["index.md"]
    assert "The newest day: Friday, February 13, 2026" in home.content


def test_home_lists_what_broke_and_was_taken_back_lately(tmp_path):
    doubtful = BreakingChange(reason="footer", text="Set X.", certain=False)
    certain = BreakingChange(reason="interface", text="--mode")
    old = day(FIRST - dt.timedelta(9), [entry("feat: old", breaking=(certain,))])
    first = entry("feat: one", sha="aaaaaaa", breaking=(certain,))
    later = entry("Revert it", reverts=(Revert(sha=first.commit.sha),), breaking=(doubtful,))
    home = pages(tmp_path, old, day(FIRST, [first]), day(FIRST + dt.timedelta(1), [later]))[
        "index.md"
    ]
    # What leaves no doubt goes first.
    assert lines(part(home, "breaking")) == [
        "Medium 2026-02-13 feat: one | interface: --mode",
        "Medium 2026-02-14 Revert it | said in the message: Set X. · not certain",
    ]
    assert lines(part(home, "reverts")) == [
        "2026-02-14 Revert it | reverts feat: one (1 day later)"
    ]


@pytest.mark.parametrize(
    ("certain", "counted", "badge"),
    [(True, "1 breaking", "Breaking"), (False, "1 may break", "May break")],
)
def test_what_may_break_is_not_called_breaking(tmp_path, certain, counted, badge):
    reasons = (BreakingChange(reason="interface", text="--mode", certain=certain),)
    high = entry("feat: one", level="high", breaking=reasons)
    low = [entry(f"chore: {n}", level="low") for n in range(3)]
    made = pages(tmp_path, day(FIRST, [high, *low]))
    home, month = made["index.md"], made["2026/02/index.md"]
    assert f"4 commits · High 1 · Low 3 · {counted}\n" in home.content
    assert f"1 of high importance · {counted} ·" in month.content
    for page in (home, month):
        badges = re.findall(r'digest-badge--breaking">([^<]*)<', page.content)
        assert badges == [badge] * len(badges) != []


def test_home_does_not_grow_with_the_archive(tmp_path):
    reasons = (BreakingChange(reason="interface", text="--mode"),)
    sizes = []
    for count in (46, 56):
        home = pages(tmp_path / str(count), *one_a_day(count, apart=9, breaking=reasons))[
            "index.md"
        ]
        assert len(lines(part(home, "recent"))) == RECENT_DAYS
        assert len(lines(part(home, "breaking"))) <= LATELY_SHOWN
        assert home.content.count("digest-month__name") == 12
        sizes.append(len(home.content))
    assert abs(sizes[1] - sizes[0]) < 0.05 * sizes[0]


def test_each_day_of_the_calendar_says_what_it_holds_and_leads_there(tmp_path):
    high = entry("feat: one", level="high")
    home = pages(tmp_path, day(FIRST, [high]), day(FIRST + dt.timedelta(2), []))["index.md"]
    said = "2026-02-13: 1 commit, 1 of high importance"
    link = f'[13](2026/02/13.md){{ .digest-day .digest-c1 .digest-h1 aria-label="{said}" }}'
    assert link in home.content
    assert (
        '[15](2026/02/15.md){ .digest-day .digest-c0 aria-label="2026-02-15: 0 commits'
        in home.content
    )
    assert '<span class="digest-day digest-day--gap">14</span>' in home.content
    assert '<span class="digest-day">16</span>' in home.content


def test_holes_are_named(tmp_path):
    days = [day(FIRST + dt.timedelta(n), []) for n in (0, 4)]
    others = [day(FIRST + dt.timedelta(n), [], OTHER) for n in range(6)]
    listed = lines(part(pages(tmp_path, *days, *others)["index.md"], "repositories"))
    assert "Missing days: 2026-02-14 – 2026-02-16 (3 days)" not in listed[0]
    assert "Missing days: 2026-02-18, 2026-02-14 – 2026-02-16 (3 days)" in listed[0]
    assert "Missing days: none" in listed[1]


def test_an_empty_archive_says_so(tmp_path):
    found = {page.path: page for page in Site(settings(tmp_path, slugs=[ENGINE]), "S").pages()}
    assert "Nothing has been collected yet." in found["index.md"].content
    assert "Nothing has been collected yet." in found["repositories/acme-engine.md"].content


# Months and years


def test_a_month_tells_what_was_important_and_how_many_more(tmp_path):
    entries = [entry(f"feat: {n}", level="high", score=n / 100) for n in range(MONTH_HIGH + 5)]
    month = pages(tmp_path, day(FIRST, entries), *one_a_day(3)[1:])["2026/02/index.md"]
    listed = lines(part(month, "repository-acme-engine"))
    assert len(listed) == MONTH_HIGH
    assert listed[0] == f"2026-02-13 feat: {MONTH_HIGH + 4} | Does something."
    assert "and 5 more of high importance" in month.content
    assert "65 of high importance" in month.content
    seen, _, folded = month.content.partition('<details class="digest-others"')
    assert len(re.findall(r"^- .*13\.md#", seen, re.MULTILINE)) == MONTH_OPEN
    assert f"Show {MONTH_HIGH - MONTH_OPEN} more of high importance" in folded


def test_months_lead_to_each_other_over_a_gap(tmp_path):
    days = [day(dt.date(2025, 12, 3), []), day(dt.date(2026, 2, 3), [entry("feat: one")])]
    found = pages(tmp_path, *days)
    assert "](../../2026/02/index.md)" in found["2025/12/index.md"].content
    assert "](../../2025/12/index.md)" in found["2026/02/index.md"].content
    assert "](03.md)" in found["2026/02/index.md"].content
    assert "2026/01/index.md" not in found


def test_a_year_has_its_calendar_its_months_and_their_first_entries(tmp_path):
    high = entry("feat: one", level="high")
    year = pages(tmp_path, day(FIRST, [high]), day(dt.date(2026, 4, 1), []))["2026/index.md"]
    assert year.content.count("digest-month__name") == 3
    assert lines(part(year, "month-02")) == ["High 2026-02-13 feat: one | Does something."]
    assert "| [2026-02](02/index.md) | 1 | 1 | 1 | 0 | 0 | 0 | 0 |" in year.content


# What is kept of a day


def test_a_reason_that_only_repeats_the_title_is_not_told(tmp_path):
    told = Statement(phrase="reason.added.flag", values={"count": 1, "names": ("--mode",)})
    weak = Statement(phrase="reason.size", values={"lines": 9})
    item = entry("feat: one", level="high")
    importance = replace(item.analysis.importance, reasons=(weak, told))
    summary = (Statement(phrase="summary.empty"),)
    analysis = replace(item.analysis, importance=importance, summary=summary)
    home = pages(tmp_path, day(FIRST, [replace(item, analysis=analysis)]))
    listed = lines(part(home["2026/02/index.md"], "repository-acme-engine"))
    assert listed == ["2026-02-13 feat: one | adds the flag --mode"]


def test_numbers_stay_and_what_entries_say_is_dropped(tmp_path):
    found = Site(settings(tmp_path, day(FIRST, [entry("feat: one", level="high")])), "S")
    summary = DaySummary.of(FIRST, found.gathering.sections(FIRST))
    assert summary.tallies[0].told.high
    numbers = summary.numbers
    assert not numbers.tallies[0].told.high
    assert (numbers.high, numbers.figures.commits) == (1, 1)


# Whatever it is about


def test_the_structure_is_the_same_whatever_it_is_about(tmp_path):
    def shapes(folder, text):
        item = full(text)
        importance = replace(item.analysis.importance, level="high")
        analysis = replace(item.analysis, importance=importance)
        more = [entry(f"chore: {n}", level="low") for n in range(2)]
        high = replace(item, analysis=analysis)
        found = pages(tmp_path / folder, day(FIRST, [high, *more]))
        return [
            (skeleton(html(found[path].content)), commonmark_shape(found[path].content))
            for path in ("index.md", "2026/02/index.md", "repositories/acme-engine.md")
        ]

    expected = shapes("plain", "harmless")
    for number, text in enumerate(list(CORPUS.values())[::29]):
        assert shapes(str(number), text) == expected, text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_outlines_are_sound(tmp_path, language):
    item = entry("feat: one", level="high", interface=(flag("--mode"),))
    for page in pages(tmp_path, day(FIRST, [item, entry("b")]), language=language).values():
        levels = [level for level, _ in skeleton(html(page.content))[1]]
        assert outline_is_sound(levels), page.path
