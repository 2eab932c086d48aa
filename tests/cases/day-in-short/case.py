"""An old day as a row for each commit, with what later became of them."""

REPOSITORIES = ["acme/engine", "acme/router"]
OPTIONS = {"details": 1}
PAGES = ["2026/02/13.md", "2026/02/14.md"]


def play(stage):
    engine = stage.repository("acme/engine")
    engine.commit("chore: begin", {"src/api.py": "a\n"}, date="2026-02-12T09:00+08:00")
    cache = engine.commit(
        "feat: add *cache* <b> (#7)", {"src/cache.py": "c\n"}, date="2026-02-13T09:00+08:00"
    )
    engine.commit("feat(api)!: rename generate to complete (#10)", {"src/api.py": "b\n"})
    engine.commit("文档：说明缓存", {"docs/cache.md": "c\n"})
    engine.commit(
        f'Revert "feat: add *cache* <b> (#7)" (#8)\n\nThis reverts commit {cache}.\n',
        {"src/cache.py": None},
        date="2026-02-14T09:00+08:00",
    )
    router = stage.repository("acme/router")
    router.commit("fix: route", {"src/route.py": "r\n"}, date="2026-02-13T10:00+08:00")
    stage.collect("2026-02-15T12:00+08:00")
