"""The site's search: making the index, what a reader downloads, how soon, and how much is found.

The texts are generated, or real ones from a file: one JSON object a line with
``slug``, ``date``, ``sha``, ``subject``, ``author``, ``level``, ``pr``,
``text``, ``body`` and ``paths``.  Where there are not enough they are used again
for later days under other shas.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import resource
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.tables import Row, at_most
from digest.model import Repository
from digest.search import SearchIndex
from digest.settings import Settings

SIZES = {10_000: 300, 100_000: 400}
"""Commits; how many kB of the index a first answer may take."""

QUERIES = (
    *("解耦", "缓存", "内存泄漏", "负载均衡", "连接", "路由"),
    *("kv_router", "KvRouter", "--router-mode", "DYN_SYSTEM_PORT", "Yan Ru Pei", "scheduler"),
)
"""Beside what is taken from the texts: a phrase, a path, a sha, a pull request."""

_COLD, _WARM = 1000, 200
"""Milliseconds."""

_PAGE = """\
<!DOCTYPE html><meta charset="utf-8"><link rel="icon" href="data:,"><title>bench</title>
<script type="module">
  const modules = Promise.all([import("./search/engine.js"), import("./search/index.js")])
  let index
  window.ask = async text => {
    const began = performance.now()
    const [engine, { Index }] = await modules
    index ??= await new Index(new URL("search/index.json", location)).open()
    const before = index.bytes
    const found = await engine.search(index, { text })
    const first = await found.next(10)
    return { ms: performance.now() - began, bytes: index.bytes - before,
             possible: found.possible, first: first.map(item => item.address) }
  }
  window.all = async text => {
    const [engine] = await modules
    const found = await engine.search(index, { text })
    const places = []
    do places.push(...(await found.next(1e9)).map(item => item.address))
    while (!found.done)
    return places
  }
  window.ready = true
