"""Which classes and functions a commit works on."""

from __future__ import annotations

import pytest
from support import edits
from support.records import change, commit

from digest.facts.diffs import Diff, FileDiff
from digest.facts.symbols import LIMIT, symbols_of
from digest.model import Evidence, FilePatch


def found(files: edits.Files) -> list[tuple[str, int]]:
    return [(symbol.name, symbol.lines) for symbol in symbols_of(edits.diff(files))]


def of_heading(path: str, heading: str) -> list[str]:
    """The symbols of a hunk of one changed line under a heading."""
    patch = f"@@ -10,1 +10,1 @@ {heading}\n-    a\n+    b\n".encode()
    made = commit("x", changes=[change(path, 1, 1)])
    diff = Diff(made, (FileDiff(made.changes[0], FilePatch(path, patch)),))
    return [symbol.name for symbol in symbols_of(diff)]


@pytest.mark.parametrize(
    ("path", "heading", "name"),
    [
        ("a/x.py", "class Scheduler(Base):", "Scheduler"),
        ("a/x.py", "async def serve(", "serve"),
        ("a/x.py", "import os", None),
        ("a/x.rs", "impl<T: Send> Engine for KvRouter<T> {", "KvRouter"),
        ("a/x.rs", "impl KvRouter {", "KvRouter"),
        ("a/x.rs", "pub(crate) async fn route(", "route"),
        ("a/x.rs", "mod tests {", None),
        ("a/x.rs", "mod connector_tests {", None),
        # git cuts headings at 80 bytes, here in the middle of a name, there behind it.
        ("a/x.rs", f"impl<S: Storage, L: Locality, {'M' * 31}> Any for AnyImmutable"[:80], None),
        ("a/x.rs", f"impl AnyImmutable {{ // {'m' * 100}"[:80], "AnyImmutable"),
        (
            "a/x.go",
            "func (r *Reconciler) Reconcile(ctx context.Context) error {",
            "Reconciler.Reconcile",
        ),
        ("a/x.go", "func main() {", "main"),
        ("a/x.go", "type Spec struct {", "Spec"),
        ("a/x.ts", "export default class Board extends Base {", "Board"),
        ("a/x.ts", "export const load = async () => {", "load"),
        ("a/x.ts", "const limit = 3;", None),
        ("a/X.java", "public final class Board implements Base {", "Board"),
        ("a/x.cu", "void launch(int n) {", "launch"),
        ("a/x.cpp", "int Engine::run(const Plan& plan) {", "Engine::run"),
        ("a/x.cu", "__global__ void __launch_bounds__(256)", None),
        ("a/x.h", "class Engine : public Base {", "Engine"),
        ("a/x.c", "if (a) {", None),
        ("a/x.md", "class of documents", None),
        ("tests/test_x.py", "def test_it():", None),
    ],
)
def test_headings(path: str, heading: str, name: str | None) -> None:
    assert of_heading(path, heading) == ([] if name is None else [name])


def test_lines_count_for_what_begins_inside_the_hunk() -> None:
    before = "def first():\n    a = 1\n\n\ndef second():\n    b = 1\n    c = 1\n"
    after = before.replace("a = 1", "a = 2").replace("b = 1", "b = 2").replace("c = 1", "c = 2")
    assert found({"src/x.py": (before, after)}) == [("second", 4), ("first", 2)]


def test_evidence_is_a_changed_line_of_the_new_file() -> None:
    before = "\n".join(["def first():", *(f"    a{n} = 1" for n in range(40))])
    after = before.replace("a30 = 1", "a30 = 2")
    (symbol,) = symbols_of(edits.diff({"src/x.py": (before, after)}))
    assert symbol.evidence == (Evidence(path="src/x.py", line=32),)


def test_new_files_count_and_deleted_ones_do_not() -> None:
    text = "class New:\n    a = 1\n"
    assert found({"src/x.py": (None, text), "src/y.py": (text.replace("New", "Old"), None)}) == [
        ("New", 2)
    ]


def test_only_the_busiest_are_named() -> None:
    files = {
        f"src/x{n}.py": (f"def f{n}():\n    a = 1\n", f"def f{n}():\n    a = 2\n" + "    b\n" * n)
        for n in range(20)
    }
    assert found(files) == [(f"f{n}", n + 2) for n in range(19, 19 - LIMIT, -1)]


@pytest.mark.parametrize(
    "line", ["a" * 100_000, "impl<" * 30_000, "export const a:" * 9_000, "\0" * 99]
)
def test_anything_may_be_in_a_heading(line: str) -> None:
    for suffix in ("py", "rs", "go", "ts", "java", "cpp"):
        assert len(of_heading(f"a/x.{suffix}", line)) <= 1


def test_a_deleted_function_is_not_its_neighbour() -> None:
    before = "def first():\n    a = 1\n\n\ndef second():\n    b = 1\n    c = 1\n"
    files: edits.Files = {"src/x.py": (before, "def first():\n    a = 1\n")}
    (symbol, *_) = symbols_of(edits.diff(files))
    assert symbol.name == "second"
    assert symbol.evidence[0].line <= 2


def test_the_work_is_linear() -> None:
    text = "".join(f"a{n}\n" for n in range(60_000))
    assert len(found({"src/x.py": (None, text)})) <= LIMIT
