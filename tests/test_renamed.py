"""Options of several names that are renamed at once: which takes the place of which."""

from __future__ import annotations

import pytest
from support import edits

from digest.facts.interface.named import named_changes


def _arguments(*names: str) -> str:
    lines = (f'    p.add_argument("--{name}", default=1)\n' for name in names)
    return "def f(p):\n" + "".join(lines)


def _told(before: tuple[str, ...], after: tuple[str, ...]) -> list[tuple[str | None, str]]:
    found, _ = named_changes(edits.diff({"app/args.py": (_arguments(*before), _arguments(*after))}))
    return [(change.previous_name, change.name) for change in found if change.previous_name]


@pytest.mark.parametrize(
    ("before", "after", "renamed"),
    [
        (
            ("kv-events", "overlap-weight"),
            ("router-kv-events", "router-overlap-weight"),
            [
                ("--kv-events", "--router-kv-events"),
                ("--overlap-weight", "--router-overlap-weight"),
            ],
        ),
        # Words that were dropped are as good as words that came.
        (("router-ttl-secs", "model"), ("ttl", "engine"), [("--router-ttl-secs", "--ttl")]),
        # Either may have taken its place.
        (("port", "host"), ("http-port", "rpc-port"), []),
        # Both may have become it.
        (("http-port", "rpc-port"), ("port", "name"), []),
        # The same words in another order are another name.
        (("cache-size", "seed"), ("size-of-cache", "name"), []),
    ],
)
def test_each_is_told_as_the_only_one_that_fits(
    before: tuple[str, ...], after: tuple[str, ...], renamed: list[tuple[str, str]]
) -> None:
    assert _told(before, after) == renamed


def test_lines_that_come_above_change_nothing() -> None:
    before = _arguments("seed") + "\n" * 20 + _arguments("kv-events", "overlap-weight")
    after = _arguments("seed", "one", "two") + "\n" * 20 + _arguments("router-kv-events", "weight")
    found, _ = named_changes(edits.diff({"app/args.py": (before, after)}))
    assert [(change.previous_name, change.name) for change in found if change.previous_name] == [
        ("--kv-events", "--router-kv-events"),
        ("--overlap-weight", "--weight"),
    ]
