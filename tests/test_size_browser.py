"""The page of a day that is told in short, as a reader uses it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.building import Project
from support.readersite import COMMITS, FULL
from support.site import serve

pytest.importorskip("playwright.sync_api")
pytest.importorskip("axe_playwright_python")

from playwright.sync_api import Page, expect
from support.axe import violations

ROWS = ".digest-rows > ul > li"
DAY = f"en/{FULL:%Y/%m/%d}/"


@pytest.fixture(scope="module")
def address(short_site: Project) -> Iterator[str]:
    """The site below a path."""
    with serve(short_site.site, "owner/name") as address:
        yield address


def test_a_link_to_a_commit_leads_to_its_row(page: Page, address: str) -> None:
    page.goto(address + DAY)
    last = page.locator(ROWS).last
    anchor = last.locator("time").get_attribute("id")
    page.goto(f"{address}{DAY}#{anchor}")
    expect(last).to_be_in_viewport()
    assert last.evaluate("row => getComputedStyle(row).boxShadow") != "none"
    first = page.locator(ROWS).first
    assert first.evaluate("row => getComputedStyle(row).boxShadow") == "none"


def test_a_headline_leads_to_its_row(page: Page, address: str) -> None:
    page.goto(address + DAY)
    link = page.locator(".digest-headlines a").first
    anchor = (link.get_attribute("href") or "#").removeprefix("#")
    link.click()
    expect(page.locator(f"{ROWS}:has([id='{anchor}'])")).to_be_in_viewport()


def test_rows_are_filtered(page: Page, address: str) -> None:
    page.goto(address + DAY)
    expect(page.locator(ROWS)).to_have_count(3 * COMMITS)
    page.get_by_role("searchbox", name="Filter").press_sequentially("ada lovelace")
    output = page.locator(".digest-filter output")
    expect(output).to_have_text(f"12 of {3 * COMMITS}")
    page.locator(".digest-filter").get_by_label("Importance").select_option("high")
    expect(output).not_to_have_text(f"12 of {3 * COMMITS}")
    shown = page.locator(f"{ROWS}:visible")
    assert shown.count() > 0
    assert shown.locator(".digest-badge--medium, .digest-badge--low").count() == 0


def test_a_result_of_the_search_leads_to_its_row(page: Page, address: str) -> None:
    page.goto(f"{address}en/")
    page.keyboard.press("/")
    page.locator("[data-digest-search=query]").fill("old protocol")
    page.locator(f".md-search-result__link[href*='{FULL:%Y/%m/%d}']").first.click()
    page.wait_for_url(f"**/{FULL:%Y/%m/%d}/**")
    expect(page.locator(f"{ROWS}:has(> :target)")).to_be_in_viewport()
    expect(page.locator(f"{ROWS}:has(> :target) mark").first).to_be_visible()
    assert page.locator(f"{ROWS}:not(:has(> :target)) mark").count() == 0


@pytest.mark.parametrize("width", [390, 1400])
def test_nothing_is_wider_than_the_page(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address + DAY)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("base", ["", "en/"])
def test_nothing_keeps_people_out(page: Page, address: str, base: str) -> None:
    page.goto(address + base + DAY.removeprefix("en/"))
    assert violations(page) == []
