"""The search box in a real browser: what is found, in which order, and at what cost."""

from __future__ import annotations

import re
from pathlib import Path
from shutil import copytree

import pytest
from support.bilingual import SLUGS, bilingual, write_archive
from support.building import Project, once
from support.site import serve
from test_search import shown

from digest.config import load
from digest.search import SearchIndex
from digest.search.grams import family, grams, number_of

pytest.importorskip("playwright.sync_api")
pytest.importorskip("axe_playwright_python")

from support.axe import violations

A_DAY = 24
TEXTS = list(bilingual(20 * A_DAY, a_day=A_DAY))
GUIDE = """\
# Reading guide

How to read it.

## Levels of importance

A 斑马线 is not in any commit. <b>bold</b> `--zebra-crossing`
"""
DONE = "[data-digest-search=list][aria-busy=false]"


def make(folder: Path) -> None:
    project = Project.create(
        folder,
        language="zh",
        docs={"guide.md": GUIDE},
        top={"plugins": [{"digest": {"collect": False, "repositories": repositories()}}]},
    )
    write_archive(folder / "archive", TEXTS)
    project.build(now="2024-01-25T12:00:00+00:00")


def repositories():
    return [{"url": f"https://example.org/{slug}", "slug": slug, "web": ""} for slug in SLUGS]


@pytest.fixture(scope="session")
def project(tmp_path_factory) -> Project:
    """Built once in a run."""
    return Project(once(tmp_path_factory, "search", make))


@pytest.fixture(scope="module")
def address(project):
    with serve(project.site, "owner/name") as address:
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


@pytest.fixture(scope="module")
def guide(browser, address):
    """A page to ask the index from, for all tests that only ask."""
    from support.browser import watched

    with watched(browser) as (page, problems):
        page.goto(f"{address}guide/")
        yield page
    assert problems == []


def ask(page, query: str) -> list[str]:
    """Type a query and wait for what comes first: where the results lead to."""
    page.locator("[data-digest-search=query]").fill(query)
    page.wait_for_selector(DONE, state="attached")
    return page.evaluate(
        "[...document.querySelectorAll('.md-search-result__link')].map(link => link.href)"
    )


def everything(page, query: str, **options) -> list[str]:
    """All results, from the code that the box uses."""
    return page.evaluate(
        """async options => {
          const base = new URL("assets/digest/search/", options.address)
          const { search } = await import(new URL("engine.js", base))
          const { Index } = await import(new URL("index.js", base))
          window.index ??= await new Index(new URL("search/index.json", options.address)).open()
          const found = await search(window.index, options)
          const places = []
          do places.push(...(await found.next(50)).map(item => item.address))
          while (!found.done)
          return found.loose ? ["loose", ...places] : places
        }""",
        {"text": query, **options},
    )


def place(text) -> str:
    return f"{text.date:%Y/%m/%d}/#{text.sha[:7]}"


PHRASE = next(
    said[at : at + 5]
    for text in TEXTS[200:]
    for said in text.said
    for at in range(len(said) - 5)
    if re.fullmatch("[\u4e00-\u9fff]{5}", said[at : at + 5])
)
QUERIES = [
    *("解耦", "缓存", "内存泄漏", "负载均衡", f"“{PHRASE}”", f'"{PHRASE}"', "连接", "kv", "fp8"),
    *("kv_router", "KvRouter", "router", "outer", TEXTS[77].paths[0], TEXTS[77].paths[0][4:-3]),
    *(
        "--router-mode",
        "DYN_SYSTEM_PORT",
        TEXTS[99].sha[:7],
        f"#{TEXTS[150].number}",
        str(TEXTS[150].number),
    ),
    *("Zoë Faßbender", "王小明", "`", "(#13", "er-", "`。"),
]


def test_what_is_found_is_what_has_it(guide, address):
    for query in QUERIES:
        wanted = query.strip('"“”').lower()
        parts = wanted.split() if wanted == query.lower() else [wanted]
        truth = {place(text) for text in TEXTS if all(part in shown(text) for part in parts)}
        assert truth
        found = everything(guide, query, address=address)
        assert len(found) == len(set(found))
        if len(wanted) > 2:
            assert set(found) == truth, query
        else:
            assert set(found) <= truth, query  # of so short ones, words that begin so


def test_a_whole_sha_is_found(guide, address):
    for length in (7, 8, 12, 40):
        sha = TEXTS[123].sha[:length]
        assert everything(guide, sha, address=address) == [place(TEXTS[123])]
        assert everything(guide, sha.upper(), address=address) == [place(TEXTS[123])]


def test_the_phrase_stands_before_its_parts(guide, address):
    for query, phrase in (("缓存 路由", "缓存路由"), ("many workers", "many workers")):
        found = everything(guide, query, address=address)
        has = [phrase in shown(text) for item in found for text in TEXTS if place(text) == item]
        assert any(has)
        assert not all(has)
        assert has == sorted(has, reverse=True)


def test_a_title_stands_before_a_mention(guide, address):
    found = everything(guide, "scheduler", address=address)
    titles = {place(text) for text in TEXTS if "scheduler" in text.subject.lower()}
    assert titles
    assert set(found[: len(titles)]) == titles


def test_a_number_is_first_a_pull_request(guide, address):
    for text in (TEXTS[31], TEXTS[300]):
        assert everything(guide, str(text.number), address=address)[0] == place(text)


