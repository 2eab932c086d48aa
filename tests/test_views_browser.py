"""The pages over the archive as a reader uses them: calendar, filter, figures, phone, dark."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from support.building import Project
from support.site import check_links, serve

pytest.importorskip("playwright.sync_api")
pytest.importorskip("axe_playwright_python")

from playwright.sync_api import Page, Route, expect
from support.axe import violations

PAGES = {
    "home": "",
    "month": "2026/02/",
    "year": "2026/",
    "archive": "archive/",
    "repository": "repositories/acme-engine/",
    "breaking": "breaking/",
    "reverts": "reverts/",
    "interface": "interface/",
    "ledger": "interface/acme-engine/flags/",
    "bulk": "dependencies/acme-engine/python/",
    "dependencies": "dependencies/",
    "breaking-month": "breaking/2026-02/",
}
OUTSIDE = ("https://github.com/", "https://squidfunk.github.io/", "https://www.mkdocs.org/")
ROWS = ".digest-filtered > ul > li:visible"


@pytest.fixture(scope="module")
def address(reader_site: Project) -> Iterator[str]:
    """The site below a path."""
    with serve(reader_site.site, "owner/name") as address:
        yield address


# The calendar


def focused(page: Page) -> str:
    """The day that the keyboard is on."""
    return page.evaluate("document.activeElement.getAttribute('aria-label')")[:10]


def on_newest(page: Page, address: str) -> None:
    page.goto(f"{address}en/")
    newest = page.locator(".digest-calendar a.digest-day[tabindex='0']")
    expect(newest).to_have_count(1)
    newest.focus()
    assert focused(page) == "2026-02-13"


def test_arrow_keys_go_from_day_to_day(page: Page, address: str) -> None:
    on_newest(page, address)
    for key, day in {
        "ArrowLeft": "2026-02-12",
        "ArrowUp": "2026-02-05",
        "ArrowDown": "2026-02-12",
        "ArrowRight": "2026-02-13",
        "PageUp": "2026-01-15",  # the archive begins there
        "PageDown": "2026-02-13",
        "Home": "2026-01-15",
        "End": "2026-02-13",
    }.items():
        page.keyboard.press(key)
        assert focused(page) == day, key
    page.keyboard.press("ArrowDown")
    assert focused(page) == "2026-02-13", "there is no later day"


def test_the_calendar_is_one_stop_of_the_tab_key(page: Page, address: str) -> None:
    on_newest(page, address)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.matches('a.digest-day')")
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "2026-02-12"
    page.keyboard.press("Enter")
    page.wait_for_url("**/2026/02/12/")


# The filter


def test_typing_narrows_the_list_and_the_address_keeps_it(page: Page, address: str) -> None:
    url = f"{address}en/interface/acme-engine/flags/"
    page.goto(url)
    field = page.get_by_role("searchbox", name="Filter")
    everything = page.locator(ROWS).count()
    field.press_sequentially("ROUTER size")
    expect(page.locator(".digest-filter output")).not_to_be_empty()
    page.wait_for_url("**/?filter=ROUTER+size")
    found = page.locator(ROWS).all_text_contents()
    assert 0 < len(found) < everything
    assert all("router" in row.lower() and "size" in row.lower() for row in found)
    expect(page.locator(".digest-filter output")).to_have_text(f"{len(found)} of {everything}")
    page.reload()
    expect(page.locator(ROWS)).to_have_count(len(found))
    expect(field).to_have_value("ROUTER size")
    field.press("Escape")
    expect(page.locator(ROWS)).to_have_count(everything)
    assert page.url == url


def test_importance_and_repository_narrow_too(page: Page, address: str) -> None:
    page.goto(f"{address}en/breaking/?repository=acme/engine")
    shown = page.locator(ROWS)
    expect(page.locator(".digest-filter output")).not_to_be_empty()
    assert set(shown.locator(".digest-where").all_text_contents()) == {"acme/engine"}
    page.locator(".digest-filter").get_by_label("Importance").select_option("low")
    page.wait_for_url("**level=low**")
    assert shown.locator(".digest-badge--high, .digest-badge--medium").count() == 0


def test_a_link_to_a_row_that_is_filtered_away_shows_it(page: Page, address: str) -> None:
    page.goto(f"{address}en/interface/acme-engine/flags/?filter=nothing-of-this-name")
    expect(page.locator(ROWS)).to_have_count(0)
    expect(page.locator(".digest-filter output")).to_contain_text("0 of")
    name = page.locator(".digest-ledger code[id]").first.get_attribute("id")
    page.evaluate("name => { location.hash = name }", name)
    expect(page.locator(f"[id='{name}']")).to_be_visible()


def test_filtering_many_rows_holds_nothing_up(page: Page, address: str) -> None:
    page.goto(f"{address}en/interface/acme-engine/flags/")
    page.evaluate(
        """() => {
          const list = document.querySelector(".digest-filtered > ul")
          const row = list.firstElementChild
          for (let n = 0; n < 1000; n++) list.append(row.cloneNode(true))
        }"""
    )
    field = page.get_by_role("searchbox", name="Filter")
    field.fill("r")  # reads the rows
    matching = page.evaluate(
        """async () => {
          const field = document.querySelector(".digest-filter input")
          field.value = "router"
          field.dispatchEvent(new Event("input", { bubbles: true }))
          await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
          const rows = [...document.querySelectorAll(".digest-filtered > ul > li")]
          return rows.every(row => row.hidden !== row.textContent.toLowerCase().includes("router"))
        }"""
    )
    assert matching, "by the second frame"


# In print

FOLDED = ".digest-others .digest-filtered > ul > li"


def printed(page: Page, address: str) -> None:
    """A month on paper, which has more than is open."""
    page.goto(f"{address}en/2026/02/")
    expect(page.locator(FOLDED)).not_to_have_count(0)
    assert page.locator(f"{FOLDED}:visible").count() == 0
    page.emulate_media(media="print")


def test_what_is_folded_is_printed_and_nothing_says_that_it_was(page: Page, address: str) -> None:
    printed(page, address)
    assert page.locator(f"{FOLDED}:visible").count() == page.locator(FOLDED).count()
    assert page.locator(ROWS).count() == page.locator(".digest-filtered > ul > li").count()
    assert page.locator(".digest-others > summary:visible, .digest-filter:visible").count() == 0


def test_where_folds_cannot_be_printed_it_is_said_that_there_is_more(
    page: Page, address: str
) -> None:
    """As in a browser that does not know the part of a fold that styles would open."""

    def unknowing(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("::details-content", "::unknown"))

    page.route("**/*.css", unknowing)
    printed(page, address)
    assert page.locator(f"{FOLDED}:visible").count() == 0
    summaries = page.locator(".digest-others > summary")
    assert page.locator(".digest-others > summary:visible").count() == summaries.count() > 0
    assert "more of high importance" in summaries.first.inner_text()


# Without scripts, on a phone, in the dark


def test_the_pages_are_whole_without_scripts(scriptless: Page, address: str) -> None:
    page = scriptless
    page.goto(f"{address}en/")
    assert page.locator(".digest-calendar a.digest-day").count() == 30
    page.goto(f"{address}en/interface/acme-engine/flags/")
    assert not page.locator(".digest-filter").is_visible()
    assert page.locator(ROWS).count() > 5
    page.goto(f"{address}en/repositories/acme-engine/")
    page.locator(".digest-numbers summary").first.click()
    table = page.locator(".digest-numbers__table").first
    assert table.is_visible()
    assert table.locator("tbody tr").count() == 30


NARROW = """
() => {
  document.querySelectorAll("article details").forEach(it => it.open = true)
  return [document.documentElement.scrollWidth,
    ...[...document.querySelectorAll("article *")].filter(each =>
      !each.closest(".digest-unseen, svg") && each.getBoundingClientRect().right > innerWidth + 1
    ).map(each => each.outerHTML.slice(0, 120))]
}
"""


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(
    page: Page, address: str, path: str
) -> None:
    """Each kind of page in both languages; none asks for anything off the site."""
    page.set_viewport_size({"width": 320, "height": 800})
    for base in ("en/", ""):
        page.goto(f"{address}{base}{path}")
        assert page.evaluate(NARROW) == [320]
    assert violations(page) == []


def test_each_link_leads_somewhere(reader_site: Project) -> None:
    """All pages of the site, with all their anchors."""
    assert check_links(reader_site.site, allowed=lambda url: url.startswith(OUTSIDE)) == []


def test_pages_are_small(reader_site: Project) -> None:
    for name, path in PAGES.items():
        data = (reader_site.site / path / "index.html").read_bytes()
        assert len(gzip.compress(data)) < 30_000, name
