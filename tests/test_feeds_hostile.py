"""Feeds, data and plain texts that are safe whatever commits say."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace
from support import archives
from support.archives import FIRST, day, dependency, flag
from support.hostile import CORPUS
from support.published import LINE, at, check_data, check_feeds, commit, entries, modelled, publish

from digest import escape
from digest.feeds.dialects import CommonMark
from digest.model import (
    Area,
    BreakingChange,
    Claim,
    Entry,
    Evidence,
    Insight,
    Person,
    References,
    Revert,
    Risk,
    Signal,
    Statement,
)


def full(text: str) -> list[Entry]:
    """Entries in which a text stands in each place, for a day."""
    named = Claim(text=text[:20] or "x", verdict="not found")
    said = Statement(text=text or "x", claims=(named,), language=text[:9] or None)
    thing = dependency(text, text, f"{text}2")
    found = commit(
        text,
        FIRST,
        level="high",
        breaking=(BreakingChange(reason="words", text=text),),
        interface=(flag(text, text, f"{text}!"), flag(f"{text}0", None, text)),
        dependencies=(thing,),
        reverts=(Revert(subject=text),),
        references=References(co_authors=(text,)),
        areas=(Area(name=text, category="source", files=1, insertions=1, deletions=0),),
        signals=(Signal(name="unsafe_load", evidence=(Evidence(path=text, line=1),)),),
    )
    phrased = Statement(phrase="summary.add", values={"path": text}, evidence=(LINE,))
    written = modelled(
        found,
        dt.datetime(2026, 2, 14, tzinfo=dt.UTC),
        summary=(said, phrased),
        impact=(said, Statement(phrase=text or "x")),
        insights=(Insight(aspect="security", statements=(Statement(text=f"`{text}`"),)),),
        risks=(Risk(risk=Statement(text=text or "x")),),
    )
    person = replace(written.commit, author=Person(name=text))
    return [replace(written, commit=person)]


class Shape(HTMLParser):
    """What of HTML a reader's program would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, tuple[str, ...]]] = set()
        self.addresses: set[str] = set()
        self.other = 0
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add((tag, tuple(name for name, _ in attrs)))
        self.addresses |= {value or "" for name, value in attrs if name == "href"}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.other += 1

    handle_decl = handle_pi = unknown_decl = handle_comment


ELEMENTS = {
    ("a", ("href",)),
    *((name, ()) for name in ["p", "ul", "li", "h2", "h3", "h4", "code", "strong", "blockquote"]),
}
HARMLESS = re.compile(r"https://(?:github\.com/acme/engine/|digest\.example/sub/path/)[!-~]*")


def safe(data: bytes) -> bool:
    """Whether a text has no character that hides or reorders others, or that XML forbids."""
    text = data.decode()
    return not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe]", text
    )


NAMED = CORPUS | {"cdata": "a ]]> b <![CDATA[ c", "nul": "a\x00b\x1b[31m", "noncharacter": "\ufffe"}
HOSTILE = {name: text.encode("utf-8", "replace").decode() for name, text in NAMED.items()}
PORTIONS = [list(HOSTILE)[start::4] for start in range(4)]


@pytest.mark.parametrize("number", range(4))
def test_hostile_texts_are_only_texts(tmp_path: Path, number: int) -> None:
    names = PORTIONS[number]
    dates = [FIRST + dt.timedelta(number) for number in range(len(names))]
    made = [
        day(date, [at(item, dt.datetime.combine(date, dt.time(12), dt.UTC)) for item in full(text)])
        for date, text in zip(dates, (HOSTILE[name] for name in names), strict=True)
    ]
    settings = archives.settings(tmp_path, *made, language=("en", "zh")[number % 2])
    found = publish(settings, name='<D> & "]]>')
    check_feeds(found)
    check_data(found)
    plain = MarkdownIt("gfm-like", {"linkify": False})
    for path, data in found.items():
        assert safe(data), path
        if path.endswith(".xml"):
            for told in entries(data):
                check_html(told["content"], path)
        elif path.endswith((".md", "llms.txt")):
            check_markdown(plain, data.decode(), path)


def check_html(content: str, path: str) -> None:
    shape = Shape()
    shape.feed(content)
    shape.close()
    assert shape.found <= ELEMENTS, path
    assert not shape.other
    assert not shape.open
    assert all(HARMLESS.fullmatch(address) for address in shape.addresses), path


def check_markdown(parser: MarkdownIt, text: str, path: str) -> None:
    tokens = parser.parse(text)
    kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in tokens}
    blocks = {"heading", "paragraph", "inline", "bullet_list", "list_item", "blockquote"}
    assert kinds <= blocks, (path, kinds - blocks)
    inline = [child for token in tokens for child in token.children or []]
    kinds = {child.type.removesuffix("_open").removesuffix("_close") for child in inline}
    allowed = {"text", "link", "strong", "code_inline", "text_special"}
    assert kinds <= allowed, (path, kinds - allowed)
    links = [str(child.attrs["href"]) for child in inline if child.type == "link_open"]
    assert all(HARMLESS.fullmatch(address) for address in links), path


@pytest.mark.parametrize("name", HOSTILE)
def test_commonmark_shows_a_text_as_it_is(name: str) -> None:
    text = HOSTILE[name]
    dialect = CommonMark()
    for written in (dialect.text(text), dialect.code(text)):
        tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(str(dialect.paragraph(written)))
        shown = "".join(
            child.content for token in tokens for child in token.children or [] if child.content
        )
        plain = " ".join(escape.plain(text).split(" "))
        assert " ".join(shown.split()) == " ".join(plain.split())
