"""Figures in prose, and the forms in which the same number stands in code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.llm.commonplace import STATUSES

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,9})?"
_UNITS: dict[str, tuple[float, ...]] = {
    "%": (0.01,), "‰": (0.001,), "x": (), "×": (), "倍": (),
    "ns": (), "纳秒": (), "µs": (1000, 1e-6), "us": (1000, 1e-6), "微秒": (1000, 1e-6),
    "ms": (1e-3, 1e6), "毫秒": (1e-3, 1e6), "s": (1000, 1e6, 1e9), "sec": (1000,),
    "secs": (1000,), "second": (1000,), "seconds": (1000,), "秒": (1000, 1e6, 1e9),
    "min": (60, 60_000), "mins": (60, 60_000), "minute": (60, 60_000), "minutes": (60, 60_000),
    "分钟": (60, 60_000), "h": (3600, 60), "hour": (3600, 60), "hours": (3600, 60),
    "小时": (3600, 60), "天": (24, 86_400), "day": (24, 86_400), "days": (24, 86_400),
    "b": (), "byte": (), "bytes": (), "字节": (),
    "kb": (1024, 1000), "kib": (1024,), "mb": (2**20, 10**6, 1024), "mib": (2**20, 1024),
    "gb": (2**30, 10**9, 1024), "gib": (2**30, 1024), "tb": (2**40, 1024), "tib": (2**40, 1024),
    "gi": (2**30, 1024), "mi": (2**20,), "ki": (1024,),
    "k": (1000, 1024), "m": (10**6, 2**20), "万": (10_000,), "亿": (10**8,),
    "token": (), "tokens": (), "qps": (), "rps": (), "fps": (), "tok/s": (), "tokens/s": (),
    "req/s": (), "gpu": (), "gpus": (),
}  # fmt: skip
"""Units, and what a number of them may be multiplied by to stand in code: 2 min is 120."""
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_FIGURE = re.compile(
    rf"(?<![\w.,/#&^=-])(?<![\w]-)(?:[<>≤≥≈~]\s?)?(?P<first>{_NUMBER})"
    rf"(?:\s?(?P<early>{_UNIT})?\s?(?:-|~|至|到|\bto\b)\s?(?P<last>{_NUMBER}))?"
    rf"(?:\s?(?P<unit>{_UNIT})(?![A-Za-z0-9_]))?(?P<more>\+)?(?![\w.-]|[:,]\d)(?<![.])"
    rf"|(?<![\w.])[×x]\s?(?P<factor>{_NUMBER})(?![\w.])",
    re.IGNORECASE | re.ASCII,
)
_SMALL = 100
"""Numbers below this without a unit count something in passing."""
_IDIOMS = frozenset(["100%", "0%", "99%", "1x", "1×", "24h", "1k", "10k"])
_COUNTED = re.compile(r"\s?(?:行|个|条|次|字|并发|倍|\+|lines|files|tests|characters|commits)")


def figures_in(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Numbers that claim something: with a unit, in per cent, as a factor, or of three digits.

    Arguments:
        text: a statement.
        start: where to begin.
        end: where to stop.
    """
    for match in _FIGURE.finditer(text, start, end):
        if match["factor"] is not None or _claims(match):
            yield match


def _claims(match: re.Match[str]) -> bool:
    whole = re.sub(r"[\s<>≤≥≈~+]", "", match[0]).lower()
    if whole in _IDIOMS:
        return False
    first, last, unit = match["first"], match["last"], match["unit"] or match["early"]
    if unit:
        return not (unit.lower() in {"gpu", "gpus", "s"} and first == "0")
    if "." in first or (last and "." in last):
        return len(first) > 3 or bool(last)  # noqa: PLR2004
    return int(first.replace(",", "")) >= _SMALL


def is_status(match: re.Match[str], text: str) -> bool:
    """Whether a figure is most likely a status of HTTP, which needs no source."""
    if match["unit"] or match["last"] or not (match["first"] or "").isdigit():
        return False
    return match["first"] in STATUSES and not _COUNTED.match(text, match.end())


def numbers_of(figure: str) -> list[list[str]]:
    """The numbers of a figure, both ends of a range, each in the forms that code may hold.

    Arguments:
        figure: as ``figures_in`` found it.
    """
    match = _FIGURE.match(figure)
    if match is None:
        return []
    if match["factor"] is not None:
        return [_relative(match["factor"], "x")]
    unit = (match["unit"] or match["early"] or "").lower()
    early = (match["early"] or unit).lower()
    ends = [(match["first"], early), (match["last"], unit)]
    return [
        _relative(number, kind) if kind in _SIGNS else _forms(number, _UNITS.get(kind, ()))
        for number, kind in ends
        if number
    ]


_SIGNS: dict[str, tuple[str, ...]] = {
    "%": ("%", " %", " percent", "％"),
    "‰": ("‰",),
    "x": ("x", "X", "×", " x", " ×", " times", "倍", " 倍"),
}
_SIGNS |= dict.fromkeys(("×", "倍"), _SIGNS["x"])


def _relative(number: str, kind: str) -> list[str]:
    """A share or a factor: a small number alone is in any text and says nothing of it."""
    forms = [f"{number}{sign}" for sign in _SIGNS[kind]]
    factors = _UNITS.get(kind, ())
    if "." in number or float(number.replace(",", "")) >= _SMALL:
        return [*forms, *_forms(number, factors)]
    return forms + [form for form in _forms(number, factors) if "." in form]


def _forms(number: str, factors: tuple[float, ...]) -> list[str]:
    bare = number.replace(",", "")
    forms = [bare]
    if "." in bare:
        forms.append(bare.rstrip("0").rstrip("."))
    else:
        forms.append(f"{bare}.0")
    if "." not in bare and len(bare) > 3:  # noqa: PLR2004
        forms += [f"{int(bare):,}", f"{int(bare):_}"]
    for factor in factors:
        value = float(bare) * factor
        if value == int(value):
            forms += [str(int(value)), f"{int(value):,}", f"{int(value):_}"]
        else:
            forms += [f"{value:.10f}".rstrip("0"), f"{value:.2f}"]
    return list(dict.fromkeys(forms))
