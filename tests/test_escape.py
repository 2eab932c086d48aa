"""Hostile text, in each place of a page, is read as text by each dialect."""

from __future__ import annotations

import json
import re
import string
import unicodedata
from functools import lru_cache
from html.parser import HTMLParser
from urllib.parse import unquote_to_bytes, urlsplit

import jinja2
import markdown
import pytest
import yaml
from support.hostile import CORPUS, PATHS, SHA, visible, visible_block

from digest import escape

PLAIN = "harmless"
"""What a place of a page is compared with: the same page with this word in it."""

EXTENSIONS = {
    "abbr": {},
    "admonition": {},
    "attr_list": {},
    "def_list": {},
    "footnotes": {},
    "md_in_html": {},
    "meta": {},
    "nl2br": {},
    "sane_lists": {},
    "smarty": {},
    "tables": {},
    "toc": {"permalink": True},
    "wikilinks": {},
    "pymdownx.arithmatex": {"generic": True},
    "pymdownx.betterem": {"smart_enable": "none"},
    "pymdownx.blocks.admonition": {},
    "pymdownx.blocks.caption": {},
    "pymdownx.blocks.definition": {},
    "pymdownx.blocks.details": {},
    "pymdownx.blocks.html": {},
    "pymdownx.blocks.tab": {},
    "pymdownx.caret": {},
    "pymdownx.critic": {},
    "pymdownx.details": {},
    "pymdownx.emoji": {},
    "pymdownx.escapeall": {"hardbreak": True, "nbsp": True},
    "pymdownx.fancylists": {},
    "pymdownx.highlight": {},
    "pymdownx.inlinehilite": {},
    "pymdownx.keys": {},
    "pymdownx.magiclink": {
        "repo_url_shortener": True,
        "repo_url_shorthand": True,
        "social_url_shorthand": True,
        "social_url_shortener": True,
        "provider": "github",
        "user": "octo",
        "repo": "cat",
    },
    "pymdownx.mark": {},
    "pymdownx.progressbar": {},
    "pymdownx.quotes": {"callouts": True},
    "pymdownx.smartsymbols": {},
    "pymdownx.snippets": {"check_paths": True, "url_download": False},
    "pymdownx.superfences": {},
    "pymdownx.tabbed": {"alternate_style": True},
    "pymdownx.tasklist": {"custom_checkbox": True},
    "pymdownx.tilde": {},
}

# Where text of others stands, as "@"; the id is one of ours.
MARKDOWN_PLACES = {
    "paragraph": "before\n\n@\n\nafter\n",
    "first line": "@\n",
    "within": "before @ after @\n",
    "lines": "before\n@\n@\nafter\n",
    "list": "- @\n- x @\n    - @\n\n1. @\n",
    "quote": "> @\n",
    "heading": "# x\n\n## @ { #2be83be }\n\n### x @ { #x .y }\n\ntext\n",
    "cells": "| a | b | c |\n|---|---|---|\n| x | @ | y |\n| @ | x @ | @ |\n",
    "header cell": "| @ | @ |\n|---|---|\n| x | y |\n",
    "link": "[@](https://example.org/a) and [x @ y](https://example.org/b){ .c }\n",
    "code": "<code>@</code> and x <code>@</code>\n",
    "emphasis": "**@** and *x @*{ .c }\n",
    "attribute": 'x <span title="@">y</span>\n',
    "admonition": '!!! note "@"\n\n    @\n\n??? note "@"\n\n    x\n',
    "definition": "@\n\n:   @\n",
    "details": '<details markdown="1">\n<summary>@</summary>\n\n@\n\n- @\n\n</details>\n\nafter\n',
    "raw": '<div title="@"><p>@</p></div>\n\nafter\n',
}
BLOCK_PLACES = {
    "pre": "before\n\n<pre>@</pre>\n\nafter\n",
    "pre code": '<pre class="x"><code>@</code></pre>\n\n## after\n',
    "pre in details": '<details markdown="1">\n<summary>x</summary>\n\n<pre>@</pre>\n</details>\n',
    "pre in raw": "<details><summary>x</summary><pre>@</pre></details>\n\nafter\n",
    "pre in list": "- x\n\n    <pre>@</pre>\n\n- y\n",
}
COMMONMARK_PLACES = {
    name: place
    for name, place in MARKDOWN_PLACES.items()
    if name not in {"admonition", "definition"}
}

REFERENCE = re.compile("&#[0-9]+;")
Event = tuple[str, ...]


