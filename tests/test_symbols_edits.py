"""Public symbols before and after: what an edit changes, and what moves to another file."""

from __future__ import annotations

import pytest
from support.publicsymbols import told

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
