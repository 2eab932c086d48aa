"""Paths, anchors and figures of pages, and what a page says of a day that is not like others."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
from msgspec.structs import replace
from support import archives, records
from support.daypages import DAY, ENGINE, day_page, entry, repository, section, state, views
from support.dialects import Shape, html, visible_text

from digest.model import Coverage, Failure, RepositoryState
from digest.pageviews import (
    EntryView,
    Figures,
    anchors,
    day_path,
    month_path,
    name_in_anchors,
    relative,
    year_path,
)
from digest.site import Site

# Paths, anchors, numbers


@pytest.mark.parametrize(
    ("target", "start", "path"),
    [
        ("2026/02/13.md", "2026/02/12.md", "13.md"),
        ("2026/02/13.md", "2026/03/01.md", "../02/13.md"),
        ("2026/12/31.md", "2027/01/01.md", "../../2026/12/31.md"),
        ("2026/02/index.md", "2026/02/13.md", "index.md"),
        ("2026/02/index.md", "2026/index.md", "02/index.md"),
        ("2026/index.md", "archive/index.md", "../2026/index.md"),
        ("2026/02/13.md", "index.md", "2026/02/13.md"),
        ("index.md", "2026/02/13.md", "../../index.md"),
    ],
)
def test_links_between_pages_are_relative(target, start, path):
    assert relative(target, start) == path


def test_pages_have_places_that_never_change():
    assert day_path(DAY) == "2026/02/13.md"
    assert month_path(2026, 2) == "2026/02/index.md"
    assert year_path(2026) == "2026/index.md"
    assert day_path(dt.date(987, 1, 2)) == "0987/01/02.md"


def test_an_anchor_is_the_short_sha():
    assert anchors([(ENGINE, entry("2be83bec0ffee"))]) == ["2be83be"]


def test_of_two_that_begin_alike_the_older_keeps_the_short_anchor():
    older, younger = entry("2be83be1"), entry("2be83be2", minute=1)
    assert anchors([(ENGINE, younger), (ENGINE, older)]) == ["2be83be2", "2be83be"]
    assert anchors([(ENGINE, older), (ENGINE, younger)]) == ["2be83be", "2be83be2"]
    longest = entry("2be83be1" + "0" * 31 + "1", minute=2)
    assert anchors([(ENGINE, older), (ENGINE, longest)])[1] == "2be83be1"
    third = entry("2be83be2" + "1", minute=3)
    assert anchors([(ENGINE, older), (ENGINE, younger), (ENGINE, third)])[2] == "2be83be21"


def test_the_same_commit_in_a_fork_has_the_forks_name_in_its_anchor():
    both = entry("2be83be1")
    fork = repository("zeta/my_engine.git")
    # Whichever the site names first keeps the short form, so that one added later moves nothing.
    assert anchors([(ENGINE, both), (fork, both)]) == ["2be83be", "2be83be-zeta-my-engine-git"]
    assert anchors([(fork, both), (ENGINE, both)]) == ["2be83be", "2be83be-acme-engine"]


def test_a_younger_commit_moves_no_anchor():
    there = [(ENGINE, entry(f"{n:07x}", minute=n)) for n in range(5)]
    before = anchors(there)
    late = [(ENGINE, entry("0000003f", minute=9)), *there]
    assert anchors(late) == ["0000003f", *before]


@pytest.mark.parametrize(
    ("slug", "name"), [("a/b", "a-b"), ("a/b_c.d", "a-b-c-d"), ("x", "x"), ("_a_/__b__", "-a-b-")]
)
def test_a_slug_in_an_anchor_means_nothing_to_markdown(slug, name):
    assert name_in_anchors(slug) == name


def test_figures_count_each_level():
    items = views(
        *(entry(f"{n:07x}", level=level) for n, level in enumerate(["high", "low", "low"]))
    )
    figures = Figures.of(DAY, [section(items), section()])
    assert figures.commits == 3
    assert figures.levels == {"high": 1, "medium": 0, "low": 2}
    flags = (figures.open, figures.partial, figures.damaged, figures.reached)
    assert flags == (False, False, False, True)


@pytest.mark.parametrize(
    ("part", "what"),
    [
        (section(complete=False), "open"),
        (section(complete=False, state=state(known_since=dt.date(2026, 2, 14))), "partial"),
        (section(day=False, damaged=True), "damaged"),
        (section(day=False), "unreached"),
    ],
)
def test_figures_tell_why_a_day_is_not_whole(part, what):
    figures = Figures.of(DAY, [section(), part])
    told = {
        "open": figures.open,
        "partial": figures.partial,
        "damaged": figures.damaged,
        "unreached": not figures.reached,
    }
    assert [name for name, true in told.items() if true] == [what]


# What a page says of a day that is not like others


@pytest.mark.parametrize(
    ("read", "told"),
    [
        ((1, 9), None),
        ((1, 4), "The patches of 1 of 1 files were read, 4 of 9 changed lines."),
        ((0, 0), "The patches of 0 of 1 files were read, 0 of 9 changed lines."),
    ],
)
def test_what_was_not_read_is_told_also_of_a_part_of_a_file(read, told):
    item = entry()
    coverage = Coverage(files=1, files_read=read[0], lines=9, lines_read=read[1])
    provenance = replace(item.analysis.provenance, coverage=coverage)
    analysis = replace(item.analysis, provenance=provenance)
    page = day_page(section(views(replace(item, analysis=analysis))))
    assert told in page if told else "were read" not in page


UNREACHED = Failure(at=records.NOON + dt.timedelta(days=2), reason="the host does not answer")


@pytest.mark.parametrize(
    ("part", "english", "chinese"),
    [
        (section(), "No commits on this day.", "本日没有提交。"),
        (
            section(views(entry()), complete=False),
            "1 commit so far (as of 2026-02-13 12:00:00)",
            "目前 1 个提交（截至 2026-02-13 12:00:00）",
        ),
        (
            section(day=False, state=state(failure=UNREACHED)),
            "Not reached since 2026-02-13 12:00:00; what happened on this day is not known yet.",
            "自 2026-02-13 12:00:00 起未能访问该仓库，尚不知道当日发生了什么。",
        ),
        (
            section(day=False, state=RepositoryState(schema_version=1, repository="a/b")),
            "Not collected: what happened on this day is not known.",
            "未采集：不知道当日发生了什么。",
        ),
        (
            section(
                day=False,
                state=RepositoryState(schema_version=1, repository="a/b", failure=UNREACHED),
            ),
            "Not collected: what happened on this day is not known.",
            "未采集：不知道当日发生了什么。",
        ),
        (
            section(day=False, damaged=True),
            "The archive file of this day cannot be read; it is kept as it is.",
            "当日的归档文件无法读取，已原样保留。",
        ),
        (
            section(views(entry()), complete=False, state=state(known_since=dt.date(2026, 2, 14))),
            "This day is known in part: the local clone has no older history.",
            "当日只有部分记录：本地克隆没有更早的历史。",
        ),
    ],
    ids=["quiet", "open", "unreached", "new", "never-reached", "damaged", "partial"],
)
def test_a_day_is_told_as_it_is(part, english, chinese):
    open_day = ("This day is still open", "当日尚未结束")
    for language, text, notice in zip(("en", "zh"), (english, chinese), open_day, strict=True):
        shown = visible_text(day_page(part, language=language))
        assert text in shown
        assert (notice in shown) == part.open
    if part.day is None:
        assert "No commits" not in visible_text(day_page(part))


def test_a_page_without_links_has_no_broken_ones():
    local = replace(ENGINE, web=None)
    item = entry("2be83be", subject="feat: x (#12)")
    page = day_page(section([EntryView(item, local, "2be83be")], repository=local))
    found = Shape(html(page))
    assert {link for link in found.links if not link.startswith(("#", "index.md"))} == set()
    assert "#12" in visible_text(page)


def test_what_several_commits_do_alike_is_said_once_at_the_top(tmp_path):
    alike, torch = archives.flag("--use-v1"), archives.dependency("torch", "2.1", "2.2")
    entries = [
        archives.entry("feat: one program", interface=(alike,), dependencies=(torch,)),
        archives.entry(
            "feat: another", interface=(alike, archives.flag("--use-v2")), dependencies=(torch,)
        ),
        archives.entry("feat: by default", interface=(archives.flag("--use-v1", "0", "1"),)),
    ]
    site = Site(archives.settings(tmp_path, archives.day(archives.FIRST, entries)), "Digest")
    text = next(page.text for page in site.pages() if page.path == day_path(archives.FIRST))
    line = re.search(r"<dt>Interface changes</dt><dd>(.*?)</dd>", text)
    assert line is not None
    assert re.findall("torch", line[1]) == []
    assert sorted(re.findall(r"--use-v\d", unescape(line[1]))) == [
        "--use-v1",
        "--use-v1",
        "--use-v2",
    ]
    moved = re.search(r"<dt>Dependencies</dt><dd>(.*?)</dd>", text)
    assert moved is not None
    assert len(re.findall("torch", moved[1])) == 1