</script>
"""


def rows(
    home: Path, *, texts: Path | None = None, sizes: Iterable[int] = tuple(SIZES)
) -> list[Row]:
    """The figures.

    Arguments:
        home: a folder to work in.
        texts: real ones; generated ones without.
        sizes: how many commits.
    """
    from support.browser import launch  # noqa: PLC0415 - the tests' own, see __main__

    found = []
    with launch() as browser:
        for size in sizes:
            found += _measured(home / str(size), size, texts, browser)
    return found


def _measured(home: Path, size: int, texts: Path | None, browser: Any) -> list[Row]:  # noqa: ANN401
    from support.bilingual import write_archive  # noqa: PLC0415
    from support.site import serve  # noqa: PLC0415

    entries = list(_texts(size, texts))
    write_archive(home / "archive", entries)
    slugs = dict.fromkeys(entry.slug for entry in entries)
    settings = Settings(
        repositories=tuple(Repository(slug=slug, url=f"https://x.org/{slug}") for slug in slugs),
        zone=ZoneInfo("UTC"),
        archive=home / "archive",
        mirrors=home,
        languages=("zh",),
    )
    site, cache = home / "site", home / "cache"
    began = time.process_time()
    SearchIndex(settings, cache).write(site)
    whole = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    again = _again(settings, cache, home / "again")
    last = max(entry.date for entry in entries)
    for path in (home / "archive").rglob(f"{last.isoformat()}.json"):
        path.write_bytes(path.read_bytes() + b"\n")
    one_day = _again(settings, cache, home / "again")
    files = [path.stat().st_size for path in (site / "search").rglob("*") if path.is_file()]
    name = f"search, {size:,} commits"
    found = [
        Row(f"{name}: index", f"{whole:.0f} s", "", holds=True, detail=f"CPU; {peak:.0f} MB"),
        at_most(f"{name}: nothing new ÷ all", again / whole, 0.1, f"{again:.1f} s CPU"),
        at_most(f"{name}: newest day again ÷ all", one_day / whole, 0.1, f"{one_day:.1f} s CPU"),
        Row(
            f"{name}: on the site",
            f"{sum(files) / size:.0f} B",
            "",
            holds=True,
            detail=f"a commit; {len(files):,} files, {sum(files) / 1e6:.0f} MB",
        ),
    ]
    assets = Path(__file__).parents[1] / "digest" / "assets" / "search"
    shutil.copytree(assets, site / "search", dirs_exist_ok=True)
    (site / "bench.html").write_text(_PAGE, encoding="utf-8")
    with serve(site) as address:
        for query, truth in _truths(entries).items():
            found += _asked(browser, f"{address}bench.html", query, truth, size)
    return found


def _again(settings: Settings, cache: Path, site: Path) -> float:
    shutil.rmtree(site, ignore_errors=True)
    began = time.process_time()
    SearchIndex(settings, cache).write(site)
    return time.process_time() - began


def _texts(size: int, path: Path | None) -> Iterator[Any]:
    from support.bilingual import FIRST, Text, bilingual  # noqa: PLC0415

    if path is None:
        yield from bilingual(size)
        return
    with path.open(encoding="utf-8") as file:
        known = [json.loads(line) for line in file]
    for number in range(size):
        item = known[number % len(known)]
        sha = hashlib.sha256(f"{item['sha']} {number}".encode()).hexdigest()[:40]
        yield Text(
            slug=item["slug"],
            date=FIRST + dt.timedelta(days=number // 90),
            sha=sha,
            subject=item["subject"],
            author=item["author"],
            level=item["level"],
            number=item["pr"] or 0,
            said=tuple(item["text"].splitlines()),
            body=item["body"],
            paths=tuple(dict.fromkeys(item["paths"])),
        )


def _truths(entries: list[Any]) -> dict[str, set[str]]:
    """For each query, what has it as a plain substring, letter case aside."""
    middle = entries[len(entries) // 2]
    long = next(entry for entry in entries[len(entries) // 2 :] if len(entry.paths) > 1)
    phrase = next(
        said[at : at + 6]
        for entry in entries[len(entries) // 3 :]
        for said in entry.said
        for at in range(len(said) - 6)
        if all("\u4e00" <= char <= "\u9fff" for char in said[at : at + 6])
    )
    queries = (*QUERIES, f'"{phrase}"', long.paths[1], middle.sha[:7], middle.sha)
    truths: dict[str, set[str]] = {}
    for query in (*queries, f"#{middle.number}", str(middle.number)):
        wanted = query.strip('"').lower()
        truths[query] = {
            _place(entry)
            for entry in entries
            if wanted in _shown(entry) or (len(wanted) == 40 and entry.sha == wanted)
        }
    return truths


def _shown(entry: Any) -> str:  # noqa: ANN401
    if not hasattr(_shown, "kept"):
        _shown.kept = {}  # type: ignore[attr-defined]
    kept: dict[str, str] = _shown.kept  # type: ignore[attr-defined]
    if entry.sha not in kept:
        parts = (entry.subject, entry.sha[:7], f"#{entry.number}", entry.author, *entry.said)
        text = "\n".join((*parts, entry.body, *entry.paths)).lower()
        kept[entry.sha] = " ".join(text.replace("\n", " · ").split())
    return kept[entry.sha]


def _place(entry: Any) -> str:  # noqa: ANN401
    return f"{entry.date:%Y/%m/%d}/#{entry.sha[:7]}"


def _asked(browser: Any, address: str, query: str, truth: set[str], size: int) -> list[Row]:  # noqa: ANN401
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(address)
    page.wait_for_function("window.ready")
    cold = page.evaluate("text => ask(text)", query)
    warm = page.evaluate("text => ask(text)", query)
    found = page.evaluate("text => all(text)", query)
    context.close()
    recall = len(truth & set(found)) / len(truth) if truth else 1.0
    wrong = len(set(found) - truth)
    name = f"search, {size:,}: {query}"
    budget = SIZES.get(size, max(SIZES.values()))
    return [
        at_most(f"{name}: first answer", cold["bytes"] / 1000, budget, "compressed", " kB"),
        at_most(f"{name}: cold", cold["ms"], _COLD, "", " ms"),
        at_most(f"{name}: warm", warm["ms"], _WARM, "", " ms"),
        Row(
            f"{name}: recall",
            f"{recall:.3f}",
            "≥ 0.99",
            recall >= 0.99 and not wrong,
            f"{len(truth)} have it, {wrong} wrong, {cold['possible']} said at first",
        ),
    ]
