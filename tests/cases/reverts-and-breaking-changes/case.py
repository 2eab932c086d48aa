"""What is taken back, brought back and broken, in each of the ways that people write it."""

REPOSITORIES = ["acme/engine"]
PAGES = ["2026/02/13.md", "index.md"]


def play(stage):
    engine = stage.repository("acme/engine")
    engine.commit("chore: begin", {"src/api.py": "a\n"}, date="2026-02-12T09:00+08:00")
    cache = engine.commit(
        "feat: add cache (#7)", {"src/cache.py": "c\n"}, date="2026-02-13T09:00+08:00"
    )
    revert = engine.commit(
        f'Revert "feat: add cache (#7)" (#8)\n\nThis reverts commit {cache}.\n',
        {"src/cache.py": None},
    )
    engine.commit(
        f'Reapply "feat: add cache (#7)" (#9)\n\nThis reverts commit {revert}.\n',
        {"src/cache.py": "c\n"},
    )
    engine.commit("feat(api)!: rename generate to complete (#10)", {"src/api.py": "b\n"})
    engine.commit(
        "refactor: drop old flags (#11)\n\nBREAKING CHANGE: --legacy is gone, use --mode.\n",
        {"src/flags.py": "f\n"},
    )
    engine.commit("[Breaking] require Python 3.12", {"pyproject.toml": "[project]\n"})
    stage.collect("2026-02-15T12:00+08:00")
