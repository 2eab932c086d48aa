"""Settings that pin something: ``CUDA_VERSION=13.0``, ``runtime_image_tag: v0.27.1``.

Images are named by two settings or by one; what else is pinned goes by the
setting's name, because only people know what ``NIXL_REF`` is a reference of.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from digest.facts.dependencies.entries import Entry, short

_PIN = re.compile(
    r"\w{1,80}_(?P<kind>VERSION|VER|REF|TAG|COMMIT|SHA|REV|REVISION|BRANCH)"
    r"(?:_(?:HASH|DEFAULT|[A-Z0-9]{1,12}))?",
    re.IGNORECASE,
)
_OTHER = {"abi_tag", "platform_tag", "python_tag", "setuptools_scm_pretend_version"}
"""What is called like a pin, and is none."""
_VALUE = re.compile(r"[\w.+~^*<>=!,:/@-]{1,128}")
_IMAGE = re.compile(
    r"(?P<name>[a-z0-9][\w.-]{0,100}(?::\d{2,5}(?=/))?(?:/[\w.-]{1,100}){0,6})"
    r"(?::(?P<tag>[\w$][\w.${}:-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)


class Pin(NamedTuple):
    """A setting that may pin something."""

    name: str
    value: str
    line: int
    slot: str = ""
    """Where it stands among others of its name."""


def image(text: str, line: int, slot: str = "") -> Entry | None:
    """Read the name of a container's image.

    Arguments:
        text: such as ``nvidia/cuda:12.8-devel@sha256:…``.
        line: where it stands.
        slot: where it stands among others of its name.

    Returns:
        None for what is no image, or no fixed one.
    """
    match = _IMAGE.fullmatch(text)
    if match is None or not (match["tag"] or match["digest"]):
        return None
    return Entry("image", match["name"], match["tag"] or "", line, slot, match["digest"] or "")


def numbered(pins: Iterable[Pin]) -> Iterator[Pin]:
    """Settings of files without tables: what is set again is told apart by its order.

    Arguments:
        pins: in the order of the file; those without a value pin nothing.
    """
    seen: Counter[str] = Counter()
    for pin in pins:
        if pin.value:
            yield pin._replace(slot=str(seen[pin.name] or ""))
            seen[pin.name] += 1


def pinned(pins: Iterable[Pin]) -> Iterator[Entry]:
    """What settings pin.

    Arguments:
        pins: all settings of a file; those that pin nothing are passed over.
    """
    known = {(pin.slot, pin.name.lower()): pin for pin in pins}
    for (slot, name), pin in known.items():
        if not pin.value or "://" in pin.value or not _VALUE.fullmatch(pin.value):
            continue
        if name.endswith("image") or ("_image_" in name and not _PIN.fullmatch(name)):
            if (entry := image(pin.value, pin.line, slot)) is not None:
                yield entry
            continue
        match = _PIN.fullmatch(name)
        if match is None:
            continue
        of = known.get((slot, name.removesuffix("_tag"))) if name.endswith("_image_tag") else None
        if of is not None and ":" not in of.value and _IMAGE.fullmatch(of.value):
            yield Entry("image", of.value, pin.value, pin.line, f"{slot}.{name}")
        elif name not in _OTHER and _is_version(pin.value, match["kind"].upper()):
            full = f"{slot.partition('.')[0]}.{pin.name}" if slot[:1].isalpha() else pin.name
            yield Entry("other", full, short(pin.value), pin.line, slot)


def _is_version(value: str, kind: str) -> bool:
    if value.lower() in {"true", "false", "on", "off", "none", "null"}:
        return False
    return kind not in {"VERSION", "VER"} or any(letter.isdigit() for letter in value)
