"""Two commits whose shas begin with the same seven digits, 30f0e19: the older keeps the anchor.

The numbers were found by trying; 60,000 messages on each side are enough.
"""

REPOSITORIES = ["acme/router", "acme/engine"]
PAGES = ["2026/02/13.md"]


def play(stage):
    engine = stage.repository("acme/engine")
    older = engine.commit("feat: change 15115", {"a.py": "a\n"}, date="2026-02-13T09:00:00+08:00")
    router = stage.repository("acme/router")
    younger = router.commit("feat: change 214", {"b.py": "b\n"}, date="2026-02-13T10:00:00+08:00")
    assert older[:7] == younger[:7]
    stage.collect("2026-02-15T12:00+08:00")
