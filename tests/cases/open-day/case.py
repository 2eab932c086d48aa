"""Today: it is read at noon and said to be open."""

REPOSITORIES = ["acme/engine"]
PAGES = ["2026/02/13.md", "index.md"]


def play(stage):
    engine = stage.repository("acme/engine")
    engine.commit("feat: in the morning", {"a.py": "x\n"}, date="2026-02-13T09:00+08:00")
    stage.collect("2026-02-13T12:00+08:00")
