"""The page of a repository: how it stands and what it is about, bounded for ever."""

from __future__ import annotations

import datetime as dt

from msgspec.structs import replace
from support.archives import ENGINE, FIRST, day, entry, flag, settings
from support.dialects import lines
from test_home import one_a_day, pages, part

from digest.model import Area, BreakingChange
from digest.repositorypages import AREAS, LISTED, repository_path
from digest.site import Site

PATH = "repositories/acme-engine.md"


def test_each_repository_has_a_page_of_its_own(tmp_path):
    slugs = ("b/c", "b-c", "b.c")
    found = Site(settings(tmp_path, day(FIRST, [], "b/c"), slugs=slugs), "S")
    paths = [repository_path(item.anchor) for item in found.repositories]
    assert len(set(paths)) == 3
    assert set(paths) <= set(found.paths())
    assert set(paths) <= {page.path for page in found.pages()}


def test_it_tells_how_the_repository_stands(tmp_path):
    days = [day(FIRST, [entry("feat: one")]), day(FIRST + dt.timedelta(3), [])]
    page = pages(tmp_path, *days)[PATH]
    listed = lines(page)
    assert listed[0].startswith("Archived: 2026-02-13 – 2026-02-16 · 2 days · 1 commit")
    assert listed[1] == "Missing days: 2026-02-14 – 2026-02-15 (2 days)"


def test_an_open_day_is_named(tmp_path):
    open_day = replace(day(FIRST, [entry("feat: one")]), complete=False)
    assert "Open day: 2026-02-13" in lines(pages(tmp_path, open_day)[PATH])


def test_it_lists_where_the_work_is(tmp_path):
    areas = tuple(
        Area(name=f"part-{n}", category=category, files=1, insertions=1, deletions=0)
        for n, category in enumerate(["source", "test"])
    )
    items = [entry("feat: one", level="high", areas=areas), entry("fix: two", areas=areas[:1])]
    page = part(pages(tmp_path, day(FIRST, items))[PATH], "areas")
    assert "| <code>part-0</code> | 2 | 1 | <svg" in page.content
    assert "part-1" not in page.content, "tests are nobody's area"


def test_interface_changes_are_those_that_users_meet(tmp_path):
    symbol = flag("a.f", None, "f()", what="public symbol")
    items = [
        entry("feat: one", interface=(flag("--mode", None, "kv"), symbol)),
        entry("feat: two", interface=(symbol,)),
    ]
    page = pages(tmp_path, day(FIRST, items))[PATH]
    assert lines(part(page, "interface")) == ["2026-02-13 feat: one | --mode added (kv)"]
    assert "](../interface/acme-engine/flags.md)" in part(page, "ledgers").content


def test_what_breaks_something_is_not_told_twice(tmp_path):
    breaking = (BreakingChange(reason="interface", text="--mode"),)
    items = [entry("feat: one", level="high", breaking=breaking), entry("fix: two", level="high")]
    page = pages(tmp_path, day(FIRST, items))[PATH]
    assert lines(part(page, "breaking")) == ["High 2026-02-13 feat: one | interface: --mode"]
    assert lines(part(page, "headlines")) == ["2026-02-13 fix: two | Does something."]


def test_weeks_begin_on_monday_and_the_newest_is_first(tmp_path):
    days = one_a_day(4, level="high")  # from a Friday to a Monday
    assert lines(part(pages(tmp_path, *days)[PATH], "weeks")) == [
        "Week of 2026-02-16 1 commit · 1 of high importance | feat: 3",
        "Week of 2026-02-09 3 commits · 3 of high importance | feat: 2 | feat: 1 | feat: 0",
    ]


def test_it_does_not_grow_with_the_archive(tmp_path):
    area = [
        Area(name=f"part-{n}", category="source", files=1, insertions=1, deletions=0)
        for n in range(30)
    ]
    more = {
        "level": "high",
        "areas": tuple(area),
        "breaking": (BreakingChange(reason="interface", text="--mode"),),
        "interface": (flag("--mode"),),
    }
    sizes = []
    for count in (95, 125):
        page = pages(tmp_path / str(count), *one_a_day(count, **more))[PATH]
        assert page.content.count("<code>part-") == AREAS
        assert len(lines(part(page, "breaking"))) == LISTED
        assert len(lines(part(page, "interface"))) == LISTED
        sizes.append(len(page.content))
    assert abs(sizes[1] - sizes[0]) < 0.03 * sizes[0]


def test_feeds_are_linked_where_there_are_some(tmp_path):
    made = settings(tmp_path, day(FIRST, [entry("feat: one")]))
    without = {page.path: page for page in Site(made, "S").pages()}
    assert "feeds/" not in without[PATH].content + without["index.md"].content
    found = Site(made, "S")
    found.publish(lambda _: None, site_url="", description="")
    with_feeds = {page.path: page for page in found.pages()}
    assert f"](../feeds/repository/{ENGINE}.xml)" in with_feeds[PATH].content
    assert "](feed.xml)" in with_feeds["index.md"].content


def test_years_are_rows_of_one_table(tmp_path):
    days = [day(dt.date(year, 12, 31), [entry(f"feat: {year}")]) for year in (2024, 2025, 2026)]
    told = pages(tmp_path, *days)[PATH].content
    table = told[told.index("{ #years") :].split("</div>")[0]
    rows = [line for line in table.splitlines() if line.startswith("| [20")]
    assert len(rows) == 3
    assert "\n".join(rows) in table, "an empty line would end the table"
