"""The views on a site as it is built, and what its search finds of them."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from support.archives import ENGINE, FIRST, SYMBOL, day, dependency, entry, flag, settings
from support.building import Project
from support.site import check_links

from digest.model import BreakingChange, DependencyChange, Revert

WEB = f"https://github.com/{ENGINE}"


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Project:
    """A site with facts, as a reader gets it."""
    folder = tmp_path_factory.mktemp("views")
    first = entry(
        "feat: KvPushRouter arrives",
        sha="aaaaaaa",
        interface=(
            flag("--router-mode", None, "kv"),
            flag("dynamo.KvPushRouter", None, "", **SYMBOL),
        ),
        dependencies=(
            dependency("vllm", "0.9.1", "0.10.0"),
            DependencyChange(name="left-pad", before=None, after="1", locked=True),
        ),
        breaking=(BreakingChange(reason="interface", text="--router-mode"),),
    )
    later = entry("Revert it", sha="bbbbbbb", reverts=(Revert(sha=first.commit.sha),))
    settings(folder, day(FIRST, [first]), day(FIRST + dt.timedelta(1), [later]))
    project = Project.create(
        folder,
        repositories=[{"url": WEB, "slug": ENGINE}],
        timezone="UTC",
        collect=False,
    )
    project.build("--strict")
    return project


def test_every_link_leads_somewhere(built):
    home = "https://squidfunk.github.io/mkdocs-material/"
    problems = check_links(
        built.site, allowed=lambda address: address.startswith((WEB, home, "javascript:void"))
    )
    assert problems == []


def test_a_flag_is_found_in_its_entry_and_in_the_ledger(built):
    where = {
        record["location"]
        for record in built.records()
        if "--router-mode" in (record["title"] + record["text"]).replace("\u200b", "")
    }
    assert where == {"2026/02/13/#aaaaaaa", "interface/acme-engine/flags/"}


def test_lists_repeat_no_subject_and_no_symbol_in_the_search_index(built):
    for record in built.records():
        if not record["location"].startswith("2026/"):
            assert "KvPushRouter" not in json.dumps(record), record["location"]


def test_a_page_does_not_list_what_is_in_the_views(built):
    page = built.page("2026/02/13/")
    navigation = page[page.index("md-nav--primary") : page.index("<article")]
    assert "Views" in navigation
    assert "Interface ledger" not in navigation


def test_a_ledger_leads_to_the_entry(built):
    assert '<a href="../../../2026/02/13/#aaaaaaa">2026-02-13</a>' in built.page(
        "interface/acme-engine/flags/"
    )
