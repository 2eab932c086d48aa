"""Merges: one entry each, on the day of the merge, with the changes against the first parent."""

REPOSITORIES = ["acme/engine"]
PAGES = ["2026/02/13.md"]


def play(stage):
    engine = stage.repository("acme/engine")
    engine.commit("chore: begin", {"a.py": "a\n"}, date="2026-02-12T09:00+08:00")
    with engine.on("topic"):
        engine.commit("wip: side", {"b.py": "b\n"}, date="2026-02-12T10:00+08:00")
        engine.commit("wip: side again", {"b.py": "bb\n"}, date="2026-02-13T09:00+08:00")
    engine.commit("fix: on the branch", {"a.py": "aa\n"}, date="2026-02-13T10:00+08:00")
    engine.merge(
        "topic",
        "Merge pull request #12 from acme/topic\n\nAdd b\n",
        date="2026-02-13T11:00+08:00",
    )
    with engine.on("empty"):
        engine.commit("wip: nothing", date="2026-02-13T11:30+08:00")
    engine.merge("empty", date="2026-02-13T12:00+08:00")
    stage.collect("2026-02-15T12:00+08:00")
