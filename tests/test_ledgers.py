"""What the ledgers keep of each name, where, and that it stays there."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from support.archives import ENGINE, FIRST, day, dependency, entry, flag
from support.hostile import CORPUS

from digest.factviews import (
    FOLDED,
    LENGTH,
    SHOWN,
    dependency_facts,
    interface_facts,
    shortened,
    told,
)
from digest.ledgers import (
    HAPPENINGS,
    INTERFACE_KINDS,
    LENGTH_KEPT,
    NAMES_A_PAGE,
    OLDER,
    Ledger,
    Ledgers,
    row_anchor,
)
from digest.model import LEVELS, Evidence, Facts, Repository, RepositoryState
from digest.pageviews import EntryView, RepositoryDay

PLACE = "repository-acme-engine"
SYMBOL = {"what": "public symbol"}


def gather(*entries, days=None, since=dt.date.min) -> Ledgers:
    """Ledgers of one entry a day, or of those days."""
    found = Ledgers(since)
    for number, items in enumerate(days or [[item] for item in entries]):
        found.add(FIRST + dt.timedelta(number), [section(FIRST + dt.timedelta(number), items)])
    return found


def section(date, entries) -> RepositoryDay:
    repository = Repository(slug=ENGINE, url="https://github.com/acme/engine")
    return RepositoryDay(
        repository=repository,
        state=RepositoryState(schema_version=1, repository=ENGINE),
        anchor=PLACE,
        day=day(date, entries),
        entries=tuple(EntryView(item, repository, item.commit.short_sha) for item in entries),
    )


def flags(found: Ledgers) -> Ledger:
    return found.interface[PLACE]["flags"]


def said(ledger: Ledger, name: str) -> list[tuple[str, str]]:
    """What happened to a name and on which day, oldest first."""
    return [(item.fact.change, item.place.date.strftime("%m-%d")) for item in ledger.names[name]]


# What is kept


def test_a_name_has_all_that_happened_to_it():
    found = gather(
        entry("one", interface=(flag("--mode", None, "kv"),)),
        entry("two", interface=(flag("--mode", "kv", "rr"), flag("--other"))),
        entry("three", interface=(flag("--mode", "rr", None),)),
    )
    ledger = flags(found)
    assert said(ledger, "--mode") == [
        ("added", "02-13"),
        ("changed", "02-14"),
        ("removed", "02-15"),
    ]
    (sheet,) = ledger.sheets
    row, other = ledger.rows(sheet)
    assert (row.name, other.name) == ("--mode", "--other")
    assert row.gone
    assert not other.gone
    assert [item.place.subject for item in row.newest] == ["three", "two", "one"]


def test_within_a_day_the_older_comes_first():
    newest_first = [
        entry("late", interface=(flag("--mode", "kv", None),)),
        entry("early", interface=(flag("--mode", None, "kv"),)),
    ]
    assert said(flags(gather(days=[newest_first])), "--mode") == [
        ("added", "02-13"),
        ("removed", "02-13"),
    ]


def test_a_renamed_one_is_found_under_both_names():
    found = gather(entry("x", interface=(flag("--new", "1", "2", previous_name="--old"),)))
    ledger = flags(found)
    (new,), (old,) = ledger.names["--new"], ledger.names["--old"]
    assert (new.fact.change, new.fact.other, new.fact.after) == ("renamed", "--old", "2")
    assert (old.fact.change, old.fact.other, old.fact.after) == ("renamed", "--new", None)
    rows = {row.name: row for row in ledger.rows(ledger.sheets[0])}
    assert rows["--old"].gone
    assert not rows["--new"].gone


def test_what_a_rewritten_history_no_longer_has_did_not_happen():
    found = gather(entry("x", interface=(flag("--mode"),), vanished=True))
    assert found.interface == {}
    assert found.recent_interface == []


def test_a_fact_is_told_once_of_a_commit():
    twice = (flag("--mode", None, "kv"), flag("--mode", None, "kv"), flag("--mode", None, "rr"))
    assert len(flags(gather(entry("x", interface=twice))).names["--mode"]) == 2


def test_direct_and_locked_dependencies_are_kept_apart():
    found = gather(
        entry(
            "x",
            dependencies=(
                dependency("vllm", "0.9.1", "0.10.0"),
                dependency("vllm", "0.9.1", "0.10.0", locked=True),
                dependency("tokio", None, "1", ecosystem="rust"),
            ),
        )
    )
    assert sorted(found.dependencies[PLACE]) == ["python", "python-locked", "rust"]


def test_every_part_of_an_interface_has_a_ledger():
    changes = tuple(flag(f"name of {what}", what=what) for what in INTERFACE_KINDS)
    assert set(gather(entry("x", interface=changes)).interface[PLACE]) == set(
        INTERFACE_KINDS.values()
    )


def test_little_is_kept_of_what_is_long():
    found = gather(entry("x", interface=(flag("--x", "a" * 9_999, "b" * 9_999),)))
    (item,) = flags(found).names["--x"]
    assert len(item.fact.before or "") == len(item.fact.after or "") == LENGTH_KEPT
    assert item.fact.evidence is None


def test_recent_entries_are_those_of_the_last_days():
    since = FIRST + dt.timedelta(1)
    entries = [entry(f"{n}", interface=(flag(f"--{n}"),)) for n in range(3)]
    found = gather(*entries, since=since)
    assert [place.subject for place, _ in found.recent_interface] == ["1", "2"]


# Anchors


@pytest.mark.parametrize(
    ("name", "readable"),
    [
        ("--router-mode", "flags-router-mode-"),
        ("GET /health", "flags-get-health-"),
        ("dynamo.llm.KvRouter", "flags-dynamo-llm-kvrouter-"),
        ("路由", "flags-"),
        ("x" * 500, "flags-" + "x" * 48 + "-"),
    ],
)
def test_an_anchor_can_be_read(name, readable):
    assert re.fullmatch(f"{readable}[0-9a-f]{{10}}", row_anchor("flags", name))


def test_names_that_look_alike_have_anchors_of_their_own():
    names = ["--router-mode", "--router_mode", "--Router-Mode", "router mode", "--router-mode "]
    found = {row_anchor(kind, name) for name in names for kind in ("flags", "keys")}
    assert len(found) == 2 * len(names)


def test_no_name_makes_an_anchor_that_means_something():
    for name, text in CORPUS.items():
        assert re.fullmatch(r"[a-z0-9-]+", row_anchor("flags", text)), name


# Pages


def many(count: int, **more) -> list:
    return [
        entry(f"{n}", interface=tuple(flag(f"--flag-{n}-{m}", **more) for m in range(100)))
        for n in range(count)
    ]


def places(ledger: Ledger) -> dict[tuple[str, str], str]:
    """Where each name is, as its page and anchor."""
    return {
        (sheet.stem, row.name): row.anchor for sheet in ledger.sheets for row in ledger.rows(sheet)
    }


@pytest.mark.parametrize(("kind", "more"), [("flags", {}), ("symbols", SYMBOL)])
def test_no_name_moves_when_the_archive_grows(kind, more):
    before = places(gather(*many(9, **more)).interface[PLACE][kind])
    later = [
        entry("z", interface=(flag("--a-first-one", **more), flag("--flag-0-1", "1", None, **more)))
    ]
    after = places(gather(*many(9, **more), *later).interface[PLACE][kind])
    assert before.items() <= after.items()
    assert len(after) == len(before) + 1


def test_a_page_has_a_bounded_number_of_names():
    sheets = flags(gather(*many(7))).sheets
    assert [sheet.stem for sheet in sheets] == ["flags", "flags-2", "flags-3"]
    assert [len(sheet.names) for sheet in sheets] == [NAMES_A_PAGE, NAMES_A_PAGE, 100]


def test_names_are_in_order_whatever_the_order_of_days():
    ledger = flags(gather(entry("x", interface=(flag("--b"), flag("--C"), flag("--a")))))
    assert [row.name for row in ledger.rows(ledger.sheets[0])] == ["--a", "--b", "--C"]


def test_public_symbols_go_by_month_and_lead_to_each_other():
    found = Ledgers()
    for date in (dt.date(2025, 12, 31), dt.date(2026, 2, 1), dt.date(2026, 2, 3)):
        item = entry(f"{date}", interface=(flag("a.f", "x", f"{date}", **SYMBOL),))
        found.add(date, [section(date, [item])])
    ledger = found.interface[PLACE]["symbols"]
    old, new = ledger.sheets
    assert (old.stem, new.stem) == ("symbols-2025-12", "symbols-2026-02")
    (first,), (second,) = ledger.rows(old), ledger.rows(new)
    assert (first.earlier, first.later) == (None, new)
    assert (second.earlier, second.later) == (old, None)
    assert first.anchor == second.anchor
    assert len(second.happenings) == 2


@pytest.mark.parametrize("count", [1, HAPPENINGS, HAPPENINGS + 1, HAPPENINGS + OLDER + 7])
def test_of_a_restless_name_the_newest_is_told_and_the_rest_linked(count):
    entries = [entry(f"{n}", interface=(flag("--x", f"{n}", f"{n + 1}"),)) for n in range(count)]
    ledger = flags(gather(*entries))
    (row,) = ledger.rows(ledger.sheets[0])
    subjects = [item.place.subject for item in [*row.newest, *row.older]]
    assert subjects == [f"{n}" for n in reversed(range(count))][: HAPPENINGS + OLDER]
    assert len(row.newest) == min(count, HAPPENINGS)
    assert row.omitted == count - len(subjects)


# Facts as they are shown


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("1", "2", ("1", "2")),
        ("", "x" * 200, ("", "x" * LENGTH + "…")),
        ("x" * 300, "x" * 300, ("…" + "x" * 20, "…" + "x" * 20)),
    ],
)
def test_long_texts_are_cut(before, after, shown):
    assert shortened(before, after) == shown


def test_cutting_keeps_what_differs_whatever_surrounds_it():
    for start in range(0, 120, 7):
        for end in range(0, 120, 7):
            before, after = ("a" * start + word + "z" * end for word in ("old", "new!"))
            one, two = shortened(before, after)
            assert one != two
            assert max(len(one), len(two)) <= LENGTH + 2


def facts_of(*changes, dependencies=()):
    return Facts(kind="feature", interface=changes, dependencies=dependencies)


@pytest.mark.parametrize("level", LEVELS)
def test_an_entry_shows_some_and_folds_the_rest(level):
    changes = [flag(f"--{n:02}") for n in range(SHOWN[level] + 3)]
    shown = told(interface_facts(facts_of(*changes)), level)
    ((change, ((what, items),)),) = shown.shown
    assert (change, what, len(items), shown.more) == ("added", "flag", SHOWN[level], 3)


def test_what_users_meet_and_what_is_gone_is_not_folded():
    symbols = [flag(f"a.f{n}", **SYMBOL) for n in range(30)]
    gone = [flag("--gone", "1", None), flag("a.gone", "def gone()", None, **SYMBOL)]
    shown = told(interface_facts(facts_of(*symbols, flag("--new"), *gone)), "low")
    names = {
        (change, what): [item.name for item in items]
        for change, parts in shown.shown
        for what, items in parts
    }
    assert names == {
        ("added", "flag"): ["--new"],
        ("added", "public symbol"): ["a.f0", "a.f1"],
        ("removed", "flag"): ["--gone"],
        ("removed", "public symbol"): ["a.gone"],
    }
    assert shown.more == 28


def test_locked_dependencies_are_always_folded_and_bounded():
    locked = tuple(dependency(f"lib-{n}", "1", "2", locked=True) for n in range(FOLDED + 9))
    facts = facts_of(dependencies=(*locked, dependency("vllm", "1", "2")))
    shown = told(dependency_facts(facts), "high")
    ((_, ((_, (direct,)),)),) = shown.shown
    assert direct.name == "vllm"
    assert (shown.more, shown.omitted) == (FOLDED + 9, 9)


@pytest.mark.parametrize(
    ("evidence", "line"),
    [((), None), (("old",), ("old", 0)), (("old", "new", "new"), ("new", 1))],
)
def test_a_name_is_linked_to_where_it_is_now(evidence, line):
    lines = tuple(Evidence(path="a", line=n, side=side) for n, side in enumerate(evidence))
    (fact,) = interface_facts(facts_of(flag("--x", evidence=lines)))
    found = fact.evidence and (fact.evidence.side, fact.evidence.line)
    assert found == line
