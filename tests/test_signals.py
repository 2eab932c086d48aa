"""Signals: what stands out of a change beside what it says of itself."""

from __future__ import annotations

import gettext
import random
import time

import pytest
from support import edits, records

from digest.facts.diffs import diff_of
from digest.facts.signals import NAMES, signals_of
from digest.facts.signals.lines import code_of, number_of
from digest.model import Evidence, FilePatch, InterfaceChange, Statement
from digest.phrases import PHRASES, say


def signals(files, interface=(), **more):
    return {signal.name: signal for signal in signals_of(edits.diff(files, **more), interface)}


def added(line, path="src/app/main.py", before="first\n\n\nlast\n"):
    return {path: (before, before.replace("last\n", f"{line}\nlast\n"))}


def removed(line, path="src/app/main.py"):
    return {path: (f"first\n{line}\nlast\n", "first\nlast\n")}


PEM = "-----BEGIN " + "PRIVATE KEY-----"
TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


@pytest.mark.parametrize(
    ("name", "line", "path"),
    [
        ("tls_unverified", "r = requests.get(url, verify=False)", "src/a.py"),
        ("tls_unverified", "ctx.verify_mode = ssl.CERT_NONE", "src/a.py"),
        ("tls_unverified", "TLSClientConfig: &tls.Config{InsecureSkipVerify: true},", "pkg/a.go"),
        ("tls_unverified", ".danger_accept_invalid_certs(true)", "src/a.rs"),
        ("tls_unverified", "agent = new Agent({ rejectUnauthorized: false });", "src/a.ts"),
        ("dynamic_code", "value = eval(text)", "src/a.py"),
        ("dynamic_code", "    exec(code, scope)", "src/a.py"),
        ("dynamic_code", "node.innerHTML = answer;", "src/a.js"),
        ("unsafe_load", "state = pickle.loads(data)", "src/a.py"),
        ("unsafe_load", "config = yaml.load(stream)", "src/a.py"),
        ("unsafe_load", "state = torch.load(path, weights_only=False)", "src/a.py"),
        ("shell_command", "subprocess.run(cmd, shell=True)", "src/a.py"),
        ("shell_command", 'os.system("rm -r x")', "src/a.py"),
        ("sql_from_strings", 'db.execute(f"SELECT * FROM users WHERE id = {user}")', "src/a.py"),
        ("sql_from_strings", 'q = "DELETE FROM t WHERE id = " + key', "src/a.py"),
        ("sql_from_strings", 'let q = format!("SELECT a FROM t WHERE id = {}", id);', "src/a.rs"),
        ("cors_open", 'app.add_middleware(CORS, allow_origins=["*"])', "src/a.py"),
        ("cors_open", "let layer = CorsLayer::permissive();", "src/a.rs"),
        ("concurrency", "state: Mutex<State>,", "src/a.rs"),
        ("concurrency", "self.lock = threading.Lock()", "src/a.py"),
        ("concurrency", "tokio::spawn(run());", "src/a.rs"),
        ("concurrency", "mu sync.RWMutex", "pkg/a.go"),
        ("unsafe_code", "let x = unsafe { *p };", "src/a.rs"),
        ("unsafe_code", 'lib = ctypes.CDLL("x.so")', "src/a.py"),
        ("unsafe_code", "strcpy(a, b);", "src/a.c"),
        ("errors_swallowed", "try:\n    f()\nexcept Exception:\n    pass", "src/a.py"),
        ("errors_swallowed", "try { f() } catch (e) {}", "src/a.ts"),
        ("todo_added", "# TODO: do it right", "src/a.py"),
        ("deprecation_added", '@deprecated("use g")', "src/a.py"),
        ("deprecation_added", '#[deprecated(since = "1.2")]', "src/a.rs"),
        ("credential_added", f'TOKEN = "{TOKEN}"', "src/a.py"),
        ("credential_added", f'KEY = """{PEM}', "src/a.py"),
    ],
)
def test_added_lines(name, line, path):
    found = signals(added(line, path))[name]
    assert found.count == 1
    (evidence,) = found.evidence
    assert (evidence.path, evidence.side) == (path, "new")
    assert evidence.line == (6 if "\n" in line else 4)
    # Removing it says nothing of the kind, but for what is news either way.
    assert (name in signals(removed(line, path))) == (name == "concurrency")
    # Neither does moving it, within a file or into another one.
    old = "a\nb\nc\nd\ne\nf\ng\nh\n"
    moved = {path: (f"{line}\n{old}", f"{old}{line}\n")}
    assert name not in signals(moved)
    other = path.replace("/a", "/b")
    assert name not in signals({path: (f"a\n{line}\n", "a\n"), other: (None, f"{line}\n")})


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("model.eval()", "src/a.py"),
        ("def eval(self, x):", "src/a.py"),
        ("# never eval(text)", "src/a.py"),
        ('print("eval(text)")', "src/a.py"),
        ("regex.exec(text)", "src/a.js"),
        ("config = yaml.load(stream, Loader=yaml.SafeLoader)", "src/a.py"),
        ("state = torch.load(\n    path,\n    weights_only=True,\n)", "src/a.py"),
        ("state = safetensors.torch.load(data)", "src/a.py"),
        ("works without requiring shell=True.", "src/a.py"),
        ("verify=True", "src/a.py"),
        ('db.execute("SELECT * FROM users WHERE id = %s", (user,))', "src/a.py"),
        ('log.info("Select the best from {x}")', "src/a.py"),
        ('allow_origins=["https://example.org"]', "src/a.py"),
        ("#![deny(unsafe_code)]", "src/a.rs"),
        ("// unsafe { }", "src/a.rs"),
        ("try:\n    f()\nexcept KeyError:\n    pass", "src/a.py"),
        ("try:\n    f()\nexcept Exception:\n    log.exception('x')", "src/a.py"),
        ("threads are synchronized.", "src/a.py"),
        ("todo = load_todo_list()", "src/a.py"),
        ("gets = 1", "src/a.c"),
        ("assert x", "src/a.py"),
        ('TOKEN = "ghp_' + "x" * 36 + '"', "src/a.py"),
        ('KEY = "sk-your-key-goes-here-and-is-replaced-by-you-1"', "src/a.py"),
        ("value = eval(text)", "tests/test_a.py"),
        ("value = eval(text)", "benchmarks/a.py"),
        ("value = eval(text)", "docs/a.py"),
        ("value = eval(text)", "vendor/a.py"),
        ("value = eval(text)", "README.md"),
    ],
)
def test_what_only_looks_so(line, path):
    assert not set(signals(added(line, path))) - {"vendored_code"}