def test_filters_and_order(guide, address):
    both = {"repository": SLUGS[1], "level": "0", "order": "newest"}
    found = everything(guide, "缓存", address=address, **both)
    known = [
        text
        for text in TEXTS
        if "缓存" in shown(text) and text.slug == SLUGS[1] and text.level == "high"
    ]
    assert set(found) == set(map(place, known))
    assert [item[:10] for item in found] == sorted((item[:10] for item in found), reverse=True)


def test_what_is_nowhere_is_told_and_its_parts_are_shown(guide, address):
    assert everything(guide, "zebraunicorn", address=address) == []
    found = everything(guide, "KvSchedulerPlannerXyz", address=address)
    assert found in ([], ["loose"])
    loose = everything(guide, "路由缓存请求连接解耦", address=address)
    assert loose[0] == "loose"
    for item in loose[1:]:
        text = next(text for text in TEXTS if place(text) == item)
        assert all(part in shown(text) for part in ("路由", "缓存", "请求"))


def test_the_browser_cuts_like_the_index(guide, address):
    """Else something would be looked for that is not there."""
    samples = [text for item in TEXTS[:40] for text in (item.subject.lower(), *item.said[:2])]
    samples += [
        "naïve ÉCOLE straße",
        "😀kv😀",
        "한국어 カタカナ",
        "a\u00a0b\u3000c",
        "𠀀𠀁字",
        "…—“”",
    ]
    looked = guide.evaluate(
        """async ([address, samples]) => {
          const { familiesOf, lookups, numberOf } = await import(address)
          return samples.map(text => lookups(text, 1000).map(lookup =>
            [lookup.gram || "", lookup.prefix || "",
             familiesOf(lookup).map(name => [name, numberOf(name)])]))
        }""",
        [f"{address}assets/digest/search/grams.js", [text.lower() for text in samples]],
    )
    assert sum(map(len, looked)) > 500
    for text, lookups in zip(samples, looked, strict=True):
        known = grams(f"x {text} x")
        for gram, prefix, families in lookups:
            assert all(number == number_of(name) for name, number in families)
            names = [name for name, _ in families]
            if gram:
                assert gram in known, (text, gram)
                assert names == [family(gram)]
            else:
                assert any(other.startswith(prefix) for other in known)
                assert all(
                    family(other) in names
                    for other in known
                    if other.startswith(prefix) and len(other) != 3
                )


# What is older than the newest days, where there are many


@pytest.fixture(scope="module")
def older(project, tmp_path_factory):
    """The address of the same index, cut as those of years are."""
    home = tmp_path_factory.mktemp("older")
    settings = load(project.folder / "mkdocs.yml")[1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("digest.search.segments.LARGE", 90)
        patch.setattr("digest.search.LARGE", 90)
        SearchIndex(settings, home / "cache").write(home / "site")
    copytree(project.site / "assets", home / "site" / "assets")
    (home / "site" / "index.html").write_text("<!DOCTYPE html><title>older</title>", "utf-8")
    with serve(home / "site") as address:
        yield address


@pytest.fixture(scope="module")
def plain(browser, older):
    """A page to ask that index from."""
    page = browser.new_page()
    page.goto(older)
    yield page
    page.close()


def test_what_is_older_is_found_as_well(plain, older):
    for query in QUERIES:
        wanted = query.strip('"“”').lower()
        if len(wanted) <= 2:
            continue
        parts = wanted.split() if wanted == query.lower() else [wanted]
        truth = {place(text) for text in TEXTS if all(part in shown(text) for part in parts)}
        found = everything(plain, query, address=older)
        assert len(found) == len(set(found)), query
        assert set(found) == truth, query


def test_the_phrase_stands_before_its_parts_in_older_days_too(plain, older):
    for query, phrase in (("缓存 路由", "缓存路由"), ("many workers", "many workers")):
        found = everything(plain, query, address=older)
        has = [phrase in shown(text) for item in found for text in TEXTS if place(text) == item]
        assert any(has)
        assert has == sorted(has, reverse=True)


def test_older_days_wait_where_the_newest_have_enough(plain, older):
    said = plain.evaluate(
        """async address => {
          const base = new URL("assets/digest/search/", address)
          const { search } = await import(new URL("engine.js", base))
          const { Index } = await import(new URL("index.js", base))
          const index = await new Index(new URL("search/index.json", address)).open()
          const found = await search(index, { text: "缓存", level: "2" })
          const first = (await found.next(10)).map(item => item.address)
          const waiting = found.waiting.length
          const about = found.possible
          const rest = []
          do rest.push(...(await found.next(50)).map(item => item.address))
          while (!found.done)
          return { first, waiting, about, all: [...first, ...rest], exactly: found.possible }
        }""",
        older,
    )
    truth = [text for text in TEXTS if text.level == "low" and "缓存" in shown(text)]
    assert said["waiting"] > 0
    assert 0.6 * len(truth) < said["about"] < 1.6 * len(truth)
    assert said["exactly"] == len(truth)
    assert len(said["all"]) == len(truth)
    assert set(said["all"]) == set(map(place, truth))
    newest = sorted((item.date for item in truth), reverse=True)[:10]
    assert [item[:10] for item in said["first"]] == [f"{date:%Y/%m/%d}" for date in newest]


# The box


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


def test_without_scripts_no_box_is_offered(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert not page.locator(".md-search__input").is_visible()
    assert not page.locator("header [for=__search]").first.is_visible()
    context.close()
