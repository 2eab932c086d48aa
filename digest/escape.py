"""The one place where text of others is made safe to print.

Commit subjects and bodies, paths, names of authors and answers of models reach
a page only through one of these functions:

==============  ===============================================================
:func:`markdown`  one line, anywhere in a Markdown page: paragraph, list item,
                  heading, table cell, link text, inside inline HTML
:func:`block`     many lines, inside a ``<pre>`` that is one line of Markdown
:func:`html`      one line, in an attribute or element of HTML that we write,
                  whether Markdown reads the file afterwards or not
:func:`url`       a link's destination, in Markdown or in HTML
:func:`yaml`      a value in a page's front matter
:func:`data`      arrays of texts and numbers, inside a ``<script>`` that is no script
:func:`data`      arrays of texts and numbers, inside a ``<script>`` that is no script
:func:`plain`     one line for a machine or a plain text, where nothing is markup
:func:`xml`       one line in HTML or XML that Markdown does not read
:func:`commonmark`  one line of plain CommonMark that is meant to be read as it is
==============  ===============================================================

The method is the same in all dialects.  CommonMark 0.31 says in section 2.5
that a numeric character reference stands for its character as text and can
never form structure ("cannot be used in place of symbols indicating
structure"); HTML says the same; Python-Markdown puts references aside before
any other inline pattern may look at them, and its preprocessors and block
processors see only ``&#42;``.  So each ASCII character that some dialect or
extension may read becomes a reference.  Backslashes would not do: they are
kept inside code, they do not exist in HTML, and extensions that work on lines
(snippets, superfences, macros) do not know them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import quote, urlsplit

_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Characters that reorder their surroundings ("Trojan Source", CVE-2021-42574)."""

_UNENCODABLE = ((0xD800, 0xDFFF), (0xFFFE, 0xFFFF))
"""Halves of surrogate pairs are not UTF-8; the other two are not allowed in XML."""

_JOINTS = "-./"
"""Stay readable between two letters or digits, as in paths and versions."""


def _reference(char: str) -> str:
    """Return the numeric character reference of a character."""
    return f"&#{ord(char)};"


def _table() -> dict[str, str]:
    """Return what each character that may not stay as it is turns into."""
    # The comma is the one mark of punctuation that no dialect reads.
    table = {chr(code): _reference(chr(code)) for code in range(0x21, 0x7F)}
    for harmless in [char for char in table if char.isalnum()] + [","]:
        del table[harmless]
    # Controls are shown by the pictures that Unicode has for them.  That takes
    # STX and ETX, between which Python-Markdown keeps what it has put aside.
    table |= {chr(code): chr(0x2400 + code) for code in range(0x20)}
    table["\x7f"] = "\N{SYMBOL FOR DELETE}"
    table |= {chr(code): "\N{REPLACEMENT CHARACTER}" for code in range(0x80, 0xA0)}
    # Whatever str.splitlines() takes for the end of a line is a space here.
    table |= dict.fromkeys("\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029", " ")
    # str.strip() eats every kind of space, not only ASCII's; so does \s.
    wide = "\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
    table |= {char: _reference(char) for char in wide}
    # The one combining character that composes with ASCII punctuation: raw, it
    # would turn the > of the tag before it into another letter under NFC.
    table["\u0338"] = _reference("\u0338")
    for code in _BIDI:
        table[chr(code)] = f"&#91;U&#43;{code:04X}&#93;"
    return table


_INLINE = _table()
_BLOCK = _INLINE | {"\t": "&#9;"} | dict.fromkeys("\n\r\x85\u2028\u2029", "&#10;")

_SPECIAL = re.compile(
    # One class at the front keeps the search fast …
    "["
    + re.escape("".join(_INLINE))
    + "".join(f"{chr(first)}-{chr(last)}" for first, last in _UNENCODABLE)
    + "]"
    # … and a joint is taken only where one of these holds:
    + r"""(?:
      (?<![-./])            # it is no joint at all
    | (?![^\W_])            # no letter or digit follows
    | (?<![^\W_].)          # none goes before
    | (?<=[Ww]{3}\.)        # www. begins a link in several dialects
    | (?<=[0-9]/)(?=[0-9])  # 1/2 is a fraction to smartsymbols
    | (?<=[Cc]/)(?=[Oo])    # and c/o is care-of
    )""",
    re.VERBOSE,
)
_ORDINAL = re.compile(r"([0-9])([SsNnRrTt])(?=[TtDdHh]\b)")
"""``1st`` and the like, which smartsymbols raises; the letter is to be hidden."""

_OBJECT_NAME = re.compile(r"[0-9A-Fa-f]{40,}")
"""A bare object name, which magiclink makes a link to the repository *it* knows."""

