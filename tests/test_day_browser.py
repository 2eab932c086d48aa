"""The page of a day as a reader uses it: filters, depths, folds, marks, sorting, print."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest
from support.building import Project
from support.readersite import COMMITS
from support.site import serve

pytest.importorskip("playwright.sync_api")
pytest.importorskip("axe_playwright_python")

from playwright.sync_api import Browser, Page, expect
from support.axe import violations
from support.browser import watched

ALL = 3 * COMMITS
DAY = "2026/02/13/"
ENGLISH = f"en/{DAY}"
SHIFTS = """
window.shifts = []
new PerformanceObserver(list => {
  for (const entry of list.getEntries())
    for (const source of entry.sources ?? [])
      if (source.node?.closest?.("article")) window.shifts.push(source.node.outerHTML)
}).observe({ type: "layout-shift", buffered: true })
"""
PAINTED = """
() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))
"""
CLICK = """
async selector => {
  const start = performance.now()
  document.querySelector(selector).click()
  await new Promise(done => requestAnimationFrame(() => {
    const channel = new MessageChannel()
    channel.port1.onmessage = done
    channel.port2.postMessage(0)
  }))
  return performance.now() - start
}
"""


@pytest.fixture(scope="module")
def address(reader_site: Project) -> Iterator[str]:
    """The site below a path."""
    with serve(reader_site.site, "owner/name") as address:
        yield address


@pytest.fixture
def day(page: Page, address: str) -> Page:
    """The full day in English, with its script at work."""
    return opened(page, f"{address}{ENGLISH}")


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    expect(page.locator(".digest-tools fieldset:enabled")).to_have_count(1)
    return page


def again(page: Page) -> None:
    """Come back to the page."""
    page.reload()
    expect(page.locator(".digest-tools fieldset:enabled")).to_have_count(1)


def rows(page: Page) -> int:
    """Commits in the tables, when what was asked for is painted."""
    if page.locator(".digest-tools fieldset:enabled").count():
        page.evaluate(PAINTED)
    return page.locator(".digest-commits tbody tr:visible").count()


def entries(page: Page) -> int:
    """Commits below them, when what was asked for is painted."""
    if page.locator(".digest-tools fieldset:enabled").count():
        page.evaluate(PAINTED)
    return page.locator("h4.digest-entry:visible").count()


def chip(page: Page, name: str) -> object:
    return page.locator(".digest-chips").get_by_role("button", name=name)


def shown(page: Page) -> str:
    return page.locator(".digest-shown").inner_text()


# Without scripts


def test_the_page_is_whole_without_scripts(scriptless: Page, address: str) -> None:
    page = scriptless
    page.goto(f"{address}{DAY}")
    assert (rows(page), entries(page)) == (ALL, ALL)
    assert page.locator(".digest-rest:visible").count() == ALL
    assert not page.locator(".digest-tools").is_visible()
    assert page.locator("article button:visible").count() == 0
    page.locator(".digest-headlines a").first.click()
    assert re.search(r"#[0-9a-f]{7}$", page.url)


def test_the_page_says_first_what_matters(day: Page) -> None:
    figures = day.locator(".digest-figures").first
    assert f"{ALL} commits on this day" in figures.inner_text()
    counts = [int(text.split()[-1]) for text in figures.locator("li").all_inner_texts()]
    assert sum(counts) == 2 * ALL, "by importance and by type"
    assert day.locator(".digest-headlines").first.locator("li").count() == 7
    lines = day.locator(".digest-lines").first.inner_text()
    for words in ("May break", "Reverts", "Interface changes", "Dependencies", "acme/engine"):
        assert words in lines


# Filters


def test_a_filter_works_on_tables_and_entries_together(day: Page) -> None:
    assert shown(day) == f"{ALL} of {ALL} commits"
    chip(day, "High").click()
    count = rows(day)
    assert 0 < count < ALL
    assert entries(day) == count
    assert shown(day) == f"{count} of {ALL} commits"
    assert day.url.endswith("?level=high")
    assert day.get_by_role("heading", name="Low importance").count() == 0
    chip(day, "Medium").click()
    assert rows(day) > count
    assert "level=high%2Cmedium" in day.url
    day.get_by_role("button", name="Clear filter").click()
    assert (rows(day), entries(day)) == (ALL, ALL)
    assert "?" not in day.url


def test_one_can_choose_by_name(day: Page) -> None:
    day.get_by_text("More filters").click()
    for name, label, found in (
        ("repo", "acme/router", COMMITS),
        ("type", "Documentation", None),
        ("area", "components/src/planner", None),
        ("author", "Ken Thompson <b>", None),
    ):
        day.locator(f"select[name={name}]").select_option(label=label)
        count = rows(day)
        assert entries(day) == count, name
        assert count == found if found else 0 < count < ALL, name
        assert f"{name}=" in day.url
        again(day)
        assert rows(day) == count, name
        assert day.locator(f"select[name={name}]").is_visible(), "what is chosen is seen"
        day.get_by_role("button", name="Clear filter").click()
        assert rows(day) == ALL


def test_words_breaking_and_interface_changes_combine(day: Page) -> None:
    chip(day, "Interface changes").click()
    changing = rows(day)
    day.get_by_role("searchbox", name="Words in this day").fill("kv_router MODE")
    assert 0 < rows(day) < changing
    assert all("kv_router" in text for text in day.locator("tr:visible .digest-commits__subject").all_inner_texts()[:1])  # fmt: skip  # noqa: E501
    day.get_by_role("searchbox").fill("nothing has these words")
    assert (rows(day), entries(day)) == (0, 0)
    expect(day.get_by_text("No commit matches.")).to_be_visible()
    day.get_by_role("button", name="Clear filter").click()
    chip(day, "May break").click()
    assert rows(day) == day.locator("h4.digest-entry:visible + .digest-meta .digest-badge--breaking").count()  # fmt: skip  # noqa: E501


def test_a_link_reaches_an_entry_that_is_filtered_out(day: Page, address: str) -> None:
    target = day.locator(".digest-commits tbody tr", has_text="Low").first.locator("a")
    anchor = (target.get_attribute("href") or "").removeprefix("#")
    opened(day, f"{address}{ENGLISH}?level=high#{anchor}")
    expect(day.locator(f'[id="{anchor}"]')).to_be_in_viewport()
    assert "level=high" in day.url
    assert day.url.endswith(f"#{anchor}")


def test_filters_are_worked_by_keyboard(day: Page) -> None:
    chip(day, "High").focus()
    day.keyboard.press("Space")
    assert chip(day, "High").get_attribute("aria-pressed") == "true"
    day.keyboard.press("Enter")
    assert rows(day) == ALL
    day.locator("th[data-column=author] button").first.focus()
    day.keyboard.press("Enter")
    assert day.locator("th[data-column=author]").first.get_attribute("aria-sort") == "ascending"


def test_a_table_is_sorted_by_each_column(day: Page) -> None:
    table = day.locator(".digest-commits table").first
    heads = table.locator("th")
    assert heads.evaluate_all("all => all.map(head => head.getAttribute('aria-sort'))") == [
        "descending",
        *[None] * 4,
    ]
    heads.nth(0).get_by_role("button").click()
    times = table.locator("time").all_inner_texts()
    assert times == sorted(times)
    heads.nth(2).get_by_role("button").click()
    levels = table.locator(".digest-commits__level").all_inner_texts()
    assert levels == sorted(levels, key=["High", "Medium", "Low"].index)
    heads.nth(2).get_by_role("button").click()
    assert heads.nth(2).get_attribute("aria-sort") == "ascending"
    assert table.locator(".digest-commits__level").all_inner_texts() == levels[::-1]


# Reading


def test_three_depths(day: Page) -> None:
    day.get_by_role("button", name="30 s").click()
    assert (rows(day), entries(day)) == (ALL, 0)
    link = day.locator(".digest-commits tbody a").nth(5)
    anchor = (link.get_attribute("href") or "").removeprefix("#")
    link.click()
    expect(day.locator(f'[id="{anchor}"]')).to_be_in_viewport()
    assert entries(day) == 1
    day.get_by_role("button", name="5 min").click()
    assert entries(day) == ALL
    assert day.locator(".digest-brief:visible").count() == ALL
    assert day.locator(".digest-rest:visible").count() == 0
    day.get_by_role("button", name="Show everything").first.click()
    assert day.locator(".digest-rest:visible").count() == 1
    again(day)
    assert day.get_by_role("button", name="5 min").get_attribute("aria-pressed") == "true"
    assert day.locator(".digest-rest:visible").count() == 1, "the one that the address names"


def test_entries_are_folded_one_by_one_and_all(day: Page) -> None:
    first = day.locator(".digest-meta").first
    first.get_by_role("button", name="Fold").click()
    assert day.locator(".digest-brief:visible").count() == ALL - 1
    again(day)
    assert day.locator(".digest-brief:visible").count() == ALL - 1
    assert first.get_by_role("button", name="Unfold").get_attribute("aria-expanded") == "false"
    day.get_by_role("button", name="Fold all", exact=True).click()
    assert (entries(day), day.locator(".digest-brief:visible").count()) == (ALL, 0)
    again(day)
    assert day.locator(".digest-brief:visible").count() == 0
    day.get_by_role("button", name="Unfold all").click()
    assert day.locator(".digest-brief:visible").count() == ALL


def test_a_link_to_an_entry_is_copied(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    try:
        opened(page, f"{address}{ENGLISH}?level=high")
        page.locator(".digest-meta:visible").first.get_by_role("button", name="Copy link").click()
        expect(page.get_by_role("button", name="Link copied")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
    finally:
        page.context.clear_permissions()
    assert re.fullmatch(re.escape(f"{address}{ENGLISH}") + "#[0-9a-f]{7}", copied)


def test_what_is_unread_is_marked(day: Page, address: str) -> None:
    assert day.locator(".digest-new").count() == 0, "nothing was missed before the first visit"
    seen = day.evaluate("[...document.querySelectorAll('h4.digest-entry')].slice(3).map(e => e.id)")
    day.evaluate(
        """seen => {
          const name = Object.keys(localStorage).find(name => name.endsWith(":read"))
          localStorage.setItem(name, JSON.stringify({"2026/02/13": seen}))
        }""",
        seen,
    )
    again(day)
    assert day.locator(".digest-new").count() == 3
    assert day.locator(".digest-commits tr.is-unread").count() == 3
    chip(day, "Unread").click()
    assert entries(day) == 3
    day.get_by_role("button", name="Mark all as read").click()
    assert (entries(day), day.locator(".digest-new").count()) == (ALL, 0)
    opened(day, f"{address}{DAY}")  # the same commits in the other language
    assert day.locator(".digest-new").count() == 0


def test_storage_may_be_forbidden(browser: Browser, address: str) -> None:
    with watched(browser) as (page, problems):
        page.add_init_script(
            "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') } })"
        )
        page.goto(f"{address}{ENGLISH}")
        expect(page.locator(".digest-tools fieldset:enabled")).to_have_count(1)
        page.get_by_role("button", name="30 s").click()
        assert entries(page) == 0
    assert not [problem for problem in problems if "digest" in problem and "sitemap" not in problem]


# How it looks


@pytest.mark.parametrize(("path", "widths"), [(DAY, (1400, 390, 320)), (ENGLISH, (320,))])
def test_nothing_scrolls_sideways(
    page: Page, address: str, path: str, widths: tuple[int, ...]
) -> None:
    opened(page, f"{address}{path}")
    page.evaluate("document.querySelectorAll('article details').forEach(each => each.open = true)")
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        wide = page.evaluate(
            """() => [...document.querySelectorAll("article *")].filter(each =>
              !each.matches(".digest-unseen") && each.getBoundingClientRect().right > innerWidth + 1
            ).map(each => each.outerHTML.slice(0, 120))"""
        )
        assert wide == [], width


@pytest.mark.parametrize("path", [DAY, "en/2026/02/12/"])
def test_axe_finds_nothing(page: Page, address: str, path: str) -> None:
    opened(page, f"{address}{path}")
    assert violations(page) == []


def test_buttons_are_large_enough(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 900})
    opened(page, f"{address}{DAY}")
    small = page.evaluate(
        """() => [...document.querySelectorAll("article :is(button, select, input, summary)")]
          .map(each => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
          .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
          .map(([html]) => html)"""
    )
    assert small == []


def test_it_prints_whole_and_without_controls(day: Page) -> None:
    day.get_by_role("button", name="30 s").click()
    day.get_by_role("button", name="Fold all", exact=True).click()
    day.emulate_media(media="print")
    assert entries(day) == ALL
    assert day.locator(".digest-rest:visible").count() == ALL
    assert day.locator("article button:visible:not(th button)").count() == 0
    assert day.locator(".digest-files:visible").count() > 0


def test_days_lead_to_each_other(day: Page, address: str) -> None:
    day.get_by_role("navigation", name="Days").get_by_role("link", name="2026-02-12").click()
    day.wait_for_url(f"{address}en/2026/02/12/")
    day.get_by_role("navigation", name="Days").get_by_role("link", name="2026-02-13").click()
    day.wait_for_url(f"{address}{ENGLISH}")


# Figures


def test_a_day_is_light_and_quick(reader_site: Project, browser: Browser, address: str) -> None:
    assert len(gzip.compress(reader_site.page(DAY).encode())) < 60_000
    with watched(browser) as (page, _):
        page.add_init_script(SHIFTS)
        opened(page, f"{address}{DAY}")
        page.wait_for_timeout(300)
        assert page.evaluate("window.shifts") == []
        paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        assert page.evaluate(paint) < 3_000  # three times what is aimed at: others work here too
        for selector in ("[data-name=level]", "[data-do=clear]", "[data-depth=brief]"):
            assert page.evaluate(CLICK, selector) < 1_000, selector
