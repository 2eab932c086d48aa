"""The same commit in a repository and in its fork: each entry has its own anchor."""

REPOSITORIES = ["acme/engine", "zeta/engine"]
PAGES = ["2026/02/13.md", "index.md"]


def play(stage):
    for slug in REPOSITORIES:
        engine = stage.repository(slug)
        engine.commit(
            "feat!: a large change (#3)",
            {f"src/part{n}.py": "x\n" * 100 for n in range(5)},
            date="2026-02-13T09:00+08:00",
        )
        engine.commit(f"docs: the home of {slug}", {"README.md": f"# {slug}\n"})
    stage.collect("2026-02-15T12:00+08:00")
