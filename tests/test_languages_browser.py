"""The language switch in a real browser: the same page, the same place, nothing else asked for."""

from __future__ import annotations

import pytest
from support.site import serve
from test_languages import site  # noqa: F401 - the fixture

pytest.importorskip("playwright.sync_api")
from support.browser import watched


def test_what_is_not_there_is_said_in_the_language_of_the_address(site, browser):  # noqa: F811
    with (
        serve(site.site, "team/digest") as url,
        watched(browser) as (page, problems),
    ):
        for base, language, said in (
            ("", "zh", "没有这个页面"),
            ("en/", "en", "There is no such page"),
        ):
            answer = page.goto(f"{url}{base}2026/02/31/")
            assert answer is not None
            assert answer.status == 404
            assert page.locator("article h1:visible").all_inner_texts() == [said]
            # What is around it stays in the main language, and says so.
            missing = page.locator(".digest-missing:visible")
            assert missing.get_attribute("lang") == language
            assert page.locator("html").get_attribute("lang") == "zh"
            assert said in page.title()
            page.locator(".digest-missing:visible a").first.click()
            page.wait_for_url(url + base)
    # Of a page that is not there, browsers always say so.
    assert [problem for problem in problems if "status of 404" not in problem] == []


def test_without_scripts_what_is_not_there_is_said_in_every_language(site, scriptless):  # noqa: F811
    with serve(site.site, "team/digest") as url:
        scriptless.goto(f"{url}nothing/")
        told = scriptless.locator(".digest-missing")
        assert [item.get_attribute("lang") for item in told.all()] == ["zh", "en"]
        assert told.locator("h1:visible").count() == 2


def test_the_switch_keeps_the_page_the_filters_and_the_anchor(site, browser):  # noqa: F811
    asked = []
    with (
        serve(site.site, "team/digest") as url,
        watched(browser) as (page, problems),
    ):
        page.on("request", lambda request: asked.append(request.url))
        place = "2026/02/13/?x=1#repository-acme-engine"
        page.goto(url + "en/" + place, wait_until="networkidle")
        page.hover(".md-header .md-select button")
        page.click(".md-select__link[hreflang=zh]")
        page.wait_for_url(url + place)
        assert page.locator("html").get_attribute("lang") == "zh"
        page.locator(".md-header .md-select button").focus()
        page.locator(".md-select__link[hreflang=en]").press("Enter")
        page.wait_for_url(url + "en/" + place)
    assert problems == []
    # The theme would look for one beside each alternate of a page.
    assert not [address for address in asked if address.endswith("sitemap.xml")]
