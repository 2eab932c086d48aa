"""An ordinary day of two repositories: kinds, sizes, co-authors, a bot, midnight in Shanghai."""

from support.gitrepo import Executable, Person

REPOSITORIES = ["acme/engine", "acme/router"]
PAGES = ["2026/02/13.md", "2026/02/index.md", "2026/index.md", "archive/index.md", "index.md"]

ADA = Person("Ada Lovelace", "ada@example.org")
LIN = Person("林晓", "lin@example.org")
BOT = Person("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com")
SOURCE = "".join(f"value_{n} = {n}\n" for n in range(150))


def play(stage):
    engine = stage.repository("acme/engine")
    engine.commit("chore: begin", {"src/main.py": "x = 1\n"}, date="2026-02-12T10:00:00+08:00")
    engine.commit(
        "docs: the last second of the day before",
        {"README.md": "# engine\n"},
        date="2026-02-12T23:59:59+08:00",
    )
    engine.commit(
        "feat(scheduler): add priority queue (#41)\n\n"
        "Requests with a deadline go first. Others keep their order.\n\n"
        "Co-authored-by: Grace Hopper <grace@example.org>\n"
        "Signed-off-by: Ada Lovelace <ada@example.org>\n",
        {
            "src/scheduler/queue.py": SOURCE,
            "src/scheduler/__init__.py": "from .queue import *\n",
            "tests/test_queue.py": "def test(): ...\n",
            "docs/queue.md": "# Queue\n",
        },
        author=ADA,
        date="2026-02-13T00:00:00+08:00",
    )
    engine.commit(
        "fix: 修复显存泄漏 (#42)",
        {"src/main.py": "x = 2\ny = 3\n"},
        author=LIN,
        date="2026-02-13T09:30:00+08:00",
        author_date="2026-02-10T18:00:00-05:00",
    )
    engine.commit(
        "build(deps): bump lodash from 4.17.20 to 4.17.21 (#43)",
        {"package-lock.json": '{"lodash": "4.17.21"}\n'},
        author=BOT,
        date="2026-02-13T18:00:00Z",  # the 14th in Shanghai
    )
    router = stage.repository("acme/router")
    router.commit(
        "Initial commit", {"router.go": "package router\n"}, date="2026-02-13T08:00+08:00"
    )
    router.commit("", {"run.sh": Executable("#!/bin/sh\n")}, date="2026-02-13T08:01+08:00")
    router.commit("chore: logo", {"logo.png": b"\x89PNG\0\1\2"}, date="2026-02-13T08:02+08:00")
    router.commit("ci: trigger", date="2026-02-13T08:03+08:00")
    router.commit(
        "Move things",
        {"router.go": None, "cmd/router.go": "package router\n"},
        date="2026-02-13T08:04+08:00",
    )
    stage.collect("2026-02-15T12:00+08:00")
