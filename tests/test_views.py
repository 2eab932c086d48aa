"""The views over the archive, and the facts of an entry, as pages tell them."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from support.archives import ENGINE, FIRST, SYMBOL, day, dependency, entry, flag, full, settings
from support.daypages import PLAIN
from support.dialects import commonmark_shape, html, lines, outline_is_sound, skeleton, visible_text
from support.hostile import CORPUS
from support.site import outline

from digest.ledgers import NAMES_A_PAGE
from digest.model import BreakingChange, Revert, Signal, Unread
from digest.model import Evidence as Line
from digest.pageviews import Page
from digest.site import Site

INDEXES = (
    "breaking/index.md",
    "reverts/index.md",
    "interface/index.md",
    "dependencies/index.md",
)
WEB = f"https://github.com/{ENGINE}"


def site(folder: Path, *entries, days=(), language: str = "en", slugs=(ENGINE,)) -> Site:
    """A site of one entry a day, or of those days."""
    found = days or [day(FIRST + dt.timedelta(n), [item]) for n, item in enumerate(entries)]
    return Site(settings(folder, *found, language=language, slugs=slugs), "Digest")


def pages(found: Site) -> dict[str, Page]:
    return {page.path: page for page in found.pages()}


# Which pages there are


def rich(folder: Path, **more) -> Site:
    """A site with something on every view."""
    first = entry("feat: one", sha="aaaaaaa", interface=(flag("--mode", None, "kv"),))
    return site(
        folder,
        first,
        entry("Revert one", sha="bbbbbbb", reverts=(Revert(sha=first.commit.sha),)),
        full("feat: all"),
        entry("chore", interface=(flag("a.f", "f()", "f(x)", **SYMBOL),)),
        **more,
    )


@pytest.mark.parametrize("make", [site, rich], ids=["empty", "rich"])
def test_the_paths_are_those_of_the_pages(tmp_path, make):
    found = make(tmp_path)
    paths = found.paths()
    assert sorted(paths) == sorted(page.path for page in found.pages())
    assert len(paths) == len(set(paths))
    assert set(INDEXES) <= set(paths)


def leaves(nav: object) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    items = nav.values() if isinstance(nav, dict) else nav
    return [path for item in items for path in leaves(item)]


def test_the_navigation_has_each_view_once(tmp_path):
    found = rich(tmp_path)
    assert sorted(leaves(found.views.navigation())) == sorted(found.views.paths())
    assert [next(iter(part)) for part in found.views.navigation()] == [
        "Breaking changes",
        "Reverts and outcomes",
        "Interface ledger",
        "Dependency ledger",
    ]


def test_an_unread_day_is_told_once_though_days_are_read_twice(tmp_path):
    found = rich(tmp_path)
    path = found.archive.day_file(ENGINE, FIRST)
    path.write_text("{", "utf-8")
    list(found.pages())
    assert len(found.problems) == 1


def test_the_same_archive_gives_the_same_views(tmp_path):
    one, two = (pages(rich(tmp_path / name)) for name in "ab")
    assert one == two


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "has been found in the days that are archived"), ("zh", "在已归档的日期里没有发现")],
)
def test_an_empty_view_says_so(tmp_path, language, said):
    found = pages(site(tmp_path, language=language))
    for path in INDEXES:
        assert said in visible_text(found[path].content), path


# What they say


def test_breaking_changes_have_reasons_level_and_a_link(tmp_path):
    reasons = (
        BreakingChange(reason="marker", text="feat!: drop it"),
        BreakingChange(reason="interface", text="--mode"),
        BreakingChange(reason="interface", text="--route"),
    )
    old = entry("feat!: drop it", sha="aaaaaaa", level="high", breaking=reasons)
    doubtful = BreakingChange(reason="footer", text="Set X.", certain=False)
    new = entry("fix: other", breaking=(doubtful,))
    found = pages(site(tmp_path, old, new))
    month = found["breaking/2026-02.md"]
    assert lines(month) == [
        "Medium 2026-02-14 fix: other | said in the message: Set X. · not certain",
        "High 2026-02-13 feat!: drop it | marked by its author · interface: --mode, --route",
    ]
    assert "](../2026/02/13.md#aaaaaaa)" in month.content
    assert lines(found["breaking/index.md"]) == [*lines(month), "2026-02: 2"]


def test_a_ledger_tells_what_happened_to_a_name(tmp_path):
    found = pages(
        site(
            tmp_path,
            entry("feat: one", sha="aaaaaaa", interface=(flag("--mode", None, "kv"),)),
            entry("feat: two", interface=(flag("--mode", "kv", "rr"),)),
            entry("feat: three", interface=(flag("--route", "rr", "", previous_name="--mode"),)),
        )
    )
    page = found["interface/acme-engine/flags.md"]
    assert lines(page) == [
        (
            "--mode | 2026-02-15 renamed (now --route) · feat: three"
            " | 2026-02-14 kv → rr · feat: two"
            " | 2026-02-13 added (kv) · feat: one"
        ),
        "--route | 2026-02-15 renamed (was --mode) rr → (empty) · feat: three",
    ]
    assert "](../../2026/02/13.md#aaaaaaa)" in page.content
    assert "Flags 2" in lines(found["interface/index.md"])[0]


def test_symbols_and_locked_dependencies_go_by_month(tmp_path):
    days = [
        day(
            date,
            [
                entry(
                    f"{date}",
                    interface=(flag("a.f", None, "f()", **SYMBOL),),
                    dependencies=(dependency("lib", "1", "2", locked=True),),
                )
            ],
        )
        for date in (dt.date(2025, 12, 31), dt.date(2026, 1, 1))
    ]
    found = pages(site(tmp_path, days=days))
    page = found["interface/acme-engine/symbols-2026-01.md"]
    assert lines(page) == ["a.f 2026-01-01 added · earlier"]
    assert re.search(r"\[earlier\]\(symbols-2025-12\.md#symbols-a-f-[0-9a-f]{10}\)", page.content)
    assert lines(found["dependencies/acme-engine/python-locked-2025-12.md"]) == [
        "lib 2025-12-31 1 → 2 · later"
    ]


def test_a_revert_leads_to_what_it_takes_back(tmp_path):
    first = entry("feat: one (#3)", sha="aaaaaaa")
    found = pages(
        site(
            tmp_path,
            first,
            entry("Take it back", sha="bbbbbbb", reverts=(Revert(sha=first.commit.sha),)),
            entry('Revert "gone"', sha="ccccccc", reverts=(Revert(subject="gone"),)),
        )
    )
    month = found["reverts/2026-02.md"]
    assert lines(month) == [
        '2026-02-15 Revert "gone" | reverts gone (not in the archive)',
        "2026-02-14 Take it back | reverts feat: one (#3) (1 day later)",
    ]
    assert "](../2026/02/13.md#aaaaaaa)" in month.content
    assert "](../2026/02/14.md#bbbbbbb)" in month.content


def test_an_index_lists_recent_entries_and_not_all(tmp_path):
    entries = [entry(f"{n}", interface=(flag(f"--{n}"),)) for n in range(40)]
    recent = lines(pages(site(tmp_path, *entries))["interface/index.md"])[1:]
    assert len(recent) == 30
    assert recent[0] == "2026-03-24 39 | --39 added"


# The facts of an entry and of a day


def test_an_entry_tells_its_facts_with_their_lines(tmp_path):
    item = entry(
        "feat: one",
        sha="aaaaaaa",
        interface=(
            flag("--router-mode", None, "kv"),
            flag("DYN_X", "1", None, what="environment variable"),
        ),
        dependencies=(
            dependency("vllm", "0.9.1", "0.10.0"),
            dependency("lib", "1", "2", locked=True),
        ),
        signals=(
            Signal(name="todo_added", count=2, evidence=(Line(path="a.py", line=9),)),
            Signal(name="no_such_signal", evidence=(Line(path="a.py", line=9),)),
        ),
        unread=(Unread(path="src/odd.rs", reason="syntax"),),
    )
    page = pages(site(tmp_path, item))["2026/02/13.md"]
    told = lines(page)
    assert "Added: flags --router-mode (kv)" in told
    assert "Removed: environment variables DYN_X" in told
    assert "Changed: Python vllm 0.9.1 → 0.10.0" in told
    assert "Changed: Python lib 1 → 2" in told
    source = html(page.content)
    folded = source[source.index('class="digest-more"') :]
    assert ">lib<" in folded[: folded.index("</details>")]
    assert f'href="{WEB}/blob/aaaaaaa{"0" * 33}/src/cli.py#L7"' in source
    assert f'href="{WEB}/blob/{"0" * 40}/src/cli.py#L7"' in source, "what is gone is in the parent"
    text = visible_text(page.content)
    assert re.search(r"Stands out.*\b2\b.* a\.py:9", text)
    assert "no_such_signal" not in text
    assert "The structure of 1 file could not be read, so facts may be missing: src/odd.rs" in text


def test_a_commit_of_low_importance_has_its_facts_too(tmp_path):
    item = entry("chore: one", level="low", interface=(flag("--mode"),))
    assert "Added: flags --mode" in lines(pages(site(tmp_path, item))["2026/02/13.md"])


def test_a_day_tells_what_it_changes_and_then_counts(tmp_path):
    changes = (flag("a.f", None, "", **SYMBOL), *(flag(f"--{n}") for n in range(9)))
    bumps = (dependency("vllm", "1", "2"), dependency("lib", "1", "2", locked=True))
    items = [
        *(entry(name, score=0.8, level="low") for name in "xyz"),
        entry("b", score=0.3),
        entry("c", score=0.9, level="high", interface=changes, dependencies=bumps),
    ]
    told = lines(pages(site(tmp_path, days=[day(FIRST, items)]))["2026/02/13.md"])
    assert told[4:6] == ["High c", "Medium b"], "and none that is of low importance"
    text = visible_text(pages(site(tmp_path, days=[day(FIRST, items)]))["2026/02/13.md"].content)
    names = "; ".join(f"--{n} added" for n in range(6))
    assert f"Interface changes{names}; and 4 more" in "".join(text.splitlines())
    assert "Dependenciesvllm 1 → 2" in "".join(text.splitlines())


def test_signatures_that_change_stand_on_lines_of_their_own(tmp_path):
    changes = [flag(f"a.f{n}", "f()", "f(x)", **SYMBOL) for n in range(2)]
    page = pages(site(tmp_path, entry("feat: one", interface=tuple(changes))))["2026/02/13.md"]
    told = "Changed: public symbols | a.f0 f() → f(x) | a.f1 f() → f(x)"
    assert told in lines(page)


# Structure, whatever the content


def everything(folder: Path, text: str, language: str = "en") -> dict[str, Page]:
    """All pages of a site in which a text stands everywhere."""
    found = pages(site(folder, full(text), language=language))
    return {re.sub(r"[0-9a-f]{10,}", "", path): page for path, page in found.items()}


def shapes(found: dict[str, Page]) -> dict[str, object]:
    """The structure of each page, without the names of anchors."""
    result = {}
    for path, page in found.items():
        if path in {"index.md", "archive/index.md"}:
            continue
        elements, headings = skeleton(html(page.content))
        levels = [level for level, _ in headings]
        result[path] = (elements, levels, commonmark_shape(page.content))
    return result


def test_the_structure_is_the_same_whatever_it_is_about(tmp_path):
    expected = shapes(everything(tmp_path / "plain", PLAIN))
    assert "interface/acme-engine/flags.md" in expected
    for number, (name, text) in enumerate(list(CORPUS.items())[::7]):
        if text.strip() and text.isprintable():
            assert shapes(everything(tmp_path / f"{number}", text)) == expected, name


@pytest.mark.parametrize("language", ["en", "zh"])
def test_outlines_are_sound_and_ids_are_used_once(tmp_path, language):
    for page in pages(rich(tmp_path, language=language)).values():
        source = html(page.content)
        assert outline_is_sound([level for level, _, _ in outline(source)]), page.path
        ids = re.findall(r' id="([^"]+)"', source)
        assert len(ids) == len(set(ids)), page.path


def test_slugs_that_look_alike_have_pages_of_their_own(tmp_path):
    slugs = ("b/c", "b-c", "b_c")
    days = [day(FIRST, [entry(slug, interface=(flag("--x"),))], slug) for slug in slugs]
    found = site(tmp_path, days=days)
    paths = found.paths()
    assert len(paths) == len(set(paths))
    assert sum(path.endswith("/flags.md") for path in paths) == 3


# Size


def test_a_page_of_a_ledger_is_bounded(tmp_path):
    name = "--a-flag-with-a-rather-long-name-"
    subject = "feat(router): a subject of an ordinary length that says what it does (#12345)"
    days = [
        day(
            FIRST + dt.timedelta(n),
            [entry(f"{subject} {n}", interface=tuple(
                flag(f"{name}{m}", "a default value", f"another default {n}") for m in range(500)
            ))],
        )
        for n in range(6)
    ]  # fmt: skip
    found = pages(site(tmp_path, days=days))
    first = found["interface/acme-engine/flags.md"]
    assert len(lines(first)) == NAMES_A_PAGE
    assert "interface/acme-engine/flags-2.md" in found
    assert len(html(first.content)) < 450_000
