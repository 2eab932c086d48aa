"""Names and figures in prose, Chinese or English, told by their shape.

What stands in backticks is code, so most words there are names.  Elsewhere a
name has to look like one: ``snake_case``, ``TwoHumps``, ``--flag``, ``a/b.py``,
``ns::name``, ``name()``, ``v1.2.3``, ``#123``, ``GET /x``.  A plain word may be
a name too; whether it is, only the commit can tell, so it counts if it is
found and says nothing if it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from digest.llm.commonplace import (
    ENDINGS,
    ENDINGS_OF_HOSTS,
    FAMILIAR,
    FAMILIAR_FILES,
    FAMILIAR_FLAGS,
    HOLLOW,
    LITERALS,
    LITTLE,
    PLACES,
    RECEIVERS,
)
from digest.llm.figures import figures_in, is_status

Sort = Literal["code", "path", "name", "word", "member", "figure"]


class Mention(msgspec.Struct, frozen=True):
    """A place in a text that names something."""

    start: int
    end: int
    text: str
    """What to look up: without quotes and brackets, in plain ASCII where that was meant."""
    sort: Sort
    """``code`` is a piece of it; a ``word`` is a name outside of code; a ``member`` is a name with
    those that it belongs to."""
    firm: bool = True
    """Whether it is a claim even where it is not found."""
    parts: tuple[Mention, ...] = ()
    """What to look up one by one where the whole is not found."""


LONGEST = 300
"""Characters of a piece of code that are looked at; a name is shorter."""

# One character for one, so that places stay where they are.
_FLAT = str.maketrans(
    {code: chr(code - 0xFEE0) for code in range(0xFF10, 0xFF5B) if chr(code - 0xFEE0).isalnum()}
    | dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2212, 0xFF0D), "-")
    | dict.fromkeys((0x2013, 0x2014, 0x301C, 0xFF5E, 0x223C), "~")
    | dict.fromkeys((0xA0, 0x2009, 0x202F, 0x3000), " ")
    | {0xFF05: "%", 0xFF0F: "/", 0x2215: "/", 0x2044: "/"}
)
_GROUPS = re.compile(r"(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))")
"""Spaces in large numbers."""
_LEFT_OUT = re.compile(r"(?<=[/_-])…(?=/|$|`)")
"""``lib/…/router.rs``, ``--no-…``"""
_DOTS = re.compile(r"(?<=/)\.{3}|\.{3}(?=/)|(?<![\w.])\.{3}(?=[_-]?\w)")
_ORDER = re.compile(r"\bO\([^()\n]{1,40}\)")
"""``O(n_workers)`` counts what has no name."""
_SPAN = re.compile(rf"(`{{1,3}})([^`\n]{{1,{LONGEST}}})\1")
_HOLES = re.compile(
    r"<[^<>\n]{1,60}>|\$?\{[^{}\n]{0,60}\}|\$\([^()\n]{0,60}\)|\[\[[^\[\]\n]{0,60}\]\]"
    r"|\b[xX]{2,}\b|\bv?X\.Y(?:\.Z)?\b|(?<![\w.])\.{3,}(?![\w.])"
)
"""Places for other people's words."""
_CHUNK = re.compile(rf"[A-Za-z0-9_.@+*/~:$#-]{{1,{LONGEST}}}")
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,10}://[^\s`'\"<>，。；、（）)]{0,300}", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)
_IN_NAMES = re.compile(r"(?:\.|::|->|#)", re.ASCII)
_VERSION = re.compile(r"(?:[vV]\d+(?:\.\d+)+|\d+(?:\.\d+){2,})[\w.+-]*\Z", re.ASCII)
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}\Z")
_PULL = re.compile(r"#\d{2,7}\Z")
_FLAG = re.compile(r"--[A-Za-z][\w.-]*\Z", re.ASCII)
_SHA = re.compile(r"(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,40}\Z")
_HUMPS = re.compile(r"(?:[A-Z]+[a-z0-9]+|[A-Z]{2,}(?=[A-Z][a-z])|[a-z]+(?=[A-Z])|[A-Z]+\Z)")
_HUMP = re.compile(r"[A-Z][a-z]")
_EXAMPLE = re.compile(r"(?:my|your|some|example|foo|bar)[-_]", re.IGNORECASE)
_LINE_NUMBER = re.compile(r"(?::L?\d+(?:-L?\d+)?|#L\d+(?:-L\d+)?)\Z")