_PIECE = re.compile(r"([0-9A-Fa-f])([0-9A-Fa-f]{0,31})")
_LOOSE_SPACES = re.compile(r"^ +| +$|(?<= ) +")


def _inline(match: re.Match[str]) -> str:
    return _INLINE.get(match[0], "\N{REPLACEMENT CHARACTER}")


def _multiline(match: re.Match[str]) -> str:
    return _BLOCK.get(match[0], "\N{REPLACEMENT CHARACTER}")


def _spaces(match: re.Match[str]) -> str:
    return "&#32;" * len(match[0])


def _ordinal(match: re.Match[str]) -> str:
    return match[1] + _reference(match[2])


def _piece(match: re.Match[str]) -> str:
    return _reference(match[1]) + match[2]


def _object_name(match: re.Match[str]) -> str:
    return _PIECE.sub(_piece, match[0])


def _words(text: str) -> str:
    """Hide the few words of letters and digits alone that an extension reads."""
    text = _ORDINAL.sub(_ordinal, text)
    return _OBJECT_NAME.sub(_object_name, text) if len(text) >= 40 else text  # noqa: PLR2004


def html(text: str) -> str:
    """Return one line of text for an attribute or an element of our own HTML.

    Markdown's characters are escaped like HTML's, because most of the HTML
    that we write stands in a Markdown page, and there ``title="$x$"`` or
    ``title="[a](b)"`` would be read.  The result is XML as well.
    """
    return _words(_SPECIAL.sub(_inline, text))


def markdown(text: str) -> str:
    """Return one line of text for any place in a Markdown page.

    Line breaks and tabs become spaces; other controls and the characters that
    change the direction of text become visible; all else, emoji and CJK
    included, is shown as it is written, spaces too.
    """
    text = html(text)
    # Spaces at an end would be stripped, four at the start are a code block,
    # two at the end a line break.
    if "  " in text or text[:1] == " " or text[-1:] == " ":
        text = _LOOSE_SPACES.sub(_spaces, text)
    return text


def block(text: str) -> str:
    """Return text of many lines for a ``<pre>`` element on one Markdown line.

    The element must open and close on that line, so that no dialect looks for
    its end, or for Markdown, on a later one.  Line breaks and tabs are kept.
    """
    text = _words(_SPECIAL.sub(_multiline, text.replace("\r\n", "\n")))
    # HTML drops a line break right behind <pre>, reference or not.
    if text.startswith("&#10;"):
        return "&#32;" + text
    return text


_HOST = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_NOT_IN_PATH = re.compile(r"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9./%-]+")
_DOTS = re.compile(r"\.{1,2}")


def _encode(text: str) -> str:
    """Percent-encode all but letters, digits, ``-``, ``.`` and ``/``."""
    try:
        data = text.encode("utf-8", "surrogateescape")  # git's bytes as they were
    except UnicodeEncodeError:
        data = text.encode("utf-8", "replace")
    # "_" and "~" need no encoding in a URL, but they mean something in Markdown.
    return quote(data, safe="/").replace("_", "%5F").replace("~", "%7E")


@lru_cache(maxsize=256)
def _base(base: str) -> str:
    """Return a configured base without a slash at its end, or raise ValueError."""
    parts = urlsplit(base)
    if parts.scheme not in {"http", "https"}:
        raise ValueError(f"{base!r} is no base for links: only http and https are")
    if not _HOST.fullmatch(parts.netloc):
        raise ValueError("a base for links needs a plain host, without user information")
    if parts.query or parts.fragment:
        raise ValueError(f"{base!r} is no base for links: it has a query or a fragment")
    path = _NOT_IN_PATH.sub(lambda match: _encode(match[0]), parts.path)
    return f"{parts.scheme}://{parts.netloc}{path}".rstrip("/")


def url(base: str, *segments: str, fragment: str = "") -> str:
    """Return a URL below a configured base, for Markdown and for HTML.

    Each segment may be a path of its own.  Nothing in it leads out of the
    base, and nothing in the result means anything to Markdown or to HTML.

    Arguments:
        base: an ``http`` or ``https`` URL from the configuration.
        segments: what comes below it, such as ``blob``, a sha, a file's path.
        fragment: what comes behind ``#``, such as ``L10``.

    Raises:
        ValueError: the base is something else.
    """
    path = ""
    for name in "/".join(segments).split("/"):
        # Browsers resolve "%2E%2E" like "..": only an encoded percent sign stays below.
        if _DOTS.fullmatch(name):
            path += "/" + name.replace(".", "%252E")
        elif name:
            path += "/" + _encode(name)
    return _base(base) + path + ("#" + quote(fragment, safe="") if fragment else "")


