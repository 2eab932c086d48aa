"""Lines of HTML that no parser looks into: the HTML is what it would be without."""

from __future__ import annotations

from functools import cache
from typing import cast

import markdown
import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from digest.rendering.htmllines import HtmlLines, whole

EXTENSIONS = ["attr_list", "md_in_html", "tables", "toc", "fenced_code"]

PUT_BY = [
    "<p>One</p>",
    '<div class="a" data-x><span lang="en">a &#40;b&#41;</span> <br> c</div>',
    '<details class="d"><summary>S</summary><pre>x&#10;y</pre><ul><li>a</li></ul></details>',
    '<div><svg viewBox="0 0 1 1"><rect width="1"></rect></svg></div>',
    '<ul><li><a href="#x">x</a></li></ul>',
]
LEFT = [
    '<p id="here">An id</p>',
    '<p><a name="there">A name</a></p>',
    '<div markdown="1">*Markdown*</div>',
    "<p>no end",
    "<p>wrong</div>",
    "<p>crossed <b><i>x</b></i></p>",
    "<p>one</p><p>two</p>",
    "<p>one</p> behind",
    "<p>AT&T &copy</p>",
    "<div><script>1 < 2</script></div>",
    "<div><textarea><b></textarea></div>",
    "<div><hr></div>",
    "<span>inline</span>",
    " <p>indented</p>",
    "<P>Large</P>",
    "<p>a < b</p>",
    "<p title='x'>quoted</p>",
]
AROUND = [
    "{}",
    "Text\n\n{}\n\nText *behind*",
    "Text\n{}\n\nno blank line before",
    "{}\nno blank line behind",
    "- a list\n\n    {}\n\n- more",
    "> a quote\n\n{}",
    '<div markdown="1">\n\n{}\n\n*within*\n\n</div>\n\n{}',
    "<div>\n\n{}\n\nraw\n\n</div>\n\n{}",
    "<!-- a comment\n\n{}\n\n-->\n\n{}",
    "```\n\n{}\n\n```\n\n{}",
    "<div>\n\n{}\n\nnever closed",
    "</div>\n\n{}",
]
HEADINGS = [
    "## Plain { #plain }",
    '### <span lang="en">feat&#40;x&#41;&#58; a-b, c&#95;d</span> { #abc .entry data-x="1" }',
    "### 标题 &#35;1 { #t }",
    "### *Marked* `code` { #m }",
    "### No anchor &#40;x&#41;",
    "### [link](#plain) &#40;x&#41; { #l }",
    "#### Word { #w data-toc-label='x' }",
]
SPANS = [
    (
        '- <span class="w">2026-02-13</span> [<span lang="en">fix&#40;x&#41;&#58; d</span>](#end)'
        '<br><span class="digest-why">文字&#32;<code>kv&#95;r</code>。<br>More</span>'
    ),
    '- **[a](#end)** 3 <span class="digest-why"><span lang="en">a &#35;1</span> · b</span>',
    (
        '| <span class="a b">x</span> | [<span lang="en">y</span>](#end){ .z } |\n|---|---|\n'
        '| <span lang="en">v&#58;1</span> | <span>w</span> |'
    ),
    '- <span class="a">one</span> *two* <span class="a">three</span>\n\n    more',
    '- `<span class="a">code</span>` <span class="a">text</span>',
    '- \\<span class="a">text</span> &lt;span>x</span>',
    '- <span id="here">an id</span> <span class="a" id="there">an id</span>',
    '- <span class="a">*marked*</span> <span class="a">`code`</span>',
    '- <span class="a">no <b>other</b> elements</span> <span class="a">no end',
    "- <span class='a'>quoted</span> <span class=\"a\">AT&T</span> <SPAN>x</SPAN>",
    '- <span class="a">HTML</span> and <span class="a">(c) "quoted" -- 1/2 +- x</span>',
]


@cache
def _config() -> MkDocsConfig:
    """Validated once, for which all that is installed is asked for its plugins."""
    config = MkDocsConfig()
    config.load_dict({"site_name": "x", "markdown_extensions": [], "docs_dir": "."})
    config.validate()
    return config


def convert(text: str, *, lines: bool, extensions: list[str] | None = None) -> tuple[object, ...]:
    """What MkDocs makes of a text, and what it knows of it."""
    extensions = extensions or EXTENSIONS
    found = [*extensions, HtmlLines(extensions)] if lines else extensions
    config = _config()
    config.markdown_extensions = cast("list[str]", found)
    page = Page(None, File("a.md", ".", ".", use_directory_urls=True), config)
    page.markdown = text
    page.render(config, Files([]))
    contents = [(item.id, item.title) for item in page.toc]
    links = {file.src_uri: found for file, found in (page.links_to_anchors or {}).items()}
    return page.content, contents, page.present_anchor_ids, page.title, links


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("line", [*PUT_BY, *LEFT])
def test_the_html_is_the_same(line: str, around: str) -> None:
    text = f"# Title\n\n{around.replace('{}', line)}\n\n## End {{ #end }}\n"
    assert convert(text, lines=True) == convert(text, lines=False)


@pytest.mark.parametrize("line", PUT_BY)
def test_a_line_that_is_plainly_whole_is_put_by(line: str) -> None:
    md = markdown.Markdown()
    assert whole(["Text", "", line, "", "Text"], md.is_block_level) == [2]


@pytest.mark.parametrize("line", LEFT)
def test_what_is_not_plain_is_left_to_the_parsers(line: str) -> None:
    md = markdown.Markdown()
    assert whole(["Text", "", line, "", "Text"], md.is_block_level) == []


@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize("more", [[], ["smarty"], ["abbr"]])
def test_headings_are_the_same(heading: str, more: list[str]) -> None:
    text = f"{heading}\n\n<p>HTML</p>\n\n{heading} again\n\n*[Word]: Explained\n"
    extensions = [*EXTENSIONS, *more]
    ours, theirs = (convert(text, lines=lines, extensions=extensions) for lines in (True, False))
    assert ours == theirs


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("spans", SPANS)
def test_spans_are_the_same(spans: str, around: str) -> None:
    text = f"# Title\n\n{around.replace('{}', spans)}\n\n## End {{ #end }}\n"
    assert convert(text, lines=True) == convert(text, lines=False)


@pytest.mark.parametrize("more", ["smarty", "abbr", "pymdownx.smartsymbols", "pymdownx.betterem"])
@pytest.mark.parametrize("spans", SPANS)
def test_spans_are_the_same_with_other_extensions(spans: str, more: str) -> None:
    text = f"{spans}\n\n<p>HTML</p>\n\n{spans}\n\n## End {{ #end }}\n\n*[HTML]: Explained\n"
    extensions = [*EXTENSIONS, more]
    ours, theirs = (convert(text, lines=lines, extensions=extensions) for lines in (True, False))
    assert ours == theirs


def test_a_span_of_words_is_put_by_at_once() -> None:
    md = markdown.Markdown(extensions=[*EXTENSIONS, HtmlLines(EXTENSIONS)])
    md.convert(SPANS[0])
    stored = [item for item in md.htmlStash.rawHtmlBlocks if "&#" in str(item)]
    assert len(stored) == 2, "not each of their references"
