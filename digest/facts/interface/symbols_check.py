"""What only whole files tell of a symbol: whether it is public, really gone, really new."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.facts.interface.symbols_model import Symbol, key_of, parameters_of
from digest.facts.syntax import names_around, whole_text

if TYPE_CHECKING:
    from digest.facts.diffs import Diff, Side

BODY_LINES = 300
"""Lines of a definition that are compared with another."""

_OTHER: dict[str, Side] = {"old": "new", "new": "old"}
_DEFINES = {
    "python": r"[ \t]*(?:async[ \t]+def|def|class|type)[ \t]+(?P<name>\w+)"
    r"|(?P<value>\w+)[ \t]*[:=]",
    "rust": r"[ \t]*(?:pub[ \t]+)?(?:\w+[ \t]+){0,3}"
    r"(?:fn|struct|enum|union|trait|type|const|static)[ \t]+(?P<name>\w+)"
    r"|[ \t]+(?P<value>[A-Z]\w*)(?:[ \t]*[({=].*)?,?\Z",
    "go": r"func[ \t]+(?:\([^)]*\)[ \t]*)?(?P<name>\w+)|(?:\t|type[ \t]|var[ \t]|const[ \t])?[ \t]*"
    r"(?P<value>\w+)",
}
"""Language → how a line declares a name, whatever is around it."""
_DECLARES = {name: re.compile(pattern.encode()) for name, pattern in _DEFINES.items()}
_RECEIVER = re.compile(rb"func[ \t]+\([^)]*?(?P<name>\w+)(?:\[[^\]]*\])?[ \t]*\)")
_IMPORTS = {
    "python": re.compile(
        rb"[ \t]*(?:from\b.*\bimport|import)\b|[ \t]+\w+(?:[ \t]+as[ \t]+\w+)?,?[ \t]*(?:#.*)?\Z"
    ),
    "rust": re.compile(rb"[ \t]*pub[ \t]+use\b|[ \t]+[\w:{][\w:{}, ]*,\Z"),
}
"""Language → how a line looks that keeps a name in a file which no longer declares it."""
_IMPORTS_ELSE = re.compile(rb"[ \t]*export\b|[ \t]+\w+,?\Z")
_ASSIGNS = re.compile(rb"[ \t]*(?P<name>\w+)[ \t]*[:=](?!=)")
_ALL = re.compile(
    rb"(?<![^\n])__all__(?:[ \t]*:[^=\n]*)?[ \t]*\+?=[ \t]*[\[(]([^\])]{0,20000})[\])]"
)
_NAME = re.compile(rb"[\w$]+")
_WORD = re.compile(rb"[\"'](\w+)[\"']")
_PRIVATE_TYPE = re.compile(
    rb"[ \t]*(?:pub\([^)]*\)[ \t]+)?(?:struct|enum|union|trait)[ \t]+(?P<name>\w+)"
)


def is_public(symbol: Symbol) -> bool:
    """Whether the rest of its file leaves a symbol public, and its place is as it seemed."""
    text = whole_text(symbol.file, symbol.piece.side)
    if text is None:
        return True
    if symbol.piece.fenced and not _is_around(symbol, symbol.piece.side, symbol.line):
        return False
    language = symbol.piece.language
    data = text.data
    if language == "python":
        if text.listed is None:
            lists = _ALL.findall(data) if b"__all__" in data else []
            text.listed = frozenset(name for group in lists for name in _WORD.findall(group))
        listed = text.listed
        top = re.split(r"\.", symbol.name)[0].encode()
        return not listed or top in listed
    if language == "rust" and symbol.owner:
        owner = symbol.owner.encode()
        for _, line in text.lines_with(owner):
            private = _PRIVATE_TYPE.match(line)
            if private and private["name"] == owner:
                return False
    if language == "go":
        return re.search(rb"^package main\b", data, re.MULTILINE) is None
    return True


def is_told(symbol: Symbol) -> bool:
    """Whether anything is to be told of a symbol that only one side declares."""
    return _constructed(symbol) and is_public(symbol)


def _constructed(symbol: Symbol) -> bool:
    """A constructor that comes or goes leaves the class as it was: it inherits one."""
    return (
        not (symbol.kind == "function" and symbol.owner == symbol.name) and symbol.short != "main"
    )


def is_there(symbol: Symbol) -> bool:
    """Whether the other side of the file has the name too, outside of what changed."""
    word = symbol.short.encode()
    if _is_only_in_changes(symbol, word):
        return False
    side = _OTHER[symbol.piece.side]
    text = whole_text(symbol.file, side)
    if text is None or word not in text.data:
        return False
    for number, line in text.lines_with(word):
        if not symbol.owner and _keeps(symbol.piece.language, line, word):
            return True
        if _declares(symbol, line, word) and _is_around(symbol, side, number):
            return True
    return False


def _is_only_in_changes(symbol: Symbol, word: bytes) -> bool:
    """Whether a word is in changed lines of its side alone; then the other side has it nowhere."""
    file, side = symbol.file, symbol.piece.side
    added = file.added.count(word)
    removed = file.changed.count(word) - added
    own, other = (added, removed) if side == "new" else (removed, added)
    if other or not file.is_whole:
        return False
    text = whole_text(file, side)
    return text is not None and text.data.count(word) == own


def _keeps(language: str, line: bytes, word: bytes) -> bool:
    """Whether a line imports, exports or assigns a name."""
    if language == "python" and (match := _ASSIGNS.match(line)) and match["name"] == word:
        return True
    return bool(_IMPORTS.get(language, _IMPORTS_ELSE).match(line)) and word in _NAME.findall(line)


def _declares(symbol: Symbol, line: bytes, word: bytes) -> bool:
    """Whether a line declares a name."""
    pattern = _DECLARES.get(symbol.piece.language)
    if pattern is None:  # whatever names it with something behind it
        return word in _NAME.findall(line) and line.rstrip()[-1:] in b"{(,;=<"
    match = pattern.match(line)
    if match is None or word not in (match["name"], match["value"]):
        return False
    receiver = _RECEIVER.match(line)
    return receiver is None or not symbol.owner or receiver["name"] == symbol.owner.encode()


def _is_around(symbol: Symbol, side: Side, line: int) -> bool:
    """Whether a line is inside of the same classes as a symbol."""
    names = names_around(symbol.file, side, line)
    if names is None:
        return False
    owner = tuple(re.split(r"\.|::", symbol.owner)) if symbol.owner else ()
    if symbol.piece.language == "python":
        return names == owner
    # Modules and namespaces are no part of a name.
    return symbol.piece.language == "go" or names[len(names) - len(owner) :] == owner


def moves_matter(diff: Diff, one: Symbol) -> bool:
    """Whether users must name a symbol differently because it is declared elsewhere.

    Arguments:
        diff: the commit.
        one: the symbol before.
    """
    if one.piece.language != "python" or one.kind not in {"class", "function"}:
        return False
    old_path = one.file.path("old")
    name = re.compile(rb"\b" + re.escape(one.name).encode() + rb"\b")
    for file in diff.files:
        path = file.path("new")
        if path == old_path and file.change.status != "D":
            text = whole_text(file, "new")
            if text is None or name.search(text.data):
                return False  # still imported there, or nobody knows
        elif (
            path.endswith("__init__.py")
            and old_path.startswith(path.removesuffix("__init__.py"))
            and any(name.search(line.text) for line in file.lines("new"))
        ):
            return False  # the package offers it
    return True


def went_along(diff: Diff, symbol: Symbol) -> bool:
    """Whether a member that is gone stands in a new file, and its class with it.

    Arguments:
        diff: the commit.
        symbol: the member; those of new files are not read one by one.
    """
    owner, name = re.split(r"\.|::", symbol.owner)[-1].encode(), symbol.short.encode()
    return any(
        file.change.status == "A" and owner in file.patch.data and name in file.patch.data
        for file in diff.files
    )


def body(symbol: Symbol) -> list[bytes]:
    """The lines of a definition below its header, without their indentation."""
    text = whole_text(symbol.file, symbol.piece.side)
    if text is None:
        text = symbol.piece.around
    first = text.line(symbol.line)
    column = len(first) - len(first.lstrip())
    lines = []
    for number in range(symbol.line + 1, min(symbol.line + BODY_LINES, text.last + 1)):
        line = text.line(number)
        stripped = line.strip()
        if not stripped:
            continue
        if len(line) - len(line.lstrip()) <= column and stripped[:1] not in b")]}":
            break
        lines.append(stripped.replace(symbol.short.encode(), b"_"))
        if stripped[:1] == b"}" and len(line) - len(line.lstrip()) <= column:
            break
    return lines


_INNERMOST = re.compile(r"(\w*)\[([^\[\]]*)\]")
_MODULES = re.compile(r"\b(?:typing|typing_extensions|t|collections\.abc)\.(?=[A-Z])")
_OLD_NAMES = re.compile(r"\b(?:List|Dict|Tuple|Set|FrozenSet|Type)(?=\[)")


def same_signature(one: Symbol, other: Symbol) -> bool:
    """Tell whether callers of two definitions call them alike, as far as their headers tell.

    Python does not check annotations, so one that is added, or taken away, changes nothing for
    callers.  Where both have one and they differ, that is told.

    Arguments:
        one: a definition.
        other: another one, in the same language.
    """
    before, after = _key(one), _key(other)
    if before == after:
        return True
    if one.piece.language != "python":
        return False
    first, second = parameters_of(before), parameters_of(after)
    if first is None or second is None or first[0] != second[0]:
        return False
    pairs = [*zip(first[1], second[1], strict=False), (first[2], second[2])]
    return len(first[1]) == len(second[1]) and all(_alike(*pair) for pair in pairs)


_ANNOTATION = re.compile(r"(?P<name>\*{0,2}\w+|\))(?:(?::|->)(?P<type>[^=]*))?(?P<default>=.*)?")
"""A parameter, or what follows the last one, without spaces."""


def _alike(before: str, after: str) -> bool:
    """Tell whether two parameters are the same but for an annotation that only one has."""
    one, other = _ANNOTATION.fullmatch(before), _ANNOTATION.fullmatch(after)
    if before == after or one is None or other is None:
        return before == after
    same = (one["name"], one["default"]) == (other["name"], other["default"])
    return same and not (one["type"] and other["type"])


def _key(symbol: Symbol) -> str:
    """A signature without what formatters and upgraders of annotations decide.

    Python's ``Optional[List[X]]`` and ``list[X] | None`` are one (PEP 585, PEP 604).
    """
    key = key_of(symbol.signature)
    if symbol.piece.language != "python":
        return key
    key = _OLD_NAMES.sub(lambda match: match[0].lower(), _MODULES.sub("", key))
    for _ in range(12):
        key, count = _INNERMOST.subn(_modern, key)
        if not count:
            break
    return key.replace('"', "")


def _modern(match: re.Match[str]) -> str:
    name, inner = match[1], match[2]
    if name == "Optional":
        return f"{inner}|None"
    if name == "Union":
        return inner.replace(",", "|")
    return f"{name}⟨{inner.replace(',', '‚')}⟩"
