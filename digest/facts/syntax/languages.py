"""The languages that are parsed: their files, grammars and the shapes of their lines."""

from __future__ import annotations

import functools
import importlib
import re
import time
from typing import TYPE_CHECKING, cast

import msgspec

if TYPE_CHECKING:
    import types

    import tree_sitter

SHORT = 10_000
"""Bytes that are parsed without a limit of time."""
SECONDS = 1.0
"""After which the parsing of a longer text is given up; ordinary code takes a tenth at most."""

_GRAMMARS = {
    "python": ("tree_sitter_python", "language"),
    "rust": ("tree_sitter_rust", "language"),
    "go": ("tree_sitter_go", "language"),
    "javascript": ("tree_sitter_javascript", "language"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "java": ("tree_sitter_java", "language"),
    "c": ("tree_sitter_c", "language"),
    "cpp": ("tree_sitter_cpp", "language"),
}
"""Language → module of its grammar and the function in it.  Imported when first met."""

_ENDINGS = {
    "python": "py pyi",
    "rust": "rs",
    "go": "go",
    "javascript": "js jsx mjs cjs",
    "typescript": "ts mts cts",
    "tsx": "tsx",
    "java": "java",
    "c": "c",
    # Nobody can tell a header of C from one of C++ by its name; the larger language reads both.
    "cpp": "cc cpp cxx h hh hpp hxx h++ c++ cu cuh ipp inl tpp",
}
_LANGUAGES = {
    ending: language for language, endings in _ENDINGS.items() for ending in endings.split()
}


@functools.lru_cache(maxsize=16_384)
def language_of(path: str) -> str | None:
    """The language of a file, by its name; None where it is none that is parsed.

    Arguments:
        path: as git has it.
    """
    return _LANGUAGES.get(path.rpartition(".")[2].lower())


@functools.cache
def grammar(language: str) -> tree_sitter.Language:
    """The grammar of a language, loaded once."""
    module, function = _GRAMMARS[language]
    pointer = getattr(importlib.import_module(module), function)()
    return cast("tree_sitter.Language", library().Language(pointer))


@functools.cache
def parser(language: str) -> tree_sitter.Parser:
    """A parser of a language, made once."""
    return cast("tree_sitter.Parser", library().Parser(grammar(language)))


def parse(language: str, source: bytes) -> tree_sitter.Tree | None:
    """The syntax tree of a text; None where it takes too long.

    Arguments:
        language: one of those that :func:`language_of` tells.
        source: the text.  Some hostile ones take time with the square of their length.
    """
    made = parser(language)
    if len(source) <= SHORT:
        return made.parse(source)
    end = time.monotonic() + SECONDS
    try:
        return made.parse(
            lambda place, _: source[place : place + SHORT],
            progress_callback=lambda _place, _failed: time.monotonic() > end,
        )
    except ValueError:  # it was stopped
        made.reset()
        return None


def library() -> types.ModuleType:
    """The parser library, imported when first needed."""
    return importlib.import_module("tree_sitter")


class Shape(msgspec.Struct, frozen=True):
    """What the lines of a language look like, as far as slices are cut by them."""

    header: re.Pattern[bytes]
    """The start of a line that begins a definition."""
    name: re.Pattern[bytes]
    """Finds the name of what a header defines, in group ``name``."""
    opens: re.Pattern[bytes]
    """The end of a line behind which a block begins."""
    tokens: re.Pattern[bytes]
    """Strings, comments and brackets, whichever comes first."""
    fences: tuple[bytes, ...]
    """Marks of strings of many lines: behind an odd number of them, one is open."""
    adorns: tuple[bytes, ...]
    """What lines begin with that belong to the definition below them."""
    blocks: bool
    """Whether braces hold blocks; in Python, indentation does."""
    holds: re.Pattern[bytes]
    """The start of a line whose block holds declarations."""
    raw: tuple[bytes, bytes] | None = None
    """Marks that a string of many lines begins and ends with, where they differ."""
    step: int = 2
    """Columns up to which nothing but the first column counts as less."""


_PYTHON = Shape(
    header=re.compile(rb"[ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+\w"),
    name=re.compile(rb"(?:def|class)[ \t]+(?P<name>\w+)"),
    opens=re.compile(rb":[ \t]*(?:#.*)?\Z"),
    tokens=re.compile(rb'"""|\'\'\'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|#[^\n]*|[()\[\]{}]'),
    fences=(b'"""', b"'''"),
    adorns=(b"@",),
    blocks=False,
    holds=re.compile(rb"[ \t]*class\b"),
    step=4,
)
_BRACED = re.compile(rb"\{[ \t]*(?://.*|/\*.*)?\Z")
_C_TOKENS = re.compile(
    rb'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|//[^\n]*|/\*(?s:.*?)(?:\*/|\Z)|[()\[\]{}]'
)
_RUST = Shape(
    header=re.compile(
        rb"[ \t]*(?:pub(?:\([^)\n]{0,60}\))?[ \t]+)?"
        rb"(?:(?:default|async|const|unsafe|extern(?:[ \t]+\"[^\"\n]{0,40}\")?)[ \t]+){0,4}"
        rb"(?:fn|struct|enum|union|trait|impl|mod)\b"
    ),
    name=re.compile(
        rb"\b(?:fn|struct|enum|union|trait|mod)[ \t]+(?P<name>\w+)"
        rb"|\bimpl\b(?:[ \t]*<[^{]*>)?[ \t]+(?:[^{]*[ \t]for[ \t]+)?&?(?:\w+::)*(?P<type>\w+)"
    ),
    opens=_BRACED,
    # A lifetime is no character: nothing closes it.
    tokens=re.compile(
        rb'r#"(?s:.*?)(?:"#|\Z)|"(?s:[^"\\]|\\.)*"|\'(?:[^\'\\\n]|\\[^\n]{1,8})\'|//[^\n]*'
        rb"|/\*(?s:.*?)(?:\*/|\Z)|[()\[\]{}]"
    ),
    fences=(),
    adorns=(b"#[",),
    blocks=True,
    holds=re.compile(
        rb"[ \t]*(?:pub\b[^{;=]{0,80}?)?(?:unsafe[ \t]+)?"
        rb"(?:enum|trait|impl|mod(?![ \t]+tests?\b))\b"
    ),
    raw=(b'r#"', b'"#'),
    step=4,
)
_GO = Shape(
    header=re.compile(rb"(?:func|type)\b"),
    name=re.compile(rb"func[ \t]+(?:\([^)]*\)[ \t]*)?(?P<name>\w+)|type[ \t]+(?P<type>\w+)"),
    opens=_BRACED,
    tokens=re.compile(
        rb"`[^`]*(?:`|\Z)|" + _C_TOKENS.pattern,
    ),
    fences=(b"`",),
    adorns=(),
    blocks=True,
    holds=re.compile(rb"(?:type|const|var)\b"),
)
_SCRIPT = Shape(
    header=re.compile(
        rb"[ \t]*(?:(?:export|default|declare|abstract|async)[ \t]+){0,4}"
        rb"(?:class|interface|enum|function|namespace|module)\b"
    ),
    name=re.compile(
        rb"(?:class|interface|enum|function\*?|namespace|module)[ \t]+(?P<name>[\w$]+)"
    ),
    opens=_BRACED,
    tokens=_GO.tokens,
    fences=(b"`",),
    adorns=(b"@",),
    blocks=True,
    holds=re.compile(
        rb"[ \t]*(?:(?:export|default|declare|abstract)[ \t]+){0,4}(?:class|namespace|module)\b"
    ),
)
_JAVA = Shape(
    header=re.compile(
        rb"[ \t]*(?:(?:public|protected|private|static|final|abstract|sealed|strictfp)[ \t]+){0,5}"
        rb"(?:class|interface|enum|record|@interface)\b"
    ),
    name=re.compile(rb"(?:class|interface|enum|record)[ \t]+(?P<name>\w+)"),
    opens=_BRACED,
    tokens=_C_TOKENS,
    fences=(b'"""',),
    adorns=(b"@",),
    blocks=True,
    holds=re.compile(rb"[ \t]*(?:\w+[ \t]+){0,5}(?:class|interface|enum|record|@interface)\b"),
)
_C = Shape(
    header=re.compile(
        rb"[ \t]*(?:typedef[ \t]+)?(?:class|struct|union|enum|namespace|inline[ \t]+namespace)\b"
        rb"|[ \t]*template\b|[ \t]*extern[ \t]+\"C\""
    ),
    name=re.compile(
        rb"(?:class|struct|union|enum|namespace)[ \t]+(?:class[ \t]+)?"
        rb"(?:[A-Z_0-9]+[ \t]+)?(?P<name>[\w:]+)"
    ),
    opens=_BRACED,
    tokens=_C_TOKENS,
    fences=(),
    adorns=(b"template",),
    blocks=True,
    holds=re.compile(
        rb"[ \t]*(?:typedef[ \t]+|inline[ \t]+)?(?:class|struct|union|namespace|extern)\b"
        rb"(?![^{]*\))"
    ),
)
SHAPES = {
    "python": _PYTHON,
    "rust": _RUST,
    "go": _GO,
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "tsx": _SCRIPT,
    "java": _JAVA,
    "c": _C,
    "cpp": _C,
}
"""Language → how its lines look."""
