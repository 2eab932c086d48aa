"""Texts that try to be more than text: the page shows them, and they do nothing."""

from support.gitrepo import Person

REPOSITORIES = ["acme/engine"]
PAGES = ["2026/02/13.md", "index.md"]

SUBJECTS = [
    "feat: a | b `c` *d* _e_ [x](javascript:alert(1)) <script>alert(1)</script>",
    "# heading {: onclick=alert(1) #stolen }",
    '--8<-- "mkdocs.yml" {{ config }} {% raw %} $$x$$ &lt;b&gt;',
    "\u202egnp.exe\u202c 🎉 caf\xe9",
]


def play(stage):
    engine = stage.repository("acme/engine")
    engine.commit("chore: begin", {"a.py": "a\n"}, date="2026-02-12T09:00+08:00")
    engine.now = engine.now.replace(day=13)
    for number, subject in enumerate(SUBJECTS):
        engine.commit(
            f"{subject}\n\n```\n</pre><img src=x onerror=alert(1)>\n\n# {number}\n| a | b |\n",
            {f"src/<b>{number}|`x`.py": "x\n", "src/a\nb.py": f"{number}\n"},
            author=Person('**x** | [y](z) "`\u202e', "x@example.org"),
        )
    engine.commit(b"not utf-8: \xff\xfe \x1b[31m", {b"src/\xff.bin": b"\0\1"})
    stage.collect("2026-02-15T12:00+08:00")