def test_rust_tests_below_the_code_may_panic():
    calls = "".join(f"    let a{n} = f().unwrap();\n" for n in range(6))
    assert signals({"src/a.rs": (None, f"fn g() {{\n{calls}}}\n")})["panics_added"].count == 6
    inside = f"#[cfg(test)]\nmod tests {{\n    #[test]\n    fn t() {{\n{calls}    }}\n}}\n"
    assert "panics_added" not in signals({"src/a.rs": (None, inside)})
    before = "fn f() {}\n#[cfg(test)]\nmod tests {\n" + "    // x\n" * 20 + "}\n"
    after = before.replace("    // x\n}", f"    fn t() {{\n{calls}    }}\n}}")
    assert "panics_added" not in signals({"src/a.rs": (before, after)})


def test_removed_handlers_and_assertions():
    handler = "try:\n    f()\nexcept ValueError:\n    g()\n"
    found = signals({"src/a.py": (f"a\n{handler}assert n > 0\nb\n", "a\nf()\nb\n")})
    assert found["error_handling_removed"].evidence == (
        Evidence(path="src/a.py", line=4, side="old"),
    )
    assert found["asserts_removed"].evidence[0].line == 6
    gone = signals({"src/a.py": (handler, None)})
    assert "error_handling_removed" not in gone  # the whole file went, not its care
    assert "files_deleted" in gone
    narrowing = signals({"src/a.py": ("assert x is not None\ny\n", "y\n")})
    assert "asserts_removed" not in narrowing
    importing = signals(
        {"src/a.py": ("try:\n    import a\nexcept ImportError:\n    a = 0\n", "x\n")}
    )
    assert "error_handling_removed" not in importing


