"""Every kind of page as readers may have it: wide and phone, light and dark, with scripts or not.

Where ``SCREENSHOTS`` names a folder, each page is drawn into it, for people to look at.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.building import Project
from support.site import serve

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page

KINDS = {
    "home": "",
    "day": "2026/02/12/",
    "full-day": "2026/02/13/",
    "month": "2026/02/",
    "year": "2026/",
    "archive": "archive/",
    "repository": "repositories/acme-engine/",
    "breaking": "breaking/",
    "breaking-month": "breaking/2026-02/",
    "reverts": "reverts/",
    "reverts-month": "reverts/2026-02/",
    "interface": "interface/",
    "ledger": "interface/acme-engine/flags/",
    "dependencies": "dependencies/",
    "dependency-ledger": "dependencies/acme-engine/python/",
}
LOOKS = {"wide-light": (1400, "light"), "phone-dark": (390, "dark")}
TALLEST = 3_000
"""Pixels of a page that are drawn."""


@pytest.fixture(scope="module")
def address(reader_site: Project) -> Iterator[str]:
    """The site below a path."""
    with serve(reader_site.site, "owner/name") as address:
        yield address


def drawn(page: Page, name: str) -> None:
    """Draw the page where screenshots are asked for."""
    folder = os.environ.get("SCREENSHOTS")
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    size = page.viewport_size
    assert size is not None
    whole = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": min(whole, TALLEST)})
    page.screenshot(path=Path(folder, f"{name}.png"))


@pytest.mark.parametrize("base", ["", "en/"], ids=["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_page_is_sound(page: Page, address: str, kind: str, base: str) -> None:
    """Nothing on the console, nothing asked for elsewhere, nothing wider than the window."""
    for look, (width, scheme) in LOOKS.items():
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(f"{address}{base}{KINDS[kind]}", wait_until="load")
        shown = {"light": "default", "dark": "slate"}[scheme]
        assert page.locator("body").get_attribute("data-md-color-scheme") == shown
        assert page.locator("html").get_attribute("lang") == (base[:-1] or "zh")
        assert page.locator("article h1").first.inner_text().strip()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        drawn(page, f"{kind}-{base[:-1] or 'zh'}-{look}")


@pytest.mark.parametrize("kind", KINDS)
def test_without_scripts_nothing_is_missing(scriptless: Page, address: str, kind: str) -> None:
    """All links of the content are there to be followed; controls that need a script are not."""
    page = scriptless
    for base in ("", "en/"):
        page.goto(f"{address}{base}{KINDS[kind]}", wait_until="load")
        found = page.evaluate(
            """() => {
              const article = document.querySelector("article")
              for (const each of article.querySelectorAll("details")) each.open = true
              const here = location.href.split("#")[0]
              const gone = each => !each.checkVisibility() &&
                !each.closest(".headerlink") && each.href.split("#")[0] !== here
              return {
                hidden: [...article.querySelectorAll("a[href]")].filter(gone).length,
                controls: [...article.querySelectorAll("button, input, select")]
                  .filter(each => each.checkVisibility()).length,
                words: article.innerText.trim().length,
              }
            }"""
        )
        assert found["hidden"] == 0
        assert found["controls"] == 0
        assert found["words"] > 20
