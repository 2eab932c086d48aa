"""One of two repositories cannot be reached any more: its days are not quiet, and it is said."""

REPOSITORIES = ["acme/engine", "acme/router", "acme/never"]
PAGES = ["2026/02/13.md", "2026/02/14.md", "index.md"]


def play(stage):
    engine = stage.repository("acme/engine")
    engine.commit("feat: begin", {"a.py": "a\n"}, date="2026-02-13T09:00+08:00")
    router = stage.repository("acme/router")
    router.commit("feat: begin", {"a.go": "a\n"}, date="2026-02-13T10:00+08:00")
    stage.collect("2026-02-13T12:00+08:00")
    engine.commit("feat: go on", {"a.py": "b\n"}, date="2026-02-14T09:00+08:00")
    router.commit("feat: unseen", {"a.go": "b\n"}, date="2026-02-14T09:00+08:00")
    stage.lose("acme/router")
    summary = stage.collect("2026-02-15T12:00+08:00")
    assert [outcome.slug for outcome in summary.failed] == ["acme/router", "acme/never"]