_SCALAR = {char: safe for char, safe in _INLINE.items() if not "!" <= char <= "~"} | {
    char: _reference(char) for char in "&<>\"'"
}


def _scalar(match: re.Match[str]) -> str:
    char = match[0]
    return _SCALAR.get(char, char if char.isascii() else "\N{REPLACEMENT CHARACTER}")


def yaml(text: str) -> str:
    """Return a double-quoted scalar for front matter, which is JSON as well.

    Themes print a title from front matter as HTML, unescaped (Material does in
    ``<title>``, header, navigation and search index), so it is escaped for
    HTML here; nothing reads it as Markdown.  A page whose first heading holds
    text of others must have such a title: from a heading alone Material makes
    ``<title>`` with Jinja's ``striptags``, which turns references back into
    characters, so that a commit's ``</title><script>`` would run.  Braces are written so that a
    template engine does not see its own.
    """
    scalar = json.dumps(_SPECIAL.sub(_scalar, text), ensure_ascii=False)
    return scalar.replace("{", "\\u007b").replace("}", "\\u007d")


_PLAIN = {chr(code): _INLINE[chr(code)] for code in (*range(0x20), *range(0x7F, 0xA0))}
_PLAIN |= dict.fromkeys("\u2028\u2029", " ")
_PLAIN |= {chr(code): f"[U+{code:04X}]" for code in _BIDI}
_NOT_PLAIN = re.compile(
    f"[{re.escape(''.join(_PLAIN))}"
    f"{''.join(f'{chr(first)}-{chr(last)}' for first, last in _UNENCODABLE)}]"
)
_XML = {char: _reference(char) for char in "&<>\"'\u0338"}
_MARKUP = re.compile(f"[{re.escape(''.join(_XML))}]")


def plain(text: str) -> str:
    """Return one line of text where nothing is markup: a value in JSON, a plain title.

    What would not be seen, or would reorder what is seen, is shown as on the pages;
    what comes out is UTF-8, and made of characters that XML allows.
    """
    return _NOT_PLAIN.sub(lambda match: _PLAIN.get(match[0], "\N{REPLACEMENT CHARACTER}"), text)


def xml(text: str) -> str:
    """Return one line of text for an element or an attribute that Markdown does not read."""
    return _MARKUP.sub(lambda match: _XML[match[0]], plain(text))


_CONSTRUCTS = re.compile(
    r"""[\\`*<>\[\]|~$]                      # mean something anywhere
      | _(?![^\W_])|(?<![^\W_])_            # an underscore, but for one within a word
      | &(?=[#A-Za-z])                     # a reference
      | \A(?:\#{1,6}|[+-]|-+|=+)(?=[ ]|\Z)  # begins a block where the text begins a line
      | \A[0-9]{1,9}(?=[.)])
      | \#(?=\#*[ ]*\Z)                    # ends a heading
      | :(?=//)|(?<=[Ww]{3})\.             # addresses that some dialects make links of
    """,
    re.VERBOSE,
)


def _backslashed(match: re.Match[str]) -> str:
    # Of "1." it is the point that can be escaped: a digit cannot.
    return f"{match[0]}\\" if match[0].isdigit() else f"\\{match[0]}"


def commonmark(text: str) -> str:
    """Return one line of text for CommonMark that people and programs read unrendered.

    ``markdown`` is safe in more dialects, but its references are hard to read.  Here only
    what CommonMark (section 2.4), GitHub's tables and links and common mathematics would
    read is escaped, by backslashes.
    """
    shown = plain(text)
    start = len(shown) - len(shown.lstrip(" "))
    return shown[:start] + _CONSTRUCTS.sub(_backslashed, shown[start:])


_NOT_IN_DATA = re.compile(r'[^A-Za-z0-9\[\],"\\ ]')


def data(value: Sequence[object]) -> str:
    r"""Return JSON for ``<script type="application/json">`` on one line of Markdown.

    Arrays of texts, whole numbers and arrays only: objects would need braces, which
    template engines read.  Nearly all that is not a letter or a digit is written
    as ``\uXXXX``, so that nothing in it ends the element or means anything to Markdown.

    Raises:
        ValueError: there is something else in it.
    """
    text = json.dumps(value, separators=(",", ":"))
    for item in _flat(value):
        if not (isinstance(item, str) or (type(item) is int and item >= 0)):
            raise ValueError(f"{item!r} is neither a text nor a number that is counted")
    return _NOT_IN_DATA.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _flat(value: Sequence[object]) -> Iterator[object]:
    for item in value:
        if isinstance(item, (list, tuple)):
            yield from _flat(item)
        else:
            yield item
