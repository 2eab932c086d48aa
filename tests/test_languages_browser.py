"""The language switch in a real browser: the same page, the same place, nothing else asked for."""

from __future__ import annotations

import pytest
from support.site import serve
from test_languages import site  # noqa: F401 - the fixture

pytest.importorskip("playwright.sync_api")
from support.browser import watched


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
