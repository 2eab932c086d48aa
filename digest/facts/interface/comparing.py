"""What both sides of a commit declare, compared by name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from digest.facts.interface.declared import NAME_LIMIT, UNKNOWN, Declared, shown
from digest.model import Evidence, InterfaceChange

if TYPE_CHECKING:
    from digest.facts.diffs import Side
    from digest.facts.interface.mentions import Mentions
    from digest.model import What

_REFERENCE = re.compile(r"[A-Za-z_][\w:]*(?:\.[A-Za-z_]\w*)*(?:\(\))?")
"""A value that only names another: what it stands for is not in the source text."""
_LITERALS = frozenset(["none", "null", "nil", "true", "false", ""])
_FIELD = re.compile(r"\w*(?:Config|Args|Settings|Options|Params)\.\w+")
_WITH_DEFAULTS = frozenset[str](["flag", "environment variable", "config key"])
_NO_DEFAULT = frozenset(["", "None", "False", "false", "nil", "null", '""', "''"])
"""Of which one says no more than that nothing stands there."""
_QUOTES = str.maketrans("", "", "'\"` \t")
_ENVELOPE = re.compile(r"\b\w+(?:Request|Response|Reply|Req|Resp)\b")
"""Messages that are made for one call each."""
_WORD = re.compile(r"[a-z0-9]{2,}")
_OF_ONE_NAME = 40
"""Declarations of one name that are compared."""
_ASKED = 500
"""Names that are looked up in the texts."""

_Key = tuple["What", str]


def compare(
    old: Iterable[Declared], new: Iterable[Declared], mentions: Mentions
) -> list[InterfaceChange]:
    """Tell what appeared, disappeared, was renamed, or got another default.

    Arguments:
        old: what the files declare before the commit, around its changes.
        new: what they declare after it.
        mentions: the commit's texts, asked when something seems gone or new.

    Returns:
        In the order of their places in the files.
    """
    before, after = _by_key(old), _by_key(new)
    changed: list[tuple[Declared, Declared]] = []
    gone: list[Declared] = []
    come: list[Declared] = []
    for key in {**before, **after}:
        olds, news = _uncommon(before.get(key, []), after.get(key, []))
        if olds and news:
            pair = _pair(olds, news)
            if pair is not None and pair[0].use == pair[1].use:
                changed.append(pair)
        elif olds and key not in after:
            gone.append(_telling(olds, before))
        elif news and key not in before:
            come.append(_telling(news, after))
    gone, come = _outermost(gone), _outermost(come)
    gone = [item for item in gone[:_ASKED] if not mentions.remains(item)]
    come = [item for item in come[:_ASKED] if not mentions.was_there(item)]
    gone, come = _without_holders(gone), _without_holders(come)
    renamed = _renamed(gone, come)
    was = {id(item) for pair in renamed for item in pair}
    found = [
        *((item, _change(item, None)) for item in gone if id(item) not in was),
        *((item, _change(None, item)) for item in come if id(item) not in was),
        *((after, _change(before, after)) for before, after in (*_told(changed), *renamed)),
    ]
    found.sort(key=lambda pair: (pair[0].path, pair[0].line))
    return [change for _, change in found]


def _by_key(items: Iterable[Declared]) -> dict[_Key, list[Declared]]:
    """Those of one name together; a declaration speaks louder than a use."""
    found: defaultdict[_Key, list[Declared]] = defaultdict(list)
    for item in dict.fromkeys(items):
        if len(found[(item.what, item.name)]) < _OF_ONE_NAME:
            found[(item.what, item.name)].append(item)
    for key, values in found.items():
        declarations = [item for item in values if not item.use]
        if declarations:
            found[key] = declarations
    return found


def _uncommon(
    olds: Sequence[Declared], news: Sequence[Declared]
) -> tuple[list[Declared], list[Declared]]:
    """What is left of both sides when those of equal value are taken away."""
    left = list(news)
    remaining = []
    for item in olds:
        match = next((other for other in left if _same(item, other)), None)
        if match is None:
            remaining.append(item)
        else:
            left.remove(match)
    return remaining, left


def _telling(items: Sequence[Declared], known: dict[_Key, list[Declared]]) -> Declared:
    """The one of a thing's declarations that tells its default, or the first with it filled in.

    A flag is often declared twice: as a field that names the default of a field elsewhere, and
    with a parser.
    """
    items = [item._replace(value="") if item.value == UNKNOWN else item for item in items]
    literal = next((item for item in items if item.value and not _is_reference(item.value)), None)
    if literal is not None:
        return literal
    for item in items:
        for other in known.get(("config key", item.value), ()):
            return items[0]._replace(value=other.value)
    if any(_FIELD.fullmatch(item.value) for item in items):
        return items[0]._replace(value="")
    return max(items, key=lambda item: bool(item.value))


def _same(old: Declared, new: Declared) -> bool:
    """Tell whether two values mean the same, as far as their text tells."""
    if UNKNOWN in {old.value, new.value}:
        return True
    if old.value.translate(_QUOTES) == new.value.translate(_QUOTES) or old.use != new.use:
        return True
    if old.what not in _WITH_DEFAULTS:
        return False
    before, after = old.value.strip(), new.value.strip()
    if not (before and after):
        return old.use or (before in _NO_DEFAULT and after in _NO_DEFAULT)
    if old.use and old.path != new.path:
        return True
    return _means(before, after)


def _means(before: str, after: str) -> bool:
    """Tell whether of two defaults one only names what the other may be."""
    if _is_reference(before) and _is_reference(after):
        return _last(before) == _last(after)
    # A literal that became a constant is most often of the same value.
    named = _is_reference(before) or _is_reference(after)
    return named and not {before.casefold(), after.casefold()} & _LITERALS


def _is_reference(value: str) -> bool:
    return value.casefold() not in _LITERALS and bool(_REFERENCE.fullmatch(value))


def _last(value: str) -> str:
    return re.split(r"[.:]", value)[-1].casefold()


def _pair(olds: Sequence[Declared], news: Sequence[Declared]) -> tuple[Declared, Declared] | None:
    """The two that are one thing before and after; None where that cannot be told."""
    for item in olds:
        matches = [other for other in news if other.path == item.path]
        if len(matches) == 1:
            return item, matches[0]
    return (olds[0], news[0]) if len(olds) == len(news) == 1 else None


def _outermost(items: Sequence[Declared]) -> list[Declared]:
    """Those that a commit touches, without what their parents and their calls among them bring."""
    items = [item for item in items if item.changed]
    names = {item.name for item in items}
    taken = {
        f"message {word}"
        for item in items
        if item.name.startswith("rpc ")
        for word in _ENVELOPE.findall(item.value)
    }
    return [item for item in items if item.parent not in names and item.name not in taken]


def _without_holders(items: Sequence[Declared]) -> list[Declared]:
    """Without the keys that only hold what a flag among them sets."""
    flags = {item.name for item in items if item.what == "flag"}
    return [item for item in items if item.what != "config key" or _flag_of(item) not in flags]


def _told(pairs: Sequence[tuple[Declared, Declared]]) -> list[tuple[Declared, Declared]]:
    """Likewise, of pairs."""
    flags = {new.name for _, new in pairs if new.what == "flag"}
    return [
        pair for pair in pairs if pair[1].what != "config key" or _flag_of(pair[1]) not in flags
    ]


def _flag_of(item: Declared) -> str:
    return f"--{item.name.rpartition('.')[2].strip('_').replace('_', '-')}"


def _renamed(gone: Sequence[Declared], come: Sequence[Declared]) -> list[tuple[Declared, Declared]]:
    """Pairs of which one replaces the other in the same hunk.

    Where a hunk has one of each, they must share most of their words. Where it has several, one
    name must hold the other, as ``--router-ttl`` holds ``--ttl``, and no second may fit.
    """
    olds, news = _by_place(gone), _by_place(item for item in come if not item.use)
    pairs = []
    for place, items in olds.items():
        others = news.get(place, [])
        if len(items) == len(others) == 1:
            if _alike(items[0], others[0]):
                pairs.append((items[0], others[0]))
        else:
            pairs += _only_fits(items, others)
    return pairs


def _only_fits(
    olds: Sequence[Declared], news: Sequence[Declared]
) -> Iterator[tuple[Declared, Declared]]:
    """Pairs of which each is the only one that the other fits."""
    fits = [(old, new) for old in olds for new in news if _holds(*_own_names(old, new))]
    of_old = Counter(id(old) for old, _ in fits)
    of_new = Counter(id(new) for _, new in fits)
    return (pair for pair in fits if of_old[id(pair[0])] == of_new[id(pair[1])] == 1)


def _holds(first: str, second: str) -> bool:
    """Tell whether the words of one name stand in the other, in their order."""
    short, long = sorted((_WORD.findall(name.casefold()) for name in (first, second)), key=len)
    rest = iter(long)
    return bool(short) and all(word in rest for word in short)


def _by_place(items: Iterable[Declared]) -> dict[tuple[str, str, int], list[Declared]]:
    found: defaultdict[tuple[str, str, int], list[Declared]] = defaultdict(list)
    for item in items:
        found[_place(item)].append(item)
    return found


def _place(item: Declared) -> tuple[str, str, int]:
    return item.what, item.path, item.hunk


def _alike(old: Declared, new: Declared) -> bool:
    """Tell whether two names share most of their words, beside what they belong to."""
    first, second = (set(_WORD.findall(name.casefold())) for name in _own_names(old, new))
    common = len(first & second)
    return common > 0 and (
        common >= len(first | second) / 2 or common == min(map(len, (first, second)))
    )


def _own_names(old: Declared, new: Declared) -> tuple[str, str]:
    common = 0
    if old.parent and old.parent == new.parent:
        common = len(old.parent)
    return old.name[common:], new.name[common:]


def _change(old: Declared | None, new: Declared | None) -> InterfaceChange:
    shows = new or old
    assert shows is not None  # noqa: S101 - one of the two is there
    sides: tuple[tuple[Declared | None, Side], ...] = ((old, "old"), (new, "new"))
    return InterfaceChange(
        what=shows.what,
        name=shows.name[:NAME_LIMIT],
        before=None if old is None else shown(old.name, old.value),
        after=None if new is None else shown(new.name, new.value),
        previous_name=old.name[:NAME_LIMIT] if old and new and old.name != new.name else None,
        evidence=tuple(
            Evidence(path=item.path, line=item.line, side=side)
            for item, side in sides
            if item is not None
        ),
    )
