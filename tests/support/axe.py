"""axe-core over whole pages: what keeps people out of them, in light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

SOURCE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
STILL = """
* { transition: none !important; animation: none !important }
/* axe compares places; what is laid out while it scrolls would have moved. */
article * { content-visibility: visible !important }
"""
THIN = """
() => {
  // Contrast costs axe far more than all other rules, and elements alike have the same: of those
  // of one place, class and colour, with alike ones inside, two are left to look at.  The others
  // are taken out, since axe would walk through what is only hidden.
  const seen = new Map(), hidden = []
  const own = element => {
    const style = getComputedStyle(element)
    const data = [...element.attributes].map(each => each.name)
      .filter(name => !["id", "href", "title", "lang"].includes(name)).sort()
    return [element.tagName, element.getAttribute("class") ?? "", data, style.color,
            style.backgroundColor, style.fontSize, style.fontWeight, style.opacity,
            style.display].join(" ")
  }
  const kinds = new Map()
  const kind = element => {
    const inside = [...new Set([...element.children].map(kind))].sort()
    const found = `${own(element)}(${inside.join(",")})`
    kinds.set(element, found)
    return found
  }
  kind(document.body)
  const walk = (element, path) => {
    for (const child of element.children) {
      const name = `${path}>${kinds.get(child)}`, count = seen.get(name) ?? 0
      seen.set(name, count + 1)
      if (count < 2) walk(child, `${path}>${own(child)}`)
      else if (!["TD", "TH", "INPUT", "rect", "path"].includes(child.tagName)) hidden.push(child)
    }
  }
  walk(document.body, "")
  window.axeHidden = hidden.map(each => [each, document.createComment("")])
  window.axeHidden.forEach(([each, place]) => each.replaceWith(place))
}
"""
WHOLE = """
window.axeHidden.forEach(([each, place]) => place.replaceWith(each))
"""
RUN = """
contrast => axe.run(document, {
  resultTypes: ["violations"],
  elementRef: false,
  ...(contrast ? { runOnly: ["color-contrast"] }
    : { rules: { "color-contrast": { enabled: false } } }),
}).then(found => found.violations.map(each =>
  [each.id, each.nodes.length, each.nodes[0].html.slice(0, 200)]))
"""


def violations(page: Page) -> list[Any]:
    """What axe finds on the whole page, all details open: wide and light, then narrow and dark.

    Returns:
        For each rule that is broken: scheme, rule, how often, and the first element.
    """
    page.evaluate("document.querySelectorAll('article details').forEach(it => it.open = true)")
    page.add_style_tag(content=STILL)
    page.evaluate(SOURCE)
    found: list[Any] = []
    for scheme, shown, width in (("light", "default", 1400), ("dark", "slate", 390)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function("shown => document.body.dataset.mdColorScheme === shown", arg=shown)
        found += [[scheme, *each] for each in page.evaluate(RUN, False)]
        page.evaluate(THIN)
        found += [[scheme, *each] for each in page.evaluate(RUN, True)]
        page.evaluate(WHOLE)
    return found
