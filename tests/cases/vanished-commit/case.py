"""A force push takes a commit off the branch: it stays in the archive, marked."""

REPOSITORIES = ["acme/engine"]
PAGES = ["2026/02/13.md"]


def play(stage):
    engine = stage.repository("acme/engine")
    first = engine.commit("feat: begin", {"a.py": "a\n"}, date="2026-02-13T09:00+08:00")
    engine.commit("feat: secret plans", {"b.py": "b\n"}, date="2026-02-13T10:00+08:00")
    stage.collect("2026-02-13T12:00+08:00")
    engine.reset(first)
    engine.commit("feat: other plans", {"c.py": "c\n"}, date="2026-02-13T11:00+08:00")
    stage.collect("2026-02-14T12:00+08:00")