_BARE = re.compile(
    r"""
      (?P<url> [a-z][a-z0-9+.-]{1,10}:// [^\s`'"<>，。；、（）)]{0,300} )
    | (?P<route> \b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\ /[\w./{}:<>*-]{0,200} )
    | (?P<flag> (?<![\w-])--[A-Za-z][\w-]{1,80} )
    | (?P<pull> (?<![\w&/])\#\d{2,7}(?!\w) )
    | (?P<path> (?<![\w./-])(?:[~.]{0,2}/)?(?:[\w.@+-]{1,80}/){1,20}[\w@+*-][\w.@+*-]{0,120}/? )
    | (?P<file> (?<![\w./-])[\w+-]{0,80}(?:\.[\w+-]{1,80}){0,6}\.[A-Za-z][A-Za-z0-9]{0,9}(?![\w/]) )
    | (?P<call> (?<![\w.])[A-Za-z_]\w{0,80}(?:(?:\.|::)\w{1,80}){0,8}\(\) )
    | (?P<member> (?<![\w.:])[A-Za-z_]\w{0,80}(?:::\w{1,80}){1,8} )
    | (?P<version> (?<![\w.-])v\d{1,4}(?:\.\d{1,6}){1,4}[\w.+-]{0,30}
                 | (?<![\w.-])\d{1,4}(?:\.\d{1,6}){2,4}[\w.+-]{0,30} )
    | (?P<name> (?<![\w.-])(?:[A-Za-z][A-Za-z0-9]{0,60}_\w{1,80}\w
                            | _{0,2}[A-Za-z][A-Za-z0-9]{0,60}_\w{1,80}
                            | [A-Za-z]+[a-z][A-Za-z0-9]{0,80})(?![\w/-]) )
    """,
    re.VERBOSE | re.ASCII,
)


def mentions(text: str) -> Iterator[Mention]:
    """All names and figures of a text, in order; they do not overlap.

    Arguments:
        text: one statement, in any language.
    """
    flat = _GROUPS.sub(",", text).translate(_FLAT)
    flat = _LEFT_OUT.sub("*", flat).replace("…", " ")
    flat = _DOTS.sub("***", flat)
    flat = _ORDER.sub(lambda order: " " * len(order[0]), flat)
    position = 0
    for span in _SPAN.finditer(flat):
        yield from _in_prose(flat, position, span.start())
        mention = _in_code(flat, *span.span(2))
        if mention is not None:
            yield mention
        position = span.end()
    yield from _in_prose(flat, position, len(flat))


def is_shaped(word: str) -> bool:
    """Whether a word looks like a name wherever it stands."""
    bare = word.strip("_")
    if not bare or bare.lower() in FAMILIAR | HOLLOW or _EXAMPLE.match(bare):
        return False
    if "_" in bare:
        return True
    humps = _HUMPS.findall(bare)
    return len(humps) > 1 and len(bare) > 4 and bool(_HUMP.search(bare)) and not bare[0].isdigit()  # noqa: PLR2004


def members_of(name: str) -> list[str]:
    """The names of a member, outermost first."""
    return [piece for piece in _IN_NAMES.split(name) if piece.strip("*-")]


def is_sha(name: str) -> bool:
    """Whether a name is that of an object in git, whole or its beginning."""
    return _SHA.match(name) is not None


def is_file(name: str) -> bool:
    """Whether the end of a name is that of a file."""
    stem, dot, ending = name.rpartition(".")
    return bool(dot) and ending.lower() in ENDINGS and not stem.endswith("/")


def _in_prose(flat: str, start: int, end: int) -> Iterator[Mention]:
    """Names by their shape, figures by their units."""
    position = start
    for match in _BARE.finditer(flat, start, end):
        if match.end() == len(flat) and flat[match.start() - 1 : match.start()] == "`":
            break  # The text was cut off in the middle of a name.
        mention = _shaped(match)
        if mention is None and match.lastgroup != "url":
            continue
        yield from _figures(flat, position, match.start())
        if mention is not None:
            yield mention
        position = match.end()
    yield from _figures(flat, position, end)


