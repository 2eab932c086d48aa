"""Public symbols before and after."""

from __future__ import annotations

import dataclasses
import textwrap
import time

import pytest
from support import edits

from digest.facts.interface.symbols import is_interface, symbol_changes


def told(files, **more):
    """What is told of an edit: (change, name, previous name, before, after)."""
    files = {
        path: tuple(None if text is None else textwrap.dedent(text) for text in pair)
        for path, pair in files.items()
    }
    changes, _ = symbol_changes(edits.diff(files, **more))
    return [(one.change, one.name, one.previous_name, one.before, one.after) for one in changes]


def names(files, **more):
    """Only what happened to which."""
    return [(change, name) for change, name, *_ in told(files, **more)]


BODY = "    a = prepare(x)\n    b = check(a)\n    c = send(b)\n    return c\n"

EDITS = {
    "a default": (
        "app/a.py",
        "def f(a, b=1):\n    return a\n",
        "def f(a, b=2):\n    return a\n",
        [("changed", "f", None, "def f(a, b=1)", "def f(a, b=2)")],
    ),
    "a body": ("app/a.py", "def f(a):\n    return a\n", "def f(a):\n    return a + 1\n", []),
    "another format": (
        "app/a.py",
        "def f(a: str = 'x', *, b: Optional[List[int]] = None) -> None: ...\n",
        (
            'def f(\n    a: str = "x",  # why\n    *,\n'
            "    b: list[int] | None = None,\n) -> None: ...\n"
        ),
        [],
    ),
    "annotations that come and go": (
        "app/a.py",
        "def f(a, *rest, b: int = 1):\n    return a\n",
        "def f(a: dict[str, int], *rest: str, b=1) -> int:\n    return a\n",
        [],
    ),
    "another annotation": (
        "app/a.py",
        "def f(a: int, b):\n    return a\n",
        "def f(a: str, b: int):\n    return a\n",
        [("changed", "f", None, "def f(a: int, b)", "def f(a: str, b: int)")],
    ),
    "an annotation and a default": (
        "app/a.py",
        "def f(a, b=1):\n    return a\n",
        "def f(a: str, b=2):\n    return a\n",
        [("changed", "f", None, "def f(a, b=1)", "def f(a: str, b=2)")],
    ),
    "a parameter on its own line": (
        "app/a.py",
        "class A:\n    def f(\n        self,\n        a: int,\n    ) -> int:\n        return a\n",
        (
            "class A:\n    def f(\n        self,\n        a: int,\n"
            "        b: int = 1,\n    ) -> int:\n"
            "        return a\n"
        ),
        [
            (
                "changed",
                "A.f",
                None,
                "def f(self, a: int) -> int",
                "def f(self, a: int, b: int = 1) -> int",
            )
        ],
    ),
    "a constructor": (
        "app/a.py",
        "class A:\n    def __init__(self, a) -> None:\n        self.a = a\n",
        "class A:\n    def __init__(self, a, b) -> None:\n        self.a = a\n",
        [("changed", "A", None, "A(a)", "A(a, b)")],
    ),
    "a new class, not its methods": (
        "app/a.py",
        "x = 1\n",
        "x = 1\n\n\nclass A(Base):\n    def f(self): ...\n\n    def g(self): ...\n",
        [("added", "A", None, None, "class A(Base)")],
    ),
    "private names": (
        "app/a.py",
        "x = 1\n",
        (
            "x = 1\ndef _f(): ...\nclass _A:\n    def g(self): ...\n"
            "def h():\n    def inner(): ...\nclass B:\n    def _p(self): ...\n"
        ),
        [
            ("added", "B", None, None, "class B"),
            ("added", "h", None, None, "def h()"),
        ],
    ),
    "overloads and setters": (
        "app/a.py",
        "class A:\n    @property\n    def x(self) -> int:\n        return 1\n",
        (
            "class A:\n    @property\n    def x(self) -> int:\n        return 1\n\n    @x.setter\n"
            "    def x(self, value: int) -> None: ...\n\n"
            "    @overload\n    def y(self, a: int): ...\n"
            "    def y(self, a): ...\n"
        ),
        [("added", "A.y", None, None, "def y(self, a)")],
    ),
    "a new name, and the same body": (
        "app/a.py",
        f"def old_name(x):\n{BODY}",
        f"def new_name(x):\n{BODY}",
        [("renamed", "new_name", "old_name", "def old_name(x)", "def new_name(x)")],
    ),
    "what is not in __all__": (
        "app/a.py",
        '__all__ = ["f"]\n\ndef f(): ...\n',
        '__all__ = ["f"]\n\ndef f(): ...\n\ndef g(): ...\n',
        [],
    ),
    "a definition in a string": (
        "app/a.py",
        'T = """\nclass A:\n    pass\n"""\n',
        'T = """\nclass B:\n    pass\ndef f(): ...\n"""\n',
        [],
    ),
    "a name that is imported instead": (
        "app/a.py",
        f"import x\n\ndef helper(x):\n{BODY}",
        "import x\nfrom other import helper\n",
        [],
    ),
    "constants and aliases": (
        "app/a.py",
        "LIMIT = 3\nSizes = Union[int, str]\n",
        "LIMIT = 4\nSizes = Union[int, str, None]\nlogger = make()\n",
        [
            (
                "changed",
                "Sizes",
                None,
                "Sizes = Union[int, str]",
                "Sizes = Union[int, str, None]",
            ),
            ("changed", "LIMIT", None, "LIMIT = 3", "LIMIT = 4"),
        ],
    ),
    "one of two methods of a name": (
        "app/a.py",
        (
            "class A:\n    def f(self): ...\n\n    def keep(self): ...\n\n\nclass B:\n"
            "    def f(self): ...\n\n    def keep(self): ...\n"
        ),
        (
            "class A:\n    def keep(self): ...\n\n\n"
            "class B:\n    def f(self): ...\n\n    def keep(self): ...\n"
        ),
        [("removed", "A.f", None, "def f(self)", None)],
    ),
    "Rust": (
        "src/a.rs",
        """\
        pub struct Router { pub a: u8 }
        impl Router {
            pub fn route(&self, x: u32) -> u32 { x }
            pub fn gone(&self) {}
            fn private(&self) {}
        }
        impl Display for Router {
            fn fmt(&self) {}
        }
        pub enum Mode {
            Fast,
        }
        pub(crate) fn hidden(a: u8) {}
        """,
        """\
        pub struct Router { pub a: u8 }
        impl Router {
            pub fn route(&self, x: u64) -> u32 { x }
            fn private(&self, y: u8) {}
        }
        impl Display for Router {
            fn fmt(&self, f: u8) {}
        }
        pub enum Mode {
            Fast,
            Slow { by: u8 },
        }
        pub(crate) fn hidden(a: u16) {}
        #[cfg(test)]
        mod tests {
            pub fn helper() {}
        }
        """,
        [
            ("removed", "Router::gone", None, "pub fn gone(&self)", None),
            (
                "changed",
                "Router::route",
                None,
                "pub fn route(&self, x: u32) -> u32",
                "pub fn route(&self, x: u64) -> u32",
            ),
            ("added", "Mode::Slow", None, None, "Slow {by: u8}"),
        ],
    ),
    "Go": (
        "pkg/a.go",
        (
            "package a\n\nfunc (r *Router) Route(name string) error {\n\treturn nil\n}\n\n"
            "func f() {}\n"
        ),
        (
            "package a\n\nfunc (r *Router) Route(name string, n int) error {\n\treturn nil\n}\n\n"
            "func f(a int) {}\n\nfunc Open() {}\n\ntype Store interface {\n\tGet() int\n}\n"
        ),
        [
            (
                "changed",
                "Router.Route",
                None,
                "func (r *Router) Route(name string) error",
                "func (r *Router) Route(name string, n int) error",
            ),
            ("added", "Store", None, None, "type Store interface"),
            ("added", "Open", None, None, "func Open()"),
        ],
    ),
    "TypeScript": (
        "src/a.ts",
        "export class A {\n  go(a: string): void {}\n  private x(): void {}\n}\nfunction f() {}\n",
        (
            "export class A {\n  go(a: number): void {}\n  private x(a: string): void {}\n}\n"
            "function f(a: string) {}\nexport const g = (a: string): void => {};\n"
        ),
        [
            ("changed", "A.go", None, "go(a: string): void", "go(a: number): void"),
            ("added", "g", None, None, "g = (a: string): void"),
        ],
    ),
    "Java": (
        "src/A.java",
        "public class A {\n  public void go(String a) { }\n  void hidden() { }\n}\n",
        (
            "public class A {\n  public void go(String a, int b) { }\n  void hidden(int a) { }\n"
            "  protected int more() { return 1; }\n}\n"
        ),
        [
            (
                "changed",
                "A.go",
                None,
                "public void go(String a)",
                "public void go(String a, int b)",
            ),
            ("added", "A.more", None, None, "protected int more()"),
        ],
    ),
    "C++": (
        "include/a.h",
        (
            "namespace x {\nvoid go(int a);\nstatic int hidden(int a);\nclass A {\n  int p();\n"
            " public:\n  int q();\n};\n}\n"
        ),
        (
            "namespace x {\nvoid go(long a);\nstatic int hidden(long a);\n"
            "class A {\n  int p(int a);\n"
            " public:\n  int q(int a);\n};\n}\n"
        ),
        [
            ("changed", "go", None, "void go(int a)", "void go(long a)"),
            ("changed", "A::q", None, "int q()", "int q(int a)"),
        ],
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_changes_what_is_public(name):
    path, before, after, expected = EDITS[name]
    assert told({path: (before, after)}) == expected


@pytest.mark.parametrize("name", EDITS)
def test_without_whole_files_nothing_else_is_told(name):
    path, before, after, expected = EDITS[name]
    if name in {"what is not in __all__", "a definition in a string"}:
        pytest.skip("only the whole file can tell")
    assert {row[1] for row in told({path: (before, after)}, whole=False)} <= {
        row[1] for row in expected
    } | {"helper"}


def test_a_python_symbol_that_moves_is_imported_from_elsewhere():
    files = {
        "src/app/old.py": (f"X = 1\n\ndef move(x):\n{BODY}", "X = 1\n"),
        "src/app/new.py": (None, f"def move(x):\n{BODY}"),
    }
    assert told(files) == [
        ("renamed", "app.new.move", "app.old.move", "def move(x)", "def move(x)")
    ]
    files["src/app/old.py"] = (files["src/app/old.py"][0], "X = 1\nfrom app.new import move\n")
    assert told(files) == []


def test_a_rust_symbol_that_moves_is_the_same():
    files = {
        "src/a.rs": ("pub struct A { a: u8 }\nimpl A {\n    pub fn f(&self) {}\n}\n", ""),
        "src/b.rs": ("", "pub struct A { a: u8 }\nimpl A {\n    pub fn f(&self) {}\n}\n"),
    }
    assert told(files) == []


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
    file = dataclasses.replace(file, contents=lambda name: asked.append(name) or contents(name))
    found, _ = symbol_changes(dataclasses.replace(edits.diff({}), files=(file,)))
    assert bool(found) is expected
    assert expected or len(asked) <= 1
