"""The search box in a real browser: how it is used, where it leads, and at what cost."""

from __future__ import annotations

import pytest
from support.bilingual import SLUGS
from support.searchsite import TEXTS
from support.site import serve

pytest.importorskip("playwright.sync_api")
pytest.importorskip("axe_playwright_python")

from support.axe import violations

DONE = "[data-digest-search=list][aria-busy=false]"


@pytest.fixture(scope="module")
def address(search_site):
    with serve(search_site.site, "owner/name") as address:
        yield address


@pytest.fixture
def box(page, address):
    """The search box of a page below the site's root, opened."""
    page.goto(f"{address}2024/01/05/")
    return opened(page)


def opened(page):
    """The page when its box has opened, for which its script must be there."""
    for _ in range(100):
        page.keyboard.press("/")
        if page.locator("#__search").is_checked():
            return page
        page.wait_for_timeout(20)
    raise AssertionError("the box does not open")


def ask(page, query: str) -> list[str]:
    """Type a query and wait for what comes first: where the results lead to."""
    page.locator("[data-digest-search=query]").fill(query)
    page.wait_for_selector(DONE, state="attached")
    return page.evaluate(
        "[...document.querySelectorAll('.md-search-result__link')].map(link => link.href)"
    )


def test_nothing_is_fetched_before_it_is_used_and_a_first_answer_is_small(browser, address):
    from support.browser import watched

    answers = []
    with watched(browser) as (page, problems):  # with nothing kept of what was fetched before
        page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - wants a function
        page.goto(f"{address}2024/01/05/")
        page.wait_for_load_state("networkidle")
        assert not [answer.url for answer in answers if "/search/" in answer.url]
        with page.expect_request("**/search/index.json"):
            page.locator("[data-digest-search=query]").focus()
        assert ask(page, "负载均衡")
        page.wait_for_load_state("networkidle")
        sizes = [len(answer.body()) for answer in answers if "/search/" in answer.url]
    assert 0 < sum(sizes) < 150_000
    assert problems == []


def test_a_result_leads_to_its_entry(box):
    text = TEXTS[222]
    ask(box, f"#{text.number}")
    about = box.locator(".digest-search-about").first.text_content()
    assert text.slug in about
    assert text.date.isoformat() in about
    assert box.locator(".md-search-result__item h2").first.text_content() == text.subject
    assert box.locator(".md-search-result__item mark").first.text_content() == f"#{text.number}"
    box.keyboard.press("Enter")
    box.wait_for_url(f"**/{text.date:%Y/%m/%d}/**#{text.sha[:7]}")
    assert box.locator(f"[id='{text.sha[:7]}']").count() == 1


def test_what_was_found_is_marked_where_it_leads(box):
    text = TEXTS[222]
    ask(box, f"#{text.number}")
    box.keyboard.press("Enter")
    box.wait_for_url("**?h=*")
    assert box.locator(f"[id='{text.sha[:7]}'] mark").text_content() == f"#{text.number}"


def test_hand_written_pages_are_found(box):
    (link,) = ask(box, "斑马线")
    assert "/guide/" in link
    assert link.endswith("#levels-of-importance")
    assert "<b>" not in box.locator(".md-search-result__item").inner_text()
    (again,) = ask(box, "--zebra-crossing")
    assert again.partition("?")[0] == link.partition("?")[0]


def test_by_keyboard_alone(box):
    assert box.evaluate("document.activeElement.name") == "query"
    ask(box, "缓存")
    box.keyboard.press("ArrowDown")
    links = box.locator(".md-search-result__link")
    assert links.first.evaluate("link => link === document.activeElement")
    box.keyboard.press("ArrowDown")
    assert links.nth(1).evaluate("link => link === document.activeElement")
    box.keyboard.press("ArrowUp")
    box.keyboard.press("ArrowUp")
    assert box.evaluate("document.activeElement.name") == "query"
    for _ in range(4):
        box.keyboard.press("Tab")
    assert box.evaluate("document.activeElement.tagName") == "SELECT"
    assert box.locator("#__search").is_checked()
    box.keyboard.press("Escape")
    assert not box.locator("#__search").is_checked()
    box.keyboard.press("s")
    assert box.evaluate("document.activeElement.name") == "query"


def test_filters_are_labelled_controls(box):
    ask(box, "缓存")
    before = box.locator("[role=status]").text_content()
    box.locator(".digest-search").get_by_label("仓库").select_option(SLUGS[2])
    box.locator(".digest-search").get_by_label("排序").select_option("newest")
    box.wait_for_function(
        "before => document.querySelector('[data-digest-search=status]').textContent !== before",
        arg=before,
    )
    abouts = box.locator(".digest-search-about").all_text_contents()
    assert abouts
    assert all(SLUGS[2] in about for about in abouts)


def test_more_results_on_request(box):
    first = ask(box, "缓存")
    box.locator("[data-digest-search=more]").click()
    box.wait_for_function(
        "count => document.querySelectorAll('.md-search-result__link').length > count",
        arg=len(first),
    )


HOSTILE = (
        "<img src=x onerror=window.__pwned__=1>",
        '"><script>window.__pwned__=1</script>',
        "\\", "[", "(((((", "*", "%", "__proto__", "constructor", "\u202e\u0000",
        "a" * 5000, "💥" * 50,
        '"', '""', "“", "  ", "\ud83d",
)  # fmt: skip


def test_a_query_is_only_text(box):
    for query in HOSTILE:
        ask(box, "router")  # so that each is another than the one before
        ask(box, query)
        assert box.evaluate("window.__pwned__") is None, query
        assert box.locator("[data-digest-search=status]").text_content(), query


def test_a_link_brings_its_query(page, address):
    page.goto(f"{address}?q=%23{TEXTS[222].number}")
    page.wait_for_selector(".md-search-result__link")
    assert page.locator("#__search").is_checked()
    assert page.locator(".md-search-result__link").count() == 1


@pytest.mark.parametrize("width", [320, 390, 1400])
def test_on_a_phone_and_in_the_dark(page, address, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{address}2024/01/05/")
    if width < 1000:
        page.locator("header .md-header__button[for=__search]").click()
    else:
        opened(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert ask(page, "kv_router 缓存") is not None
        ask(page, "缓存")
        page.evaluate(STILL)
        wide = page.evaluate(
            "[...document.querySelectorAll('.digest-search-filters, .md-search-result__link *')]"
            ".filter(part => part.getBoundingClientRect().right > innerWidth + 1).length"
        )
        assert wide == 0, scheme
        assert page.evaluate("document.documentElement.scrollWidth") <= width, scheme


def test_axe_finds_nothing_in_the_open_box(page, address):
    page.goto(f"{address}guide/?q=缓存")
    page.wait_for_selector(".md-search-result__link")
    assert violations(page) == []


# The box slides in.
STILL = """
() => Promise.allSettled(document.getAnimations().filter(
  each => each.effect.getComputedTiming().iterations < 9).map(each => each.finished))
  .then(() => true)
"""


def test_a_failure_is_told_and_mends_itself(browser, address):
    page = browser.new_page()  # its console tells of the failure
    page.route("**/search/index.json", lambda route: route.abort())
    page.goto(address)
    opened(page)
    ask(page, "缓存")
    assert "无法加载" in page.locator("[data-digest-search=status]").text_content()
    page.unroute("**/search/index.json")
    assert ask(page, "缓存 ")
    page.close()


def test_without_scripts_no_box_is_offered(scriptless, address):
    scriptless.goto(address)
    assert not scriptless.locator(".md-search__input").is_visible()
    assert not scriptless.locator("header [for=__search]").first.is_visible()