def _figures(flat: str, start: int, end: int) -> Iterator[Mention]:
    for figure in figures_in(flat, start, end):
        firm = not is_status(figure, flat)
        yield Mention(*figure.span(), figure[0].strip(), "figure", firm=firm)


def _shaped(match: re.Match[str]) -> Mention | None:  # noqa: PLR0911 - one for each shape
    """What a shape in prose names, if anything."""
    kind, text = match.lastgroup, match[0].rstrip(".,:-")
    start, end = match.start(), match.start() + len(text)
    if kind == "url":
        return None
    if kind == "flag" and text in FAMILIAR_FLAGS:
        return None
    if kind in {"route", "flag", "pull"}:
        return Mention(start, end, text, "name")
    if kind in {"path", "version"} or (kind == "file" and is_file(text)):
        return _classified(text, start, prose=True)
    if kind == "call":
        return _classified(text.removesuffix("()"), start, called=True)
    if kind in {"member", "file"}:
        return _member(text, start, prose=True)
    return Mention(start, end, text, "word") if is_shaped(text) else None


def _in_code(flat: str, start: int, end: int) -> Mention | None:
    """What a piece of code names: one thing, or several."""
    text = flat[start:end].strip()
    start = flat.index(text, start) if text else start
    holed = _HOLES.sub(lambda hole: " " * len(hole[0]), text)
    parts: list[Mention] = []
    position = 0
    for match in _pieces(holed):
        called = holed[match.end() : match.end() + 1] == "(" and match[0][-1:] != "."
        mention = _classified(match[0], start + match.start(), called=called)
        if mention is not None and (mention.firm or mention.parts or len(match[0]) == len(text)):
            parts += _figures(flat, start + position, mention.start)
            parts.append(mention)
            position = mention.end - start
    parts += _figures(flat, start + position, start + len(text))
    if not parts:
        return None
    if len(parts) == 1 and parts[0].end - parts[0].start >= len(text.rstrip("()!/ ")):
        return parts[0]
    return Mention(start, start + len(text), text, "code", firm=False, parts=tuple(parts))


def _pieces(text: str) -> Iterator[re.Match[str]]:
    """What may be names in a piece of code, without addresses."""
    position = 0
    for address in _URL.finditer(text):
        yield from _CHUNK.finditer(text, position, address.start())
        position = address.end()
    yield from _CHUNK.finditer(text, position)


def _classified(  # noqa: PLR0911 - one for each shape
    raw: str, start: int, *, prose: bool = False, called: bool = False
) -> Mention | None:
    """What a run of characters without spaces names."""
    text = raw.lstrip("@:+,=$").removeprefix("HOME/")
    start += len(raw) - len(text)
    text = _LINE_NUMBER.sub("", text.rstrip(".:,+@~$-"))
    end = start + len(text)
    if text.lower() in HOLLOW | LITERALS or not any(map(str.isalnum, text)):
        return None
    if _FLAG.match(text) and "." in text:
        return _separated(text, start, ".")
    if _FLAG.match(text):
        return Mention(start, end, text, "name", firm=text not in FAMILIAR_FLAGS)
    if _PULL.match(text) or _VERSION.match(text):
        return Mention(start, end, text, "name", firm=not _ADDRESS.match(text))
    if "/" in text or ("::" in text and is_file(text)):
        return _path(text, start, prose=prose)
    if text[0].isdigit() and not _SHA.match(text):
        return Mention(start, end, text, "name", firm=False) if _WORDY.search(text) else None
    if is_file(text) and not called:
        familiar = text.lower() in FAMILIAR_FILES or text.lower()[1:] in ENDINGS
        return Mention(start, end, text, "path", firm=not familiar)
    if "::" in text or "." in text or "->" in text:
        return _member(text, start, prose=prose)
    marks = [mark for mark in "*+:" if re.search(rf"[A-Za-z0-9]\{mark}[A-Za-z0-9]", text)]
    if marks:
        return _separated(text, start, marks[0])
    return Mention(start, end, text, "name", firm=_is_firm(text, called=called))


_WORDY = re.compile(r"[A-Za-z]{2,}")