TESTS = {
    "tests/test_a.py": "def test_{}():\n    assert f() == 1\n\n\n",
    "src/a.rs": "#[test]\nfn {}() {{}}\n\n\n",
    "pkg/a_test.go": "func Test{}(t *testing.T) {{}}\n\n\n",
    "src/a.test.ts": 'it("does {}", () => {{}});\n\n\n',
    "src/test/java/ATest.java": "@Test\nvoid {}() {{}}\n\n\n",
    "src/a_test.cc": "TEST(Suite, {}) {{}}\n\n\n",
}


@pytest.mark.parametrize("path", TESTS)
def test_tests_are_counted(path):
    three = "".join(TESTS[path].format(name) for name in ("One", "Two", "Three"))
    found = signals({path: (None, three)})
    assert found["tests_added"].count == 3
    found = signals({path: (three, None)})
    assert found["tests_removed"].count == 3
    assert found["tests_removed"].evidence[0] == Evidence(path=path, line=1, side="old")
    renamed = signals({path: (three, three.replace("Two", "Four"))})
    assert not {"tests_added", "tests_removed"} & set(renamed)


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        ("def test_a():\n    f()\n", "@pytest.mark.skip\ndef test_a():\n    f()\n", 1),
        (
            "def test_a():\n    f()\n",
            '@pytest.mark.xfail(\n    reason="x",\n)\ndef test_a():\n    f()\n',
            1,
        ),
        ("x\n", "x\n@pytest.mark.skip\ndef test_b():\n    f()\n", 0),
        ("def test_a():\n    f()\n", 'def test_a():\n    pytest.skip("flaky")\n    f()\n', 1),
        ("def test_a():\n    f()\n", 'def test_a():\n    pytest.skip("needs ROCm")\n    f()\n', 0),
        (None, "pytestmark = pytest.mark.skip\n", 0),
        ("import pytest\n", "import pytest\npytestmark = pytest.mark.skip\n", 1),
    ],
)
def test_skipped_tests(before, after, count):
    found = signals({"tests/test_a.py": (before, after)}).get("tests_skipped")
    assert (found.count if found else 0) == count


def test_numbers():
    found = signals({"src/a.py": ("a\nTIMEOUT_SECONDS = 30\n", "a\nTIMEOUT_SECONDS = 120\n")})
    assert found["timing_changed"].evidence == (Evidence(path="src/a.py", line=2),)
    moved = {"src/a.py": ("TIMEOUT = 30\nx\ny\nz\n", "x\ny\nz\nTIMEOUT = 30\n")}
    assert "timing_changed" not in signals(moved)
    test = "tests/test_a.py"
    found = signals({test: ("assert_close(a, b, atol=1e-3)\n", "assert_close(a, b, atol=1e-2)\n")})
    assert found["tests_loosened"].count == 1
    found = signals({test: ("assert_close(a, b, atol=1e-2)\n", "assert_close(a, b, atol=1e-3)\n")})
    assert "tests_loosened" not in found


def test_the_whole():
    long = "".join(f"x{n} = {n}\n" for n in range(1_200))
    found = signals({f"src/part{n}/a.py": (None, long if n == 0 else "y\n") for n in range(6)})
    assert found["large_change"].count == 1_205
    assert found["wide_change"].count == 6
    assert found["untested"].count == 1_205
    tested = {"src/a.py": (None, long), "tests/test_a.py": (None, "x\n")}
    assert "untested" not in signals(tested)
    assert "untested" not in signals({"README.md": (None, long)})
    found = signals(
        {
            "csrc/a.cu": ("a\n", "b\n"),
            "src/auth/jwt.py": ("a\n", "b\n"),
            "db/migrations/0002_x.py": (None, "b\n"),
            "third_party/x.c": ("a\n", "b\n"),
        }
    )
    assert {"kernels", "security_path", "migration", "vendored_code"} <= set(found)
    assert not {"kernels", "security_path"} & set(signals(added("x", "src/tokenizer/author.py")))


def change(name, before, after, what="flag", path="src/args.py", **more):
    side = "old" if after is None else "new"
    return InterfaceChange(
        what=what,
        name=name,
        before=before,
        after=after,
        evidence=(Evidence(path=path, line=3, side=side),),
        **more,
    )


