"""A real site with hostile text in each place, in a real browser."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from support.hostile import CORPUS, visible, visible_block
from support.site import check_links, outline, serve
from test_escape import EXTENSIONS

from digest import escape

pytest.importorskip("playwright.sync_api")


PLAIN = "harmless"

SECTION = """
## zebra @ { #s{i} }

@

before @ after

- @

| a | b |
|---|---|
| @ | x |

[@](https://example.org/) <code>@</code> <i title="@">x</i>

<pre>{block}</pre>
"""

SEPARATOR = r"[\s\u200b\-,:!=\[\]()\"`/]+|\.(?!\d)|&[lg]t;|(?!\b)(?=[A-Z][a-z])"

CONFIG = {
    "site_name": "Hostile",
    "docs_dir": "docs",
    "theme": {
        "name": "material",
        "font": False,
        "features": [
            "navigation.footer",
            "navigation.tabs",
            "navigation.tracking",
            "search.highlight",
            "search.share",
            "search.suggest",
            "toc.follow",
            "content.code.copy",
            "content.tooltips",
        ],
    },
    # The separator that Material's guide gives for code: more words are found, and marked.
    "plugins": [{"search": {"separator": SEPARATOR}}],
    "extra": {"generator": False},
    "markdown_extensions": [
        {name: options} if options else name
        for name, options in EXTENSIONS.items()
        if name != "meta"  # MkDocs reads front matter itself
    ],
}

LOOK = """
() => [...document.querySelectorAll("article h2")].map(heading => {
  const parts = []
  for (let next = heading.nextElementSibling; next && next.tagName !== "H2";
       next = next.nextElementSibling)
    parts.push(next)
  const find = selector => parts.flatMap(part =>
    [...(part.matches(selector) ? [part] : []), ...part.querySelectorAll(selector)])
  const texts = selector => find(selector).map(element => element.textContent)
  return {
    id: heading.id,
    heading: [...heading.childNodes].filter(node => node.className !== "headerlink")
      .map(node => node.textContent).join(""),
    paragraphs: texts("p").slice(0, 2),
    items: texts("li"),
    cells: texts("td"),
    links: texts("a"),
    code: texts("code"),
    titles: find("[title]").map(element => element.title),
    pre: texts("pre"),
    skeleton: [heading, ...parts].flatMap(part => [part, ...part.querySelectorAll("*")])
      .map(element => [element.tagName, ...element.getAttributeNames().sort()].join(" ")),
  }
})
"""

CONTENTS = """
() => [...document.querySelectorAll(".md-sidebar--secondary .md-nav__item a .md-ellipsis")]
  .map(element => [element.textContent, element.children.length])
"""

RESULTS = """
() => [...document.querySelectorAll(".md-search-result__item a[href*='#'] article")]
  .map(article => ({
    id: article.closest("a").hash.slice(1),
    heading: article.querySelector("h2").textContent,
    elements: [...article.querySelectorAll("*")].map(element =>
      [element.tagName, ...element.getAttributeNames()].join(" ")),
  }))
"""


def page_source(title: str, texts: list[str]) -> str:
    sections = [
        SECTION.replace("{i}", str(i))
        .replace("@", escape.markdown(text))
        .replace("{block}", escape.block(text))
        for i, text in enumerate(texts)
    ]
    return f"---\ntitle: {escape.yaml(title)}\n---\n\n# {escape.markdown(title)}\n" + "".join(
        sections
    )


TITLE = "</title><img src=x onerror=window.__pwned__=1> \" ' & {{ config }} 标题"


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """Build a site of three pages with MkDocs' own command."""
    folder = tmp_path_factory.mktemp("site")
    docs = folder / "docs"
    docs.mkdir()
    texts = [PLAIN, *CORPUS.values()]
    (docs / "index.md").write_text(page_source("Home", [PLAIN]), "utf-8")
    (docs / "hostile.md").write_text(page_source("Corpus", texts), "utf-8")
    (docs / "title.md").write_text(page_source(TITLE, [PLAIN]), "utf-8")
    (folder / "mkdocs.yml").write_text(json.dumps(CONFIG), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=folder,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "site"


@pytest.fixture(scope="module")
def address(site):
    with serve(site, "owner/name") as address:
        yield address


def expected(text: str, plain: dict) -> dict:
    """Return what a section should look like, from how the harmless one looks."""
    shown = {
        key: [part.replace(PLAIN, visible(text)) for part in value]
        for key, value in plain.items()
        if isinstance(value, list)
    }
    shown["heading"] = plain["heading"].replace(PLAIN, visible(text))
    shown["skeleton"] = plain["skeleton"]
    shown["pre"] = [visible_block(text)]
    return shown


def test_links_and_outline_of_the_built_site(site):
    ours = {"https://example.org/", "javascript:void(0)"}  # the second is Material's search.share
    assert check_links(site, allowed=ours.__contains__) == []
    found = outline((site / "hostile" / "index.html").read_text("utf-8"))
    assert found[0][0] == 1
    assert found[1:] == [
        (2, f"s{i}", f"zebra {visible(text)}") for i, text in enumerate([PLAIN, *CORPUS.values()])
    ]


def test_text_is_text_in_the_browser(address, page):
    page.goto(f"{address}hostile/")
    plain, *sections = page.evaluate(LOOK)
    assert plain["cells"] == [PLAIN, "x"]
    assert len(sections) == len(CORPUS)
    for (name, text), section in zip(CORPUS.items(), sections, strict=True):
        assert section.pop("id").startswith("s")
        assert section == expected(text, plain), name
    contents = [(name.strip(), children) for name, children in page.evaluate(CONTENTS)]
    assert contents == [(f"zebra {visible(text)}".strip(), 0) for text in (PLAIN, *CORPUS.values())]
    assert page.evaluate("window.__pwned__") is None


def test_a_title_is_text(address, page):
    """A title from front matter, which Material prints as it stands.

    The page needs one as soon as its first heading holds text of others: from
    a heading alone Material makes ``<title>`` with Jinja's ``striptags``, which
    turns references into characters again, so that ``</title>`` ends it.
    """
    page.goto(f"{address}title/")
    assert page.title() == f"{TITLE} - Hostile"
    assert TITLE in page.inner_text(".md-header__topic >> nth=1")
    assert page.text_content("h1").startswith(TITLE)
    assert page.locator("img, title:not(head > title):not(svg title)").count() == 0
    page.goto(f"{address}hostile/")  # where it is the next page, and in the navigation
    assert page.locator("img").count() == 0
    assert TITLE in page.text_content(".md-footer__link--next")
    assert page.evaluate("window.__pwned__") is None


@pytest.mark.parametrize("query", ["zebra", "script", "onerror", "img", "lt", "amp", "b"])
def test_search_shows_text(address, page, query):
    """Results are made of the index by way of innerHTML, highlighted by word."""
    page.goto(f"{address}?q={query}")
    page.wait_for_function(
        "/matching|No /.test(document.querySelector('.md-search-result__meta').textContent)"
    )
    results = page.evaluate(RESULTS)
    shown = {f"s{i}": text for i, text in enumerate([PLAIN, *CORPUS.values()])}
    assert len(results) >= (len(CORPUS) if query == "zebra" else query not in {"lt", "amp"})
    for result in results:
        assert set(result["elements"]) <= {"H2", "P", "UL", "LI", "CODE", "PRE", "MARK"}, result
        # Material puts zero-width spaces where Chinese words may part, and takes them out.
        text = f"zebra {visible(shown[result['id']])}".replace("\u200b", "")
        assert result["heading"].replace("\u200b", "").split() == text.split()
    assert page.evaluate("window.__pwned__") is None


def test_the_watch_sees_what_a_page_should_not_do(browser, tmp_path):
    """The tests above pass because nothing happens, not because nobody looks."""
    from support.browser import watched

    (tmp_path / "index.html").write_text(
        "<!DOCTYPE html><link rel=icon href=data:,><img src=http://evil.example/x.png>"
        "<script>alert(1)</script><script>throw Error('thrown')</script>"
        "<script>console.error('said')</script>",
        "utf-8",
    )
    with serve(tmp_path) as address, watched(browser) as (page, problems):
        page.goto(address)
        page.evaluate("1")
    found = "\n".join(problems)
    for problem in ("request to http://evil.example/x.png", "dialog: 1", "thrown", "console: said"):
        assert problem in found


def test_the_link_check_sees_what_is_wrong(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "index.html").write_text(
        "<article><h1 id=x>A &amp; <code>b</code><a class=headerlink href=#x>¶</a></h1>"
        "<h3 id=x>c</h3></article><h2>d</h2><a href=a/#y></a><a href=a/#z></a><a href=b></a>"
        "<img src=https://example.org/x><a href=https://site.org/p/a/#y></a><a href=../../></a>",
        "utf-8",
    )
    (tmp_path / "a" / "index.html").write_text(
        "<p id=y><a href=../#x></a><a href=/p/></a>", "utf-8"
    )
    found = [line.rsplit(": ", 1) for line in check_links(tmp_path, site_url="https://site.org/p/")]
    assert found == [
        ["index.html", "id 'x' occurs 2 times"],
        ["index.html: a href='a/#z'", "no id 'z' there"],
        ["index.html: a href='b'", "nothing is there"],
        ["index.html: img src='https://example.org/x'", "leads out of the site"],
        ["index.html: a href='../../'", "leads out of /p/"],
    ]
    source = (tmp_path / "index.html").read_text("utf-8")
    assert outline(source) == [(1, "x", "A & b"), (3, "x", "c")]


@pytest.mark.parametrize(
    ("path", "status"), [("p/q/", 200), ("p/q/a", 301), ("p/q/b/", 404), ("", 404), ("../x", 404)]
)
def test_the_server_mounts_a_site_below_a_path(tmp_path, path, status):
    (tmp_path / "a").mkdir()
    for name in ("index.html", "a/index.html", "404.html"):
        (tmp_path / name).write_text(name, "utf-8")
    with serve(tmp_path, "p/q") as address:
        assert address.endswith("/p/q/")
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
        connection.request("GET", f"/{path}")
        answer = connection.getresponse()
        found = answer.read()
        connection.close()
    assert (answer.status, found == b"404.html") == (status, status == 404)
