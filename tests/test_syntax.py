"""Slices of changed files, parsed."""

from __future__ import annotations

import re
import time

import pytest
from support import edits

from digest.facts.syntax import captures, language_of, pieces

ANY = re.compile(rb"\w")

METHODS = '''import os


@final
class Router(Base):
    """Routes.

    def not_a_method(self): ...
    """

    def route(
        self,
        request: Request,
        retries: int = 3,
    ) -> Worker:
        """Say where to."""
        return self.pick(
            request,
            retries,
        )

    @property
    def idle(self) -> bool:
        return True


def main() -> None:
    parser.add_argument(
        "--port",
        type=int,
        default=8000,
    )
'''


def parsed(before, after, side="new", path="app/router.py", *, whole=True, **more):
    """The pieces of one edit of one file."""
    diff = edits.diff({path: (before, after)}, whole=whole)
    found, unread = pieces(diff.files[0], side, more.pop("gate", ANY), **more)
    return found, unread


def edited(old, new, text=METHODS, **more):
    """The pieces of a replacement in a text."""
    assert old in text
    return parsed(text, text.replace(old, new, 1), **more)[0]


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a/b.py", "python"),
        ("b.PYI", "python"),
        ("c.rs", "rust"),
        ("d.tsx", "tsx"),
        ("e.d.ts", "typescript"),
        ("f.cuh", "cpp"),
        ("g.c", "c"),
        ("h.txt", None),
        ("Makefile", None),
    ],
)
def test_the_name_tells_the_language(path, language):
    assert language_of(path) == language


@pytest.mark.parametrize("whole", [True, False])
def test_a_signature_is_read_whole(whole):
    for side, value in (("old", "3"), ("new", "5")):
        (piece,) = edited("retries: int = 3", "retries: int = 5", side=side, whole=whole)
        assert piece.enclosing == ("Router",)
        (match,) = captures(piece, "(typed_default_parameter value: (_) @value) @parameter")
        assert piece.source(match["value"][0]) == value
        assert piece.line(match["value"][0]) == 14
        assert piece.changed(match["parameter"][0])


def test_a_parameter_that_only_one_side_has_shows_the_signature_of_both():
    old = edited("        retries: int = 3,\n", "", side="old")
    new = edited("        retries: int = 3,\n", "", side="new")
    counts = [len(list(captures(one[0], "(parameters (_) @one)"))) for one in (old, new)]
    assert counts == [3, 2]


def test_a_call_is_read_whole_and_the_functions_around_it_are_named():
    (piece,) = edited("default=8000", "default=9000")
    assert piece.enclosing == ("main",)
    (match,) = captures(piece, "(call function: (attribute) @name) @call")
    assert piece.source(match["name"][0]) == "parser.add_argument"
    assert piece.line(match["call"][0]) == 28


def test_a_decorator_belongs_to_what_follows():
    (piece,) = edited("    @property\n", "    @cached_property\n")
    (match,) = captures(piece, "(decorated_definition definition: (_ name: (_) @name))")
    assert piece.source(match["name"][0]) == "idle"
    assert not piece.changed(match["name"][0])


def test_what_is_in_a_string_is_no_code():
    (piece,) = edited("def not_a_method(self): ...", "def not_a_method(self, x): ...")
    assert not list(captures(piece, "(function_definition name: (_) @name)"))


def test_a_gate_keeps_what_does_not_matter_from_being_parsed():
    assert not edited("return True", "return False", gate=re.compile(rb"\bdef\b"))


def test_a_class_is_named_by_the_heading_of_the_hunk_alone():
    more = "".join(f"    A{number} = {number}\n" for number in range(20))
    text = f"class Colour(Enum):\n{more}\n    def mix(self, other):\n        return 1\n"
    (piece,) = edited("mix(self, other)", "mix(self, other, share)", text, whole=False)
    assert piece.enclosing == ("Colour",)
    assert piece.known