def test_the_interface_and_its_documentation():
    flag = change("--router", None, "kv")
    files = {"src/args.py": ("a\n", "b\n")}
    found = signals(files, (flag,))
    assert found["documentation_forgotten"].evidence == flag.evidence
    assert "documentation_updated" not in found
    found = signals({**files, "docs/args.md": ("a\n", "b\n")}, (flag,))
    assert found["documentation_updated"].count == 1
    symbol = change("app.Thing", None, "class", what="public symbol")
    assert "documentation_forgotten" not in signals(files, (symbol,))
    assert "switch_added" in signals(files, (change("--enable-x", None, ""),))
    assert "switch_added" not in signals(files, (flag,))
    assert signals(files, (change("--n", "1", "2"),))["default_changed"].count == 1


def test_a_default_that_only_a_line_shows():
    files = {"src/a.py": ("a\nfused = False\n", "a\nfused = True\n")}
    found = signals(files, subject="Enable fusion by default")["default_changed"]
    assert [(line.side, line.line) for line in found.evidence] == [("old", 2), ("new", 2)]
    assert "default_changed" not in signals(files, subject="Enable fusion")


def test_a_symbol_that_nobody_offered_is_a_signal():
    gone = change("app.core.Thing", "class Thing", None, what="public symbol", path="app/core.py")
    files = {"app/core.py": ("class Thing:\n    pass\n", "")}
    assert signals(files, (gone,))["interface_removed"].count == 1
    moved = {**files, "app/new.py": (None, "class Thing:\n    pass\n")}
    assert "interface_removed" not in signals(moved, (gone,))


def test_every_signal_has_its_phrase():
    english = gettext.NullTranslations()
    for name in NAMES:
        statement = Statement(phrase=f"signal.{name}", values={"count": 2})
        assert statement.phrase in PHRASES
        assert "%" not in say(statement, english, str, "en")


def test_numbers_of_lines():
    before = "\n".join(f"line {n}" for n in range(60))
    after = before.replace("line 10\n", "").replace("line 40", "line 40\nnew\nnewer")
    diff = edits.diff({"a.py": (before, after)})
    (file,) = diff.files
    data = file.patch.data
    for side, mark in (("old", b"\n-"), ("new", b"\n+")):
        expected = [line.number for line in file.lines(side)]
        positions, position = [], data.find(mark)
        while position >= 0:
            positions.append(number_of(data, position + 1, side))
            position = data.find(mark, position + 1)
        assert positions == expected


@pytest.mark.parametrize(
    ("line", "path", "code"),
    [
        (b'x = "# no" # yes', "a.py", b'x = "    "'),
        (b"let c = 'a'; // yes", "a.rs", b"let c = 'a'; "),
        (b'f("//") // yes', "a.go", b'f("  ") '),
        (b" * in a comment", "a.c", b""),
        (b'"""unclosed', "a.py", b""),
    ],
)
def test_code_without_comments_and_text(line, path, code):
    assert code_of(line, path) == code


HOSTILE = [
    b"",
    b"@@",
    b"@@ -1 +1 @@\n+" + b"eval(" * 200_000,
    b"@@ -1 +1 @@\n" + b"+x = eval(\n" * 20_000,
    b"@@ -1 +1 @@\n+" + b'"' * 100_000,
    b"@@ -1 +1 @@\n" + b"+<<<<<<< HEAD\n+=======\n+>>>>>>> x\n" * 1_000,
    b"+except:\n" + b"+ \n" * 50_000,
    b"@@ -1 +1 @@\n" + b"+f'SELECT " + b"a FROM " * 120 + b"\n",
    b"@@ -1 +1 @@\n+timeout = " + b"9" * 400 + b"\n-timeout = " + b"8" * 500,
    b"@@ -1 +1 @@\n" + b"+mod a_test {\n+x.unwrap()\n" * 20_000,
    b"@@ -1 +1 @@\n+" + b"sk-" * 100_000,
    random.Random(1).randbytes(200_000).replace(b"\n", b"\n+"),  # noqa: S311
]


@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("path", ["src/a.py", "src/a.rs", "tests/test_a.py", "src/a.c"])
def test_hostile_patches_take_little_time(data, path):
    reading = records.reading("x", changes=[records.change(path)])
    reading = type(reading)(reading.commit, reading.coverage, (FilePatch(path, data),))
    began = time.process_time()
    signals_of(diff_of(reading), ())
    assert time.process_time() - began < 2
