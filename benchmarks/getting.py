"""A first run over smart HTTP: bytes and requests, compared with a full bare clone."""

from __future__ import annotations

import datetime as dt
import subprocess
import time
from pathlib import Path

from support.gitserver import GitServer

from benchmarks.collecting import run_collect, write_site
from benchmarks.tables import Row, at_most

_LATENCY = 0.08
_DAYS = 7
_REQUESTS = 12
_PER_DEEPENING = 3


def rows(repository: Path, newest: dt.datetime, home: Path) -> list[Row]:
    """The first run of a window of seven days, and the run after it."""
    server_root = repository.resolve().parent
    with GitServer(server_root, latency=_LATENCY) as server:
        url = server.url(repository.name)
        began = time.perf_counter()
        subprocess.run(["git", "clone", "-q", "--bare", url, str(home / "full.git")], check=True)
        cloned, full = time.perf_counter() - began, server.bytes
        server.forget()
        site = write_site(home / "first", url, days=_DAYS)
        seconds = run_collect(site, newest).seconds
        first, requests = server.bytes, server.requests
        fetches = sum("git-upload-pack" in line and "POST" in line for line in server.log)
        server.forget()
        run_collect(site, newest)
        again = server.requests
    # One POST asks for refs, each fetch is one more, the last brings the files' contents.
    deepenings = max(0, fetches - 3)
    allowed = _REQUESTS + _PER_DEEPENING * deepenings
    detail = f"{first / 1e6:.1f} of {full / 1e6:.1f} MB, {seconds:.1f} s; clone {cloned:.1f} s"
    return [
        at_most(f"first run of {_DAYS} days: bytes ÷ full bare clone", first / full, 0.10, detail),
        at_most(
            "first run: requests", requests, allowed, f"{deepenings} deepenings at 80 ms a request"
        ),
        at_most("run without news: requests", again, 3),
    ]