def _is_firm(text: str, *, called: bool) -> bool:
    """Whether a single name in code can only be a name."""
    bare = text.strip("*")
    if bare.lower() in FAMILIAR | HOLLOW | RECEIVERS or _EXAMPLE.match(bare):
        return False
    if _SHA.match(bare):
        return True
    if "-" in bare:
        pieces = bare.lower().split("-")
        several = len(pieces) > 2 or any(map(str.isdigit, pieces))  # noqa: PLR2004
        return is_shaped(bare.replace("-", "_")) and several and not LITTLE & set(pieces)
    return is_shaped(bare) or (called and len(bare) > 3 and bare.islower())  # noqa: PLR2004


def _member(text: str, start: int, *, prose: bool) -> Mention | None:
    """A name with those that it belongs to: ``Foo.bar``, ``ns::name``."""
    end = start + len(text)
    pieces = members_of(text)
    if not pieces or not all(re.fullmatch(r"[\w*$-]+", piece, re.ASCII) for piece in pieces):
        return None
    shaped = any(map(is_shaped, pieces)) or "::" in text
    if prose and ("::" not in text and (not shaped or pieces[-1] in ENDINGS_OF_HOSTS)):
        return None
    firm = shaped or (len(pieces) > 1 and all(len(piece) > 1 for piece in pieces))
    common = FAMILIAR | LITERALS | RECEIVERS
    if pieces[-1].lower() in ENDINGS_OF_HOSTS or text.lower() in FAMILIAR_FILES:
        firm = False
    if all(piece.lower() in common or _CONSTANT.match(piece) for piece in pieces):
        firm = False
    return Mention(start, end, text, "member", firm=firm)


_CONSTANT = re.compile(r"(?:MAX|MIN|EPSILON|BITS|Some|None|Ok|Err|Null|new|default)\Z")


def _path(text: str, start: int, *, prose: bool) -> Mention | None:
    """A path, a route, or names with slashes between them."""
    end = start + len(text)
    file, _, name = text.partition("::")
    if name and is_file(text) and not is_file(file):
        return Mention(start, end, text.replace("::", "/"), "path")
    if name:
        return _test(text, file, name, start)
    segments = [segment for segment in text.split("/") if segment.strip("*.")]
    # ``a.rs/b.rs`` are two files.
    if ":" in text or sum(map(is_file, segments)) > 1:
        return _separated(text, start, ":" if ":" in text else "/")
    if not segments or is_file(text):
        return Mention(start, end, text, "path") if segments else None
    return _separated(text, start, "/") if prose else _folder(text, start, segments)


def _test(text: str, file: str, name: str, start: int) -> Mention:
    """``tests/test_a.py::test_b``, as pytest names a test."""
    behind = start + len(file) + 2
    parts = (_classified(file, start), _classified(name, behind, called=True))
    known = tuple(part for part in parts if part is not None)
    return Mention(start, start + len(text), text, "code", firm=False, parts=known)


def _folder(text: str, start: int, segments: list[str]) -> Mention:
    """What has slashes and no ending of a file: a folder, a route, or several names."""
    rooted = text.startswith("/")
    firm = any(map(is_shaped, segments)) or len(segments) > 1 if rooted else text[-1] in "/*"
    firm = firm and not text.startswith(PLACES) and not segments[0].isupper()
    parts = () if firm else tuple(_split(text, start, "/"))
    if not parts and len(segments) > 3 and _DECORATED.search(text):  # noqa: PLR2004
        firm = True
    return Mention(start, start + len(text), text, "path", firm=firm, parts=parts)


_DECORATED = re.compile(r"[\d_.-]")


def _separated(text: str, start: int, mark: str) -> Mention:
    """Several names with a mark between them, unless the whole is found."""
    parts = tuple(_split(text, start, mark))
    sort: Sort = "path" if "/" in text else "name"
    return Mention(start, start + len(text), text, sort, firm=False, parts=parts)


def _split(text: str, start: int, mark: str) -> Iterator[Mention]:
    """The firm names between marks."""
    position = 0
    for piece in text.split(mark):
        if piece and piece != text:
            mention = _classified(piece, start + position)
            if mention is not None and (mention.firm or mention.parts):
                yield mention
        position += len(piece) + len(mark)
