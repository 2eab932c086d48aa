"""Public symbols before and after: which are public, what is shown of them, and how much."""

from __future__ import annotations

import time

import pytest
from msgspec.structs import replace
from support import edits
from support.publicsymbols import names, told

from digest.facts.interface.symbols import is_interface, symbol_changes


def test_what_python_sees_of_rust_is_public():
    before = "#[pymethods]\nimpl A {\n    fn go(&self) {}\n    fn __repr__(&self) {}\n}\n"
    files = {"src/lib.rs": (before, before.replace("go(&self)", "go(&self, x: u8)"))}
    assert names(files) == [("changed", "A::go")]


def test_whole_files_tell_what_stands_at_their_top():
    text = "class A:\n    def f(self): ...\n\n\ndef g(): ...\n"
    assert names({"app/a.py": (None, text)}) == [("added", "A"), ("added", "g")]
    assert names({"app/a.py": (text, None)}) == [("removed", "A"), ("removed", "g")]


def test_the_weightiest_come_first_and_are_counted():
    gone = "".join(f"def gone{number}(): ...\n" for number in range(30))
    come = "".join(f"def come{number}(a, b): ...\n" for number in range(90))
    found = names({"app/a.py": (f"{gone}\n\nX = 1\n", f"X = 1\n\n\n{come}")})
    assert len(found) == 60
    assert [change for change, _ in found].count("removed") == 30
    assert len(names({"app/a.py": (None, come)})) == 20


def test_evidence_is_where_it_stands():
    before = "import a\n\n\ndef f(a): ...\n\n\ndef g(): ...\n"
    changes, _ = symbol_changes(
        edits.diff({"app/a.py": (before, before.replace("def f(a): ...\n", "LIMIT = 1\n"))})
    )
    places = {one.name: [(e.path, e.line, e.side) for e in one.evidence] for one in changes}
    assert places == {"f": [("app/a.py", 4, "old")], "LIMIT": [("app/a.py", 4, "new")]}


def test_long_signatures_show_what_differs():
    parameters = ", ".join(f"parameter_{number}: dict[str, int] = None" for number in range(30))
    before = f"def f({parameters}) -> None: ...\n"
    ((_, _, _, old, new),) = told(
        {"app/a.py": (before, before.replace("parameter_17: dict[str, int]", "parameter_17: int"))}
    )
    assert old == "def f(…, parameter_17: dict[str, int] = None, …) -> None"
    assert new == "def f(…, parameter_17: int = None, …) -> None"
    ((*_, after),) = told({"app/a.py": (None, before)})
    assert len(after) <= 200
    assert after.endswith(", …)")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("vllm/entrypoints/llm.py", True),
        ("vllm/_custom_ops.py", False),
        ("vllm/_private/a.py", False),
        ("vllm/__init__.py", True),
        ("examples/a.py", False),
        ("benchmarks/kernels/a.py", False),
        ("lib/llm/src/main.rs", False),
        ("lib/llm/src/bin/x.rs", False),
        ("lib/llm/src/kv_router.rs", True),
        ("csrc/ops.h", True),
        ("csrc/ops.cu", False),
        ("pkg/internal/a.go", False),
    ],
)
def test_programs_and_private_parts_are_no_interface(path, expected):
    assert is_interface(path) is expected


def test_tests_are_no_interface():
    assert names({"tests/test_a.py": (None, "def f(): ...\n")}) == []


@pytest.mark.parametrize("path", ["a/b.py", "a/b.rs", "a/b.go", "a/b.ts", "a/B.java", "a/b.h"])
@pytest.mark.parametrize(
    "text",
    [
        "class A:\n" + "".join(" " * depth + "if x:\n" for depth in range(1, 900)),
        "mod a {\n" * 1_500,
        "namespace a {\n" * 1_500,
        "\x00\xff\x1b[0m def f(:\n" * 200,
        "def f(" + "a=(" * 2_000 + ": ...\n",
        "pub fn f(" * 500,
        "<<<<<<< a\n=======\n>>>>>>> b\n",
        "export class A { " * 500,
    ],
)
def test_hostile_files_raise_nothing(path, text):
    started = time.process_time()
    for pair in ((None, text), (text, None), ("x\n", text), (text, f"{text}\ndef f(): ...\n")):
        symbol_changes(edits.diff({path: pair}))
    assert time.process_time() - started < 8


def test_a_commit_that_touches_everything_is_not_told():
    text = "".join(f"def f{number}(a):\n    pass\n" for number in range(300))
    files = {f"pkg/m{number}.py": (text, text.replace("(a)", "(a, b)")) for number in range(4)}
    found, unread = symbol_changes(edits.diff(files))
    assert found == ()
    assert {(one.path, one.reason) for one in unread} == {(path, "size") for path in files}


SIGNED = """\
class Engine:
    def _private(self):
        self.count = call(
            size=1,
        )

    def run(
        self,
        first: int,
    ) -> None:
        self.count = call(
            first=first,
            size=1,
        )
"""


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("            first=first,\n", "            first=0,\n", False),
        ("        self.count = call(\n", "        self.total = call(\n", False),
        ("    def _private(self):", "    def _hidden(self):", False),
        ("        first: int,\n", "        first: str,\n", True),
        ("    ) -> None:", "    ) -> int:", True),
    ],
)
def test_only_what_stands_in_a_signature_has_the_whole_file_read(before, after, expected):
    asked = []
    file = edits.diff({"pkg/a.py": (SIGNED, SIGNED.replace(before, after))}).files[0]
    contents = file.contents
    file = replace(file, contents=lambda name: asked.append(name) or contents(name))
    found, _ = symbol_changes(replace(edits.diff({}), files=(file,)))
    assert bool(found) is expected
    assert expected or len(asked) <= 1