class Events(HTMLParser):
    """Take HTML apart: tags with their attributes, and the text between them."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []

    def handle_starttag(self, tag, attrs):
        self.events.append(("start", tag, *(f"{name}={value}" for name, value in sorted(attrs))))

    def handle_endtag(self, tag):
        self.events.append(("end", tag))

    def handle_data(self, data):
        if self.events and self.events[-1][0] == "text":
            data = self.events.pop()[1] + data
        self.events.append(("text", data))

    def other(self, data):
        self.events.append(("other", data))

    handle_comment = handle_decl = handle_pi = unknown_decl = other


def events(html: str) -> list[Event]:
    parser = Events()
    parser.feed(html)
    parser.close()
    return parser.events


@lru_cache(maxsize=1)
def python_markdown() -> markdown.Markdown:
    return markdown.Markdown(extensions=list(EXTENSIONS), extension_configs=EXTENSIONS)


def render(source: str) -> str:
    return python_markdown().reset().convert(source)


@lru_cache(maxsize=1)
def commonmark():
    markdown_it = pytest.importorskip("markdown_it", reason="markdown-it-py is not installed")
    return markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"]).render


@lru_cache
def harmless_events(place: str, renderer) -> list[Event]:
    return events(renderer(place.replace("@", PLAIN)))


def check(place: str, safe: str, shown: str, renderer) -> None:
    """Compare a page with the same page that holds a harmless word."""
    expected = [
        tuple(part.replace(PLAIN, shown) for part in event)
        for event in harmless_events(place, renderer)
    ]
    assert events(renderer(place.replace("@", safe))) == expected


def test_the_corpus_is_large_and_finds_what_is_not_escaped():
    """Without escaping, most of it changes a page: the checks below can fail."""
    assert len(CORPUS) >= 80

    def harmful(text):
        try:
            for place in MARKDOWN_PLACES.values():
                check(place, text, visible(text), render)
        except Exception:  # noqa: BLE001  a snippet that is missing is an error, too
            return True
        return False

    found = [name for name, text in CORPUS.items() if harmful(text)]
    assert len(found) > 0.8 * len(CORPUS)


@pytest.mark.parametrize("name", CORPUS)
def test_text_is_text_in_python_markdown(name):
    text = CORPUS[name]
    for place in MARKDOWN_PLACES.values():
        check(place, escape.markdown(text), visible(text), render)
    for place in BLOCK_PLACES.values():
        check(place, escape.block(text), visible_block(text), render)


@pytest.mark.parametrize("name", CORPUS)
def test_text_is_text_in_commonmark(name):
    text = CORPUS[name]
    for place in COMMONMARK_PLACES.values():
        check(place, escape.markdown(text), visible(text), commonmark())
    for place in BLOCK_PLACES.values():
        check(place, escape.block(text), visible_block(text), commonmark())


@pytest.mark.parametrize("name", CORPUS)
def test_text_is_text_in_html(name):
    text = CORPUS[name]
    safe = escape.html(text)
    check("<p title=\"@\" lang='@'>@</p><pre>@</pre>", safe, visible(text), str)
    check("x <i title=\"@\" lang='@'>@</i> y <code>@</code> z", safe, visible(text), render)


@pytest.mark.parametrize("name", CORPUS)
def test_each_result_is_one_line_that_no_template_engine_reads(name):
    text = CORPUS[name]
    for function in (escape.html, escape.markdown, escape.block, escape.yaml):
        safe = function(text)
        assert len(safe.splitlines()) == 1
        assert safe.encode("utf-8").decode("utf-8") == safe
        assert jinja2.Template(safe).render() == safe
        assert unicodedata.normalize("NFC", f">{safe}")[0] == ">"
    for function in (escape.html, escape.markdown, escape.block):
        assert set(string.punctuation) & set(REFERENCE.sub("", function(text))) <= set(",-./")


def test_headings_keep_their_ids_and_contents_list():
    lines = [f"## {escape.markdown(text)} {{ #c{i} }}" for i, text in enumerate(CORPUS.values())]
    render("\n\n".join(lines))
    found = [(token["id"], token["level"]) for token in python_markdown().toc_tokens]
    assert found == [(f"c{i}", 2) for i in range(len(CORPUS))]
    for token, text in zip(python_markdown().toc_tokens, CORPUS.values(), strict=True):
        # Themes print the name as HTML.
        assert events(f"<b>{token['name']}</b>")[1:-1] == [("text", visible(text))]


def test_whole_corpus_on_one_page():
    for place in MARKDOWN_PLACES.values():
        page = "\n\n".join([place] * 2)
        for text in CORPUS.values():
            safe = escape.markdown(text)
            assert page.replace("@", safe).count("\n") == page.count("\n")
    table = "| a | b |\n|---|---|\n" + "".join(
        f"| {escape.markdown(text)} | {i} |\n" for i, text in enumerate(CORPUS.values())
    )
    found = events(render(table))
    assert sum(event[:2] == ("start", "td") for event in found) == 2 * len(CORPUS)
    assert sum(event[:2] == ("start", "table") for event in found) == 1


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("", ""),
        ("fix: a-b in lib/llm/x.rs", "fix&#58; a-b in lib/llm/x.rs"),
        ("v1.2.3, 修复 🎉", "v1.2.3, 修复 🎉"),
        ("a--b ../x www.x.y", "a&#45;&#45;b &#46;&#46;&#47;x www&#46;x.y"),
        ("1/2 and 1st", "1&#47;2 and 1&#115;t"),
        ("  a  b ", "&#32;&#32;a &#32;b&#32;"),
        ("\u202ex\x1b", "&#91;U&#43;202E&#93;x␛"),
        (SHA[:39], SHA[:39]),
    ],
)
def test_markdown_stays_readable(text, safe):
    assert escape.markdown(text) == safe


def test_block_keeps_lines_and_tabs():
    assert escape.block("a\n\tb\r\n\r\nc") == "a&#10;&#9;b&#10;&#10;c"
    assert escape.block("\na") == "&#32;&#10;a"


@pytest.mark.parametrize("name", CORPUS)
def test_yaml_gives_back_what_html_shows(name):
    scalar = escape.yaml(CORPUS[name])
    value = yaml.safe_load(f"---\ntitle: {scalar}\nx: y\n")
    assert value == {"title": json.loads(scalar), "x": "y"}
    assert events(f"<i>{value['title']}</i>") == [
        ("start", "i"),
        *([("text", visible(CORPUS[name]))]),
        ("end", "i"),
    ]
    assert events(f'<meta content="{value["title"]}">') == [
        ("start", "meta", f"content={visible(CORPUS[name])}")
    ]


BASE = "https://example.org/owner/name"


@pytest.mark.parametrize("name", CORPUS)
def test_url_stays_below_its_base_and_means_nothing(name):
    text = CORPUS[name]
    made = escape.url(BASE, "blob", SHA, text)
    below = made.removeprefix(f"{BASE}/blob/{SHA}")
    assert below != made
    assert all(char.isascii() and (char.isalnum() or char in "-./%") for char in below)
    assert not {".", "..", "%2E%2E"} & set(below.split("/"))
    for renderer in (render, commonmark()):
        links = [
            event
            for event in events(renderer(f"| a |\n|---|\n| [x]({made}) |\n"))
            if event[:2] == ("start", "a")
        ]
        assert links == [("start", "a", f"href={made}")]


def in_git(path: str) -> bool:
    """Say whether git would hold such a path."""
    return not path.startswith("/") and not {".", ".."} & set(path.split("/"))


@pytest.mark.parametrize("path", [*filter(in_git, PATHS.values())])
def test_url_carries_the_bytes_of_a_path(path):
    found = unquote_to_bytes(urlsplit(escape.url(BASE, path)).path)
    assert found == b"/owner/name/" + path.encode("utf-8", "surrogateescape")


def test_url_joins():
    assert (
        escape.url("https://h.org/", "/a/", "b_c/d~e (f)")
        == "https://h.org/a/b%5Fc/d%7Ee%20%28f%29"
    )
    assert escape.url("https://h.org:8443/x_y%20z") == "https://h.org:8443/x%5Fy%20z"
    assert escape.url("http://[::1]:80/a", "..", ".") == "http://[::1]:80/a/%252E%252E/%252E"
    assert escape.url(BASE, "a.py", fragment="L10") == f"{BASE}/a.py#L10"
    assert escape.url(BASE, fragment='"><b') == f"{BASE}#%22%3E%3Cb"
    assert escape.url(BASE, "\ud83d") == f"{BASE}/%3F"


@pytest.mark.parametrize(
    "base",
    [
        "",
        "/a",
        "javascript:alert(1)",
        "JavaScript://x/%0aalert(1)",
        "data:text/html,x",
        "ftp://example.org",
        "git@example.org:a/b",
        "//example.org",
        "https://",
        "https:///a",
        "https://user:secret@example.org/a",
        "https://example.org/a?b",
        "https://example.org/a#b",
        "https://exa mple.org",
        'https://example.org"onclick=1',
        "https://[x]/",
    ],
)
def test_url_refuses_other_bases(base):
    with pytest.raises(ValueError, match=r"base for links|IPv") as caught:
        escape.url(base, "x")
    assert "secret" not in str(caught.value)
