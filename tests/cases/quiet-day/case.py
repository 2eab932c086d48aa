"""A day that was read, on which nothing happened, between two that have commits."""

REPOSITORIES = ["acme/engine"]
PAGES = ["2026/02/13.md", "2026/02/index.md", "index.md"]


def play(stage):
    engine = stage.repository("acme/engine")
    engine.commit("feat: begin", {"a.py": "x\n"}, date="2026-02-12T23:59:59+08:00")
    engine.commit("feat: go on", {"a.py": "y\n"}, date="2026-02-14T00:00:00+08:00")
    stage.collect("2026-02-15T00:00:00+08:00")