def test_a_place_that_the_patch_does_not_show_is_not_known():
    text = "if DEEP:\n    class Inner:\n" + "        x = 1\n" * 9 + "        def f(self): ...\n"
    (piece,) = edited("f(self)", "f(self, a)", text, whole=False)
    assert not piece.known
    (piece,) = edited("f(self)", "f(self, a)", text)
    assert piece.known
    assert piece.enclosing == ("Inner",)


RUST = """use std::fmt;

#[pymethods]
impl<T> Router<T> {
    pub fn route(
        &self,
        request: Request,
    ) -> Result<
        Worker,
    > {
        let braces = "{{{";
        self.pick(request)
    }
}

#[cfg(test)]
mod tests {
    fn helper() {}
}
"""


def test_braces_are_closed_and_attributes_kept():
    (piece,) = edited("request: Request", "request: &Request", RUST, path="a.rs")
    assert piece.enclosing == ("Router",)
    assert not piece.root.has_error
    (match,) = captures(piece, "(function_item return_type: (_) @type)")
    assert piece.source(match["type"][0]).split() == ["Result<", "Worker,", ">"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.go", "func (r *Router) Route(\n\tname string,\n) error {\n\treturn nil\n}\n"),
        ("a.ts", "export class A {\n  go(\n    name: string,\n  ): void {\n    x();\n  }\n}\n"),
        ("A.java", "public class A {\n  void go(\n    String name,\n    int b) {\n  }\n}\n"),
        ("a.h", "namespace x {\nint go(\n    int name,\n    int b);\n}\n"),
    ],
)
def test_signatures_of_other_languages_are_read_whole(path, text):
    found, unread = parsed(text, text.replace("name", "title"), path=path)
    assert unread is None
    assert [piece.root.has_error for piece in found] == [False]
    assert b"go" in found[0].text.lower() or b"Route" in found[0].text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x = '" + "a" * 20_000 + "'\n", "size"),
        ("<<<<<<< ours\ndef f(): ...\n=======\ndef g(): ...\n>>>>>>> theirs\n", "syntax"),
        ("}} ) def ((( class ]]] ::: {{\n" * 30, "syntax"),
        ("def f():\n" * 100_000, "size"),
    ],
)
def test_what_cannot_be_read_is_told(text, reason):
    found, unread = parsed("", text)
    assert not found
    assert unread is not None
    assert (unread.path, unread.reason) == ("app/router.py", reason)


HOSTILE = {
    "deep": "(" * 9_000,
    "nested": "".join(" " * depth + "if x:\n" for depth in range(1_000)),
    "quotes": "'\"" * 4_000,
    "controls": "\x00\x01\x02\x7f\n" * 4_000,
    "decorators": "@x\n" * 9_000,
    "unclosed": "def f(\n" * 2_000,
    "fences": '"""\n' * 5_001,
    "raw": 'r#"\n' * 6_000,
    "openers": "{\n" * 20_000,
    "spaces": (" " * 9_000 + "\n") * 40,
    "commas": "a, " * 3_000 + "\n",
}


@pytest.mark.parametrize("path", ["a.py", "a.rs", "a.go", "a.ts", "A.java", "a.h"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_takes_bounded_time(name, path):
    text = HOSTILE[name]
    for before, after in ((None, text), (text, text[: len(text) // 2] + "\nx\n")):
        diff = edits.diff({path: (before, after)})
        for side in ("old", "new"):
            started = time.process_time()
            pieces(diff.files[0], side, ANY, bodies="classes")
            assert time.process_time() - started < 5


def test_of_a_large_table_only_what_is_around_the_changes_is_sought():
    lines = [f'    "NAME_{number}": lambda: read("NAME_{number}"),\n' for number in range(600)]
    before = "".join(["TABLE = {\n", *lines, "}\n"])
    after = before.replace('read("NAME_300")', 'read("OTHER")')
    diff = edits.diff({"a.py": (before, after)})
    for side, value in (("old", "NAME_300"), ("new", "OTHER")):
        found, _ = pieces(diff.files[0], side, ANY)
        texts = [
            found[0].source(match["value"][0])
            for match in captures(found[0], "(pair value: (lambda) @value)")
        ]
        assert f'lambda: read("{value}")' in texts
        assert len(texts) <= 5
